/* SPDX-License-Identifier: MIT */
#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "seccomp_filter.h"
#include "supervisor_signals.h"
#include "tracee.h"

/* In the child. The pipe says when it is traced; end of file: the supervisor has died. */
static _Noreturn void become_program(char *const *command, const struct supervisor_signals *signals, const int start[2],
                                     struct launch *launch)
{
    char go;

    close(start[1]);
    if (read(start[0], &go, 1) != 1)
        _exit(127);
    launch->filter_error = seccomp_filter_install(&launch->no_new_privileges);
    if (launch->filter_error)
        kill(getpid(), SIGSTOP);
    supervisor_signals_restore(signals);
    execvp(command[0], command);
    launch->exec_error = errno;
    _exit(127);
}

static int seize_and_release(pid_t pid, int start)
{
    int error = tracee_seize(pid);

    if (!error && write(start, "", 1) != 1)
        error = -errno;
    if (error) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, __WALL);
    }
    return error;
}

int launch_start(char *const *command, const struct supervisor_signals *signals, pid_t *pid, struct launch **launch, bool *traced)
{
    int start[2];

    *traced = true;
    *launch = mmap(NULL, sizeof **launch, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (*launch == MAP_FAILED)
        return -errno;
    if (pipe2(start, O_CLOEXEC) != 0) {
        int pipe_error = -errno;
        launch_destroy(*launch);
        return pipe_error;
    }
    *pid = fork();
    if (*pid == 0)
        become_program(command, signals, start, *launch);
    int error = *pid < 0 ? -errno : 0;
    if (!error) {
        error = seize_and_release(*pid, start[1]);
        *traced = !error;
    }
    close(start[0]);
    close(start[1]);
    if (error)
        launch_destroy(*launch);
    return error;
}

void launch_destroy(struct launch *launch)
{
    if (launch)
        munmap(launch, sizeof *launch);
}
