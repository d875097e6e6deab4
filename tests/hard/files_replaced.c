/* SPDX-License-Identifier: MIT
 *
 * While the program runs, what it was executed from is removed, and a FIFO stands in its place: who opens that waits for ever, and
 * who does not open it has no names.
 *
 * cases: V05 P56
 * ways: run trace
 * report: [.processes[].leaks.records[]? | select(.bytes == 33) | .stack[].function] | index("hard_lose") != null */
#include <sys/stat.h>
#include <sys/wait.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    char path[] = "/tmp/leakwatch-test-XXXXXX", *words[] = {argv[0], path, NULL};
    int status;

    if (argc > 1) {
        REQUIRE(unlink(argv[1]) == 0 && mkfifo(argv[1], 0600) == 0, "not replaced");
        hard_lose(33);
        return EXIT_SUCCESS;
    }
    const int file = mkstemp(path);
    hard_copy_self(file);
    REQUIRE(fchmod(file, 0700) == 0, "not executable");
    close(file);
    const pid_t child = fork();
    if (child == 0) {
        execv(path, words);
        _exit(98);
    }
    const pid_t ended = waitpid(child, &status, 0);
    unlink(path);
    REQUIRE(ended == child && status == 0, "status %#x", status);
    return hard_ok();
}
