/* SPDX-License-Identifier: MIT
 *
 * The environment is what the program was given, to it and to what it executes, with LD_PRELOAD of the user's own and without any.
 *
 * cases: S31 S32
 * ways: run trace
 * report: [.processes[] | .leaks.definite.blocks] | add == 2 */
#include <sys/wait.h>

#include "hard.h"

extern char **environ;

static void require_ours(const char *preload)
{
    for (char **variable = environ; *variable; variable++) {
        REQUIRE(!strstr(*variable, "leakwatch") || strncmp(*variable, "LD_PRELOAD=", 11) != 0, "there is %s", *variable);
        REQUIRE(strncmp(*variable, "LEAKWATCH", 9) != 0, "there is %s", *variable);
    }
    const char *seen = getenv("LD_PRELOAD");
    REQUIRE(preload ? seen && strcmp(seen, preload) == 0 : !seen, "LD_PRELOAD is %s", seen);
}

static void execute(char *mode, char *environment[])
{
    char *words[] = {"environment_seen", mode, NULL};
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        execve("/proc/self/exe", words, environment);
        _exit(9);
    }
    REQUIRE(waitpid(pid, &status, 0) == pid && status == 0, "status %#x", status);
}

int main(int argc, char *argv[])
{
    char *preloaded[] = {"LD_PRELOAD=libm.so.6", "OTHER=1", NULL}, *none[] = {NULL};

    if (argc == 2) {
        require_ours(strcmp(argv[1], "preloaded") == 0 ? "libm.so.6" : NULL);
        REQUIRE(environ[0] == NULL || strcmp(argv[1], "none") != 0, "there is %s", environ[0]);
        hard_lose(70);
        return 0;
    }
    require_ours(getenv("LD_PRELOAD"));
    execute("preloaded", preloaded);
    execute("none", none);
    return hard_ok();
}
