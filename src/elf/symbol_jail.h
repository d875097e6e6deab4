/* SPDX-License-Identifier: MIT
 *
 * What a process that reads files made to harm may still do: use its memory and its processor, within limits, read what it has been
 * given, and talk over one socket. Private to src/elf/. */
#ifndef LEAKWATCH_ELF_SYMBOL_JAIL_H
#define LEAKWATCH_ELF_SYMBOL_JAIL_H

#include <stdint.h>

/* What it may have in address space beyond what it begins with: for what it makes of files, and for files, by whose sizes the first
 * is raised as they are given to it (bytes). */
#define SYMBOL_JAIL_MEMORY (UINT64_C(2) << 30)
#define SYMBOL_JAIL_FILES  (UINT64_C(32) << 30)

/* Locks the calling process in, for ever. `socket` is the only descriptor that stays open. Where the process opens a file it asks
 * over the socket (SYMBOL_WANTS_FILE), wherever in the C library or elsewhere that is. Returns the number that the socket has now,
 * or -errno: then the process must end. */
int symbol_jail_enter(int socket);

/* Asks for a descriptor: by a text, of this kind (SYMBOL_WANTS_*). Returns it, or -errno. Async-signal-safe. */
int symbol_jail_ask(uint32_t kind, const char *text);

#endif
