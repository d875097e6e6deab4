/* SPDX-License-Identifier: MIT */
#include "trace_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "abi/signals.h"
#include "base/clock_ns.h"
#include "base/utc_time.h"
#include "program/options/trace_options.h"
#include "report/calls/call_json.h"
#include "report/calls/call_stack.h"
#include "report/calls/event_text.h"
#include "report/calls/value_json.h"
#include "report/encoding/json_stream.h"
#include "syscalls/signal_set.h"
#include "trace_filter.h"
#include "trace_log.h"
#include "trace_stack.h"

/* ---- Lines ----------------------------------------------------------------------------------------------------------------- */

static void add_pid(struct trace_json *json, const char *name, pid_t pid)
{
    json_stream_member(&json->line, name);
    if (pid > 0)
        json_stream_signed(&json->line, pid);
    else
        json_stream_null(&json->line);
}

/* `ns`: when it happened or began. */
static void begin_line(struct trace_json *json, const char *type, uint64_t ns, pid_t pid, pid_t tid)
{
    text_buffer_clear(&json->line);
    text_buffer_clear(&json->text);
    json_stream_begin(&json->line, '{');
    json_stream_member_text(&json->line, "type", type);
    json_stream_member(&json->line, "ts_ns");
    json_stream_unsigned(&json->line, ns > json->started_ns ? ns - json->started_ns : 0);
    add_pid(json, "pid", pid);
    add_pid(json, "tid", tid);
}

/* -Y and -i */
static void add_columns(struct trace_json *json, const struct trace_thread *thread)
{
    const char *name = NULL;

    if (json->options->decode_pids & TRACE_PID_COMM && thread->process && thread->process->pid_text) {
        arena_reset(&json->arena);
        name = thread->process->pid_text(thread->process->context, &json->arena, (int)thread->tid);
    }
    if (name) {
        json_stream_member(&json->line, "comm");
        json_stream_foreign(&json->line, name, strlen(name));
    }
    if (json->options->instruction_pointer && thread->instruction_pointer) {
        json_stream_member(&json->line, "ip");
        json_stream_hex(&json->line, thread->instruction_pointer);
    }
}

static void begin_event(struct trace_json *json, const char *type, const struct trace_thread *thread)
{
    begin_line(json, type, clock_ns(CLOCK_MONOTONIC), thread->pid, thread->tid);
    add_columns(json, thread);
}

static void add_text(struct trace_json *json)
{
    json_stream_member(&json->line, "text");
    json_stream_string(&json->line, json->text.text, json->text.used);
}

static void end_line(struct trace_json *json)
{
    json_stream_end(&json->line, '}');
    text_buffer_char(&json->line, '\n');
    trace_output_add(&json->output, json->line.text, json->line.used);
}

/* ---- Calls ----------------------------------------------------------------------------------------------------------------- */

/* As in the text log, without the columns. */
static void make_call_text(struct trace_json *json, const struct system_call *call)
{
    call_text_entry(&json->text, call);
    if (!call->returned && !call->done)
        text_buffer_text(&json->text, " <unfinished ...>)");
    else
        call_text_rest(&json->text, call, call_text_count(call));
    text_buffer_char(&json->text, ' ');
    call_text_result(&json->text, call);
}

/* All is written when the call is over. */
static void call_entered(void *context, const struct trace_thread *thread, struct system_call *call)
{
}

static void call_left(void *context, const struct trace_thread *thread, struct system_call *call)
{
    struct trace_json *json = context;

    if (!trace_filter_shows(json->filter, call))
        return;
    begin_line(json, "syscall", call->entered_ns, thread->pid, thread->tid);
    add_columns(json, thread);
    call_json_members(&json->line, call);
    if (json->symbolizer) {
        trace_stack_name(json->symbolizer, call);
        call_stack_json(&json->line, call);
    }
    if (call->returned) {
        json_stream_member(&json->line, "duration_ns");
        json_stream_unsigned(&json->line, call->left_ns > call->entered_ns ? call->left_ns - call->entered_ns : 0);
    }
    make_call_text(json, call);
    add_text(json);
    end_line(json);
}

/* ---- Signals and ends ------------------------------------------------------------------------------------------------------ */

static void add_signal(struct trace_json *json, int signal)
{
    const char *name = signal_name(signal);

    json_stream_member(&json->line, "signal");
    if (name)
        json_stream_text(&json->line, name);
    else
        json_stream_null(&json->line);
    json_stream_member(&json->line, "nr");
    json_stream_signed(&json->line, signal);
}

static void signalled(void *context, const struct trace_thread *thread, int signal, const struct value *info)
{
    struct trace_json *json = context;

    if (!signal_set_has(json->options->signals, signal))
        return;
    begin_event(json, "signal", thread);
    add_signal(json, signal);
    json_stream_member(&json->line, "info");
    value_json_add(&json->line, info);
    event_text_signal(&json->text, signal, info);
    add_text(json);
    end_line(json);
}

