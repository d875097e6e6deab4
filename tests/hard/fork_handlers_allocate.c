/* SPDX-License-Identifier: MIT
 *
 * Handlers around fork allocate, in the parent and in the child, while other threads do: neither hangs, and the child's loss is its
 * own, beside what the other threads had in hand when it was forked.
 *
 * cases: S06 S07
 * ways: run trace look follow
 * report: [.processes[] | select(any(.leaks.records[]; .kind == "definite" and .bytes == 501))] | length == 5 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/wait.h>

#include "hard.h"

static atomic_bool ended;

static void allocate(void)
{
    for (int i = 0; i < 100; i++)
        free(malloc((size_t)i * 100));
}

static void *be_busy(void *unused)
{
    while (!atomic_load(&ended))
        allocate();
    return NULL;
}

int main(int argc, char *argv[])
{
    pthread_t threads[3];
    int status;

    hard_begin(argc, argv);
    char *inherited = malloc(300);
    pthread_atfork(allocate, allocate, allocate);
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, be_busy, NULL);
    for (int i = 0; i < 5; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            free(inherited);
            hard_lose(501);
            exit(8);
        }
        REQUIRE(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 8, "status %#x", status);
    }
    atomic_store(&ended, true);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    free(inherited);
    return hard_ok();
}
