/* SPDX-License-Identifier: MIT
 * Generations of loaded modules: a call site's addresses have the meaning they had in its generation. */
#ifndef LW_MODULES_H
#define LW_MODULES_H

#include <stdint.h>

/* How many modules have been unloaded since the start. */
uint64_t modules_unloaded(void);

/* Modules are gone: a new generation begins, and what was known of their code is forgotten. */
void modules_changed(void);

#endif
