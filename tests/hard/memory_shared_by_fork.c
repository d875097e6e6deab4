/* SPDX-License-Identifier: MIT
 *
 * Memory that a process shares with its child since fork: to look at it makes no copies of its pages.
 *
 * cases: P61
 * ways: run look */
#include <sys/mman.h>
#include <sys/wait.h>

#include "../../preload/leakwatch.h"
#include "hard.h"

enum { SHARED_KIB = 16384, TOLERATED_KIB = SHARED_KIB / 8 };

/* Pss, proc_pid_smaps(5): what is shared by two counts half. */
static long proportional_kib(void)
{
    FILE *file = fopen("/proc/self/smaps_rollup", "re");
    char line[256];
    long size = 0;

    REQUIRE(file, "/proc/self/smaps_rollup cannot be opened");
    while (size == 0 && fgets(line, sizeof line, file))
        sscanf(line, "Pss: %ld", &size);
    fclose(file);
    return size;
}

static void require_shared(const char *who, long before)
{
    const long after = proportional_kib();

    REQUIRE(after < before + TOLERATED_KIB, "%s: %ld KiB before it was looked at, %ld afterwards", who, before, after);
}

static void check_child(void)
{
    const long before = proportional_kib();

    LEAKWATCH_CHECK();
    require_shared("the child", before);
    _exit(0);
}

/* A child that stays until the writing end of the pipe is closed, also by the death of its parent. */
static pid_t start_sharer(const int ends[2])
{
    char byte;
    const pid_t pid = fork();

    if (pid == 0) {
        close(ends[1]);
        _exit((int)read(ends[0], &byte, 1));
    }
    return pid;
}

int main(int argc, char *argv[])
{
    int status, ends[2];
    void *memory = mmap(NULL, SHARED_KIB * 1024, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    REQUIRE(memory != MAP_FAILED, "mmap failed");
    memset(memory, 1, SHARED_KIB * 1024);
    REQUIRE(pipe(ends) == 0, "pipe failed");
    const pid_t sharer = start_sharer(ends);
    const long before = proportional_kib();
    hard_begin(argc, argv);
    require_shared("the parent", before);
    const pid_t child = fork();
    if (child == 0)
        check_child();
    REQUIRE(waitpid(child, &status, 0) == child && status == 0, "status %#x", status);
    close(ends[1]);
    REQUIRE(waitpid(sharer, &status, 0) == sharer && status == 0, "status %#x", status);
    return hard_ok();
}
