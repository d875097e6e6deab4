/* SPDX-License-Identifier: MIT
 *
 * Limits so low that nobody can open, write or map anything more: the program sees its own, and lives within them.
 *
 * cases: P54
 * ways: run trace look follow */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>

#include "hard.h"

static void *allocate(void *unused)
{
    for (int i = 0; i < 1000; i++)
        free(malloc((size_t)i));
    return NULL;
}

static void set(int resource, rlim_t most)
{
    struct rlimit seen, limit = {most, most};

    REQUIRE(setrlimit(resource, &limit) == 0, "%s", strerror(errno));
    REQUIRE(getrlimit(resource, &seen) == 0 && seen.rlim_cur == most && seen.rlim_max == most, "another limit");
}

int main(int argc, char *argv[])
{
    pthread_t thread;

    hard_begin(argc, argv);
    set(RLIMIT_FSIZE, 0);
    set(RLIMIT_NOFILE, 3);
    set(RLIMIT_MEMLOCK, 0);
    set(RLIMIT_SIGPENDING, 0);
    REQUIRE(open("/dev/null", O_RDONLY) == -1 && errno == EMFILE, "a file was opened");
    for (int i = 0; i < 8; i++) {
        REQUIRE(pthread_create(&thread, NULL, allocate, NULL) == 0, "no thread");
        pthread_join(thread, NULL);
    }
    return hard_ok();
}
