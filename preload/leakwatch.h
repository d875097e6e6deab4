/* SPDX-License-Identifier: 0BSD
 *
 * leakwatch.h: for programs that want to talk to leakwatch. Needs no library and does nothing without leakwatch: all functions are
 * weak, and found in the shim when it is there. */
#ifndef LEAKWATCH_PUBLIC_H
#define LEAKWATCH_PUBLIC_H

#ifdef __cplusplus
extern "C" {
#endif

long leakwatch_check(void) __attribute__((weak));
void leakwatch_mark(const char *name) __attribute__((weak));
void leakwatch_rt_begin(void) __attribute__((weak));

/* Looks for leaks now. Returns the number of leak records that count as errors; 0 without leakwatch. */
#define LEAKWATCH_CHECK() (leakwatch_check ? leakwatch_check() : 0L)

/* Draws a line: blocks taken before and after can be told apart, and with --cold what is not touched from here on is cold. `name`:
 * a C string. */
#define LEAKWATCH_MARK(name) (leakwatch_mark ? leakwatch_mark(name) : (void)0)

/* The real-time part of the program begins: what its real-time threads and this thread do from now on is judged, with
 * --audit=rt --rt-from=marker. */
#define LEAKWATCH_RT_BEGIN() (leakwatch_rt_begin ? leakwatch_rt_begin() : (void)0)

#ifdef __cplusplus
}
#endif

#endif
