/* SPDX-License-Identifier: MIT
 * What the programs share that are run under strace and under leakwatch: calls without the C library between, and memory that is
 * not there. They print nothing and wait for nothing but what they started themselves; two runs make the same calls. */
#ifndef LEAKWATCH_TESTS_TRACE_PROGRAM_H
#define LEAKWATCH_TESTS_TRACE_PROGRAM_H

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The system call of this name, as it is. */
#define CALL(name, ...) syscall(SYS_##name, ##__VA_ARGS__)

/* An address of which nothing can be read. */
#define NOWHERE ((void *)-1L)

/* From here on, when a child ends is seen by waiting only: when its signal comes, between which calls, is chance. */
static inline void hold_child_signals(void)
{
    const unsigned long set = 1UL << (SIGCHLD - 1);

    CALL(rt_sigprocmask, SIG_BLOCK, &set, NULL, sizeof set);
}

/* One of those that have been held comes now. */
static inline void release_child_signals(void)
{
    const unsigned long set = 0;

    CALL(rt_sigprocmask, SIG_SETMASK, &set, NULL, sizeof set);
}

enum { PAGE_BYTES = 4096 };

/* A copy of `size` bytes, behind which no memory is: a page too few for other mappings. */
static inline void *at_the_edge(const void *bytes, size_t size)
{
    char *pages = mmap(NULL, 3 * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    munmap(pages + PAGE_BYTES, PAGE_BYTES);
    return memcpy(pages + PAGE_BYTES - size, bytes, size);
}

#endif
