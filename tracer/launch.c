/* SPDX-License-Identifier: MIT */
#include "launch.h"

#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/calls/seccomp_filter.h"
#include "tracer/kernel/ptrace_diagnosis.h"
#include "inherited_state.h"
#include "tracee.h"

/* Yama lets a process be traced by its ancestors only, unless it says itself by whom else. */
static void permit_tracer(const struct launch *launch)
{
    pid_t tracer;

    if (read(launch->program_end, &tracer, sizeof tracer) != sizeof tracer)
        _exit(127);
    prctl(PR_SET_PTRACER, (unsigned long)tracer, 0, 0, 0);
    if (write(launch->program_end, "", 1) != 1)
        _exit(127);
}

/* Without the supervisor nobody would let it run on: it must not outlive it here. */
static void stop_for_tracer(const struct launch *launch)
{
    if (launch->way == LAUNCH_CHILD) {
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        if (getppid() != launch->supervisor) /* it died before that */
            _exit(127);
    }
    kill(getpid(), SIGSTOP);
    if (launch->way == LAUNCH_CHILD)
        prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
}

static int become_user(const struct launch_user *user)
{
    if (initgroups(user->name, user->gid) != 0 || setresgid(user->gid, user->gid, user->gid) != 0 ||
        setresuid(user->uid, user->uid, user->uid) != 0)
        return errno;
    return 0;
}

_Noreturn void launch_become_program(const struct launch_settings *settings, const struct inherited_state *inherited,
                                     struct launch *launch)
{
    struct launch_report *report = launch->report;
    char go;

    close(launch->tracer_end);
    if (launch->way != LAUNCH_CHILD)
        permit_tracer(launch);
    /* End of file: the supervisor has died. */
    if (read(launch->program_end, &go, 1) != 1)
        _exit(127);
    if (settings->filter)
        report->filter_error = seccomp_filter_install(settings->filter, &report->no_new_privileges);
    report->stops = !settings->filter || report->filter_error;
    if (report->stops)
        stop_for_tracer(launch);
    if (inherited)
        inherited_state_restore(inherited);
    if (settings->user)
        report->user_error = become_user(settings->user);
    if (report->user_error)
        _exit(127);
    if (settings->environment)
        environ = (char **)settings->environment;
    if (settings->executable)
        execv(settings->executable, settings->command);
    else
        execvp(settings->command[0], settings->command);
    report->exec_error = errno;
    _exit(127);
}

/* ---- The tracer's side ----------------------------------------------------------------------------------------------------- */

/* In the grandchild, which goes on as the tracer. */
static void leave_group(enum launch_way way)
{
    if (way == LAUNCH_PGROUP)
        setpgid(0, 0);
    else if (way == LAUNCH_SESSION)
        setsid();
}

static int fork_tracer(struct launch *launch)
{
    const pid_t program = getpid(), child = fork();

    if (child < 0)
        return -errno;
    if (child > 0) {
        waitpid(child, NULL, 0);
        launch->is_program = true;
        return 0;
    }
    if (fork() != 0) /* if there is no grandchild, the program sees its end of the sockets closed */
        _exit(0);
    close(launch->program_end);
    launch->program_end = -1;
    leave_group(launch->way);
    launch->pid = program;
    return 0;
}

int launch_prepare(struct launch *launch, enum launch_way way)
{
    int ends[2];

    *launch = (struct launch){.way = way, .tracer_end = -1, .program_end = -1};
    void *shared = mmap(NULL, sizeof *launch->report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return -errno;
    launch->report = shared;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return -errno;
    launch->tracer_end = ends[0];
    launch->program_end = ends[1];
    return way == LAUNCH_CHILD ? 0 : fork_tracer(launch);
}

static int seize(const struct launch_settings *settings, struct launch *launch)
{
    struct ptrace_circumstances circumstances;

    int error = tracee_seize(launch->pid, settings->options);
    if (error) {
        ptrace_circumstances_read(launch->pid, true, -error, &circumstances);
        launch->problem = ptrace_diagnosis(&circumstances);
    }
    return error;
}

static int fork_program(const struct launch_settings *settings, const struct inherited_state *inherited, struct launch *launch)
{
    sigset_t mask;

    /* What comes before the child has its own handlers back is for the program, and waits. */
    sigprocmask(SIG_BLOCK, &inherited->handled, &mask);
    launch->supervisor = getpid();
    launch->pid = fork();
    const int error = launch->pid < 0 ? -errno : 0;
    if (launch->pid != 0)
        sigprocmask(SIG_SETMASK, &mask, NULL);
    if (launch->pid == 0)
        launch_become_program(settings, inherited, launch);
    close(launch->program_end);
    launch->program_end = -1;
    return error;
}

static int ask_for_permission(const struct launch *launch)
{
    const pid_t pid = getpid();
    char permitted;

    if (write(launch->tracer_end, &pid, sizeof pid) != sizeof pid)
        return -errno;
    return read(launch->tracer_end, &permitted, 1) == 1 ? 0 : -ESRCH;
}

static int release(const struct launch_settings *settings, struct launch *launch)
{
    int error = seize(settings, launch);

    if (!error && write(launch->tracer_end, "", 1) != 1)
        error = -errno;
    if (error && launch->way == LAUNCH_CHILD) {
        kill(launch->pid, SIGKILL);
        waitpid(launch->pid, NULL, __WALL);
    }
    return error;
}

static void close_ends(struct launch *launch)
{
    if (launch->tracer_end >= 0)
        close(launch->tracer_end);
    if (launch->program_end >= 0)
        close(launch->program_end);
    launch->tracer_end = launch->program_end = -1;
}

int launch_start(const struct launch_settings *settings, const struct inherited_state *inherited, struct launch *launch)
{
    int error = launch->way == LAUNCH_CHILD ? fork_program(settings, inherited, launch) : ask_for_permission(launch);

    if (!error)
        error = release(settings, launch);
    close_ends(launch);
    return error;
}

void launch_finish(struct launch *launch)
{
    close_ends(launch);
    if (launch->report)
        munmap(launch->report, sizeof *launch->report);
    free(launch->problem);
    *launch = (struct launch){.tracer_end = -1, .program_end = -1};
}
