/* SPDX-License-Identifier: MIT
 *
 * A file for speedscope: a sampled profile of each process and leak kind, in bytes. The frames that they share stand at the end,
 * when all are known. */
#include "report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "model/report_model.h"
#include "report/encoding/harmless_text.h"
#include "report/encoding/json_stream.h"
#include "report/encoding/stream_end.h"
#include "place_table.h"
#include "profile_names.h"
#include "text_table.h"

#define SCHEMA "https://www.speedscope.app/file-format-schema.json"

struct speedscope {
    FILE *stream;
    struct place_table places;  /* number of each frame, from 1 */
    struct text_table distinct; /* frames as JSON: equal ones of different processes are one */
    struct text_buffer frames;  /* the array of them */
    struct text_buffer piece, name;
    size_t profile_count;
};

/* ---- Frames ---- */

/* The number, from 1, of the frame that is in `piece`, which is cleared. */
static size_t number_piece(struct speedscope *speedscope)
{
    struct text_buffer *piece = &speedscope->piece;
    bool is_new;
    size_t number = text_table_number(&speedscope->distinct, piece->text, piece->used, &is_new);

    if (is_new) {
        text_buffer_text(&speedscope->frames, number > 1 ? ",\n" : "\n");
        text_buffer_bytes(&speedscope->frames, piece->text, piece->used);
    }
    text_buffer_clear(piece);
    return number;
}

static size_t frame_number(struct speedscope *speedscope, const struct report_stack *stack, size_t index)
{
    const struct report_frame *frame = stack->frames[index];
    size_t *number = place_table_number(&speedscope->places, (struct place){stack->frames + index, 1});
    struct text_buffer *piece = &speedscope->piece;

    if (*number != 0)
        return *number;
    text_buffer_clear(&speedscope->name);
    profile_add_frame(&speedscope->name, frame);
    json_stream_begin(piece, '{');
    json_stream_member_text(piece, "name", speedscope->name.text);
    if (frame->file || frame->module) {
        json_stream_member_text(piece, "file", frame->file ? frame->file : frame->module);
    }
    if (frame->file && frame->line != 0) {
        json_stream_member(piece, "line");
        json_stream_unsigned(piece, frame->line);
    }
    json_stream_end(piece, '}');
    return *number = number_piece(speedscope);
}

static size_t text_frame_number(struct speedscope *speedscope, const char *text)
{
    struct text_buffer *piece = &speedscope->piece;

    text_buffer_clear(&speedscope->name);
    harmless_text_add(&speedscope->name, text);
    json_stream_begin(piece, '{');
    json_stream_member_text(piece, "name", speedscope->name.text);
    json_stream_end(piece, '}');
    return number_piece(speedscope);
}

/* ---- Profiles ---- */

static void write_sample(struct speedscope *speedscope, const struct report_stack *stack)
{
    const char *unknown = profile_unknown_callers(stack);
    const char *separator = "";

    putc('[', speedscope->stream);
    if (unknown) {
        fprintf(speedscope->stream, "%zu", text_frame_number(speedscope, unknown) - 1);
        separator = ",";
    }
    for (size_t i = stack->frame_count; i-- > 0; separator = ",")
        fprintf(speedscope->stream, "%s%zu", separator, frame_number(speedscope, stack, i) - 1);
    putc(']', speedscope->stream);
}

/* Begins a profile with the name that is in `name`. */
static void begin_profile(struct speedscope *speedscope, uint64_t bytes)
{
    struct text_buffer *piece = &speedscope->piece;

    json_stream_begin(piece, '{');
    json_stream_member_text(piece, "type", "sampled");
    json_stream_member_text(piece, "name", speedscope->name.text);
    json_stream_member_text(piece, "unit", "bytes");
    json_stream_member(piece, "startValue");
    json_stream_unsigned(piece, 0);
    json_stream_member(piece, "endValue");
    json_stream_unsigned(piece, bytes);
    fputs(speedscope->profile_count++ > 0 ? ",\n" : "\n", speedscope->stream);
    fwrite(piece->text, 1, piece->used, speedscope->stream);
    text_buffer_clear(piece);
}

/* The bytes of the records of a kind in a process; at most what fits. */
static uint64_t sum_bytes(const struct profile_records *records, enum leak_kind kind)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < records->count; i++)
        if (records->leaks[i].kind == kind && __builtin_add_overflow(sum, records->leaks[i].direct.bytes, &sum))
            return UINT64_MAX;
    return sum;
}

