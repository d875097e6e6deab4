/* SPDX-License-Identifier: MIT */
#include "trace_line.h"

#include <string.h>
#include <time.h>

#include "base/clock_ns.h"
#include "program/options/trace_options.h"
#include "report/calls/text_escape.h"

void trace_line_init(struct trace_line *line, struct trace_output *output, struct trace_clock *clock,
                     const struct trace_options *options)
{
    *line = (struct trace_line){.output = output, .clock = clock, .options = options};
}

void trace_line_finish(struct trace_line *line)
{
    trace_line_interrupt(line);
    text_buffer_finish(&line->text);
}

/* ---- Columns --------------------------------------------------------------------------------------------------------------- */

static size_t count_digits(uint64_t number)
{
    size_t digits = 1;

    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

static void add_blanks(struct text_buffer *text, size_t used, size_t width)
{
    if (used < width)
        text_buffer_fill(text, ' ', width - used);
}

static void add_fraction(struct text_buffer *text, uint64_t ns, unsigned precision)
{
    static const unsigned divisors[] = {0, 1000000, 1000, 1};

    if (precision == PRECISION_S)
        return;
    text_buffer_char(text, '.');
    text_buffer_padded(text, ns / divisors[precision], 3 * precision);
}

void trace_line_add_seconds(struct text_buffer *text, uint64_t ns, unsigned precision, unsigned width)
{
    const uint64_t second = 1000000000, seconds = ns / second;

    add_blanks(text, count_digits(seconds), width);
    text_buffer_unsigned(text, seconds);
    add_fraction(text, ns % second, precision);
}

static const char *time_of_day(struct trace_clock *clock, time_t second)
{
    struct tm parts;

    if (clock->second != second || clock->time_of_day[0] == '\0') {
        clock->second = second;
        if (!localtime_r(&second, &parts) || strftime(clock->time_of_day, sizeof clock->time_of_day, "%H:%M:%S", &parts) == 0)
            clock->time_of_day[0] = '\0';
    }
    return clock->time_of_day;
}

static void add_timestamp(struct trace_line *line)
{
    const struct timestamps *timestamps = &line->options->timestamps;
    const uint64_t now = clock_ns(CLOCK_REALTIME);

    if (timestamps->format == TIMESTAMP_UNIX) {
        trace_line_add_seconds(&line->text, now, timestamps->precision, 0);
    } else {
        text_buffer_text(&line->text, time_of_day(line->clock, (time_t)(now / 1000000000)));
        add_fraction(&line->text, now % 1000000000, timestamps->precision);
    }
    text_buffer_char(&line->text, ' ');
}

static void add_relative(struct trace_line *line)
{
    enum { WIDTH = 6 };
    const uint64_t now = clock_ns(CLOCK_MONOTONIC);
    const uint64_t span = line->clock->last_ns ? now - line->clock->last_ns : 0;
    const bool beside = line->options->timestamps.format != TIMESTAMP_NONE;

    line->clock->last_ns = now;
    if (beside)
        text_buffer_text(&line->text, "(+");
    trace_line_add_seconds(&line->text, span, line->options->relative.precision, WIDTH);
    text_buffer_text(&line->text, beside ? ") " : " ");
}

static void add_thread(struct trace_line *line, const struct trace_thread *thread, const char *name)
{
    const struct trace_options *options = line->options;
    const bool bare = options->always_show_pid || (options->follow_forks && options->output && !options->output_separately);
    const size_t digits = count_digits((uint64_t)thread->tid);

    if (!bare && (thread->tracees <= 1 || options->output_separately))
        return;
    if (!bare) {
        text_buffer_text(&line->text, "[pid ");
        add_blanks(&line->text, digits, 5);
    }
    text_buffer_unsigned(&line->text, (uint64_t)thread->tid);
    if (name) {
        text_buffer_char(&line->text, '<');
        text_escape_bytes(&line->text, name, strlen(name), true);
        text_buffer_char(&line->text, '>');
    } else if (bare) {
        add_blanks(&line->text, digits, 5);
    }
    text_buffer_text(&line->text, bare ? " " : "] ");
}

static void add_numbers(struct trace_line *line, const struct trace_thread *thread)
{
    if (line->options->syscall_number && thread->has_number)
        text_buffer_add(&line->text, "[%4lu] ", thread->number);
    if (line->options->instruction_pointer && thread->instruction_pointer)
        text_buffer_add(&line->text, "[%016lx] ", thread->instruction_pointer);
    else if (line->options->instruction_pointer)
        text_buffer_text(&line->text, "[????????????????] ");
}

/* ---- Lines ----------------------------------------------------------------------------------------------------------------- */

void trace_line_show(struct trace_line *line)
{
    if (line->text.used > line->written)
        trace_output_add(line->output, line->text.text + line->written, line->text.used - line->written);
    line->written = line->text.used;
}

void trace_line_end(struct trace_line *line)
{
    text_buffer_char(&line->text, '\n');
    trace_line_show(line);
    text_buffer_clear(&line->text);
    line->written = 0;
    line->unfinished = 0;
}

void trace_line_interrupt(struct trace_line *line)
{
    if (line->unfinished == 0)
        return;
    text_buffer_text(&line->text, " <unfinished ...>");
    trace_line_end(line);
}

void trace_line_begin(struct trace_line *line, const struct trace_thread *thread, const char *name)
{
    trace_line_interrupt(line);
    add_thread(line, thread, name);
    if (line->options->timestamps.format != TIMESTAMP_NONE)
        add_timestamp(line);
    if (line->options->relative.shown)
        add_relative(line);
    add_numbers(line, thread);
}

void trace_line_align(struct trace_line *line)
{
    add_blanks(&line->text, line->text.used - line->text.unseen, line->options->columns);
}