static void stopped(void *context, const struct trace_thread *thread, int signal)
{
    struct trace_json *json = context;

    if (!signal_set_has(json->options->signals, signal))
        return;
    begin_event(json, "stop", thread);
    add_signal(json, signal);
    event_text_stop(&json->text, signal);
    add_text(json);
    end_line(json);
}

static void forked(void *context, const struct trace_thread *thread, pid_t child)
{
    struct trace_json *json = context;

    begin_event(json, "fork", thread);
    add_pid(json, "child", child);
    end_line(json);
}

static void executed(void *context, const struct trace_thread *thread, pid_t former)
{
    struct trace_json *json = context;

    begin_event(json, "exec", thread);
    if (former != thread->tid) {
        add_pid(json, "former_tid", former);
        event_text_superseded(&json->text, (int)former);
        add_text(json);
    }
    end_line(json);
}

static void attached(void *context, pid_t pid, size_t threads)
{
    struct trace_json *json = context;

    begin_line(json, "attach", clock_ns(CLOCK_MONOTONIC), pid, pid);
    json_stream_member(&json->line, "threads");
    json_stream_unsigned(&json->line, threads);
    end_line(json);
}

static void detached(void *context, const struct trace_thread *thread, struct system_call *call)
{
    struct trace_json *json = context;

    begin_event(json, "detach", thread);
    end_line(json);
}

static void ended(void *context, const struct trace_thread *thread, int status)
{
    struct trace_json *json = context;

    begin_event(json, "exit", thread);
    json_stream_member_text(&json->line, "how", WIFEXITED(status) ? "exit" : "signal");
    if (WIFEXITED(status)) {
        json_stream_member(&json->line, "status");
        json_stream_signed(&json->line, WEXITSTATUS(status));
    } else {
        add_signal(json, WTERMSIG(status));
        json_stream_member(&json->line, "core_dumped");
        json_stream_bool(&json->line, WCOREDUMP(status));
    }
    event_text_end(&json->text, status);
    add_text(json);
    end_line(json);
}

static void flush(void *context)
{
    struct trace_json *json = context;

    trace_output_flush(&json->output);
}

struct trace_events trace_json_events(struct trace_json *json)
{
    return (struct trace_events){.call_entered = call_entered,
                                 .call_left = call_left,
                                 .signalled = signalled,
                                 .stopped = stopped,
                                 .forked = forked,
                                 .executed = executed,
                                 .attached = attached,
                                 .detached = detached,
                                 .ended = ended,
                                 .flush = flush,
                                 .context = json};
}

/* ---- Begin and end --------------------------------------------------------------------------------------------------------- */

static void add_command(struct trace_json *json)
{
    char *const *words = json->options->program;

    json_stream_member(&json->line, "command");
    json_stream_begin(&json->line, '[');
    for (size_t i = 0; words && words[i]; i++)
        json_stream_foreign(&json->line, words[i], strlen(words[i]));
    json_stream_end(&json->line, ']');
}

static void add_attached(struct trace_json *json)
{
    const struct process_list *attach = &json->options->attach;

    json_stream_member(&json->line, "attached");
    json_stream_begin(&json->line, '[');
    for (size_t i = 0; i < attach->count; i++)
        json_stream_signed(&json->line, attach->items[i].pid);
    json_stream_end(&json->line, ']');
}

/* The time of day is that of ts_ns 0. */
static void add_start(struct trace_json *json)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    json->started_ns = clock_ns(CLOCK_MONOTONIC);
    char *text = utc_time_text(now);
    json_stream_member_text(&json->line, "started", text);
    free(text);
}

static void write_first_line(struct trace_json *json)
{
    json_stream_begin(&json->line, '{');
    json_stream_member_text(&json->line, "format", "leakwatch-trace");
    json_stream_member(&json->line, "version");
    json_stream_signed(&json->line, 1);
    json_stream_member_text(&json->line, "leakwatch", LEAKWATCH_VERSION);
    add_command(json);
    add_attached(json);
    add_start(json);
    end_line(json);
}

int trace_json_init(struct trace_json *json, const struct trace_options *options, const struct trace_log *log)
{
    *json = (struct trace_json){.options = options, .filter = &log->filter, .symbolizer = log->symbolizer, .style = log->style};
    json->style.colors = false;
    const int error = trace_output_open_file(&json->output, options->json);
    if (error)
        return error;
    json->text.style = &json->style;
    write_first_line(json);
    return 0;
}

int trace_json_finish(struct trace_json *json)
{
    text_buffer_finish(&json->line);
    text_buffer_finish(&json->text);
    arena_finish(&json->arena);
    return trace_output_close(&json->output);
}
