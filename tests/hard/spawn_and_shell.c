/* SPDX-License-Identifier: MIT
 *
 * posix_spawn(), system() and popen(), with what they say of programs that are not there.
 *
 * cases: P11 S10
 * ways: run trace look follow */
#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    char *words[] = {"sh", "-c", "exit 3", NULL}, *none[] = {NULL}, line[20] = "";
    pid_t pid;
    int status;

    hard_begin(argc, argv);
    REQUIRE(posix_spawn(&pid, "/bin/sh", NULL, NULL, words, none) == 0, "not spawned");
    REQUIRE(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 3, "status %#x", status);
    REQUIRE(posix_spawn(&pid, "/no/such/program", NULL, NULL, words, none) == ENOENT, "spawned");
    REQUIRE(WEXITSTATUS(system("exit 4")) == 4, "another status");
    FILE *stream = popen("echo line; exit 5", "r");
    REQUIRE(fgets(line, sizeof line, stream) && strcmp(line, "line\n") == 0, "read %s", line);
    REQUIRE(WEXITSTATUS(pclose(stream)) == 5, "another status");
    return hard_ok();
}
