/* SPDX-License-Identifier: MIT
 *
 * A profile for pprof: the message Profile of https://github.com/google/pprof/blob/main/proto/profile.proto, compressed. Strings,
 * functions and locations are written when they first come; the modules at the end, when it is known what is known of them. */
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/utc_time.h"
#include "base/xalloc.h"
#include "model/report_model.h"
#include "report/encoding/gzip_stream.h"
#include "report/encoding/harmless_text.h"
#include "report/encoding/protobuf.h"
#include "report/encoding/stream_end.h"
#include "place_table.h"
#include "pprof_fields.h"
#include "profile_names.h"
#include "text_table.h"

struct pprof_module {
    const struct report_frame *frame; /* one that is in it */
    uint64_t largest_offset;
    bool functions, files, lines, inlined;
};

struct pprof {
    FILE *stream;
    struct place_table places; /* number of the location of each */
    struct text_table strings, functions, locations, module_keys;
    struct pprof_module *modules; /* of module_keys */
    size_t module_count, module_capacity;
    uint64_t process;                        /* its name, as a string of the profile */
    struct text_buffer text, message, inner; /* a string, a message, another one; all empty between two uses */
};

/* ---- Fields of the profile -------------------------------------------------------------------------------------------------- */

/* Writes a field of the profile with the bytes of a buffer, which is cleared. */
static void write_field(struct pprof *pprof, enum profile_field field, struct text_buffer *bytes)
{
    struct text_buffer header = {0};

    protobuf_header(&header, field, bytes->used);
    fwrite(header.text, 1, header.used, pprof->stream);
    if (bytes->used > 0)
        fwrite(bytes->text, 1, bytes->used, pprof->stream);
    text_buffer_clear(bytes);
    text_buffer_finish(&header);
}

static void write_number(struct pprof *pprof, enum profile_field field, uint64_t value)
{
    struct text_buffer bytes = {0};

    protobuf_number(&bytes, field, value);
    if (bytes.used > 0)
        fwrite(bytes.text, 1, bytes.used, pprof->stream);
    text_buffer_finish(&bytes);
}

/* The index of the string in `text`, which is cleared. The empty one is the first. */
static uint64_t number_text(struct pprof *pprof)
{
    bool is_new;
    size_t number = text_table_number(&pprof->strings, pprof->text.text ? pprof->text.text : "", pprof->text.used, &is_new);

    if (is_new)
        write_field(pprof, PROFILE_STRING_TABLE, &pprof->text);
    text_buffer_clear(&pprof->text);
    return number - 1;
}

static uint64_t string_index(struct pprof *pprof, const char *text)
{
    if (text)
        harmless_text_add(&pprof->text, text);
    return number_text(pprof);
}

/* Numbers of the format are signed. */
static uint64_t clamp(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : value;
}

/* ---- Functions and locations ------------------------------------------------------------------------------------------------ */

/* Writes a message with its number, if it is new, and clears it. Returns the number. */
static uint64_t number_message(struct pprof *pprof, struct text_table *table, enum profile_field field, struct text_buffer *message)
{
    bool is_new;
    size_t number = text_table_number(table, message->text ? message->text : "", message->used, &is_new);

    if (is_new) {
        protobuf_number(message, NUMBERED_ID, number);
        write_field(pprof, field, message);
    }
    text_buffer_clear(message);
    return number;
}

/* The function whose name is in `text`. */
static uint64_t number_function(struct pprof *pprof, const char *linkage_name, const char *file)
{
    const uint64_t name = number_text(pprof), system_name = string_index(pprof, linkage_name), source = string_index(pprof, file);

    protobuf_number(&pprof->message, FUNCTION_NAME, name);
    protobuf_number(&pprof->message, FUNCTION_SYSTEM_NAME, system_name);
    protobuf_number(&pprof->message, FUNCTION_FILENAME, source);
    return number_message(pprof, &pprof->functions, PROFILE_FUNCTION, &pprof->message);
}

/* Adds a line to the location that is being made in `inner`. */
static void add_line(struct pprof *pprof, uint64_t function, uint64_t number)
{
    protobuf_number(&pprof->message, LINE_FUNCTION_ID, function);
    protobuf_number(&pprof->message, LINE_LINE, number);
    protobuf_bytes(&pprof->inner, LOCATION_LINE, &pprof->message);
    text_buffer_clear(&pprof->message);
}

/* The location that is in `inner`, which is cleared. */
static uint64_t number_location(struct pprof *pprof)
{
    return number_message(pprof, &pprof->locations, PROFILE_LOCATION, &pprof->inner);
}

/* A location that is no place in a program. */
static uint64_t text_location(struct pprof *pprof, const char *text)
{
    harmless_text_add(&pprof->text, text);
    add_line(pprof, number_function(pprof, NULL, NULL), 0);
    return number_location(pprof);
}

