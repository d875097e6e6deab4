/* SPDX-License-Identifier: MIT
 *
 * Processes: how they are made and waited for. */
#include <linux/sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "abi/signals.h"
#include "decoder.h"

/* ---- Waiting --------------------------------------------------------------------------------------------------------------- */

static const char *signal_text(struct decoder *decoder, int signal)
{
    const char *name = signal_name(signal);

    return name ? name : arena_printf(decoder->arena, "%d", signal);
}

static const char *status_text(struct decoder *decoder, int status)
{
    enum { EVENT = 16 };
    struct arena *arena = decoder->arena;

    if (WIFEXITED(status))
        return arena_printf(arena, "WIFEXITED(s) && WEXITSTATUS(s) == %d", WEXITSTATUS(status));
    if (WIFCONTINUED(status))
        return "WIFCONTINUED(s)";
    if (WIFSIGNALED(status))
        return arena_printf(arena, "WIFSIGNALED(s) && WTERMSIG(s) == %s%s", signal_text(decoder, WTERMSIG(status)),
                            WCOREDUMP(status) ? " && WCOREDUMP(s)" : "");
    if (!WIFSTOPPED(status))
        return NULL;
    const int signal = WSTOPSIG(status);
    const char *marked = signal & 0x80 && signal_name(signal & 0x7f) ? " | 0x80" : "";
    const char *event = (uint32_t)status >> EVENT ? arena_printf(arena, "%#x", (uint32_t)status >> EVENT) : NULL;
    return arena_printf(arena, "WIFSTOPPED(s) && WSTOPSIG(s) == %s%s%s%s", signal_text(decoder, *marked ? signal & 0x7f : signal),
                        marked, event ? " | " : "", event ? arena_printf(arena, "%s << 16", event) : "");
}

static struct value *show_status(struct decoder *decoder, int status)
{
    const char *text = status_text(decoder, status);
    struct value *value = value_struct(decoder);

    value->number = (uint32_t)status;
    value_add(value, NULL, text ? value_word(decoder, text, (uint32_t)status) : value_hex(decoder, (uint32_t)status));
    return text ? value : value_hex(decoder, (uint32_t)status);
}

/* wait4 says nothing about nobody. */
DECODE(wait_status)
{
    int status;

    if (decoder->call->result <= 0 || !decoder_read(decoder, number, &status, sizeof status))
        return value_address(decoder, number);
    return value_pointed(decoder, show_status(decoder, status));
}

DECODE(wait_usage)
{
    return decoder->call->result <= 0 ? value_address(decoder, number) : decode_struct(decoder, &struct_rusage, number);
}

/* ---- clone ----------------------------------------------------------------------------------------------------------------- */

static void add_exit_signal(struct decoder *decoder, struct value *value, unsigned signal)
{
    value_add(value, NULL, signal_name((int)signal) ? value_signal(decoder, (int)signal) : value_unsigned(decoder, signal));
}

/* The lowest byte is the signal that the parent gets. */
DECODE(clone_flags)
{
    const uint64_t flags = number & ~(uint64_t)CSIGNAL;
    const unsigned signal = (unsigned)(number & CSIGNAL);
    struct value *value = value_union(decoder);

    value->number = number;
    if (flags || signal == 0)
        value_add(value, NULL, value_flags(decoder, &set_process_flags, flags));
    if (signal)
        add_exit_signal(decoder, value, signal);
    return value;
}

CONDITION(clone_stores_tid)
{
    return decoder->call->arguments[0] & (CLONE_PARENT_SETTID | CLONE_PIDFD);
}

CONDITION(clone_sets_tls)
{
    return decoder->call->arguments[0] & CLONE_SETTLS;
}

CONDITION(clone_knows_child_tid)
{
    return decoder->call->arguments[0] & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID);
}

static struct value *show_stored(struct decoder *decoder, uint64_t address, bool fd)
{
    int stored;

    if (!decoder_read(decoder, address, &stored, sizeof stored))
        return value_address(decoder, address);
    return value_pointed(decoder, fd ? value_fd(decoder, stored) : value_pid(decoder, stored));
}

