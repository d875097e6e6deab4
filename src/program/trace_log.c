/* SPDX-License-Identifier: MIT */
#include "trace_log.h"

#include <errno.h>
#include <sys/wait.h>

#include "abi/signals.h"
#include "syscalls/decoder.h"
#include "syscalls/signal_set.h"
#include "trace_options.h"

static void write_line(struct trace_log *log)
{
    fwrite(log->line.text + log->written, 1, log->line.used - log->written, log->stream);
    log->written = log->line.used;
}

static void end_line(struct trace_log *log)
{
    text_buffer_add(&log->line, "\n");
    write_line(log);
    text_buffer_clear(&log->line);
    log->written = 0;
    log->unfinished = 0;
}

/* Another thread has something to say: the call on the last line goes on later. */
static void interrupt_line(struct trace_log *log)
{
    if (log->unfinished == 0)
        return;
    text_buffer_add(&log->line, " <unfinished ...>");
    end_line(log);
}

static void begin_line(struct trace_log *log, pid_t tid, size_t tracees)
{
    interrupt_line(log);
    if (log->options->always_show_pid || (log->options->follow_forks && log->options->output))
        text_buffer_add(&log->line, "%-5d ", (int)tid);
    else if (tracees > 1)
        text_buffer_add(&log->line, "[pid %5d] ", (int)tid);
}

/* ---- Calls ----------------------------------------------------------------------------------------------------------------- */

static void call_entered(void *context, pid_t tid, size_t tracees, struct system_call *call)
{
    struct trace_log *log = context;

    if (!call_set_has(&log->options->trace, call->number))
        return;
    begin_line(log, tid, tracees);
    call_text_entry(&log->line, call);
    call->shown = call_text_count(call);
    log->unfinished = tid;
}

static void resume_line(struct trace_log *log, pid_t tid, size_t tracees, const struct system_call *call)
{
    if (log->unfinished == tid)
        return;
    begin_line(log, tid, tracees);
    text_buffer_add(&log->line, "<... ");
    call_text_name(&log->line, call);
    text_buffer_add(&log->line, " resumed>");
}

static void call_left(void *context, pid_t tid, size_t tracees, struct system_call *call)
{
    struct trace_log *log = context;

    if (!call_set_has(&log->options->trace, call->number))
        return;
    resume_line(log, tid, tracees, call);
    if (!call->returned && !call->done) {
        text_buffer_add(&log->line, " <unfinished ...>");
        end_line(log);
        return;
    }
    call_text_rest(&log->line, call, call->shown);
    text_buffer_add(&log->line, " ");
    if (log->line.used < log->options->columns)
        text_buffer_add(&log->line, "%*s", (int)(log->options->columns - log->line.used), "");
    call_text_result(&log->line, call);
    end_line(log);
}

/* ---- Signals and ends ------------------------------------------------------------------------------------------------------ */

static void add_signal_name(struct trace_log *log, int signal)
{
    const char *name = signal_name(signal);

    if (name)
        text_buffer_add(&log->line, "%s", name);
    else
        text_buffer_add(&log->line, "%d", signal);
}

static void add_signal_info(struct trace_log *log, const siginfo_t *info)
{
    static const struct decode_options options = {.abbreviate = true, .dereference = true};
    struct system_call none = {0};
    struct decoder decoder = {.call = &none, .options = &options, .arena = &none.arena};

    call_text_value(&log->line, decode_siginfo_bytes(&decoder, info));
    arena_finish(&none.arena);
}

static void signalled(void *context, pid_t tid, size_t tracees, const siginfo_t *info)
{
    struct trace_log *log = context;

    if (!signal_set_has(log->options->signals, info->si_signo))
        return;
    begin_line(log, tid, tracees);
    text_buffer_add(&log->line, "--- ");
    add_signal_name(log, info->si_signo);
    text_buffer_add(&log->line, " ");
    add_signal_info(log, info);
    text_buffer_add(&log->line, " ---");
    end_line(log);
}

static void stopped(void *context, pid_t tid, size_t tracees, int signal)
{
    struct trace_log *log = context;

    if (!signal_set_has(log->options->signals, signal))
        return;
    begin_line(log, tid, tracees);
    text_buffer_add(&log->line, "--- stopped by ");
    add_signal_name(log, signal);
    text_buffer_add(&log->line, " ---");
    end_line(log);
}

static void ended(void *context, pid_t tid, size_t tracees, int status)
{
    struct trace_log *log = context;

    if (log->options->quiet.value & TRACE_QUIET_EXIT && WIFEXITED(status))
        return;
    begin_line(log, tid, tracees);
    if (WIFEXITED(status)) {
        text_buffer_add(&log->line, "+++ exited with %d +++", WEXITSTATUS(status));
    } else {
        text_buffer_add(&log->line, "+++ killed by ");
        add_signal_name(log, WTERMSIG(status));
        text_buffer_add(&log->line, WCOREDUMP(status) ? " (core dumped) +++" : " +++");
    }
    end_line(log);
}

struct trace_events trace_log_events(struct trace_log *log)
{
    return (struct trace_events){.call_entered = call_entered,
                                 .call_left = call_left,
                                 .signalled = signalled,
                                 .stopped = stopped,
                                 .ended = ended,
                                 .context = log};
}

int trace_log_finish(struct trace_log *log)
{
    interrupt_line(log);
    errno = 0;
    const int error = fflush(log->stream) != 0 || ferror(log->stream) ? -(errno ? errno : EIO) : 0;
    text_buffer_finish(&log->line);
    return error;
}
