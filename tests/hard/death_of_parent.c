/* SPDX-License-Identifier: MIT
 *
 * What ties processes together: the signal at the parent's death, a subreaper that gets the orphans, and children that nobody waits
 * for.
 *
 * cases: P57 P55
 * ways: run trace look follow */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "hard.h"

static int pipe_ends[2];

static void tell(char what)
{
    REQUIRE(write(pipe_ends[1], &what, 1) == 1, "nobody reads");
}

static char hear(void)
{
    char what;

    REQUIRE(read(pipe_ends[0], &what, 1) == 1, "nobody writes");
    return what;
}

static void on_signal(int number)
{
    tell('d');
    _exit(11);
}

/* The parent of a waiting grandchild ends: the grandchild gets the signal it asked for, and becomes ours. */
static void check_orphan(void)
{
    int status;

    pid_t parent = fork();
    if (parent == 0) {
        if (fork() == 0) {
            signal(SIGUSR2, on_signal);
            prctl(PR_SET_PDEATHSIG, SIGUSR2, 0, 0, 0);
            tell('r');
            for (;;)
                pause();
        }
        REQUIRE(hear() == 'r', "the grandchild is not ready");
        _exit(10);
    }
    REQUIRE(waitpid(parent, &status, 0) == parent && WEXITSTATUS(status) == 10, "status %#x", status);
    REQUIRE(hear() == 'd', "no signal at the parent's death");
    REQUIRE(wait(&status) > 0 && WEXITSTATUS(status) == 11, "the orphan is not ours: %#x", status);
}

static void check_nobody_waits(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};

    sigaction(SIGCHLD, &action, NULL);
    for (int i = 0; i < 5; i++)
        if (fork() == 0)
            _exit(1);
    REQUIRE(wait(NULL) == -1 && errno == ECHILD, "a child was left: %s", strerror(errno));
}

int main(int argc, char *argv[])
{
    hard_begin(argc, argv);
    REQUIRE(pipe(pipe_ends) == 0 && prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0, "not prepared");
    check_orphan();
    check_nobody_waits();
    return hard_ok();
}
