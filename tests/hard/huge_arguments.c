/* SPDX-License-Identifier: MIT
 *
 * A program executed with a hundred arguments of a hundred thousand bytes: all of them arrive.
 *
 * cases: V03
 * ways: run trace
 * report: [.processes[].command | length] | max == 11 */
#include <sys/wait.h>

#include "hard.h"

enum { ARGUMENTS = 10, SIZE = 100000 };

int main(int argc, char *argv[])
{
    char *words[ARGUMENTS + 2] = {"huge_arguments"};
    int status;

    if (argc == ARGUMENTS + 1) {
        for (int i = 1; i <= ARGUMENTS; i++)
            REQUIRE(strlen(argv[i]) == SIZE && argv[i][SIZE - 1] == 'a' + i, "argument %d is another", i);
        return 0;
    }
    for (int i = 1; i <= ARGUMENTS; i++) {
        words[i] = calloc(1, SIZE + 1);
        memset(words[i], 'a' + i, SIZE);
    }
    pid_t pid = fork();
    if (pid == 0) {
        execv("/proc/self/exe", words);
        _exit(9);
    }
    REQUIRE(waitpid(pid, &status, 0) == pid && status == 0, "status %#x", status);
    for (int i = 1; i <= ARGUMENTS; i++)
        free(words[i]);
    return hard_ok();
}
