/* SPDX-License-Identifier: MIT
 * usage: refused data|mappings|tasks|fork|copy|stack
 *
 * Makes calls that the kernel refuses, for one limit after the other. As root it first becomes an ordinary user. */
#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

enum { PAGE = 4096, MIB = 1 << 20, NOBODY_ELSE = 61234, SKIPPED = 77 }; /* who has no other processes */

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

static void set_limit(int resource, rlim_t limit)
{
    check(setrlimit(resource, &(struct rlimit){limit, limit}));
}

static NOINLINE void map_too_much(void)
{
    expect_error(mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED, ENOMEM);
}

static NOINLINE void break_too_far(void)
{
    expect_error(sbrk(64 * MIB) == (void *)-1, ENOMEM);
}

/* Shared memory is not among the data. */
static void meet_data_limit(void)
{
    set_limit(RLIMIT_DATA, 32 * MIB);
    map_too_much();
    break_too_far();
    if (mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
        abort();
}

static NOINLINE void protect_one_more(char *page)
{
    expect_error(mprotect(page, PAGE, PROT_READ), ENOMEM);
}

static NOINLINE void unmap_in_the_middle(char *page)
{
    expect_error(munmap(page, PAGE), ENOMEM);
}

static NOINLINE void advise_in_the_middle(char *page)
{
    expect_error(madvise(page, PAGE, MADV_DONTDUMP), EAGAIN);
}

/* pkey_mprotect without a key is mprotect, which leakwatch stops at: for tens of thousands of calls that would take its time. */
static void meet_mapping_limit(void)
{
    const size_t size = (size_t)1 << 30, room = 8 * PAGE;
    char *memory = mmap(NULL, size, PROT_NONE, MAP_ANONYMOUS | MAP_PRIVATE | MAP_NORESERVE, -1, 0);
    size_t at = 2 * room;

    if (memory == MAP_FAILED)
        abort();
    while (syscall(SYS_pkey_mprotect, memory + at, PAGE, PROT_READ, -1) == 0)
        at += 2 * PAGE;
    protect_one_more(memory + room);
    unmap_in_the_middle(memory + room);
    advise_in_the_middle(memory + room);
    check(munmap(memory, size));
}

static NOINLINE void fork_in_vain(void)
{
    expect_error(fork() < 0, EAGAIN);
}

static NOINLINE void spawn_in_vain(void)
{
    pid_t child;

    if (posix_spawn(&child, "/bin/true", NULL, NULL, (char *[]){(char *)"true", NULL}, NULL) != EAGAIN)
        abort();
}

static void *nothing(void *context)
{
    return context;
}

static NOINLINE void start_thread_in_vain(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, nothing, NULL) != EAGAIN)
        abort();
}

static void meet_task_limit(void)
{
    if (geteuid() == 0)
        check(setresuid(NOBODY_ELSE, NOBODY_ELSE, NOBODY_ELSE));
    set_limit(RLIMIT_NPROC, 1);
    fork_in_vain();
    spawn_in_vain();
    start_thread_in_vain();
}

/* More than half of what may be committed under the limit that limits_strict.py sets. Where others have so much that it is not to
 * be had once, there is nothing to test. */
static NOINLINE void copy_in_vain(void)
{
    if (mmap(NULL, (size_t)30 << 40, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
        exit(SKIPPED);
    expect_error(fork() < 0, ENOMEM);
}

static NOINLINE int recurse(volatile char *below)
{
    volatile char frame[1024];

    frame[0] = below ? below[0] : 1;
    return frame[0] ? recurse(frame) + frame[0] : 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "data") == 0)
        meet_data_limit();
    else if (strcmp(what, "mappings") == 0)
        meet_mapping_limit();
    else if (strcmp(what, "tasks") == 0)
        meet_task_limit();
    else if (strcmp(what, "fork") == 0)
        fork_in_vain();
    else if (strcmp(what, "copy") == 0)
        copy_in_vain();
    else if (strcmp(what, "stack") == 0)
        return recurse(NULL);
    else
        return 2;
    return 0;
}
