/* SPDX-License-Identifier: MIT
 *
 * A program with busy threads forks again and again; each child takes and frees blocks and loses one. What the other threads held
 * on their stacks is held by nobody in a child, so only the child's own block is looked for.
 *
 * expect: process exit 0
 * expect: repeat process 20 exit 7
 * expect: more
 * expect: record definite 1 333 in lose_in_child
 * expect: valgrind skip: memcheck runs one thread at a time, so its counts are others */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

static atomic_bool done;

static NOINLINE void lose_in_child(void)
{
    opaque(malloc(333));
}

static void *busy(void *unused)
{
    while (!done)
        for (int i = 0; i < 100; i++)
            free(opaque(malloc(16 + i * 8)));
    return NULL;
}

static void child(void)
{
    for (int i = 0; i < 200; i++)
        free(opaque(malloc(16 + i * 8)));
    lose_in_child();
    clear_stack();
    _exit(7);
}

int main(void)
{
    pthread_t threads[3];
    int status, result = 0;
    for (int i = 0; i < 3; i++)
        if (pthread_create(&threads[i], NULL, busy, NULL))
            return 1;
    for (int i = 0; i < 20; i++) {
        pid_t pid = fork();
        if (pid == 0)
            child();
        if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 7)
            result = 2;
    }
    done = true;
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return result;
}
