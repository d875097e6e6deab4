/* SPDX-License-Identifier: MIT
 * Children that borrow their parent's memory. */
#include <sys/wait.h>

#include "trace_program.h"

int main(void)
{
    const char *arguments[] = {"true", NULL}, *environment[] = {NULL};
    int status;

    hold_child_signals();
    const pid_t first = vfork();
    if (first == 0)
        _exit(3);
    CALL(wait4, first, &status, 0, NULL);
    const pid_t second = vfork();
    if (second == 0) {
        CALL(execve, "/does/not/exist", arguments, environment);
        CALL(execve, "/bin/true", arguments, environment);
        _exit(4);
    }
    CALL(wait4, second, &status, 0, NULL);
    return 0;
}
