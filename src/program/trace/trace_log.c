/* SPDX-License-Identifier: MIT */
#include "trace_log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mapped_files.h"
#include "elf/symbolizer.h"
#include "program/color_choice.h"
#include "program/options/trace_options.h"
#include "report/calls/call_stack.h"
#include "report/calls/event_text.h"
#include "syscalls/signal_set.h"
#include "trace_dump.h"
#include "trace_stack.h"
#include "trace_summary.h"

/* ---- Lines ----------------------------------------------------------------------------------------------------------------- */

static bool keeps_threads(const struct trace_log *log)
{
    return log->options->output_separately || log->options->decode_pids & TRACE_PID_COMM;
}

/* The name that the thread has now, or had last. */
static const char *thread_name(struct trace_log *log, const struct trace_thread *thread, struct trace_logged_thread *kept)
{
    struct arena arena = {0};

    if (!(log->options->decode_pids & TRACE_PID_COMM))
        return NULL;
    if (thread->process && thread->process->pid_text) {
        const char *name = thread->process->pid_text(thread->process->context, &arena, (int)thread->tid);
        if (name)
            snprintf(kept->name, sizeof kept->name, "%s", name);
        arena_finish(&arena);
    }
    return kept->name[0] ? kept->name : NULL;
}

static struct trace_line *line_of(struct trace_log *log, const struct trace_thread *thread)
{
    if (!log->options->output_separately)
        return &log->line;
    struct trace_line *line = &trace_threads_get(&log->threads, thread->tid, log->options, &log->clock)->line;
    line->text.style = &log->style;
    return line;
}

/* Begins a line of the thread. */
static struct trace_line *begin_line(struct trace_log *log, const struct trace_thread *thread)
{
    struct trace_line *line = line_of(log, thread);
    const char *name = NULL;

    if (keeps_threads(log))
        name = thread_name(log, thread, trace_threads_get(&log->threads, thread->tid, log->options, &log->clock));
    trace_line_begin(line, thread, name);
    return line;
}

/* ---- Calls ----------------------------------------------------------------------------------------------------------------- */

static const struct decode_options *choose_options(void *context, uint64_t number)
{
    struct trace_log *log = context;
    const struct trace_options *options = log->options;
    unsigned way = 0;

    if (!call_set_has(&options->trace, number))
        return NULL;
    if (call_set_has(&options->raw, number))
        way |= TRACE_DECODE_RAW;
    if (call_set_has(&options->verbose, number))
        way |= TRACE_DECODE_VERBOSE;
    if (call_set_has(&options->abbrev, number))
        way |= TRACE_DECODE_ABBREV;
    return &log->ways[way];
}

/* Whether a call is shown is not known before its end: what is there of its line is kept with it. */
static void hold_line(struct trace_line *line, struct system_call *call)
{
    call->held = arena_copy(&call->arena, line->text.text + line->written, line->text.used - line->written);
    call->held_size = line->text.used - line->written;
    call->held_unseen = line->text.unseen;
    text_buffer_clear(&line->text);
    line->written = 0;
}

static void call_entered(void *context, const struct trace_thread *thread, struct system_call *call)
{
    struct trace_log *log = context;
    const enum trace_match match = trace_filter_entry(&log->filter, thread->process, call);

    call->unwanted = match == TRACE_MATCH_NO;
    call->undecided = match == TRACE_MATCH_LATER;
    if (call->unwanted || log->silent)
        return;
    struct trace_line *line = begin_line(log, thread);
    call_text_entry(&line->text, call);
    call->shown = call_text_count(call);
    if (match == TRACE_MATCH_LATER || log->options->statuses != TRACE_STATUS_ALL) {
        hold_line(line, call);
        return;
    }
    line->unfinished = thread->tid;
    if (line->output->immediate)
        trace_line_show(line);
}

static struct trace_line *resume_line(struct trace_log *log, const struct trace_thread *thread, const struct system_call *call)
{
    struct trace_line *line = line_of(log, thread);

    if (call->held) {
        trace_line_interrupt(line);
        text_buffer_bytes(&line->text, call->held, call->held_size);
        line->text.unseen = call->held_unseen;
        return line;
    }
    if (line->unfinished == thread->tid)
        return line;
    begin_line(log, thread);
    text_buffer_text(&line->text, "<... ");
    call_text_name(&line->text, call);
    text_buffer_text(&line->text, " resumed>");
    return line;
}

/* How long the call took, if it has returned. */
static uint64_t duration_ns(const struct trace_log *log, const struct system_call *call)
{
    return call->left_ns > call->entered_ns ? call->left_ns - call->entered_ns : 0;
}

