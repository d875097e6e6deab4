/* SPDX-License-Identifier: MIT
 *
 * Prints all that a program inherits, so that a difference to the run without leakwatch is seen: arguments, environment,
 * descriptors, signal mask and dispositions, limits, nice value, umask, name.
 *
 * expect: args one "two words" ""
 * expect: environment TARGET_VARIABLE=kept
 * expect: leaks none
 * expect: valgrind skip: it changes descriptors, limits and environment */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target.h"

static void print_descriptors(void)
{
    struct stat status;
    for (int descriptor = 0; descriptor < 1000; descriptor++)
        if (!fstat(descriptor, &status))
            printf("descriptor %d: type %o\n", descriptor, status.st_mode & S_IFMT);
}

static void print_signals(void)
{
    sigset_t blocked;
    struct sigaction action;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int number = 1; number < NSIG; number++) {
        if (sigismember(&blocked, number) == 1)
            printf("blocked: %d\n", number);
        if (!sigaction(number, NULL, &action) && action.sa_handler != SIG_DFL)
            printf("not default: %d\n", number);
    }
}

static void print_limits(void)
{
    struct rlimit limit;
    for (int resource = 0; resource < RLIM_NLIMITS; resource++)
        if (!getrlimit(resource, &limit))
            printf("limit %d: %lu %lu\n", resource, limit.rlim_cur, limit.rlim_max);
}

int main(int argc, char **argv)
{
    char name[16] = "";
    for (int i = 1; i < argc; i++)
        printf("argument: \"%s\"\n", argv[i]);
    for (char **variable = environ; *variable; variable++)
        printf("environment: %s\n", *variable);
    print_descriptors();
    print_signals();
    print_limits();
    prctl(PR_GET_NAME, name);
    printf("nice %d, umask %o, name %s\n", getpriority(PRIO_PROCESS, 0), umask(0), name);
    printf("no new privileges %d, dumpable %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_DUMPABLE));
    return 0;
}
