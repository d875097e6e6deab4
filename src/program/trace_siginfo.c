/* SPDX-License-Identifier: MIT
 *
 * Which members of a siginfo_t are there depends on the signal and on who sent it: see sigaction(2), and
 * include/uapi/asm-generic/siginfo.h of the kernel. */
#include "trace_siginfo.h"

#include <stddef.h>

#include "abi/signals.h"
#include "abi/syscall_table.h"
#include "report/call_text.h"

struct code {
    int signal; /* 0: whatever the signal */
    int code;
    const char *name;
};

static const struct code codes[] = {
#define CODE(signal, code)                                                                                                         \
    {                                                                                                                              \
        signal, code, #code                                                                                                        \
    }
    CODE(0, SI_USER),
    CODE(0, SI_KERNEL),
    CODE(0, SI_QUEUE),
    CODE(0, SI_TIMER),
    CODE(0, SI_MESGQ),
    CODE(0, SI_ASYNCIO),
    CODE(0, SI_SIGIO),
    CODE(0, SI_TKILL),
    {0, -7, "SI_DETHREAD"},
    {0, -60, "SI_ASYNCNL"},
    CODE(SIGCHLD, CLD_EXITED),
    CODE(SIGCHLD, CLD_KILLED),
    CODE(SIGCHLD, CLD_DUMPED),
    CODE(SIGCHLD, CLD_TRAPPED),
    CODE(SIGCHLD, CLD_STOPPED),
    CODE(SIGCHLD, CLD_CONTINUED),
    CODE(SIGSEGV, SEGV_MAPERR),
    CODE(SIGSEGV, SEGV_ACCERR),
    CODE(SIGSEGV, SEGV_BNDERR),
    CODE(SIGSEGV, SEGV_PKUERR),
    CODE(SIGBUS, BUS_ADRALN),
    CODE(SIGBUS, BUS_ADRERR),
    CODE(SIGBUS, BUS_OBJERR),
    CODE(SIGBUS, BUS_MCEERR_AR),
    CODE(SIGBUS, BUS_MCEERR_AO),
    CODE(SIGILL, ILL_ILLOPC),
    CODE(SIGILL, ILL_ILLOPN),
    CODE(SIGILL, ILL_ILLADR),
    CODE(SIGILL, ILL_ILLTRP),
    CODE(SIGILL, ILL_PRVOPC),
    CODE(SIGILL, ILL_PRVREG),
    CODE(SIGILL, ILL_COPROC),
    CODE(SIGILL, ILL_BADSTK),
    CODE(SIGFPE, FPE_INTDIV),
    CODE(SIGFPE, FPE_INTOVF),
    CODE(SIGFPE, FPE_FLTDIV),
    CODE(SIGFPE, FPE_FLTOVF),
    CODE(SIGFPE, FPE_FLTUND),
    CODE(SIGFPE, FPE_FLTRES),
    CODE(SIGFPE, FPE_FLTINV),
    CODE(SIGFPE, FPE_FLTSUB),
    CODE(SIGTRAP, TRAP_BRKPT),
    CODE(SIGTRAP, TRAP_TRACE),
    CODE(SIGTRAP, TRAP_BRANCH),
    CODE(SIGTRAP, TRAP_HWBKPT),
    CODE(SIGPOLL, POLL_IN),
    CODE(SIGPOLL, POLL_OUT),
    CODE(SIGPOLL, POLL_MSG),
    CODE(SIGPOLL, POLL_ERR),
    CODE(SIGPOLL, POLL_PRI),
    CODE(SIGPOLL, POLL_HUP),
    {SIGSYS, 1, "SYS_SECCOMP"},
#undef CODE
};

const char *trace_siginfo_code(const siginfo_t *info)
{
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == info->si_code && (codes[i].signal == 0 || codes[i].signal == info->si_signo))
            return codes[i].name;
    return NULL;
}

