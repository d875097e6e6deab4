/* SPDX-License-Identifier: MIT
 *
 * The program executes a copy of itself from a file that exists in memory only, and one whose file is removed while it runs.
 *
 * cases: P56 S33
 * ways: run trace
 * report: .summary.definite == {"blocks": 1, "bytes": 33}
 * report: [.processes[].leaks.records[]?.stack[].function] | index("hard_lose") != null */
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "hard.h"

extern char **environ;

static void run_from_memory(void)
{
    char *words[] = {"image", "removed", NULL};
    int file = (int)syscall(SYS_memfd_create, "image", MFD_CLOEXEC);

    hard_copy_self(file);
    syscall(SYS_execveat, file, "", words, environ, AT_EMPTY_PATH);
    REQUIRE(0, "not executed");
}

static void run_removed(void)
{
    char path[] = "/tmp/leakwatch-test-XXXXXX", *words[] = {"image", path, NULL};
    int file = mkstemp(path);

    hard_copy_self(file);
    fchmod(file, 0700);
    close(file);
    execv(path, words);
    unlink(path);
    REQUIRE(0, "not executed");
}

int main(int argc, char *argv[])
{
    if (argc == 1)
        run_from_memory();
    if (strcmp(argv[1], "removed") == 0)
        run_removed();
    REQUIRE(unlink(argv[1]) == 0, "not removed");
    hard_lose(33);
    return hard_ok();
}
