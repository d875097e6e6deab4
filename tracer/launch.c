/* SPDX-License-Identifier: MIT */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inherited_state.h"
#include "ptrace_diagnosis.h"
#include "seccomp_filter.h"
#include "tracee.h"

/* In the child. The pipe says when it is traced; end of file: the supervisor has died. */
static _Noreturn void become_program(const struct launch_settings *settings, const struct inherited_state *inherited,
                                     const int start[2], struct launch_report *report)
{
    char go;

    close(start[1]);
    if (read(start[0], &go, 1) != 1)
        _exit(127);
    if (settings->filter)
        report->filter_error = seccomp_filter_install(settings->filter, &report->no_new_privileges);
    report->stops = !settings->filter || report->filter_error;
    if (report->stops)
        kill(getpid(), SIGSTOP);
    inherited_state_restore(inherited);
    if (settings->environment)
        environ = (char **)settings->environment;
    if (settings->executable)
        execv(settings->executable, settings->command);
    else
        execvp(settings->command[0], settings->command);
    report->exec_error = errno;
    _exit(127);
}

static int seize(const struct launch_settings *settings, struct launch *launch)
{
    struct ptrace_circumstances circumstances;

    int error = tracee_seize(launch->pid, settings->alone ? TRACEE_OPTIONS & ~TRACEE_FOLLOW_OPTIONS : TRACEE_OPTIONS);
    if (error) {
        ptrace_circumstances_read(launch->pid, -error, &circumstances);
        launch->problem = ptrace_diagnosis(&circumstances);
    }
    return error;
}

static int start_child(const struct launch_settings *settings, const struct inherited_state *inherited, const int start[2],
                       struct launch *launch)
{
    sigset_t mask;

    /* What comes before the child has its own handlers back is for the program, and waits. */
    sigprocmask(SIG_BLOCK, &inherited->handled, &mask);
    launch->pid = fork();
    int error = launch->pid < 0 ? -errno : 0;
    if (launch->pid != 0)
        sigprocmask(SIG_SETMASK, &mask, NULL);
    if (error)
        return error;
    if (launch->pid == 0)
        become_program(settings, inherited, start, launch->report);
    error = seize(settings, launch);
    if (!error && write(start[1], "", 1) != 1)
        error = -errno;
    if (error) {
        kill(launch->pid, SIGKILL);
        waitpid(launch->pid, NULL, __WALL);
    }
    return error;
}

int launch_start(const struct launch_settings *settings, const struct inherited_state *inherited, struct launch *launch)
{
    int start[2];

    *launch = (struct launch){0};
    void *shared = mmap(NULL, sizeof *launch->report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return -errno;
    launch->report = shared;
    if (pipe2(start, O_CLOEXEC) != 0)
        return -errno;
    int error = start_child(settings, inherited, start, launch);
    close(start[0]);
    close(start[1]);
    return error;
}

void launch_finish(struct launch *launch)
{
    if (launch->report)
        munmap(launch->report, sizeof *launch->report);
    free(launch->problem);
    *launch = (struct launch){0};
}
