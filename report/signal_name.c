/* SPDX-License-Identifier: MIT */
#include "signal_name.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

const char *report_signal_name(int signal, char name[SIGNAL_NAME_SIZE])
{
    const char *known = sigabbrev_np(signal);

    if (known != NULL)
        snprintf(name, SIGNAL_NAME_SIZE, "SIG%s", known);
    else if (signal == SIGRTMIN)
        snprintf(name, SIGNAL_NAME_SIZE, "SIGRTMIN");
    else if (signal > SIGRTMIN && signal <= SIGRTMAX)
        snprintf(name, SIGNAL_NAME_SIZE, "SIGRTMIN+%d", signal - SIGRTMIN);
    else
        snprintf(name, SIGNAL_NAME_SIZE, "SIG%d", signal);
    return name;
}
