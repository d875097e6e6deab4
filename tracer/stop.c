/* SPDX-License-Identifier: MIT */
#include "stop.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

static struct stop decode_event(int event, int signal)
{
    switch (event) {
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_CLONE:
        return (struct stop){.kind = STOP_NEW_CHILD};
    case PTRACE_EVENT_VFORK:
        return (struct stop){.kind = STOP_VFORK};
    case PTRACE_EVENT_VFORK_DONE:
        return (struct stop){.kind = STOP_VFORK_DONE};
    case PTRACE_EVENT_EXEC:
        return (struct stop){.kind = STOP_EXEC};
    case PTRACE_EVENT_EXIT:
        return (struct stop){.kind = STOP_EXIT};
    case PTRACE_EVENT_SECCOMP:
        return (struct stop){.kind = STOP_SECCOMP};
    case PTRACE_EVENT_STOP:
        /* Only the four stop signals make a group stop; SIGTRAP stands for everything else. */
        if (signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU)
            return (struct stop){.kind = STOP_GROUP, .value = signal};
        return (struct stop){.kind = STOP_INTERRUPT};
    default:
        return (struct stop){.kind = STOP_OTHER};
    }
}

struct stop stop_decode(int status)
{
    if (WIFEXITED(status))
        return (struct stop){.kind = STOP_EXITED, .value = WEXITSTATUS(status)};
    if (WIFSIGNALED(status))
        return (struct stop){.kind = STOP_KILLED, .value = WTERMSIG(status), .core_dumped = WCOREDUMP(status)};
    if (!WIFSTOPPED(status))
        return (struct stop){.kind = STOP_OTHER};

    int event = (int)((unsigned)status >> 16);
    int signal = WSTOPSIG(status);
    if (event != 0)
        return decode_event(event, signal);
    if (signal == (SIGTRAP | 0x80))
        return (struct stop){.kind = STOP_SYSCALL};
    return (struct stop){.kind = STOP_SIGNAL, .value = signal};
}
