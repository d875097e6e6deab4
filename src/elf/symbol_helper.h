/* SPDX-License-Identifier: MIT
 *
 * A process beside leakwatch that something dangerous is left to: it may crash, hang, or be taken over, and be ended at any time.
 *
 * It is a child of a thread of its own, which does nothing else: who waits for the children of the main thread (__WNOTHREAD) does
 * not see it. It ends with leakwatch, whatever ends that. Private to src/elf/. */
#ifndef LEAKWATCH_ELF_SYMBOL_HELPER_H
#define LEAKWATCH_ELF_SYMBOL_HELPER_H

#include <stdbool.h>
#include <sys/types.h>

struct symbol_helper;

/* What the process does, over its end of a pair of sockets. All signals that can be are blocked. It ends when this returns. */
typedef void symbol_serve(int socket, bool debuginfod);

/* Starts it. Returns NULL if there is no memory or no process to be had. */
struct symbol_helper *symbol_helper_start(symbol_serve *serve, bool debuginfod);
/* Ends it, at whatever it is, and waits until it is gone. Takes NULL. */
void symbol_helper_end(struct symbol_helper *helper);

/* Our end of the sockets. */
int symbol_helper_socket(const struct symbol_helper *helper);
/* Its number stays its own until symbol_helper_end(). */
pid_t symbol_helper_pid(const struct symbol_helper *helper);

#endif
