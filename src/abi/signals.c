/* SPDX-License-Identifier: MIT */
#include "signals.h"

#include <stdlib.h>
#include <strings.h>

static const char *const names[SIGNAL_NUMBER_MAX + 1] = {
    NULL,       "SIGHUP",   "SIGINT",   "SIGQUIT",  "SIGILL",   "SIGTRAP",  "SIGABRT",   "SIGBUS",   "SIGFPE",   "SIGKILL",
    "SIGUSR1",  "SIGSEGV",  "SIGUSR2",  "SIGPIPE",  "SIGALRM",  "SIGTERM",  "SIGSTKFLT", "SIGCHLD",  "SIGCONT",  "SIGSTOP",
    "SIGTSTP",  "SIGTTIN",  "SIGTTOU",  "SIGURG",   "SIGXCPU",  "SIGXFSZ",  "SIGVTALRM", "SIGPROF",  "SIGWINCH", "SIGIO",
    "SIGPWR",   "SIGSYS",   "SIGRTMIN", "SIGRT_1",  "SIGRT_2",  "SIGRT_3",  "SIGRT_4",   "SIGRT_5",  "SIGRT_6",  "SIGRT_7",
    "SIGRT_8",  "SIGRT_9",  "SIGRT_10", "SIGRT_11", "SIGRT_12", "SIGRT_13", "SIGRT_14",  "SIGRT_15", "SIGRT_16", "SIGRT_17",
    "SIGRT_18", "SIGRT_19", "SIGRT_20", "SIGRT_21", "SIGRT_22", "SIGRT_23", "SIGRT_24",  "SIGRT_25", "SIGRT_26", "SIGRT_27",
    "SIGRT_28", "SIGRT_29", "SIGRT_30", "SIGRT_31", "SIGRT_32",
};

const char *signal_name(int number)
{
    return number < 0 || number > SIGNAL_NUMBER_MAX ? NULL : names[number];
}

static int find_number(const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    return *end == '\0' && number > 0 && number <= SIGNAL_NUMBER_MAX ? (int)number : -1;
}

int signal_find(const char *name)
{
    static const struct {
        const char *name, *first;
    } seconds[] = {{"POLL", "IO"}, {"CLD", "CHLD"}, {"IOT", "ABRT"}, {"RT_0", "RTMIN"}};

    if (*name >= '0' && *name <= '9')
        return find_number(name);
    if (strncasecmp(name, "SIG", 3) == 0)
        name += 3;
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++)
        if (strcasecmp(name, seconds[i].name) == 0)
            name = seconds[i].first;
    for (int number = 1; number <= SIGNAL_NUMBER_MAX; number++)
        if (strcasecmp(names[number] + 3, name) == 0)
            return number;
    return -1;
}
