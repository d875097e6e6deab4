/* SPDX-License-Identifier: MIT
 * usage: limited blocks|maps|locked|forked|executed|set|raise|lock
 *
 * Takes memory until it is refused, says how much it got, and what it believes its limits to be: with leakwatch and without, that
 * must be the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK = 1000, STEP = 64 << 10, MIB = 1 << 20 };

static void check(int result)
{
    if (result != 0)
        abort();
}

static void say_limits(void)
{
    static const int resources[] = {RLIMIT_AS, RLIMIT_DATA, RLIMIT_MEMLOCK, RLIMIT_STACK};
    struct rlimit by_get, by_id;

    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
        check(getrlimit(resources[i], &by_get));
        check(prlimit(getpid(), resources[i], NULL, &by_id));
        if (memcmp(&by_get, &by_id, sizeof by_get) != 0)
            abort();
        dprintf(STDOUT_FILENO, "%lld %lld\n", (long long)by_get.rlim_cur, (long long)by_get.rlim_max);
    }
}

static void take_blocks(void)
{
    unsigned long long taken = 0;

    while (malloc(BLOCK))
        taken += BLOCK;
    dprintf(STDOUT_FILENO, "%llu\n", taken);
    say_limits();
}

static void take_maps(void)
{
    unsigned long long taken = 0;

    while (mmap(NULL, STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
        taken += STEP;
    dprintf(STDOUT_FILENO, "%llu\n", taken);
    say_limits();
}

static void lock_all(void)
{
    check(mlockall(MCL_CURRENT | MCL_FUTURE));
    take_blocks();
    check(munlockall());
    say_limits();
}

/* Says whether it may. */
static void try_to_lock(void)
{
    dprintf(STDOUT_FILENO, "%s\n", mlockall(MCL_CURRENT) == 0 ? "locked" : strerrorname_np(errno));
}

static void take_in_child(void)
{
    char *before = malloc(8 * MIB);
    pid_t child = fork();
    int status;

    if (child == 0) {
        take_blocks();
        _exit(before ? 0 : 1);
    }
    if (waitpid(child, &status, 0) != child || status != 0)
        abort();
    free(before);
    say_limits();
}

/* The limits that a program sets are those that hold, and that it is told of. */
static void set_limits(void)
{
    struct rlimit limit = {48 * MIB, 128 * MIB}, before;

    check(setrlimit(RLIMIT_AS, &limit));
    limit.rlim_cur = 40 * MIB;
    check(prlimit(0, RLIMIT_AS, &limit, &before));
    if (before.rlim_cur != 48 * MIB || before.rlim_max != 128 * MIB)
        abort();
    take_blocks();
}

/* Who has no privilege may not have more than the hard limit. */
static void raise_limits(void)
{
    struct rlimit limit;

    check(getrlimit(RLIMIT_AS, &limit));
    limit.rlim_max += 4096;
    if (setrlimit(RLIMIT_AS, &limit) == 0 || errno != EPERM)
        abort();
    limit.rlim_max -= 4096;
    check(setrlimit(RLIMIT_AS, &limit));
    take_blocks();
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "blocks") == 0)
        take_blocks();
    else if (strcmp(what, "maps") == 0)
        take_maps();
    else if (strcmp(what, "locked") == 0)
        lock_all();
    else if (strcmp(what, "forked") == 0)
        take_in_child();
    else if (strcmp(what, "executed") == 0)
        execl("/proc/self/exe", argv[0], "blocks", (char *)NULL);
    else if (strcmp(what, "set") == 0)
        set_limits();
    else if (strcmp(what, "raise") == 0)
        raise_limits();
    else if (strcmp(what, "lock") == 0)
        try_to_lock();
    else
        return 2;
    return 0;
}
