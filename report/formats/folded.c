/* SPDX-License-Identifier: MIT
 *
 * Folded stacks, as flame graph tools read them: one line for each record, frames from the outermost to the innermost with `;`
 * between them, a space, and the bytes. */
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>

#include "model/report_model.h"
#include "report/encoding/harmless_text.h"
#include "report/encoding/stream_end.h"
#include "frame_texts.h"
#include "profile_names.h"

struct folded {
    FILE *stream;
    bool several_processes;
    struct frame_texts names;
    struct text_buffer line;
};

/* In what was added to a text from `start` on: no frame can hold what separates frames. */
static void mend_separators(struct text_buffer *text, size_t start)
{
    for (size_t i = start; i < text->used; i++)
        if (text->text[i] == ';')
            text->text[i] = ':';
}

static void add_text_frame(struct folded *folded, const char *text)
{
    const size_t start = folded->line.used;

    harmless_text_add(&folded->line, text);
    mend_separators(&folded->line, start);
    text_buffer_char(&folded->line, ';');
}

static void add_process_frame(struct folded *folded, const struct report_process *process)
{
    const size_t start = folded->line.used;

    profile_add_process(&folded->line, process);
    mend_separators(&folded->line, start);
    text_buffer_char(&folded->line, ';');
}

static void make_frame_name(struct text_buffer *name, const struct report_frame *frame)
{
    const size_t start = name->used;

    profile_add_frame(name, frame);
    mend_separators(name, start);
    text_buffer_char(name, ';');
}

/* Ends the line with its last frame. */
static void write_line(struct folded *folded, const char *innermost, uint64_t bytes)
{
    text_buffer_text(&folded->line, innermost);
    text_buffer_char(&folded->line, ' ');
    text_buffer_unsigned(&folded->line, bytes);
    text_buffer_char(&folded->line, '\n');
    fwrite(folded->line.text, 1, folded->line.used, folded->stream);
    text_buffer_clear(&folded->line);
}

static void write_record(struct folded *folded, const struct report_process *process, const struct report_leak *leak)
{
    const char *unknown = profile_unknown_callers(&leak->stack);

    if (folded->several_processes)
        add_process_frame(folded, process);
    add_text_frame(folded, report_kind_fate(leak->kind));
    if (unknown)
        add_text_frame(folded, unknown);
    for (size_t i = leak->stack.frame_count; i-- > 0;)
        text_buffer_text(&folded->line, frame_text(&folded->names, &leak->stack, i));
    write_line(folded, leak->allocator, leak->direct.bytes);
}

/* What was not seen has no width, but whoever reads the lines finds it. */
static void write_notes(struct folded *folded, const struct report_process *process)
{
    struct text_buffer note = {0};

    for (size_t i = 0;; i++) {
        text_buffer_clear(&note);
        text_buffer_char(&note, '(');
        if (!profile_add_note(&note, process, i))
            break;
        text_buffer_char(&note, ')');
        mend_separators(&note, 0);
        add_process_frame(folded, process);
        write_line(folded, note.text, 0);
    }
    text_buffer_finish(&note);
}

static void write_process(struct folded *folded, const struct report_process *process)
{
    struct profile_records records = profile_records(process);

    for (size_t i = 0; i < records.count; i++)
        write_record(folded, process, &records.leaks[i]);
    free(records.leaks);
    write_notes(folded, process);
}

int report_write_folded(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct folded folded = {.stream = stream, .several_processes = report->process_count > 1, .names = {.make = make_frame_name}};

    errno = 0;
    for (size_t i = 0; i < report->process_count; i++)
        write_process(&folded, &report->processes[i]);
    frame_texts_finish(&folded.names);
    text_buffer_finish(&folded.line);
    return stream_end(stream);
}
