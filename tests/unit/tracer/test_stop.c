/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <signal.h>
#include <sys/ptrace.h>

#include "tracer/stop.h"

/* A wait status of a stopped tracee, as the kernel composes it (ptrace(2)). */
#define STOPPED(signal, event) ((event) << 16 | (signal) << 8 | 0x7f)
#define EVENT_STOP_NUMBER      128

static const struct {
    const char *name;
    int status;
    enum stop_kind kind;
    int value;
} cases[] = {
    {"exit status 0", 0, STOP_EXITED, 0},
    {"exit status 255", 255 << 8, STOP_EXITED, 255},
    {"killed", SIGKILL, STOP_KILLED, SIGKILL},
    {"killed by the last real-time signal", 64, STOP_KILLED, 64},
    {"core dumped", SIGSEGV | 0x80, STOP_KILLED, SIGSEGV},
    {"signal", STOPPED(SIGUSR1, 0), STOP_SIGNAL, SIGUSR1},
    {"SIGTRAP of the program's own", STOPPED(SIGTRAP, 0), STOP_SIGNAL, SIGTRAP},
    {"SIGSTOP on its way", STOPPED(SIGSTOP, 0), STOP_SIGNAL, SIGSTOP},
    {"system call", STOPPED(SIGTRAP | 0x80, 0), STOP_SYSCALL, 0},
    {"seccomp", STOPPED(SIGTRAP, PTRACE_EVENT_SECCOMP), STOP_SECCOMP, 0},
    {"fork", STOPPED(SIGTRAP, PTRACE_EVENT_FORK), STOP_NEW_CHILD, 0},
    {"clone", STOPPED(SIGTRAP, PTRACE_EVENT_CLONE), STOP_NEW_CHILD, 0},
    {"vfork", STOPPED(SIGTRAP, PTRACE_EVENT_VFORK), STOP_VFORK, 0},
    {"vfork done", STOPPED(SIGTRAP, PTRACE_EVENT_VFORK_DONE), STOP_VFORK_DONE, 0},
    {"exec", STOPPED(SIGTRAP, PTRACE_EVENT_EXEC), STOP_EXEC, 0},
    {"exit", STOPPED(SIGTRAP, PTRACE_EVENT_EXIT), STOP_EXIT, 0},
    {"interrupt, or first stop", STOPPED(SIGTRAP, EVENT_STOP_NUMBER), STOP_INTERRUPT, 0},
    {"group stop by SIGSTOP", STOPPED(SIGSTOP, EVENT_STOP_NUMBER), STOP_GROUP, SIGSTOP},
    {"group stop by SIGTSTP", STOPPED(SIGTSTP, EVENT_STOP_NUMBER), STOP_GROUP, SIGTSTP},
    {"group stop by SIGTTIN", STOPPED(SIGTTIN, EVENT_STOP_NUMBER), STOP_GROUP, SIGTTIN},
    {"group stop by SIGTTOU", STOPPED(SIGTTOU, EVENT_STOP_NUMBER), STOP_GROUP, SIGTTOU},
    {"an event of a later kernel", STOPPED(SIGTRAP, 77), STOP_OTHER, 0},
    {"continued", 0xffff, STOP_OTHER, 0},
};

Test(stop, each_status_is_told_apart)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stop stop = stop_decode(cases[i].status);
        cr_assert(stop.kind == cases[i].kind, "%s: kind %d", cases[i].name, (int)stop.kind);
        cr_assert(stop.value == cases[i].value, "%s: value %d", cases[i].name, stop.value);
    }
}

Test(stop, core_dump_is_noted)
{
    cr_assert(stop_decode(SIGSEGV | 0x80).core_dumped);
    cr_assert_not(stop_decode(SIGSEGV).core_dumped);
}
