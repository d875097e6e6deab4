/* SPDX-License-Identifier: MIT */
#include "call_summary.h"

#include <inttypes.h>
#include <string.h>

enum { NAME_WIDTH = 16 };

static const struct {
    const char *title;
    size_t width;
} columns[SUMMARY_COLUMNS] = {
    [SUMMARY_TIME_PERCENT] = {"% time", 6}, [SUMMARY_TOTAL_TIME] = {"seconds", 11},   [SUMMARY_MIN_TIME] = {"shortest", 8},
    [SUMMARY_MAX_TIME] = {"longest", 8},    [SUMMARY_AVG_TIME] = {"usecs/call", 11},  [SUMMARY_CALLS] = {"calls", 9},
    [SUMMARY_ERRORS] = {"errors", 9},       [SUMMARY_NAME] = {"syscall", NAME_WIDTH},
};

static double seconds(uint64_t ns)
{
    return (double)ns / 1e9;
}

/* Names stand on the left, and are filled up only if something follows. */
static void add_left(struct text_buffer *buffer, const char *text, bool last)
{
    const size_t length = strlen(text);

    text_buffer_text(buffer, text);
    if (!last && length < NAME_WIDTH)
        text_buffer_fill(buffer, ' ', NAME_WIDTH - length);
}

struct line {
    const struct call_count *count;
    const char *name;
    uint64_t all_ns;
    bool is_total;
};

static void add_number(struct text_buffer *buffer, uint64_t number, size_t width)
{
    text_buffer_add(buffer, "%*" PRIu64, (int)width, number);
}

static void add_percent(struct text_buffer *buffer, const struct line *line)
{
    const double part = line->is_total ? 100.0 : line->all_ns ? 100.0 * (double)line->count->time_ns / (double)line->all_ns : 0.0;

    text_buffer_add(buffer, "%6.2f", part);
}

static void add_cell(struct text_buffer *buffer, enum summary_column column, const struct line *line, bool last)
{
    const struct call_count *count = line->count;
    const size_t width = columns[column].width;

    switch (column) {
    case SUMMARY_TIME_PERCENT:
        add_percent(buffer, line);
        break;
    case SUMMARY_TOTAL_TIME:
        text_buffer_add(buffer, "%*.6f", (int)width, seconds(count->time_ns));
        break;
    case SUMMARY_MIN_TIME:
        text_buffer_add(buffer, "%*.6f", (int)width, seconds(count->min_ns));
        break;
    case SUMMARY_MAX_TIME:
        text_buffer_add(buffer, "%*.6f", (int)width, seconds(count->max_ns));
        break;
    case SUMMARY_AVG_TIME:
        add_number(buffer, call_count_average_ns(count) / 1000, width);
        break;
    case SUMMARY_CALLS:
        add_number(buffer, count->calls, width);
        break;
    case SUMMARY_ERRORS:
        if (count->errors)
            add_number(buffer, count->errors, width);
        else
            text_buffer_fill(buffer, ' ', width);
        break;
    default:
        add_left(buffer, line->name, last);
        break;
    }
}

static void add_line(struct text_buffer *buffer, const struct summary_layout *layout, const struct line *line)
{
    for (size_t i = 0; i < layout->column_count; i++) {
        if (i > 0)
            text_buffer_char(buffer, ' ');
        add_cell(buffer, layout->columns[i], line, i + 1 == layout->column_count);
    }
    text_buffer_char(buffer, '\n');
}

static void add_titles(struct text_buffer *buffer, const struct summary_layout *layout)
{
    for (size_t i = 0; i < layout->column_count; i++) {
        const enum summary_column column = layout->columns[i];
        if (i > 0)
            text_buffer_char(buffer, ' ');
        if (column == SUMMARY_NAME)
            add_left(buffer, columns[column].title, i + 1 == layout->column_count);
        else
            text_buffer_add(buffer, "%*s", (int)columns[column].width, columns[column].title);
    }
    text_buffer_char(buffer, '\n');
}

static void add_rule(struct text_buffer *buffer, const struct summary_layout *layout)
{
    for (size_t i = 0; i < layout->column_count; i++) {
        if (i > 0)
            text_buffer_char(buffer, ' ');
        text_buffer_fill(buffer, '-', columns[layout->columns[i]].width);
    }
    text_buffer_char(buffer, '\n');
}

static const char *name_of(const struct call_count *count)
{
    const struct syscall_row *row = syscall_table_row(count->number);

    return row ? row->name : "syscall_???";
}

void call_summary_add(struct text_buffer *buffer, const struct call_counts *counts, const struct summary_layout *layout)
{
    const struct call_count *rows[SYSCALL_TABLE_SIZE];
    const size_t count = call_counts_sort(counts, layout->sort, rows);
    const struct call_count total = call_counts_total(counts);

    if (count == 0)
        return;
    add_titles(buffer, layout);
    add_rule(buffer, layout);
    for (size_t i = 0; i < count; i++)
        add_line(buffer, layout, &(struct line){rows[i], name_of(rows[i]), total.time_ns, false});
    add_rule(buffer, layout);
    add_line(buffer, layout, &(struct line){&total, "total", total.time_ns, true});
}

/* ---- JSON ------------------------------------------------------------------------------------------------------------------ */

static void add_json_counts(struct text_buffer *buffer, const struct call_count *count)
{
    text_buffer_add(buffer,
                    "\"calls\":%" PRIu64 ",\"errors\":%" PRIu64 ",\"time_ns\":%" PRIu64 ",\"min_ns\":%" PRIu64
                    ",\"max_ns\":%" PRIu64 ",\"average_ns\":%" PRIu64 "}",
                    count->calls, count->errors, count->time_ns, count->min_ns, count->max_ns, call_count_average_ns(count));
}

void call_summary_add_json(struct text_buffer *buffer, const struct call_counts *counts, enum summary_column sort)
{
    const struct call_count *rows[SYSCALL_TABLE_SIZE];
    const size_t count = call_counts_sort(counts, sort, rows);
    const struct call_count total = call_counts_total(counts);

    text_buffer_text(buffer, "{\"format\":\"leakwatch-trace-summary\",\"version\":1,\"calls\":[");
    for (size_t i = 0; i < count; i++) {
        text_buffer_add(buffer, "%s\n{\"name\":\"%s\",\"nr\":%u,", i ? "," : "", name_of(rows[i]), rows[i]->number);
        add_json_counts(buffer, rows[i]);
    }
    text_buffer_text(buffer, "],\n\"total\":{");
    add_json_counts(buffer, &total);
    text_buffer_text(buffer, "}\n");
}