static void count_call(struct trace_log *log, const struct system_call *call)
{
    const uint64_t overhead = log->options->summary_overhead_ns == TRACE_OVERHEAD_UNSET ? 0 : log->options->summary_overhead_ns;
    const uint64_t time = log->options->summary_wall_clock ? duration_ns(log, call) : call->system_ns;

    if (log->summary.counts && call->returned)
        call_counts_add(log->summary.counts, system_call_key(call), call->failed, time > overhead ? time - overhead : 0);
}

static void add_end(struct trace_log *log, struct trace_line *line, const struct system_call *call)
{
    if (!call->returned && !call->done)
        text_buffer_text(&line->text, " <unfinished ...>)");
    else
        call_text_rest(&line->text, call, call->shown);
    text_buffer_char(&line->text, ' ');
    trace_line_align(line);
    call_text_result(&line->text, call);
    if (!log->options->times.shown || !call->returned)
        return;
    text_buffer_text(&line->text, " <");
    trace_line_add_seconds(&line->text, duration_ns(log, call), log->options->times.precision, 0);
    text_buffer_char(&line->text, '>');
}

static void add_stack(const struct trace_log *log, struct trace_line *line, struct system_call *call)
{
    if (!log->symbolizer)
        return;
    trace_stack_name(log->symbolizer, call);
    call_stack_text(&line->text, call);
    trace_line_show(line);
    text_buffer_clear(&line->text);
    line->written = 0;
}

static void add_dump(struct trace_log *log, struct trace_line *line, const struct trace_thread *thread,
                     const struct system_call *call)
{
    if (descriptor_set_is_empty(&log->options->dump_read) && descriptor_set_is_empty(&log->options->dump_write))
        return;
    trace_dump_add(&line->text, log->options, thread->memory, call);
    trace_line_show(line);
    text_buffer_clear(&line->text);
    line->written = 0;
}

static void call_left(void *context, const struct trace_thread *thread, struct system_call *call)
{
    struct trace_log *log = context;

    if (call->unwanted || (call->undecided && !trace_filter_result(&log->filter, call)))
        return;
    count_call(log, call);
    if (log->silent || !trace_filter_status(&log->filter, call))
        return;
    struct trace_line *line = resume_line(log, thread, call);
    add_end(log, line, call);
    trace_line_end(line);
    add_dump(log, line, thread, call);
    add_stack(log, line, call);
}

/* ---- Signals and ends ------------------------------------------------------------------------------------------------------ */

static void signalled(void *context, const struct trace_thread *thread, int signal, const struct value *info)
{
    struct trace_log *log = context;

    if (log->silent || !signal_set_has(log->options->signals, signal))
        return;
    struct trace_line *line = begin_line(log, thread);
    event_text_signal(&line->text, signal, info);
    trace_line_end(line);
}

static void stopped(void *context, const struct trace_thread *thread, int signal)
{
    struct trace_log *log = context;

    if (log->silent || !signal_set_has(log->options->signals, signal))
        return;
    struct trace_line *line = begin_line(log, thread);
    event_text_stop(&line->text, signal);
    trace_line_end(line);
}

/* A message between the lines, wherever the log goes. */
static void forked(void *context, const struct trace_thread *thread, pid_t child)
{
    struct trace_log *log = context;

    if (log->options->quiet.value & TRACE_QUIET_ATTACH)
        return;
    fprintf(stderr, "leakwatch: Process %d attached\n", (int)child);
}

static void attached(void *context, pid_t pid, size_t threads)
{
    const struct trace_log *log = context;

    if (log->options->quiet.value & TRACE_QUIET_ATTACH)
        return;
    if (threads > 1)
        fprintf(stderr, "leakwatch: Process %d attached with %zu threads\n", (int)pid, threads);
    else
        fprintf(stderr, "leakwatch: Process %d attached\n", (int)pid);
}

/* What has been shown of the call ends here. What was held back for its result is shown if that is what is wanted. */
static void end_detached(struct trace_log *log, const struct trace_thread *thread, const struct system_call *call)
{
    struct trace_line *line = line_of(log, thread);

    if (log->silent || (call->held && !trace_filter_shows(&log->filter, call)))
        return;
    if (call->held)
        resume_line(log, thread, call);
    else if (line->unfinished != thread->tid)
        return;
    text_buffer_text(&line->text, " <detached ...>");
    trace_line_end(line);
}

static void detached(void *context, const struct trace_thread *thread, struct system_call *call)
{
    struct trace_log *log = context;

    if (!(log->options->quiet.value & TRACE_QUIET_ATTACH))
        fprintf(stderr, "leakwatch: Process %d detached\n", (int)thread->tid);
    if (call)
        end_detached(log, thread, call);
    if (keeps_threads(log))
        trace_threads_remove(&log->threads, thread->tid);
}

