/* SPDX-License-Identifier: MIT
 * Names of signals. Private to report/. */
#ifndef LEAKWATCH_REPORT_ENCODING_SIGNAL_NAME_H
#define LEAKWATCH_REPORT_ENCODING_SIGNAL_NAME_H

#define SIGNAL_NAME_SIZE 32

/* "SIGSEGV", "SIGRTMIN+3", "SIG77"; written to `name`, which is returned. */
const char *report_signal_name(int signal, char name[SIGNAL_NAME_SIZE]);

/* The number of such a name; 0: it is none. */
int report_signal_number(const char *name);

#endif