static void write_samples(struct speedscope *speedscope, const struct profile_records *records, enum leak_kind kind)
{
    const char *separator = "";

    fputs(",\"samples\":[", speedscope->stream);
    for (size_t i = 0; i < records->count; i++)
        if (records->leaks[i].kind == kind) {
            fputs(separator, speedscope->stream);
            write_sample(speedscope, &records->leaks[i].stack);
            separator = ",\n";
        }
    fputs("],\n\"weights\":[", speedscope->stream);
    separator = "";
    for (size_t i = 0; i < records->count; i++)
        if (records->leaks[i].kind == kind) {
            fprintf(speedscope->stream, "%s%" PRIu64, separator, records->leaks[i].direct.bytes);
            separator = ",";
        }
    fputs("]}", speedscope->stream);
}

static bool has_kind(const struct profile_records *records, enum leak_kind kind)
{
    for (size_t i = 0; i < records->count; i++)
        if (records->leaks[i].kind == kind)
            return true;
    return false;
}

static void write_process(struct speedscope *speedscope, const struct report_process *process)
{
    struct profile_records records = profile_records(process);

    for (unsigned i = 0; i < LEAK_KINDS; i++) {
        const enum leak_kind kind = (enum leak_kind)i;
        if (!has_kind(&records, kind))
            continue;
        text_buffer_clear(&speedscope->name);
        text_buffer_text(&speedscope->name, report_kind_fate(kind));
        text_buffer_text(&speedscope->name, ": ");
        profile_add_process(&speedscope->name, process);
        begin_profile(speedscope, sum_bytes(&records, kind));
        write_samples(speedscope, &records, kind);
    }
    free(records.leaks);
}

static void write_empty_profile(struct speedscope *speedscope)
{
    begin_profile(speedscope, 0);
    fputs(",\"samples\":[],\"weights\":[]}", speedscope->stream);
}

/* What was not seen is told by the names of empty profiles: the format has no other place for it. */
static void write_notes(struct speedscope *speedscope, const struct report_process *process)
{
    for (size_t i = 0;; i++) {
        text_buffer_clear(&speedscope->name);
        profile_add_process(&speedscope->name, process);
        text_buffer_text(&speedscope->name, ": ");
        if (!profile_add_note(&speedscope->name, process, i))
            break;
        write_empty_profile(speedscope);
    }
}

/* ---- The file ---- */

static void write_head(struct speedscope *speedscope, const struct report *report)
{
    struct text_buffer *piece = &speedscope->piece;

    text_buffer_text(&speedscope->name, "leakwatch ");
    harmless_text_add(&speedscope->name, report->version);
    json_stream_begin(piece, '{');
    json_stream_member_text(piece, "$schema", SCHEMA);
    json_stream_member_text(piece, "exporter", speedscope->name.text);
    json_stream_member_text(piece, "name", report->command && report->command[0] ? report->command[0] : "");
    fwrite(piece->text, 1, piece->used, speedscope->stream);
    text_buffer_clear(piece);
    fputs(",\n\"profiles\":[", speedscope->stream);
}

int report_write_speedscope(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct speedscope speedscope = {.stream = stream};

    errno = 0;
    write_head(&speedscope, report);
    for (size_t i = 0; i < report->process_count; i++)
        write_process(&speedscope, &report->processes[i]);
    for (size_t i = 0; i < report->process_count; i++)
        write_notes(&speedscope, &report->processes[i]);
    if (speedscope.profile_count == 0) { /* speedscope refuses a file without a profile */
        text_buffer_clear(&speedscope.name);
        text_buffer_text(&speedscope.name, "no live blocks are known");
        write_empty_profile(&speedscope);
    }
    fputs("],\n\"shared\":{\"frames\":[", stream);
    text_buffer_text(&speedscope.frames, "]}}\n");
    fwrite(speedscope.frames.text, 1, speedscope.frames.used, stream);
    text_table_finish(&speedscope.distinct);
    place_table_finish(&speedscope.places);
    text_buffer_finish(&speedscope.frames);
    text_buffer_finish(&speedscope.piece);
    text_buffer_finish(&speedscope.name);
    return stream_end(stream);
}
