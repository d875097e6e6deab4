/* SPDX-License-Identifier: MIT
 * The interface of LeakSanitizer and of leakwatch.h, for programs that use them. */
#ifndef LW_LSAN_H
#define LW_LSAN_H

/* Notes the program's __lsan_default_suppressions() and __lsan_default_options(), if it has them. */
void lsan_read_defaults(void);

#endif
