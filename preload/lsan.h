/* SPDX-License-Identifier: MIT
 * The interface of LeakSanitizer and of leakwatch.h, for programs that use them. */
#ifndef LW_LSAN_H
#define LW_LSAN_H

/* Looks for the program's __lsan_default_suppressions() and __lsan_default_options(). Part of the lookup of the real functions,
 * because a lookup that fails allocates. */
void lsan_look_up(void);

/* Calls them, and notes what they return. */
void lsan_read_defaults(void);

#endif
