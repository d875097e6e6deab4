/* SPDX-License-Identifier: MIT
 *
 * Signals: what is done on them, what they tell. */
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <ucontext.h>

#include "abi/errors.h"
#include "decoder.h"

/* ---- Actions --------------------------------------------------------------------------------------------------------------- */

/* The kernel's struct sigaction, which is not the C library's. */
struct kernel_action {
    uint64_t handler, flags, restorer, mask;
};

static struct value *show_action(struct decoder *decoder, const struct kernel_action *action)
{
    enum { RESTORER = 0x04000000 }; /* SA_RESTORER */
    struct value *value = value_struct(decoder);
    const bool named = constant_set_name(&set_handlers, action->handler) != NULL;

    value_add(value, "sa_handler",
              named ? value_enum(decoder, &set_handlers, action->handler) : value_address(decoder, action->handler));
    value_add(value, "sa_mask", decode_sigset_bytes(decoder, &action->mask, sizeof action->mask));
    value_add(value, "sa_flags", value_flags(decoder, &set_sa_flags, action->flags));
    if (action->flags & RESTORER)
        value_add(value, "sa_restorer", value_address(decoder, action->restorer));
    return value;
}

DECODE(signal_action)
{
    struct kernel_action action;

    if (!decoder->options->dereference || !decoder_read(decoder, number, &action, sizeof action))
        return value_address(decoder, number);
    return show_action(decoder, &action);
}

/* What the kernel will put back is in its signal frame, which the stack pointer of the caller points to. */
DECODE(signal_frame)
{
    const uint64_t address = decoder->call->stack_pointer + offsetof(ucontext_t, uc_sigmask);
    uint64_t mask;

    if (!decoder_read(decoder, address, &mask, sizeof mask))
        return value_address(decoder, decoder->call->stack_pointer);
    struct value *value = value_struct(decoder);
    value_add(value, "mask", decode_sigset_bytes(decoder, &mask, sizeof mask));
    return value;
}

/* 0 is no signal: it only asks whether one could be sent. */
DECODE(signal_or_0)
{
    return (int)number == 0 ? value_unsigned(decoder, 0) : value_signal(decoder, (int)number);
}

DECODE(signal_stored)
{
    int signal;

    if (!decoder_read(decoder, number, &signal, sizeof signal))
        return value_address(decoder, number);
    return value_pointed(decoder, signal == 0 ? value_unsigned(decoder, 0) : value_signal(decoder, signal));
}

/* ---- What a signal tells --------------------------------------------------------------------------------------------------- */

static const struct constant_set *codes_of(int signal)
{
    switch (signal) {
    case SIGILL:
        return &set_ill_codes;
    case SIGFPE:
        return &set_fpe_codes;
    case SIGSEGV:
        return &set_segv_codes;
    case SIGBUS:
        return &set_bus_codes;
    case SIGTRAP:
        return &set_trap_codes;
    case SIGCHLD:
        return &set_cld_codes;
    case SIGIO:
        return &set_poll_codes;
    case SIGSYS:
        return &set_sys_codes;
    default:
        return NULL;
    }
}

static struct value *show_code(struct decoder *decoder, int signal, int code)
{
    const struct constant_set *own = codes_of(signal);

    if (own && constant_set_name(own, (uint32_t)code))
        return value_enum(decoder, own, (uint32_t)code);
    if (constant_set_name(&set_si_codes, (uint64_t)(int64_t)code))
        return value_enum(decoder, &set_si_codes, (uint64_t)(int64_t)code);
    return value_hex(decoder, (uint32_t)code);
}

static void add_sender(struct decoder *decoder, struct value *value, const siginfo_t *info)
{
    value_add(value, "si_pid", value_pid(decoder, info->si_pid));
    value_add(value, "si_uid", value_id(decoder, info->si_uid));
}

/* Nothing, where there is nothing in it. */
static void add_data(struct decoder *decoder, struct value *value, const siginfo_t *info, bool always)
{
    if (!always && info->si_ptr == NULL)
        return;
    value_add(value, "si_int", value_signed(decoder, info->si_int));
    value_add(value, "si_ptr", value_address(decoder, (uint64_t)info->si_ptr));
}

