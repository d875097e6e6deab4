/* SPDX-License-Identifier: MIT
 *
 * Under a filter that kills for any call but the last, the program takes and gives back blocks in every way, a hundred thousand
 * times from the same stacks, and then from thirty thousand different ones, for which there is not enough memory in reserve: nobody
 * calls the kernel for it, and what is lost can still be found. So it is in a child in strict mode.
 *
 * cases: P30
 * ways: run
 * report: .summary.definite.blocks + .summary.possible.blocks == 2 */
#include <linux/audit.h>
#include <malloc.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "hard_seccomp.h"

enum { PATH_BITS = 15, PAIRS = 25000 };

/* Not alike, or the compiler would make one of them. */
__attribute__((noinline)) static void left(unsigned path, int depth);
__attribute__((noinline)) static void right(unsigned path, int depth);

static void step(unsigned path, int depth)
{
    if (depth == PATH_BITS)
        free(malloc(8));
    else if (path >> depth & 1)
        left(path, depth + 1);
    else
        right(path, depth + 1);
    __asm__ volatile("");
}

static void left(unsigned path, int depth)
{
    step(path, depth);
    __asm__ volatile("# left");
}

static void right(unsigned path, int depth)
{
    step(path, depth);
    __asm__ volatile("# right");
}

static void take_in_every_way(int rounds)
{
    for (int i = 0; i < rounds; i++) {
        void *aligned = NULL;
        free(realloc(malloc(100), 1000));
        free(calloc(10, 10));
        free(aligned_alloc(64, 640));
        REQUIRE(posix_memalign(&aligned, 32, 100) == 0, "no memory");
        free(aligned);
    }
}

static void allocate(size_t lost)
{
    take_in_every_way(PAIRS);
    for (unsigned path = 0; path < 1 << PATH_BITS; path++)
        step(path, 0);
    hard_lose(lost);
}

static void forbid_all_but(unsigned number)
{
    struct sock_filter program[] = HARD_FILTER(number, SECCOMP_RET_ALLOW, SECCOMP_RET_KILL_PROCESS);
    struct sock_fprog all = {.len = sizeof program / sizeof *program, .filter = program};

    REQUIRE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no new privileges");
    REQUIRE(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &all) == 0, "no filter");
}

static void in_filter(void)
{
    forbid_all_but(SYS_exit);
    allocate(77);
    syscall(SYS_exit, 14);
}

static void in_strict_mode(void)
{
    REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0) == 0, "no strict mode");
    allocate(77);
    syscall(SYS_exit, 14);
}

static void require_end(void (*confined)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0)
        confined();
    REQUIRE(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 14, "status %#x", status);
}

int main(int argc, char *argv[])
{
    mallopt(M_TOP_PAD, 4 << 20); /* the C library needs no more from now on */
    take_in_every_way(1);
    hard_begin(argc, argv);
    require_end(in_filter);
    require_end(in_strict_mode);
    return hard_ok();
}