/* The module of a frame; NULL: it is in none. */
static struct pprof_module *find_module(struct pprof *pprof, const struct report_frame *frame, size_t *number)
{
    bool is_new;

    *number = 0;
    if (frame->module == NULL)
        return NULL;
    text_buffer_text(&pprof->message, frame->module);
    text_buffer_char(&pprof->message, '\0');
    text_buffer_text(&pprof->message, frame->build_id ? frame->build_id : "");
    *number = text_table_number(&pprof->module_keys, pprof->message.text, pprof->message.used, &is_new);
    text_buffer_clear(&pprof->message);
    if (is_new) {
        pprof->modules = xgrow(pprof->modules, &pprof->module_capacity, *number, sizeof *pprof->modules);
        pprof->modules[pprof->module_count++] = (struct pprof_module){.frame = frame};
    }
    return &pprof->modules[*number - 1];
}

static void note_knowledge(struct pprof_module *module, const struct report_frame *frame)
{
    if (frame->offset > module->largest_offset)
        module->largest_offset = frame->offset;
    module->functions |= frame->function != NULL;
    module->files |= frame->file != NULL;
    module->lines |= frame->line != 0;
    module->inlined |= frame->inlined;
}

/* Addresses are those of the module's own symbol table: the same in each run. */
static uint64_t place_location(struct pprof *pprof, struct place place)
{
    const struct report_frame *outermost = place.frames[place.count - 1];
    size_t *known = place_table_number(&pprof->places, place);
    size_t number;

    if (*known != 0)
        return *known;
    struct pprof_module *module = find_module(pprof, outermost, &number);
    protobuf_number(&pprof->inner, LOCATION_MAPPING_ID, number);
    protobuf_number(&pprof->inner, LOCATION_ADDRESS, module ? outermost->offset : outermost->address);
    for (size_t i = 0; i < place.count; i++) {
        const struct report_frame *frame = place.frames[i];
        if (module)
            note_knowledge(module, frame);
        if (frame->function == NULL)
            continue; /* pprof shows the address */
        profile_add_frame(&pprof->text, frame);
        add_line(pprof, number_function(pprof, frame->linkage_name, frame->file), frame->line);
    }
    *known = number_location(pprof);
    return *known;
}

static void write_module(struct pprof *pprof, const struct pprof_module *module)
{
    const uint64_t file = string_index(pprof, module->frame->module), build_id = string_index(pprof, module->frame->build_id);
    struct text_buffer *message = &pprof->message;

    protobuf_number(message, NUMBERED_ID, (uint64_t)(module - pprof->modules) + 1);
    protobuf_number(message, MAPPING_MEMORY_LIMIT, module->largest_offset + (module->largest_offset < UINT64_MAX));
    protobuf_number(message, MAPPING_FILENAME, file);
    protobuf_number(message, MAPPING_BUILD_ID, build_id);
    protobuf_number(message, MAPPING_HAS_FUNCTIONS, module->functions);
    protobuf_number(message, MAPPING_HAS_FILENAMES, module->files);
    protobuf_number(message, MAPPING_HAS_LINE_NUMBERS, module->lines);
    protobuf_number(message, MAPPING_HAS_INLINE_FRAMES, module->inlined);
    write_field(pprof, PROFILE_MAPPING, message);
}

static bool is_executable(const struct report *report, const struct pprof_module *module)
{
    for (size_t i = 0; i < report->process_count; i++)
        if (strcmp(report->processes[i].executable, module->frame->module) == 0)
            return true;
    return false;
}

/* Programs before libraries: pprof takes the first for what the profile is of. */
static void write_modules(struct pprof *pprof, const struct report *report)
{
    for (size_t i = 0; i < pprof->module_count; i++)
        if (is_executable(report, &pprof->modules[i]))
            write_module(pprof, &pprof->modules[i]);
    for (size_t i = 0; i < pprof->module_count; i++)
        if (!is_executable(report, &pprof->modules[i]))
            write_module(pprof, &pprof->modules[i]);
}

/* ---- Samples ---------------------------------------------------------------------------------------------------------------- */

static void add_locations(struct pprof *pprof, struct text_buffer *sample, const struct report_stack *stack)
{
    const char *unknown = profile_unknown_callers(stack);
    struct text_buffer numbers = {0};

    for (size_t first = 0; first < stack->frame_count;) {
        const struct place place = place_from(stack, first);
        protobuf_varint(&numbers, place_location(pprof, place));
        first += place.count;
    }
    if (unknown)
        protobuf_varint(&numbers, text_location(pprof, unknown));
    protobuf_bytes(sample, SAMPLE_LOCATION_ID, &numbers);
    text_buffer_finish(&numbers);
}

