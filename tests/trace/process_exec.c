/* SPDX-License-Identifier: MIT
 * Another program in the same process, and ways it fails. */
#include <fcntl.h>

#include "trace_program.h"

int main(void)
{
    const char *many[40] = {0}, *none[] = {NULL}, *environment[] = {"A=1", NULL};

    for (int i = 0; i < 39; i++)
        many[i] = "x";
    CALL(execve, "/does/not/exist", many, none);
    CALL(execve, "/does/not/exist", NULL, NULL);
    CALL(execve, NULL, none, environment);
    CALL(execve, "/does/not/exist", NOWHERE, NOWHERE);
    const char *odd[] = {"a", (const char *)NOWHERE, "b", NULL};
    CALL(execve, "/does/not/exist", odd, environment);
    CALL(execve, "/does/not/exist", at_the_edge(many, 16), environment);
    CALL(execveat, AT_FDCWD, "/does/not/exist", none, environment, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
    CALL(execveat, -1, "", many, environment, 1);
    const char *command[] = {"true", NULL};
    CALL(execve, "/bin/true", command, environment);
    return 0;
}