static void add_child(struct decoder *decoder, struct value *value, const siginfo_t *info)
{
    add_sender(decoder, value, info);
    value_add(value, "si_status",
              info->si_code == CLD_EXITED ? value_signed(decoder, info->si_status) : value_signal(decoder, info->si_status));
    value_add(value, "si_utime", value_signed(decoder, info->si_utime));
    value_add(value, "si_stime", value_signed(decoder, info->si_stime));
}

static void add_call(struct decoder *decoder, struct value *value, const siginfo_t *info)
{
    const struct syscall_row *row = syscall_table_row((uint32_t)info->si_syscall);

    value_add(value, "si_call_addr", value_address(decoder, (uint64_t)info->si_call_addr));
    value_add(value, "si_syscall",
              row ? value_word(decoder, arena_printf(decoder->arena, "__NR_%s", row->name), (uint32_t)info->si_syscall)
                  : value_signed(decoder, info->si_syscall));
    value_add(value, "si_arch", value_enum(decoder, &set_audit_archs, info->si_arch));
}

static void add_address(struct decoder *decoder, struct value *value, const siginfo_t *info)
{
    value_add(value, "si_addr", value_address(decoder, (uint64_t)info->si_addr));
    if (info->si_signo == SIGSEGV && info->si_code == SEGV_PKUERR)
        value_add(value, "si_pkey", value_unsigned(decoder, info->si_pkey));
}

/* What a signal has that the kernel itself sends on an event of its kind. Returns false if it is no such signal. */
static bool add_event(struct decoder *decoder, struct value *value, const siginfo_t *info)
{
    switch (info->si_signo) {
    case SIGCHLD:
        add_child(decoder, value, info);
        return true;
    case SIGILL:
    case SIGFPE:
    case SIGSEGV:
    case SIGBUS:
    case SIGTRAP:
        add_address(decoder, value, info);
        return true;
    case SIGIO:
        value_add(value, "si_band", value_signed(decoder, info->si_band));
        value_add(value, "si_fd", value_fd(decoder, info->si_fd));
        return true;
    case SIGSYS:
        add_call(decoder, value, info);
        return true;
    default:
        return false;
    }
}

static void add_timer(struct decoder *decoder, struct value *value, const siginfo_t *info)
{
    value_add(value, "si_timerid", value_hex(decoder, (uint32_t)info->si_timerid));
    value_add(value, "si_overrun", value_signed(decoder, info->si_overrun));
    add_data(decoder, value, info, true);
}

static void add_rest(struct decoder *decoder, struct value *value, const siginfo_t *info)
{
    if (info->si_code == SI_TIMER) {
        add_timer(decoder, value, info);
    } else if (info->si_code == SI_USER || info->si_code == SI_TKILL) {
        add_sender(decoder, value, info);
    } else if (info->si_code <= 0) {
        add_sender(decoder, value, info);
        add_data(decoder, value, info, false);
    } else if (!add_event(decoder, value, info) && (info->si_pid || info->si_uid || info->si_ptr)) {
        add_sender(decoder, value, info);
        add_data(decoder, value, info, false);
    }
}

struct value *decode_siginfo_bytes(struct decoder *decoder, const void *bytes)
{
    struct value *value = value_struct(decoder);
    siginfo_t info;

    memcpy(&info, bytes, sizeof info);
    if (info.si_signo == 0)
        return value;
    value_add(value, "si_signo", value_signal(decoder, info.si_signo));
    value_add(value, "si_code", show_code(decoder, info.si_signo, info.si_code));
    if (info.si_errno) {
        const char *name = error_name(info.si_errno);
        value_add(value, "si_errno",
                  name ? value_word(decoder, name, (uint32_t)info.si_errno) : value_signed(decoder, info.si_errno));
    }
    add_rest(decoder, value, &info);
    return value;
}

DECODE(signal_info)
{
    siginfo_t info;

    if (!decoder->options->dereference || !decoder_read(decoder, number, &info, sizeof info))
        return value_address(decoder, number);
    return decode_siginfo_bytes(decoder, &info);
}
