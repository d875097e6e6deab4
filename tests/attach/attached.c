/* SPDX-License-Identifier: MIT
 *
 * attached MODE: does the same thing again and again, in a way in which something foreign would show, until a byte comes on
 * standard input. Says "ready" first, and ends with status 7; with another one if it saw what it should not have: a call that
 * failed, a thread that did not go on, a child that did not end as it should. busy      one thread, calls all the time asleep one
 * thread, in read(2) threads   eight threads, some busy, some waiting for each other children  a child by vfork(2) and execve(2),
 * one by fork(2), again and again short     threads that end as soon as they are there storm     200 threads at once, which make
 * calls and end; no byte is waited for */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GOOD = 7, BAD = 8, THREADS = 8, STORM = 200, STORM_ROUNDS = 20 };

static atomic_bool over;
static atomic_ulong rounds[THREADS];

static void fail(const char *what)
{
    fprintf(stderr, "attached: %s: %s\n", what, strerror(errno));
    _exit(BAD);
}

static void require(bool good, const char *what)
{
    if (!good)
        fail(what);
}

static bool byte_came(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&input, 1, 0) == 1;
}

static void make_calls(void)
{
    static const char text[] = "some bytes";
    char back[sizeof text];
    int ends[2];

    require(syscall(SYS_getppid) >= 0, "getppid");
    require(pipe(ends) == 0, "pipe");
    require(write(ends[1], text, sizeof text) == sizeof text, "write");
    require(read(ends[0], back, sizeof back) == sizeof back && memcmp(back, text, sizeof text) == 0, "read");
    require(close(ends[0]) == 0 && close(ends[1]) == 0, "close");
}

static void busy(void)
{
    while (!byte_came())
        make_calls();
}

static void asleep(void)
{
    char byte;

    require(read(STDIN_FILENO, &byte, 1) == 1, "read");
}

static pthread_mutex_t turn_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static size_t turn;

/* The threads of odd numbers take turns. */
static void take_turn(size_t self)
{
    pthread_mutex_lock(&turn_lock);
    while (turn != self && !over)
        pthread_cond_wait(&turn_changed, &turn_lock);
    turn = (self + 2) % THREADS;
    pthread_cond_broadcast(&turn_changed);
    pthread_mutex_unlock(&turn_lock);
}

static void *work(void *number)
{
    const size_t self = (size_t)number;

    while (!over) {
        if (self % 2 == 1)
            take_turn(self);
        else
            make_calls();
        rounds[self]++;
    }
    return number;
}

/* Each thread must have gone on since the byte came. */
static void require_progress(void)
{
    for (size_t i = 0; i < THREADS; i++)
        for (const unsigned long before = rounds[i]; rounds[i] == before;)
            sched_yield();
}

static void threads(void)
{
    pthread_t ids[THREADS];

    turn = 1;
    for (size_t i = 0; i < THREADS; i++)
        require(pthread_create(&ids[i], NULL, work, (void *)i) == 0, "pthread_create");
    asleep();
    require_progress();
    pthread_mutex_lock(&turn_lock);
    over = true;
    pthread_cond_broadcast(&turn_changed);
    pthread_mutex_unlock(&turn_lock);
    for (size_t i = 0; i < THREADS; i++) {
        void *result;
        require(pthread_join(ids[i], &result) == 0 && result == (void *)i, "pthread_join");
    }
}

static void wait_for(pid_t child, int expected)
{
    int status;

    require(child > 0, "fork");
    require(waitpid(child, &status, 0) == child, "waitpid");
    require(WIFEXITED(status) && WEXITSTATUS(status) == expected, "status of a child");
}

static void children(void)
{
    while (!byte_came()) {
        const pid_t executed = vfork();
        if (executed == 0) {
            execl("/bin/true", "true", NULL);
            _exit(1);
        }
        wait_for(executed, 0);
        const pid_t forked = fork();
        if (forked == 0)
            _exit(3);
        wait_for(forked, 3);
    }
}

static void *end_at_once(void *number)
{
    return number;
}

static void short_lived(void)
{
    while (!byte_came()) {
        pthread_t id;
        require(pthread_create(&id, NULL, end_at_once, NULL) == 0, "pthread_create");
        require(pthread_join(id, NULL) == 0, "pthread_join");
    }
}

static void *make_some_calls(void *barrier)
{
    pthread_barrier_wait(barrier);
    for (int i = 0; i < STORM_ROUNDS; i++)
        make_calls();
    return barrier;
}

static void storm(void)
{
    pthread_t ids[STORM];
    pthread_barrier_t barrier;

    pthread_barrier_init(&barrier, NULL, STORM);
    for (size_t i = 0; i < STORM; i++)
        require(pthread_create(&ids[i], NULL, make_some_calls, &barrier) == 0, "pthread_create");
    for (size_t i = 0; i < STORM; i++)
        require(pthread_join(ids[i], NULL) == 0, "pthread_join");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } modes[] = {{"busy", busy},         {"asleep", asleep},     {"threads", threads},
                 {"children", children}, {"short", short_lived}, {"storm", storm}};

    /* Also where only ancestors may trace. */
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    for (size_t i = 0; argc == 2 && i < sizeof modes / sizeof *modes; i++) {
        if (strcmp(argv[1], modes[i].name) != 0)
            continue;
        puts("ready");
        fflush(stdout);
        modes[i].run();
        return GOOD;
    }
    return 2;
}
