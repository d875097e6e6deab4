/* SPDX-License-Identifier: MIT
 * Prototypes of all hooks, from the table: so that each definition is checked against its line. */
#ifndef LW_HOOKS_H
#define LW_HOOKS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HOOK(name, result, parameters) result name parameters;
#include "hooks.def"
#undef HOOK

#endif
