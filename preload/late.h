/* SPDX-License-Identifier: MIT
 * A shim that is loaded into a running process. */
#ifndef LW_LATE_H
#define LW_LATE_H

/* At start-up, with no settings from a supervisor that launched the program: finds out whether the process was running before, and
 * if so, what is to be hooked. */
void late_begin(void);

#endif
