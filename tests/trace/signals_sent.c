/* SPDX-License-Identifier: MIT
 * Signals sent, with and without data. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "trace_program.h"

static void handler(int signal, siginfo_t *info, void *context)
{
}

static void queued(pid_t self)
{
    siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};

    info.si_pid = self;
    info.si_uid = 5;
    info.si_value.sival_ptr = (void *)0x123456789abc;
    CALL(rt_sigqueueinfo, self, SIGUSR1, &info);
    info.si_value.sival_ptr = NULL;
    info.si_value.sival_int = -7;
    CALL(rt_tgsigqueueinfo, self, self, SIGUSR1, &info);
    info.si_errno = 2;
    info.si_code = -77;
    CALL(rt_sigqueueinfo, self, SIGUSR1, &info);
    info.si_code = SI_USER;
    CALL(rt_sigqueueinfo, 1, SIGUSR1, &info);
    info.si_code = SI_KERNEL;
    CALL(rt_sigqueueinfo, 12345678, SIGUSR1, &info);
    info = (siginfo_t){.si_signo = SIGSEGV, .si_code = 2};
    info.si_addr = (void *)0x1000;
    CALL(rt_sigqueueinfo, 12345678, SIGUSR1, &info);
    info = (siginfo_t){.si_signo = SIGCHLD, .si_code = CLD_DUMPED};
    info.si_status = 11;
    CALL(rt_sigqueueinfo, 12345678, SIGCHLD, &info);
    info = (siginfo_t){.si_signo = SIGIO, .si_code = POLL_IN};
    info.si_band = 0x41;
    info.si_fd = 3;
    CALL(rt_sigqueueinfo, 12345678, SIGCHLD, &info);
    info = (siginfo_t){.si_signo = SIGSYS, .si_code = 1};
    info.si_syscall = 39;
    info.si_arch = 0xc000003e;
    CALL(rt_sigqueueinfo, 12345678, SIGCHLD, &info);
    info = (siginfo_t){.si_signo = SIGALRM, .si_code = SI_TIMER};
    info.si_overrun = 2;
    CALL(rt_sigqueueinfo, 12345678, SIGCHLD, &info);
    info = (siginfo_t){.si_signo = 0, .si_code = 5};
    CALL(rt_sigqueueinfo, 12345678, 0, &info);
    CALL(rt_sigqueueinfo, 12345678, 0, NULL);
    CALL(rt_tgsigqueueinfo, 12345678, -1, 99, NOWHERE);
    const int pidfd = (int)CALL(pidfd_open, self, 0);
    CALL(pidfd_send_signal, pidfd, SIGUSR1, NULL, 0);
    info = (siginfo_t){.si_signo = SIGUSR1, .si_code = SI_QUEUE};
    CALL(pidfd_send_signal, pidfd, SIGUSR1, &info, 0);
    CALL(pidfd_send_signal, -1, 0, NULL, 1);
}

static void waited(pid_t self)
{
    unsigned long set = 1UL << (SIGUSR2 - 1);
    siginfo_t info;
    struct timespec none = {0, 0}, wrong = {1, -1};

    CALL(rt_sigprocmask, SIG_BLOCK, &set, NULL, 8);
    CALL(rt_sigtimedwait, &set, &info, &none, 8);
    CALL(kill, self, SIGUSR2);
    CALL(rt_sigtimedwait, &set, &info, &none, 8);
    CALL(tgkill, self, self, SIGUSR2);
    CALL(rt_sigtimedwait, &set, NULL, NULL, 8);
    CALL(rt_sigtimedwait, &set, &info, &wrong, 8);
    CALL(rt_sigtimedwait, NULL, NULL, NOWHERE, 9);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    const pid_t self = getpid();

    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGCHLD, &action, NULL);
    CALL(kill, self, SIGUSR1);
    CALL(kill, self, 0);
    CALL(kill, -12345678, SIGRTMIN + 1);
    CALL(kill, self, 77);
    CALL(tkill, self, SIGUSR1);
    CALL(tgkill, self, -1, SIGUSR1);
    sigaddset(&action.sa_mask, SIGINT);
    sigprocmask(SIG_BLOCK, &action.sa_mask, NULL);
    CALL(tgkill, self, self, SIGUSR1);
    queued(self);
    waited(self);
    return 0;
}