void trace_signal_add(struct text_buffer *text, int signal)
{
    const char *name = signal_name(signal);

    if (name)
        text_buffer_text(text, name);
    else
        text_buffer_signed(text, signal);
}

static void add_sender(struct text_buffer *text, const siginfo_t *info)
{
    text_buffer_add(text, ", si_pid=%d, si_uid=%u", (int)info->si_pid, info->si_uid);
}

static void add_pointer(struct text_buffer *text, const void *pointer)
{
    if (pointer)
        text_buffer_hex(text, (uintptr_t)pointer);
    else
        text_buffer_text(text, "NULL");
}

static void add_value(struct text_buffer *text, const siginfo_t *info)
{
    text_buffer_add(text, ", si_int=%d, si_ptr=", info->si_value.sival_int);
    add_pointer(text, info->si_value.sival_ptr);
}

static void add_child(struct text_buffer *text, const siginfo_t *info)
{
    add_sender(text, info);
    text_buffer_text(text, ", si_status=");
    if (info->si_code == CLD_EXITED)
        text_buffer_signed(text, info->si_status);
    else
        trace_signal_add(text, info->si_status);
    text_buffer_add(text, ", si_utime=%ld, si_stime=%ld", (long)info->si_utime, (long)info->si_stime);
}

static void add_refused_call(struct text_buffer *text, const siginfo_t *info)
{
    const struct syscall_row *row = syscall_table_row((uint64_t)info->si_syscall);

    text_buffer_text(text, ", si_call_addr=");
    add_pointer(text, info->si_call_addr);
    if (row)
        text_buffer_add(text, ", si_syscall=__NR_%s, si_arch=AUDIT_ARCH_X86_64", row->name);
    else
        text_buffer_add(text, ", si_syscall=%u, si_arch=AUDIT_ARCH_X86_64", info->si_syscall);
}

/* What the kernel itself sends in its own name. */
static void add_cause(struct text_buffer *text, const siginfo_t *info)
{
    switch (info->si_signo) {
    case SIGCHLD:
        add_child(text, info);
        break;
    case SIGILL:
    case SIGFPE:
    case SIGSEGV:
    case SIGBUS:
    case SIGTRAP:
        text_buffer_text(text, ", si_addr=");
        add_pointer(text, info->si_addr);
        break;
    case SIGPOLL:
        text_buffer_add(text, ", si_band=%ld, si_fd=%d", info->si_band, info->si_fd);
        break;
    case SIGSYS:
        add_refused_call(text, info);
        break;
    default:
        if (info->si_pid || info->si_uid)
            add_sender(text, info);
        break;
    }
}

static void add_details(struct text_buffer *text, const siginfo_t *info)
{
    switch (info->si_code) {
    case SI_USER:
    case SI_TKILL:
        add_sender(text, info);
        break;
    case SI_TIMER:
        text_buffer_add(text, ", si_timerid=%#x, si_overrun=%d", (unsigned)info->si_timerid, info->si_overrun);
        add_value(text, info);
        break;
    case SI_KERNEL:
        if (info->si_signo == SIGSEGV || info->si_signo == SIGBUS || info->si_signo == SIGTRAP)
            add_cause(text, info);
        break;
    default:
        if (info->si_code > 0) {
            add_cause(text, info);
            break;
        }
        add_sender(text, info);
        if (info->si_value.sival_ptr)
            add_value(text, info);
        break;
    }
}

void trace_siginfo_add(struct text_buffer *text, const siginfo_t *info)
{
    const char *code = trace_siginfo_code(info);

    text_buffer_text(text, "{si_signo=");
    trace_signal_add(text, info->si_signo);
    text_buffer_text(text, ", si_code=");
    if (code)
        text_buffer_text(text, code);
    else
        text_buffer_add(text, "%#x", (unsigned)info->si_code);
    add_details(text, info);
    text_buffer_char(text, '}');
}