/* Known when the call is done, and only if it was. */
DECODE(clone_parent_tid)
{
    if (!decoder->exiting)
        return NULL;
    if (!decoder_succeeded(decoder))
        return value_address(decoder, number);
    return show_stored(decoder, number, decoder->call->arguments[0] & CLONE_PIDFD);
}

/* ---- clone3 ---------------------------------------------------------------------------------------------------------------- */

static void add_thread_ids(struct decoder *decoder, struct value *value, const struct clone_args *args)
{
    enum { TIDS_MAX = 32 }; /* MAX_PID_NS_LEVEL */
    static const struct type tid = {.kind = TYPE_PID, .size = 4};

    if (args->set_tid == 0 && args->set_tid_size == 0)
        return;
    value_add(value, "set_tid",
              args->set_tid_size > TIDS_MAX ? value_address(decoder, args->set_tid)
                                            : decode_typed_array(decoder, &tid, args->set_tid, args->set_tid_size));
    value_add(value, "set_tid_size", value_unsigned(decoder, args->set_tid_size));
}

static struct value *show_exit_signal(struct decoder *decoder, uint64_t signal)
{
    const bool known = signal > 0 && signal <= SIGNAL_NUMBER_MAX;

    return known ? value_signal(decoder, (int)signal) : value_unsigned(decoder, signal);
}

static struct value *show_clone_arguments(struct decoder *decoder, uint64_t address, uint64_t size)
{
    struct clone_args args = {0};

    if (!decoder->options->dereference || !decoder_read(decoder, address, &args, size < sizeof args ? size : sizeof args))
        return NULL;
    struct value *value = value_struct(decoder);
    value_add(value, "flags", value_flags(decoder, &set_process3_flags, args.flags));
    if (args.flags & CLONE_PIDFD)
        value_add(value, "pidfd", value_address(decoder, args.pidfd));
    if (args.flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID))
        value_add(value, "child_tid", value_address(decoder, args.child_tid));
    if (args.flags & CLONE_PARENT_SETTID)
        value_add(value, "parent_tid", value_address(decoder, args.parent_tid));
    value_add(value, "exit_signal", show_exit_signal(decoder, args.exit_signal));
    value_add(value, "stack", value_address(decoder, args.stack));
    value_add(value, "stack_size", value_hex(decoder, args.stack_size));
    if (args.flags & CLONE_SETTLS)
        value_add(value, "tls", value_address(decoder, args.tls));
    add_thread_ids(decoder, value, &args);
    if (args.flags & CLONE_INTO_CGROUP)
        value_add(value, "cgroup", value_unsigned(decoder, args.cgroup));
    decode_surplus(decoder, value, address, sizeof args, size);
    return value;
}

/* What the kernel stored where the arguments say, behind =>; or `before` if nothing. */
static struct value *add_clone_results(struct decoder *decoder, struct value *before, uint64_t address)
{
    struct clone_args args;

    if (!decoder_succeeded(decoder) || !decoder_read(decoder, address, &args, CLONE_ARGS_SIZE_VER0) ||
        !(args.flags & (CLONE_PIDFD | CLONE_PARENT_SETTID)))
        return before;
    struct value *after = value_struct(decoder);
    if (args.flags & CLONE_PIDFD)
        value_add(after, "pidfd", show_stored(decoder, args.pidfd, true));
    if (args.flags & CLONE_PARENT_SETTID)
        value_add(after, "parent_tid", show_stored(decoder, args.parent_tid, false));
    return value_change(decoder, before, after);
}

DECODE(clone_arguments)
{
    struct value **kept = &decoder->call->kept[0];
    const uint64_t size = decoder->call->arguments[1];

    if (decoder->exiting)
        return add_clone_results(decoder, *kept, number);
    *kept = size < CLONE_ARGS_SIZE_VER0 ? NULL : show_clone_arguments(decoder, number, size);
    return *kept ? NULL : value_address(decoder, number);
}
