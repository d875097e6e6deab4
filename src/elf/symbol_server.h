/* SPDX-License-Identifier: MIT
 *
 * The helper's side: reads ELF files and debugging information, and answers. */
#ifndef LEAKWATCH_ELF_SYMBOL_SERVER_H
#define LEAKWATCH_ELF_SYMBOL_SERVER_H

#include <stdbool.h>

/* Locks the process in (symbol_jail.h) and answers what comes over `socket` until nobody is there any more. `debuginfod`: whether
 * to ask for debugging information that is not on this machine. Must be the last thing that the process does. */
void symbol_server_run(int socket, bool debuginfod);

#endif