/* The line of a thread that goes on under another id. */
static void end_former_line(struct trace_log *log, const struct trace_thread *thread, pid_t former)
{
    const struct trace_thread before = {.tid = former};
    struct trace_line *line = line_of(log, &before);

    if (line->unfinished == former) {
        text_buffer_add(&line->text, " <pid changed to %d ...>", (int)thread->tid);
        trace_line_end(line);
    }
    if (keeps_threads(log))
        trace_threads_remove(&log->threads, former);
}

static void executed(void *context, const struct trace_thread *thread, pid_t former)
{
    struct trace_log *log = context;

    if (former == thread->tid || log->silent)
        return;
    end_former_line(log, thread, former);
    if (log->options->quiet.value & TRACE_QUIET_THREAD_EXECVE)
        return;
    struct trace_line *line = begin_line(log, thread);
    event_text_superseded(&line->text, (int)former);
    trace_line_end(line);
}

static void ended(void *context, const struct trace_thread *thread, int status)
{
    struct trace_log *log = context;

    if (log->silent)
        return;
    if (!(log->options->quiet.value & TRACE_QUIET_EXIT) || !WIFEXITED(status)) {
        struct trace_line *line = begin_line(log, thread);
        event_text_end(&line->text, status);
        trace_line_end(line);
    }
    if (keeps_threads(log))
        trace_threads_remove(&log->threads, thread->tid);
}

static void flush(void *context)
{
    struct trace_log *log = context;

    trace_threads_show(&log->threads);
    if (!log->output.bytes)
        return;
    trace_line_show(&log->line);
    trace_output_flush(&log->output);
}

/* ---- Begin and end --------------------------------------------------------------------------------------------------------- */

struct trace_events trace_log_events(struct trace_log *log)
{
    return (struct trace_events){.options = choose_options,
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
                                 .context = log};
}

struct trace_wishes trace_log_wishes(const struct trace_log *log)
{
    const struct trace_options *options = log->options;

    return (struct trace_wishes){.times = options->times.shown || options->json ||
                                          (trace_summary_is_wanted(options) && options->summary_wall_clock),
                                 .system_times = trace_summary_is_wanted(options) && !options->summary_wall_clock,
                                 .instruction_pointers = options->instruction_pointer,
                                 .process_names = (options->decode_pids & TRACE_PID_COMM) != 0,
                                 .stacks = options->stack_trace,
                                 .descriptors = options->decode_fds.value};
}

static int open_output(struct trace_log *log)
{
    const struct trace_options *options = log->options;

    if (!options->output)
        return trace_output_open_fd(&log->output, STDERR_FILENO, "standard error", true);
    if (options->output_is_command)
        return trace_output_open_command(&log->output, options->output);
    if (options->output_separately)
        return 0;
    return trace_output_open(&log->output, options->output, options->output_append);
}

static bool wants_colors(const struct trace_log *log)
{
    return color_is_wanted_on(log->options->color, log->output.bytes ? log->output.fd : -1);
}

static void init_ways(struct trace_log *log)
{
    for (unsigned way = 0; way < TRACE_DECODE_WAYS; way++)
        log->ways[way] = (struct decode_options){.string_limit = log->options->string_limit,
                                                 .raw = (way & TRACE_DECODE_RAW) != 0,
                                                 .dereference = (way & TRACE_DECODE_VERBOSE) != 0,
                                                 .abbreviate = (way & TRACE_DECODE_ABBREV) != 0};
}

int trace_log_init(struct trace_log *log, const struct trace_options *options)
{
    *log = (struct trace_log){.options = options, .silent = options->summary_only || (options->json && !options->output)};
    int error = open_output(log);
    if (error)
        return error;
    error = trace_summary_init(&log->summary, options);
    if (error) {
        trace_output_close(&log->output);
        return error;
    }
    init_ways(log);
    log->style = (struct call_text_style){.constants = options->const_style,
                                          .strings = options->string_hex.value,
                                          .argument_names = options->arg_names,
                                          .colors = wants_colors(log)};
    if (options->stack_trace) {
        log->files = mapped_files_create();
        log->symbolizer = symbolizer_create(&(struct symbolizer_settings){.files = log->files});
    }
    trace_filter_init(&log->filter, options);
    trace_line_init(&log->line, &log->output, &log->clock, options);
    log->line.text.style = &log->style;
    return 0;
}

int trace_log_finish(struct trace_log *log)
{
    int error = trace_threads_finish(&log->threads);

    trace_line_finish(&log->line);
    const int unwritten = trace_summary_finish(&log->summary, &log->output);
    const int other = trace_output_close(&log->output);
    trace_filter_finish(&log->filter);
    symbolizer_destroy(log->symbolizer);
    mapped_files_destroy(log->files);
    return error ? error : other ? other : unwritten;
}
