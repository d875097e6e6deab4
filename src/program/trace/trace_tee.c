/* SPDX-License-Identifier: MIT */
#include "trace_tee.h"

/* Calls the function of both that have it. */
#define HAND_ON(context, event, ...)                                                                                               \
    do {                                                                                                                           \
        const struct trace_tee *tee = context;                                                                                     \
        for (size_t i = 0; i < 2; i++)                                                                                             \
            if (tee->logs[i].event)                                                                                                \
                tee->logs[i].event(tee->logs[i].context, __VA_ARGS__);                                                             \
    } while (0)

static const struct decode_options *options(void *context, uint64_t number)
{
    const struct trace_tee *tee = context;

    return tee->logs[0].options(tee->logs[0].context, number);
}

static void call_entered(void *context, const struct trace_thread *thread, struct system_call *call)
{
    HAND_ON(context, call_entered, thread, call);
}

static void call_left(void *context, const struct trace_thread *thread, struct system_call *call)
{
    HAND_ON(context, call_left, thread, call);
}

static void signalled(void *context, const struct trace_thread *thread, int signal, const struct value *info)
{
    HAND_ON(context, signalled, thread, signal, info);
}

static void stopped(void *context, const struct trace_thread *thread, int signal)
{
    HAND_ON(context, stopped, thread, signal);
}

static void forked(void *context, const struct trace_thread *thread, pid_t child)
{
    HAND_ON(context, forked, thread, child);
}

static void executed(void *context, const struct trace_thread *thread, pid_t former)
{
    HAND_ON(context, executed, thread, former);
}

static void attached(void *context, pid_t pid, size_t threads)
{
    HAND_ON(context, attached, pid, threads);
}

static void detached(void *context, const struct trace_thread *thread, struct system_call *call)
{
    HAND_ON(context, detached, thread, call);
}

static void ended(void *context, const struct trace_thread *thread, int status)
{
    HAND_ON(context, ended, thread, status);
}

static void flush(void *context)
{
    const struct trace_tee *tee = context;

    for (size_t i = 0; i < 2; i++)
        if (tee->logs[i].flush)
            tee->logs[i].flush(tee->logs[i].context);
}

struct trace_events trace_tee_events(struct trace_tee *tee)
{
    return (struct trace_events){.options = options,
                                 .call_entered = call_entered,
                                 .call_left = call_left,
                                 .signalled = signalled,
                                 .stopped = stopped,
                                 .forked = forked,
                                 .executed = executed,
                                 .attached = attached,
                                 .detached = detached,
                                 .ended = ended,
                                 .flush = flush,
                                 .context = tee};
}