static void add_values(struct pprof *pprof, struct text_buffer *sample, const struct report_leak *leak)
{
    const struct leak_amount live = leak->direct;
    const struct leak_amount leaked = profile_is_leaked(leak->kind) ? live : (struct leak_amount){0};
    const uint64_t values[] = {live.blocks, live.bytes, leaked.blocks, leaked.bytes}; /* as write_sample_types() has them */

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        protobuf_varint(&pprof->inner, clamp(values[i]));
    protobuf_bytes(sample, SAMPLE_VALUE, &pprof->inner);
    text_buffer_clear(&pprof->inner);
}

static void add_label(struct pprof *pprof, struct text_buffer *sample, const char *name, uint64_t value)
{
    protobuf_number(&pprof->message, LABEL_KEY, string_index(pprof, name));
    protobuf_number(&pprof->message, LABEL_STRING, value);
    protobuf_bytes(sample, SAMPLE_LABEL, &pprof->message);
    text_buffer_clear(&pprof->message);
}

static void write_sample(struct pprof *pprof, const struct report_leak *leak)
{
    struct text_buffer sample = {0};

    add_locations(pprof, &sample, &leak->stack);
    add_values(pprof, &sample, leak);
    add_label(pprof, &sample, "kind", string_index(pprof, report_kind_word(leak->kind)));
    add_label(pprof, &sample, "allocator", string_index(pprof, leak->allocator));
    add_label(pprof, &sample, "process", pprof->process);
    write_field(pprof, PROFILE_SAMPLE, &sample);
    text_buffer_finish(&sample);
}

static void write_comment(struct pprof *pprof)
{
    write_number(pprof, PROFILE_COMMENT, number_text(pprof));
}

static void write_process(struct pprof *pprof, const struct report_process *process)
{
    struct profile_records records = profile_records(process);

    profile_add_process(&pprof->text, process);
    pprof->process = number_text(pprof);
    for (size_t i = 0; i < records.count; i++)
        write_sample(pprof, &records.leaks[i]);
    free(records.leaks);
    for (size_t i = 0;; i++) {
        profile_add_process(&pprof->text, process);
        text_buffer_text(&pprof->text, ": ");
        if (!profile_add_note(&pprof->text, process, i))
            break;
        write_comment(pprof);
    }
    text_buffer_clear(&pprof->text);
}

/* ---- The file --------------------------------------------------------------------------------------------------------------- */

static void write_value_type(struct pprof *pprof, enum profile_field field, const char *type, const char *unit)
{
    const uint64_t type_index = string_index(pprof, type), unit_index = string_index(pprof, unit);

    protobuf_number(&pprof->message, VALUE_TYPE_TYPE, type_index);
    protobuf_number(&pprof->message, VALUE_TYPE_UNIT, unit_index);
    write_field(pprof, field, &pprof->message);
}

/* What each sample has a value of, in this order. */
static void write_sample_types(struct pprof *pprof)
{
    write_value_type(pprof, PROFILE_SAMPLE_TYPE, "inuse_objects", "count");
    write_value_type(pprof, PROFILE_SAMPLE_TYPE, "inuse_space", "bytes");
    write_value_type(pprof, PROFILE_SAMPLE_TYPE, "leaked_objects", "count");
    write_value_type(pprof, PROFILE_SAMPLE_TYPE, "leaked_space", "bytes");
    write_number(pprof, PROFILE_DEFAULT_SAMPLE_TYPE, string_index(pprof, "leaked_space"));
}

static void write_head(struct pprof *pprof, const struct report *report)
{
    struct timespec started;

    string_index(pprof, NULL);
    write_sample_types(pprof);
    write_value_type(pprof, PROFILE_PERIOD_TYPE, "space", "bytes");
    write_number(pprof, PROFILE_PERIOD, 1);
    if (utc_time_parse(report->started, &started))
        write_number(pprof, PROFILE_TIME_NANOS, (uint64_t)started.tv_sec * 1000000000 + (uint64_t)started.tv_nsec);
    write_number(pprof, PROFILE_DURATION_NANOS, clamp(report->elapsed_ns));
    text_buffer_text(&pprof->text, "written by leakwatch ");
    harmless_text_add(&pprof->text, report->version);
    write_comment(pprof);
}

static int write_profile(void *context, FILE *stream)
{
    const struct report *report = context;
    struct pprof pprof = {.stream = stream};

    write_head(&pprof, report);
    for (size_t i = 0; i < report->process_count; i++)
        write_process(&pprof, &report->processes[i]);
    write_modules(&pprof, report);
    place_table_finish(&pprof.places);
    text_table_finish(&pprof.strings);
    text_table_finish(&pprof.functions);
    text_table_finish(&pprof.locations);
    text_table_finish(&pprof.module_keys);
    free(pprof.modules);
    text_buffer_finish(&pprof.text);
    text_buffer_finish(&pprof.inner);
    text_buffer_finish(&pprof.message);
    return stream_end(stream);
}

int report_write_pprof(const struct report *report, const struct report_view *view, FILE *stream)
{
    errno = 0;
    int error = gzip_stream_write(stream, write_profile, (void *)report);
    return error ? error : stream_end(stream);
}
