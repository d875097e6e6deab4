/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/xalloc.h"

#define DELAY_NS 500000000L

struct progress {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool done;
    char *text;
};

static struct timespec half_a_second_from_now(void)
{
    struct timespec deadline;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_nsec += DELAY_NS;
    if (deadline.tv_nsec >= 1000000000L) {
        deadline.tv_nsec -= 1000000000L;
        deadline.tv_sec++;
    }
    return deadline;
}

static void *show_when_late(void *argument)
{
    struct progress *progress = argument;
    struct timespec deadline = half_a_second_from_now();
    int waited = 0;

    pthread_mutex_lock(&progress->lock);
    while (!progress->done && waited == 0)
        waited = pthread_cond_clockwait(&progress->changed, &progress->lock, CLOCK_MONOTONIC, &deadline);
    bool late = !progress->done;
    if (late)
        fprintf(stderr, "\rleakwatch: %s ...", progress->text);
    while (!progress->done)
        pthread_cond_wait(&progress->changed, &progress->lock);
    if (late)
        fputs("\r\033[K", stderr);
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

static void release(struct progress *progress)
{
    pthread_cond_destroy(&progress->changed);
    pthread_mutex_destroy(&progress->lock);
    free(progress->text);
    free(progress);
}

struct progress *progress_begin(const char *text)
{
    sigset_t all, before;

    if (!isatty(STDERR_FILENO))
        return NULL;
    struct progress *progress = xcalloc(1, sizeof *progress);
    progress->text = xstrdup(text);
    pthread_mutex_init(&progress->lock, NULL);
    pthread_cond_init(&progress->changed, NULL);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&progress->thread, NULL, show_when_late, progress);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == 0)
        return progress;
    release(progress);
    return NULL;
}

void progress_end(struct progress *progress)
{
    if (progress == NULL)
        return;
    pthread_mutex_lock(&progress->lock);
    progress->done = true;
    pthread_cond_signal(&progress->changed);
    pthread_mutex_unlock(&progress->lock);
    pthread_join(progress->thread, NULL);
    release(progress);
}
