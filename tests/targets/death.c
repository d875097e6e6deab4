/* SPDX-License-Identifier: MIT
 *
 * Every way to end a process gives the full report: one block is lost, one is held by a local variable.
 *
 * expect: leaks definite 1 24 reachable 1 48
 * expect: record definite 1 24 in lose_block main
 * expect: case return
 * expect: args return
 * expect: process exit 5
 * expect: leaks definite 2 72
 * expect: record definite 1 48 in main
 * expect: valgrind same
 * expect: case exit
 * expect: args exit
 * expect: process exit 6
 * expect: valgrind same
 * expect: case _exit
 * expect: args _exit
 * expect: process exit 7
 * expect: valgrind same
 * expect: case quick_exit
 * expect: args quick_exit
 * expect: process exit 8
 * expect: valgrind same
 * expect: case raw_exit
 * expect: args raw_exit
 * expect: process exit 9
 * expect: valgrind same
 * expect: case abort
 * expect: args abort
 * expect: process signal SIGABRT
 * expect: valgrind same
 * expect: case segv
 * expect: args segv
 * expect: process signal SIGSEGV
 * expect: valgrind same
 * expect: case fpe
 * expect: args fpe
 * expect: process signal SIGFPE
 * expect: valgrind same
 * expect: case term
 * expect: args term
 * expect: process signal SIGTERM
 * expect: valgrind same
 * expect: case kill
 * expect: args kill
 * expect: process signal SIGKILL
 * expect: valgrind skip: it dies without a report
 * expect: case thread
 * expect: args thread
 * expect: process exit 10
 * expect: leaks definite 1 24
 * expect: record reachable 1 48 in main
 * expect: valgrind gives definite 1 24: it takes descriptors of running threads for possibly lost */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "target.h"

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

static void *exit_from_thread(void *unused)
{
    exit(10);
}

static void die(const char *how)
{
    pthread_t thread;
    if (!strcmp(how, "exit"))
        exit(6);
    if (!strcmp(how, "_exit"))
        _exit(7);
    if (!strcmp(how, "quick_exit"))
        quick_exit(8);
    if (!strcmp(how, "raw_exit"))
        syscall(SYS_exit, 9);
    if (!strcmp(how, "abort"))
        abort();
    if (!strcmp(how, "segv"))
        *(volatile int *)opaque((void *)8) = 1;
    if (!strcmp(how, "fpe"))
        raise(SIGFPE);
    if (!strcmp(how, "term"))
        raise(SIGTERM);
    if (!strcmp(how, "kill"))
        kill(getpid(), SIGKILL);
    if (!strcmp(how, "thread") && !pthread_create(&thread, NULL, exit_from_thread, NULL))
        for (;;)
            pause();
}

int main(int argc, char **argv)
{
    void *volatile held = malloc(48);
    opaque(held);
    lose_block();
    clear_stack();
    die(argv[1]);
    return 5;
}
