/* SPDX-License-Identifier: MIT */
#include "text_descriptors.h"

#include <stdbool.h>
#include <unistd.h>

#include "text_stack.h"

/* Of descriptors that one call site opened, so many are listed; all if verbose. */
#define LISTED_MAX 5

/* Standard streams, and what others opened, are no leak of this process. */
static bool is_shown(const struct text_writer *writer, const struct report_descriptors *group, const struct report_descriptor *open)
{
    return writer->view->descriptors == VIEW_DESCRIPTORS_ALL || (open->number > STDERR_FILENO && group->origin != ORIGIN_INHERITED);
}

static size_t count_shown(const struct text_writer *writer, const struct report_descriptors *group)
{
    size_t count = 0;

    for (size_t i = 0; i < group->count; i++)
        count += is_shown(writer, group, &group->open[i]);
    return count;
}

size_t text_descriptors_left(const struct text_writer *writer, const struct report_process *process)
{
    size_t count = 0;

    for (size_t i = 0; process->descriptors_tracked && i < process->descriptor_count; i++)
        if (process->descriptors[i].origin != ORIGIN_INHERITED)
            count += count_shown(writer, &process->descriptors[i]);
    return count;
}

static void print_heading(const struct text_writer *writer, const struct report_process *process)
{
    const struct descriptor_counts counts = report_descriptor_counts(process);

    fprintf(writer->stream, "\n  FILE DESCRIPTORS: %zu open (%zu std", counts.open, counts.standard);
    if (counts.inherited > 0)
        fprintf(writer->stream, ", %zu inherited", counts.inherited);
    fprintf(writer->stream, ") %s.", text_moment(process));
    if (!process->descriptors_tracked && !process->no_history && counts.open > counts.standard + counts.inherited)
        text_print(writer, STYLE_FAINT, "  (--track-fds=yes tells where they were opened)");
    putc('\n', writer->stream);
}

static void print_line(const struct text_writer *writer, const struct report_descriptor *open)
{
    fprintf(writer->stream, "  Open %s %d: ", open->kind == OPEN_SOCKET ? "socket" : "file descriptor", open->number);
    text_foreign(writer, open->name);
    if (open->kind == OPEN_PIPE && open->readable != open->writable)
        fputs(open->readable ? " (read end)" : " (write end)", writer->stream);
    putc('\n', writer->stream);
}

static void print_origin(const struct text_writer *writer, const struct report_descriptors *group)
{
    if (group->origin == ORIGIN_INHERITED)
        fputs("      <inherited from parent>\n", writer->stream);
    else if (group->origin == ORIGIN_UNKNOWN)
        fputs("      <opened by none of the calls that are watched>\n", writer->stream);
    if (group->origin == ORIGIN_OPENED || group->stack.frame_count > 0)
        text_stack(writer, &group->stack, 6);
}

static void print_group(const struct text_writer *writer, const struct report_process *process,
                        const struct report_descriptors *group)
{
    const size_t shown = count_shown(writer, group);
    size_t left = writer->view->verbosity > 0 || shown <= LISTED_MAX + 1 ? shown : LISTED_MAX;

    if (shown == 0)
        return;
    const size_t more = shown - left;
    putc('\n', writer->stream);
    for (size_t i = 0; i < group->count && left > 0; i++) {
        if (!is_shown(writer, group, &group->open[i]))
            continue;
        print_line(writer, &group->open[i]);
        left--;
    }
    if (more > 0)
        fprintf(writer->stream, "  and %s more\n", text_number(more).text);
    if (process->descriptors_tracked)
        print_origin(writer, group);
}

void text_descriptors(const struct text_writer *writer, const struct report_process *process)
{
    const bool quiet = writer->view->verbosity < 0;

    if (!process->descriptors_listed || (quiet && text_descriptors_left(writer, process) == 0))
        return;
    print_heading(writer, process);
    for (size_t i = 0; i < process->descriptor_count; i++)
        print_group(writer, process, &process->descriptors[i]);
}
