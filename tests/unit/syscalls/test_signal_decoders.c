/* SPDX-License-Identifier: MIT
 * What is done on signals, and what they tell. */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include "call_scene.h"

static void expect_told(const siginfo_t *info, const char *text)
{
    char expected[256];

    snprintf(expected, sizeof expected, "pidfd_send_signal(3, SIGUSR1, %s, 0) = 0", text);
    expect_decoded(SYS_pidfd_send_signal, (const uint64_t[6]){3, SIGUSR1, SCENE_MEMORY, 0}, info, sizeof *info, 0, expected);
}

Test(signal_decoders, an_action_has_a_handler_a_mask_and_flags)
{
    const uint64_t act[] = {0x1234, 0x14000000, 0x5678, 1 << (SIGINT - 1)}, old[] = {0, 0, 0, 0};

    expect_decoded(SYS_rt_sigaction, (const uint64_t[6]){SIGUSR1, SCENE_MEMORY, 0, 8}, act, sizeof act, 0,
                   "rt_sigaction(SIGUSR1, {sa_handler=0x1234, sa_mask=[INT], sa_flags=SA_RESTORER|SA_RESTART, "
                   "sa_restorer=0x5678}, NULL, 8) = 0");
    expect_decoded(SYS_rt_sigaction, (const uint64_t[6]){SIGUSR1, 0, SCENE_MEMORY, 8}, old, sizeof old, 0,
                   "rt_sigaction(SIGUSR1, NULL, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, 8) = 0");
}

Test(signal_decoders, sets_are_whole_or_addresses)
{
    const uint64_t most = ~(uint64_t)(1 << (SIGKILL - 1));

    expect_decoded(SYS_rt_sigprocmask, (const uint64_t[6]){SIG_BLOCK, SCENE_MEMORY, 0, 8}, &most, sizeof most, 0,
                   "rt_sigprocmask(SIG_BLOCK, ~[KILL], NULL, 8) = 0");
    expect_decoded(SYS_rt_sigprocmask, (const uint64_t[6]){SIG_BLOCK, SCENE_MEMORY, 0, 4}, &most, sizeof most, -22,
                   "rt_sigprocmask(SIG_BLOCK, 0x10000, NULL, 4) = -1 EINVAL (Invalid argument)");
}

Test(signal_decoders, a_part_of_the_pending_signals_may_be_asked_for)
{
    const uint32_t set = 1 << (SIGUSR1 - 1);

    expect_decoded(SYS_rt_sigpending, (const uint64_t[6]){SCENE_MEMORY, 4}, &set, sizeof set, 0, "rt_sigpending([USR1], 4) = 0");
}

Test(signal_decoders, the_frame_holds_the_mask)
{
    struct call_scene scene = {.call.stack_pointer = SCENE_MEMORY};
    ucontext_t *context = fake_memory_add(&scene.memory, SCENE_MEMORY, sizeof *context);

    sigaddset(&context->uc_sigmask, SIGHUP);
    call_scene_enter(&scene, SYS_rt_sigreturn, (const uint64_t[6]){0});
    call_scene_leave(&scene, 0);
    call_scene_expect(&scene, "rt_sigreturn({mask=[HUP]}) = 0");
}

Test(signal_decoders, what_is_told_depends_on_who_sent_it)
{
    siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_USER};

    info.si_pid = 5;
    info.si_uid = 6;
    expect_told(&info, "{si_signo=SIGUSR1, si_code=SI_USER, si_pid=5, si_uid=6}");
    info.si_code = SI_QUEUE;
    info.si_ptr = (void *)7;
    expect_told(&info, "{si_signo=SIGUSR1, si_code=SI_QUEUE, si_pid=5, si_uid=6, si_int=7, si_ptr=0x7}");
    info = (siginfo_t){.si_signo = SIGALRM, .si_code = SI_TIMER};
    info.si_overrun = 2;
    expect_told(&info, "{si_signo=SIGALRM, si_code=SI_TIMER, si_timerid=0, si_overrun=2, si_int=0, si_ptr=NULL}");
}

Test(signal_decoders, what_is_told_depends_on_the_signal)
{
    siginfo_t info = {.si_signo = SIGSEGV, .si_code = SEGV_MAPERR};

    info.si_addr = (void *)0x1234;
    expect_told(&info, "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x1234}");
    info = (siginfo_t){.si_signo = SIGCHLD, .si_code = CLD_KILLED, .si_errno = EINTR};
    info.si_pid = 5;
    info.si_status = SIGTERM;
    expect_told(&info, "{si_signo=SIGCHLD, si_code=CLD_KILLED, si_errno=EINTR, si_pid=5, si_uid=0, si_status=SIGTERM, "
                       "si_utime=0, si_stime=0}");
    info = (siginfo_t){.si_signo = SIGIO, .si_code = POLL_IN};
    info.si_band = 1;
    info.si_fd = 3;
    expect_told(&info, "{si_signo=SIGIO, si_code=POLL_IN, si_band=1, si_fd=3}");
    info = (siginfo_t){.si_signo = SIGSYS, .si_code = 1};
    info.si_call_addr = (void *)0x1234;
    info.si_syscall = SYS_getpid;
    info.si_arch = 0xc000003e;
    expect_told(&info, "{si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=0x1234, si_syscall=__NR_getpid, "
                       "si_arch=AUDIT_ARCH_X86_64}");
    info = (siginfo_t){0};
    expect_told(&info, "{}");
}

Test(signal_decoders, no_signal_is_a_number)
{
    const int signal = SIGTERM, none = 0;

    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_SET_PDEATHSIG, 0}, NULL, 0, 0, "prctl(PR_SET_PDEATHSIG, 0) = 0");
    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_GET_PDEATHSIG, SCENE_MEMORY}, &signal, sizeof signal, 0,
                   "prctl(PR_GET_PDEATHSIG, [SIGTERM]) = 0");
    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_GET_PDEATHSIG, SCENE_MEMORY}, &none, sizeof none, 0,
                   "prctl(PR_GET_PDEATHSIG, [0]) = 0");
}
