/* SPDX-License-Identifier: MIT */
#include "signal_name.h"

#include <signal.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
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

int report_signal_number(const char *name)
{
    char known[SIGNAL_NAME_SIZE], *end;

    for (int signal = 1; signal <= SIGRTMAX; signal++)
        if (strcmp(report_signal_name(signal, known), name) == 0)
            return signal;
    if (strncmp(name, "SIG", 3) != 0)
        return 0;
    long number = strtol(name + 3, &end, 10); /* those without a name of their own */
    return *end == '\0' && number > 0 && number <= INT_MAX ? (int)number : 0;
}
