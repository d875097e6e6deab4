/* SPDX-License-Identifier: MIT
 *
 * The program replaces itself by itself, in the ways there are; the last image loses a block.
 *
 * expect: repeat process 3 exec
 * expect: process exit 12 definite 1 24
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in lose_block main
 * expect: case by_path
 * expect: args 3
 * expect: valgrind same
 * expect: case from_thread
 * expect: args 3 thread
 * expect: valgrind skip: it does not survive an exec from a thread
 * expect: case without_environment
 * expect: args 3 empty
 * expect: valgrind same
 * expect: case after_failures
 * expect: args 3 failures
 * expect: valgrind same
 * expect: case without_path
 * expect: args 3 descriptor
 * expect: valgrind skip: it does not follow an exec by descriptor */
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "target.h"

static char **arguments;

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

static void *exec_from_thread(void *unused)
{
    execv("/proc/self/exe", arguments);
    return NULL;
}

static void exec_again(const char *how)
{
    char *nothing[] = {NULL};
    pthread_t thread;
    if (!strcmp(how, "thread") && !pthread_create(&thread, NULL, exec_from_thread, NULL))
        for (;;)
            pause();
    if (!strcmp(how, "empty")) {
        clearenv();
        execve(*arguments, arguments, nothing);
    }
    if (!strcmp(how, "failures")) {
        execv("/nonexistent/program", arguments);
        execv("/etc/passwd", arguments);
        execv("/", arguments);
    }
    if (!strcmp(how, "descriptor"))
        fexecve(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), arguments, environ);
    execv(*arguments, arguments);
}

int main(int argc, char **argv)
{
    int left = atoi(argv[1]);
    if (left == 0) {
        lose_block();
        clear_stack();
        return 12;
    }
    *argv[1] -= 1; /* one digit */
    arguments = argv;
    exec_again(argc > 2 ? argv[2] : "");
    return 1;
}
