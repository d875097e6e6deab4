/* SPDX-License-Identifier: MIT
 *
 * A process answers for the descriptors that it opened itself: what it got from its parent or from the program before is inherited.
 * Threads share theirs, unless they part with them.
 *
 * expect: options --track-fds=yes
 * expect: leaks none
 * expect: valgrind same
 * expect: case fork
 * expect: args fork
 * expect: process exit 0
 * expect: process exit 0
 * expect: open 1 file in open_before main
 * expect: open 1 file in open_in_child main
 * expect: case exec
 * expect: args exec
 * expect: process exec
 * expect: process exit 0
 * expect: open 1 file in open_after_exec main
 * expect: case threads
 * expect: args threads
 * expect: valgrind gives possible 1 272: the descriptor of the thread whose stack the C library keeps
 * expect: open 2 file in open_in_thread
 * expect: open 1 file in open_before main
 * expect: case unshared
 * expect: args unshared
 * expect: valgrind skip: it does not know that threads may part with their descriptors
 * expect: open 1 file in open_alone part_and_open
 * expect: open 1 file in open_before main */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

static int checked(int fd)
{
    if (fd < 0)
        abort();
    return fd;
}

static NOINLINE int open_before(int flags)
{
    return checked(open("/dev/null", O_RDONLY | flags));
}

static NOINLINE void open_in_child(void)
{
    checked(open("/dev/zero", O_RDONLY));
}

static NOINLINE void open_after_exec(void)
{
    checked(open("/dev/zero", O_RDONLY));
}

static NOINLINE void fork_once(void)
{
    int status;

    open_before(0);
    if (fork() == 0) {
        open_in_child();
        _exit(0);
    }
    if (wait(&status) < 0)
        abort();
}

static NOINLINE void exec_again(char *program)
{
    open_before(0);
    open_before(O_CLOEXEC);
    execl(program, program, "executed", NULL);
    abort();
}

static void *open_in_thread(void *unused)
{
    checked(open("/dev/zero", O_RDONLY));
    return unused;
}

static NOINLINE void start_threads(void)
{
    open_before(0);
    for (volatile int i = 0; i < 2; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, open_in_thread, NULL) || pthread_join(thread, NULL))
            abort();
    }
}

/* What the other thread has under this number stays open there. */
static NOINLINE void open_alone(int number)
{
    close(number);
    if (checked(open("/dev/zero", O_RDONLY)) != number)
        abort();
}

/* The process ends while this thread has descriptors of its own. */
static void *part_and_open(void *number)
{
    checked(unshare(CLONE_FILES));
    open_alone((int)(intptr_t)number);
    exit(0);
}

static NOINLINE void part_threads(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, part_and_open, (void *)(intptr_t)open_before(0)) || pthread_join(thread, NULL))
        abort();
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "fork") == 0)
        fork_once();
    else if (strcmp(what, "exec") == 0)
        exec_again(argv[0]);
    else if (strcmp(what, "executed") == 0)
        open_after_exec();
    else if (strcmp(what, "threads") == 0)
        start_threads();
    else if (strcmp(what, "unshared") == 0)
        part_threads();
    return 0;
}
