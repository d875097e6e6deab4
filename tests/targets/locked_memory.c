/* SPDX-License-Identifier: MIT
 *
 * What is locked in RAM at the end is listed by the place that locked it, to the page, as the kernel counts it, whatever call did
 * it and whatever moved it since.
 *
 * expect: leaks none
 * expect: valgrind skip: it runs programs in its own address space, which mlockall would lock
 * expect: case unlocked
 * expect: args unlocked
 * expect: locked 0
 * expect: lock none
 * expect: case held
 * expect: args held
 * expect: locked 12288 in mlock lock_three_pages main
 * expect: lock none
 * expect: case mapped
 * expect: args mapped
 * expect: locked 12288 in map_locked main
 * expect: lock none
 * expect: case moved
 * expect: args moved
 * expect: locked 28672 in mlock lock_and_move main
 * expect: lock none
 * expect: case unmapped
 * expect: args unmapped
 * expect: locked 4096 in mlock unmap_most main
 * expect: lock none
 * expect: case on_fault
 * expect: args on_fault
 * expect: locked 65536 in mlock2 lock_on_fault main
 * expect: lock mlock.not-resident:note lock mlock2 lock_on_fault main
 * expect: case all
 * expect: args all
 * expect: lock none
 * expect: case future
 * expect: args future
 * expect: locked 24576 in mlockall lock_future main
 * expect: lock none
 * expect: case secret
 * expect: args secret
 * expect: locked 4096 in mlock lock_secret main
 * expect: lock mlock.secret-dumpable:note lock mlock lock_secret main
 * expect: case exec
 * expect: args exec
 * expect: process exec
 * expect: process exit 0
 * expect: locked 12288 in mlock lock_three_pages main
 * expect: lock none */
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "target.h"

enum { PAGE = 4096 };

static void check(int result)
{
    if (result != 0)
        abort();
}

static char *map(size_t pages)
{
    char *area = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (area == MAP_FAILED)
        abort();
    return area;
}

/* Locked memory is not to be in a core dump, or leakwatch would say so. */
static char *map_hidden(size_t pages)
{
    char *area = map(pages);

    check(madvise(area, pages * PAGE, MADV_DONTDUMP));
    return area;
}

static NOINLINE void lock_and_unlock(void)
{
    char *area = map_hidden(2);

    check(mlock(area + 10, PAGE));
    check(munlock(area + 10, PAGE));
    check(mlockall(MCL_CURRENT | MCL_FUTURE));
    check(munlockall());
}

static NOINLINE void lock_three_pages(void)
{
    check(mlock(map_hidden(4) + 100, 2 * PAGE));
}

static NOINLINE void map_locked(void)
{
    char *area = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);

    if (area == MAP_FAILED)
        abort();
    check(madvise(area, 3 * PAGE, MADV_DONTDUMP));
}

/* Two pages of the first become four elsewhere; of the second, three of four are left, with a page in their middle that is not
 * locked. */
static NOINLINE void lock_and_move(void)
{
    char *first = map_hidden(2), *second = map_hidden(5), *place = map_hidden(4);

    check(mlock(first, 2 * PAGE));
    if (mremap(first, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place) != place)
        abort();
    check(mlock(second, 5 * PAGE));
    check(munlock(second + PAGE, PAGE));
    check(mprotect(second + 2 * PAGE, PAGE, PROT_READ));
    if (mremap(second + 3 * PAGE, 2 * PAGE, PAGE, 0) == MAP_FAILED)
        abort();
}

static NOINLINE void unmap_most(void)
{
    char *area = map_hidden(8);

    check(mlock(area, 8 * PAGE));
    check(munmap(area + PAGE, 5 * PAGE));
    if (mmap(area + 6 * PAGE, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
        abort();
}

static NOINLINE void lock_on_fault(void)
{
    char *area = map_hidden(16);

    check(mlock2(area, 16 * PAGE, MLOCK_ONFAULT));
    area[0] = area[5 * PAGE] = 1;
}

static void *use_stack(void *unused)
{
    volatile char room[3 * PAGE];

    room[0] = room[2 * PAGE] = 1;
    return NULL;
}

/* The stack of the first thread, that of another, the heap, and mappings all grow. */
static NOINLINE void lock_all(void)
{
    pthread_t thread;

    check(mlockall(MCL_CURRENT | MCL_FUTURE));
    check(pthread_create(&thread, NULL, use_stack, NULL));
    check(pthread_join(thread, NULL));
    use_stack(NULL);
    for (int i = 0; i < 100; i++)
        free(opaque(malloc(20000)));
    check(munmap(map(10), 3 * PAGE));
}

static NOINLINE void lock_future(void)
{
    map(1);
    check(mlockall(MCL_FUTURE));
    map(4);
    check(madvise(map(2), PAGE, MADV_DONTDUMP));
    check(mlockall(MCL_FUTURE));
    check(munlock(map(1), PAGE));
}

static NOINLINE void lock_secret(void)
{
    struct rlimit limit;

    check(getrlimit(RLIMIT_CORE, &limit));
    limit.rlim_cur = limit.rlim_max;
    check(setrlimit(RLIMIT_CORE, &limit));
    check(mlock(map(1), 32));
}

static NOINLINE void lock_and_execute(char **argv)
{
    lock_three_pages();
    execl(argv[0], argv[0], "held", (char *)NULL);
    abort();
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "unlocked") == 0)
        lock_and_unlock();
    else if (strcmp(what, "held") == 0)
        lock_three_pages();
    else if (strcmp(what, "mapped") == 0)
        map_locked();
    else if (strcmp(what, "moved") == 0)
        lock_and_move();
    else if (strcmp(what, "unmapped") == 0)
        unmap_most();
    else if (strcmp(what, "on_fault") == 0)
        lock_on_fault();
    else if (strcmp(what, "all") == 0)
        lock_all();
    else if (strcmp(what, "future") == 0)
        lock_future();
    else if (strcmp(what, "secret") == 0)
        lock_secret();
    else if (strcmp(what, "exec") == 0)
        lock_and_execute(argv);
    else
        return 2;
    return 0;
}
