/* SPDX-License-Identifier: MIT
 * Signals of x86_64. The kernel's real-time signals are 32 to 64: the C library keeps the first two for itself, so the names here
 * count from 32 (SIGRTMIN, SIGRT_1 to SIGRT_32), as strace(1) has them. */
#ifndef LEAKWATCH_ABI_SIGNALS_H
#define LEAKWATCH_ABI_SIGNALS_H

#define SIGNAL_NUMBER_MAX 64

/* "SIGINT" for 2, "SIGRT_3" for 35; NULL if there is no such signal. */
const char *signal_name(int number);

/* The number of "SIGINT", "INT", "int" or "2"; -1 if there is no such signal. Second names (POLL, CLD, IOT) are known; 0 is no
 * signal. */
int signal_find(const char *name);

#endif
