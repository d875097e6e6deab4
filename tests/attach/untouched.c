/* SPDX-License-Identifier: MIT
 *
 * untouched [MODE]: takes large blocks, each in a mapping of its own, tells of each how it will be used, says "ready", and then
 * waits for bytes on standard input. `t`: uses them all so, once more, and says "ready" again. `x`: ends with status 7; anything
 * that went otherwise than it does without leakwatch is another status. MODE draw: draws a line (leakwatch.h) before it first says
 * "ready".
 *
 * Lines are "NAME KIND MIB USE": KIND as leakwatch has it, USE is write, read (a child process writes to its copy, too), kernel (a
 * system call writes), move (it is grown and shrunk, for which the kernel moves its mapping), or none. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../preload/leakwatch.h"

enum { GOOD = 7, MIB = 1 << 20, HEADER = 24, PAGE = 4096 }; /* with its header, a block is whole pages */

static unsigned char *written, *read_only, *by_kernel, *moved, *kept;

/* All pages hold data. Advice that has no effect here, and is different for each block, keeps their mappings apart. */
static unsigned char *take(const char *name, const char *kind, size_t size, const char *use)
{
    static const int orders[] = {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL};
    static unsigned taken;
    unsigned char *block = malloc(size - HEADER);

    if (!block)
        _exit(1);
    memset(block, 1, size - HEADER);
    unsigned char *pages = block - (uintptr_t)block % PAGE;
    if (madvise(pages, size, orders[taken % 3]) != 0 || madvise(pages, size, taken < 3 ? MADV_DODUMP : MADV_DONTDUMP) != 0)
        _exit(1);
    taken++;
    printf("%s %s %zu %s\n", name, kind, size / MIB, use);
    return block;
}

/* Nothing of it stays on a stack that is still used, or in registers. */
static void *lose(void *nothing)
{
    take("lost", "definite", 6 * MIB, "none")[0] = 2;
    return nothing;
}

static void in_a_thread(void *(*work)(void *))
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, work, NULL) != 0 || pthread_join(thread, NULL) != 0)
        _exit(1);
}

static void *write_all(void *nothing)
{
    memset(written, 3, 1 * MIB - HEADER);
    return nothing;
}

static unsigned read_all(const unsigned char *block, size_t size)
{
    unsigned sum = 0;

    for (size_t i = 0; i < size; i += PAGE)
        sum += block[i];
    return sum;
}

static void let_the_kernel_write(void)
{
    int zeros = open("/dev/zero", O_RDONLY | O_CLOEXEC);

    if (zeros < 0 || read(zeros, by_kernel, 3 * MIB - HEADER) != 3 * MIB - HEADER || read_all(by_kernel, 3 * MIB - HEADER) != 0)
        _exit(2);
    close(zeros);
}

static void let_a_child_write(void)
{
    int status;
    const pid_t child = fork();

    if (child == 0) {
        memset(read_only, 5, 2 * MIB - HEADER);
        _exit(read_only[MIB] == 5 ? GOOD : 3);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != GOOD)
        _exit(3);
}

static void move(void)
{
    static bool large;

    large = !large;
    moved = realloc(moved, (large ? 8 : 7) * MIB - HEADER);
    if (!moved || read_all(moved, 7 * MIB - HEADER) != 7 * MIB / PAGE)
        _exit(6);
}

static void use(void)
{
    in_a_thread(write_all);
    if (written[MIB / 2] != 3 || read_all(read_only, 2 * MIB - HEADER) != 2 * MIB / PAGE)
        _exit(4);
    let_the_kernel_write();
    let_a_child_write();
    move();
}

static void say_ready(void)
{
    puts("ready");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    char byte = 0;

    written = take("written", "reachable", 1 * MIB, "write");
    read_only = take("read_only", "reachable", 2 * MIB, "read");
    by_kernel = take("by_kernel", "reachable", 3 * MIB, "kernel");
    moved = take("moved", "reachable", 7 * MIB, "move");
    kept = take("kept", "reachable", 5 * MIB, "none");
    in_a_thread(lose);
    use();
    if (argc > 1 && strcmp(argv[1], "draw") == 0)
        LEAKWATCH_MARK("ready");
    say_ready();
    while (read(STDIN_FILENO, &byte, 1) == 1 && byte == 't') {
        use();
        say_ready();
    }
    return byte == 'x' && read_only[MIB] == 1 ? GOOD : 5;
}
