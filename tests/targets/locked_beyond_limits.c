/* SPDX-License-Identifier: MIT
 *
 * Calls that lock memory and fail: which limit they met, where, and whether the program went on without the lock. The program gives
 * up its privileges for this.
 *
 * expect: leaks none
 * expect: valgrind skip: its own memory counts against the limits
 * expect: case limit
 * expect: args limit
 * expect: lock "mlock.failed:error=256 KiB" call mlock lock_too_much main
 * expect: lock mlock.unchecked:note call mlock lock_too_much main
 * expect: locked 0
 * expect: case ended
 * expect: args ended
 * expect: lock mlock.failed:error call mlock lock_or_give_up main
 * expect: case forbidden
 * expect: args forbidden
 * expect: lock mlock.failed:error=CAP_IPC_LOCK call mlock lock_too_much main
 * expect: lock mlock.unchecked:note call mlock lock_too_much main
 * expect: case hole
 * expect: args hole
 * expect: locked 4096 in mlock lock_over_hole main
 * expect: lock "mlock.failed:error=are not mapped" call mlock lock_over_hole main
 * expect: lock "mlock.unchecked:note=4 KiB" call mlock lock_over_hole main
 * expect: lock mlock.not-resident:warning lock mlock lock_over_hole main
 * expect: case no_access
 * expect: args no_access
 * expect: locked 8192 in mlock lock_without_access main
 * expect: lock mlock.failed:error=PROT_NONE call mlock lock_without_access main
 * expect: case mapped
 * expect: args mapped
 * expect: lock "mlock.failed:error=256 KiB" call map_too_much main
 * expect: case all
 * expect: args all
 * expect: lock mlock.failed:error=beyond call mlockall lock_all main
 * expect: case future
 * expect: args future
 * expect: lock "mlock.failed:error=256 KiB" call map_in_future main
 * expect: case capability
 * expect: args capability
 * expect: needs root
 * expect: lock mlock.future-dropped:warning lock mlockall give_up_capability main */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "target.h"

enum { PAGE = 4096, NOBODY = 65534 };
#define LIMIT (256 * 1024)

static void check(int result)
{
    if (result != 0)
        abort();
}

static void expect_error(int failed, int error)
{
    if (!failed || errno != error)
        abort();
}

static void set_limit(rlim_t limit)
{
    check(setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){limit, limit}));
}

static void become_ordinary(void)
{
    if (geteuid() == 0)
        check(setresuid(NOBODY, NOBODY, NOBODY));
    check(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

static char *map(size_t size, int protection)
{
    char *area = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (area == MAP_FAILED)
        abort();
    check(madvise(area, size, MADV_DONTDUMP));
    return area;
}

static NOINLINE void lock_too_much(int error)
{
    expect_error(mlock(map(2 * LIMIT, PROT_READ | PROT_WRITE), 2 * LIMIT), error);
}

static NOINLINE void lock_or_give_up(void)
{
    char *area = map(2 * LIMIT, PROT_READ | PROT_WRITE);

    expect_error(mlock(area, 2 * LIMIT), ENOMEM);
    check(munmap(area, 2 * LIMIT));
}

static NOINLINE void lock_over_hole(void)
{
    char *area = map(3 * PAGE, PROT_READ | PROT_WRITE);

    check(munmap(area + PAGE, PAGE));
    expect_error(mlock(area, 3 * PAGE), ENOMEM);
}

static NOINLINE void lock_without_access(void)
{
    expect_error(mlock(map(2 * PAGE, PROT_NONE), 2 * PAGE), ENOMEM);
}

static NOINLINE void map_too_much(void)
{
    expect_error(mmap(NULL, 2 * LIMIT, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0) == MAP_FAILED, EAGAIN);
}

static NOINLINE void lock_all(void)
{
    expect_error(mlockall(MCL_CURRENT), ENOMEM);
}

static NOINLINE void map_in_future(void)
{
    check(mlockall(MCL_FUTURE));
    expect_error(mmap(NULL, 2 * LIMIT, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED, EAGAIN);
}

static NOINLINE void give_up_capability(void)
{
    check(mlockall(MCL_FUTURE));
    become_ordinary();
}

/* More than a control group may have, which is no failure: see locks_live.py. */
enum { MUCH = 64 << 20 };

static NOINLINE void lock_much(const char *how)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | (strcmp(how, "mapped") == 0 ? MAP_LOCKED : 0);
    char *area = mmap(NULL, MUCH, PROT_READ | PROT_WRITE, flags, -1, 0);

    if (strcmp(how, "mlock") == 0)
        check(mlock(area, MUCH));
    else if (strcmp(how, "mlockall") == 0)
        check(mlockall(MCL_CURRENT));
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "much") == 0 && argc > 2) {
        lock_much(argv[2]);
        return 0;
    }
    set_limit(strcmp(what, "forbidden") == 0 ? 0 : LIMIT);
    if (strcmp(what, "capability") == 0) {
        give_up_capability();
        return 0;
    }
    become_ordinary();
    if (strcmp(what, "limit") == 0)
        lock_too_much(ENOMEM);
    else if (strcmp(what, "ended") == 0)
        lock_or_give_up();
    else if (strcmp(what, "forbidden") == 0)
        lock_too_much(EPERM);
    else if (strcmp(what, "hole") == 0)
        lock_over_hole();
    else if (strcmp(what, "no_access") == 0)
        lock_without_access();
    else if (strcmp(what, "mapped") == 0)
        map_too_much();
    else if (strcmp(what, "all") == 0)
        lock_all();
    else if (strcmp(what, "future") == 0)
        map_in_future();
    else
        return 2;
    return 0;
}
