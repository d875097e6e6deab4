/* SPDX-License-Identifier: MIT */
#include "trace_threads.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "program/options/trace_options.h"

/* Lines of a file that cannot be opened go nowhere; that has been said. */
static void open_own_file(struct trace_logged_thread *thread, const struct trace_options *options)
{
    char *path = xasprintf("%s.%d", options->output, (int)thread->tid);
    const int error = trace_output_open(&thread->output, path, options->output_append);

    if (error && trace_output_open(&thread->output, "/dev/null", false) == 0)
        thread->output.error = error;
    free(path);
}

struct trace_logged_thread *trace_threads_get(struct trace_threads *threads, pid_t tid, const struct trace_options *options,
                                              struct trace_clock *clock)
{
    for (size_t i = threads->count; i-- > 0;)
        if (threads->items[i]->tid == tid)
            return threads->items[i];
    struct trace_logged_thread *thread = xcalloc(1, sizeof *thread);
    thread->tid = tid;
    if (options->output_separately)
        open_own_file(thread, options);
    trace_line_init(&thread->line, &thread->output, clock, options);
    threads->items = xgrow(threads->items, &threads->capacity, threads->count + 1, sizeof(struct trace_logged_thread *));
    threads->items[threads->count++] = thread;
    return thread;
}

static void destroy(struct trace_threads *threads, struct trace_logged_thread *thread)
{
    if (thread->output.bytes)
        trace_line_finish(&thread->line);
    else
        text_buffer_finish(&thread->line.text);
    const int error = trace_output_close(&thread->output);
    if (threads->error == 0)
        threads->error = error;
    free(thread);
}

void trace_threads_remove(struct trace_threads *threads, pid_t tid)
{
    for (size_t i = 0; i < threads->count; i++) {
        if (threads->items[i]->tid != tid)
            continue;
        destroy(threads, threads->items[i]);
        threads->items[i] = threads->items[--threads->count];
        return;
    }
}

void trace_threads_show(struct trace_threads *threads)
{
    for (size_t i = 0; i < threads->count; i++) {
        struct trace_logged_thread *thread = threads->items[i];
        if (!thread->output.bytes)
            continue;
        trace_line_show(&thread->line);
        trace_output_flush(&thread->output);
    }
}

int trace_threads_finish(struct trace_threads *threads)
{
    while (threads->count > 0)
        destroy(threads, threads->items[--threads->count]);
    free(threads->items);
    threads->items = NULL;
    return threads->error;
}
