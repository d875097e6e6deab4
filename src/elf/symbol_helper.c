/* SPDX-License-Identifier: MIT */
#include "symbol_helper.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"

struct symbol_helper {
    symbol_serve *serve;
    bool debuginfod;
    int ours, theirs; /* ends of the sockets */
    pid_t pid;        /* -1: it could not be started */
    pthread_t keeper;
    sem_t started, unwanted;
};

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0 && errno == EINTR)
        ;
}

static _Noreturn void become_helper(const struct symbol_helper *helper, pid_t parent)
{
    /* The signal comes when the thread ends that has made us: with leakwatch, or it may have gone already. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(1);
    close(helper->ours);
    helper->serve(helper->theirs, helper->debuginfod);
    _exit(0);
}

/* The thread that is the parent. */
static void *keep(void *argument)
{
    struct symbol_helper *helper = argument;
    const pid_t parent = getpid();

    helper->pid = fork();
    if (helper->pid == 0)
        become_helper(helper, parent);
    sem_post(&helper->started);
    if (helper->pid < 0)
        return NULL;
    wait_for(&helper->unwanted);
    kill(helper->pid, SIGKILL);
    while (waitpid(helper->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return NULL;
}

/* The thread gets no signals: they are for the main thread, which they must wake. The helper is not to be ended or stopped from the
 * terminal. */
static int start_keeper(struct symbol_helper *helper)
{
    sigset_t all, mask;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    const int error = pthread_create(&helper->keeper, NULL, keep, helper);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    if (!error)
        wait_for(&helper->started);
    return error;
}

static void release(struct symbol_helper *helper)
{
    sem_destroy(&helper->started);
    sem_destroy(&helper->unwanted);
    if (helper->ours >= 0)
        close(helper->ours);
    if (helper->theirs >= 0)
        close(helper->theirs);
    free(helper);
}

struct symbol_helper *symbol_helper_start(symbol_serve *serve, bool debuginfod)
{
    struct symbol_helper *helper = xcalloc(1, sizeof *helper);
    int ends[2] = {-1, -1};

    const bool paired = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0;
    *helper = (struct symbol_helper){.serve = serve, .debuginfod = debuginfod, .ours = ends[0], .theirs = ends[1], .pid = -1};
    sem_init(&helper->started, 0, 0);
    sem_init(&helper->unwanted, 0, 0);
    if (!paired || start_keeper(helper) != 0) {
        release(helper);
        return NULL;
    }
    close(helper->theirs); /* so that the end of the helper is the end of what comes from it */
    helper->theirs = -1;
    if (helper->pid < 0) {
        pthread_join(helper->keeper, NULL);
        release(helper);
        return NULL;
    }
    return helper;
}

void symbol_helper_end(struct symbol_helper *helper)
{
    if (!helper)
        return;
    sem_post(&helper->unwanted);
    pthread_join(helper->keeper, NULL);
    release(helper);
}

int symbol_helper_socket(const struct symbol_helper *helper)
{
    return helper->ours;
}

pid_t symbol_helper_pid(const struct symbol_helper *helper)
{
    return helper->pid;
}
