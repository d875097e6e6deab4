/* SPDX-License-Identifier: MIT
 *
 * The XML of valgrind's memcheck, protocol 4 (docs/internals/xml-output-protocol4.txt in its sources), in the order of elements in
 * which valgrind 3.19 writes it. A document is about one process: where a report has several, the findings of the others say of
 * which they are. */
#include "report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/report_model.h"
#include "report/encoding/stream_end.h"
#include "report/encoding/xml_text.h"
#include "frame_texts.h"
#include "profile_names.h"
#include "valgrind_words.h"

struct xml {
    FILE *stream;
    const struct report_view *view;
    const struct report_process *main; /* whom the document is about */
    struct text_buffer out;            /* of one element, written as a whole */
    struct text_buffer words;          /* a sentence in the making */
    struct frame_texts frames;
    uint64_t unique; /* number of the next <error> */
};

static void flush(struct xml *xml)
{
    fwrite(xml->out.text, 1, xml->out.used, xml->stream);
    text_buffer_clear(&xml->out);
}

static void add_line(struct xml *xml, const char *text)
{
    text_buffer_text(&xml->out, text);
    text_buffer_char(&xml->out, '\n');
}

/* Adds the sentence in xml->words as an element. */
static void add_words(struct xml *xml, unsigned indent, const char *name)
{
    xml_add_element(&xml->out, indent, name, xml->words.text);
    text_buffer_clear(&xml->words);
}

/* ---- Stacks ---- */

static void add_file(struct text_buffer *text, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash) {
        text_buffer_text(text, "      <dir>");
        xml_add_bytes(text, path, (size_t)(slash - path));
        text_buffer_text(text, "</dir>\n");
    }
    xml_add_element(text, 6, "file", slash ? slash + 1 : path);
}

static void make_frame(struct text_buffer *text, const struct report_frame *frame)
{
    text_buffer_add(text, "    <frame>\n      <ip>0x%" PRIX64 "</ip>\n", frame->address);
    if (frame->module)
        xml_add_element(text, 6, "obj", frame->module);
    if (frame->function)
        xml_add_element(text, 6, "fn", frame->function);
    if (frame->file)
        add_file(text, frame->file);
    if (frame->file && frame->line != 0)
        text_buffer_add(text, "      <line>%u</line>\n", frame->line);
    text_buffer_text(text, "    </frame>\n");
}

/* The protocol wants a frame in each stack. */
static void add_stack(struct xml *xml, const struct report_stack *stack)
{
    const size_t count = valgrind_frames(xml->view, stack);

    add_line(xml, "  <stack>");
    for (size_t i = 0; i < count; i++)
        text_buffer_text(&xml->out, frame_text(&xml->frames, stack, i));
    if (count == 0) {
        add_line(xml, "    <frame>\n      <ip>0x0</ip>");
        xml_add_element(&xml->out, 6, "fn", profile_unknown_callers(stack));
        add_line(xml, "    </frame>");
    }
    add_line(xml, "  </stack>");
}

/* ---- Suppressions ---- */

/* One line of a suppression, without the blanks before it. */
static void add_suppression_line(struct xml *xml, size_t index, const char *line)
{
    static const char *const places[] = {"fun", "obj"};

    if (index == 0)
        xml_add_element(&xml->out, 4, "sname", line);
    else if (index == 1)
        xml_add_element(&xml->out, 4, "skind", line);
    else if (strncmp(line, "match-leak-kinds:", strlen("match-leak-kinds:")) == 0)
        xml_add_element(&xml->out, 4, "skaux", line);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const size_t length = strlen(places[i]);
        if (index < 2 || strncmp(line, places[i], length) != 0 || line[length] != ':')
            continue;
        text_buffer_add(&xml->out, "    <sframe> <%s>", places[i]);
        xml_add_bytes(&xml->out, line + length + 1, strlen(line + length + 1));
        text_buffer_add(&xml->out, "</%s> </sframe>\n", places[i]);
    }
}

/* Each line of the text, blanks before it left out, is handed on without its newline; the braces are not. */
static void add_suppression_lines(struct xml *xml, const char *text)
{
    size_t index = 0;

    while (*text != '\0') {
        text += strspn(text, " \n");
        const size_t length = strcspn(text, "\n");
        text_buffer_bytes(&xml->words, text, length);
        if (length > 0 && *text != '{' && *text != '}')
            add_suppression_line(xml, index++, xml->words.text);
        text_buffer_clear(&xml->words);
        text += length;
    }
}

/* Character data as it is; only its own end cannot stand in it. The text is plain ASCII, see suppression_generate.c. */
static void add_character_data(struct xml *xml, const char *text)
{
    static const char end[] = "]]>";
    const char *found;

    text_buffer_text(&xml->out, "<![CDATA[\n");
    while ((found = strstr(text, end)) != NULL) {
        text_buffer_bytes(&xml->out, text, (size_t)(found - text) + 2);
        text_buffer_text(&xml->out, "]]><![CDATA[");
        text = found + 2;
    }
    text_buffer_text(&xml->out, text);
    add_line(xml, end);
}

static void add_suppression(struct xml *xml, const char *text)
{
    add_line(xml, "  <suppression>");
    add_suppression_lines(xml, text);
    add_line(xml, "    <rawtext>");
    add_character_data(xml, text);
    add_line(xml, "    </rawtext>\n  </suppression>");
}

/* ---- Errors ---- */

static void begin_error(struct xml *xml, unsigned thread, const char *kind)
{
    text_buffer_add(&xml->out, "<error>\n  <unique>0x%" PRIx64 "</unique>\n  <tid>%u</tid>\n", xml->unique++, thread);
    xml_add_element(&xml->out, 2, "kind", kind);
}

static void end_error(struct xml *xml, const struct report_process *process)
{
    if (process != xml->main) {
        text_buffer_text(&xml->words, "in process ");
        profile_add_process(&xml->words, process);
        add_words(xml, 2, "auxwhat");
    }
}

static void write_error(struct xml *xml, const struct report_process *process, const struct report_error *error)
{
    const struct report_stack *related = valgrind_address_stack(error);

    begin_error(xml, error->thread, valgrind_error_kind(error));
    xml_add_element(&xml->out, 2, "what", valgrind_error_text(error));
    add_stack(xml, &error->stack);
    valgrind_add_address(&xml->words, error);
    add_words(xml, 2, "auxwhat");
    if (related->frame_count > 0)
        add_stack(xml, related);
    if (related != &error->allocated && error->allocated.frame_count > 0) {
        xml_add_element(&xml->out, 2, "auxwhat", VALGRIND_ALLOCATED_AT);
        add_stack(xml, &error->allocated);
    }
    end_error(xml, process);
    add_line(xml, "</error>\n");
    flush(xml);
}

static void write_leak(struct xml *xml, const struct report_process *process, const struct valgrind_records *records, size_t index)
{
    const struct report_leak *leak = records->leaks[index];

    begin_error(xml, 1, valgrind_leak_kind(leak->kind));
    add_line(xml, "  <xwhat>");
    valgrind_add_leak(&xml->words, leak, index + 1, records->count);
    add_words(xml, 4, "text");
    text_buffer_add(&xml->out,
                    "    <leakedbytes>%" PRIu64 "</leakedbytes>\n    <leakedblocks>%" PRIu64 "</leakedblocks>\n  </xwhat>\n",
                    leak->direct.bytes + leak->indirect.bytes, leak->direct.blocks);
    add_stack(xml, &leak->stack);
    end_error(xml, process);
    if (leak->suppression)
        add_suppression(xml, leak->suppression);
    add_line(xml, "</error>\n");
    flush(xml);
}

static void write_leaks(struct xml *xml, const struct report_process *process)
{
    struct valgrind_records records = valgrind_records(process);

    for (size_t i = 0; i < records.count; i++)
        if (valgrind_is_listed(xml->view, records.leaks[i]->kind))
            write_leak(xml, process, &records, i);
    free(records.leaks);
}

/* ---- Around them ---- */

/* The process that the user started; the last program that it ran. NULL if the report has none. */
static const struct report_process *main_process(const struct report *report)
{
    const struct report_process *main = report->processes;

    for (size_t i = 1; i < report->process_count; i++)
        if (report->processes[i].pid == main->pid && !valgrind_is_passing(&report->processes[i]))
            main = &report->processes[i];
    return report->process_count > 0 ? main : NULL;
}

/* What is not known of the heap is a comment: the protocol has no other place for it. */
static void add_notes(struct xml *xml, const struct report *report)
{
    for (size_t i = 0; i < report->process_count; i++) {
        const struct report_process *process = &report->processes[i];
        for (size_t note = 0;; note++) {
            profile_add_process(&xml->words, process);
            text_buffer_text(&xml->words, ": ");
            if (!valgrind_add_note(&xml->words, process, note))
                break;
            add_words(xml, 0, "usercomment");
        }
        text_buffer_clear(&xml->words);
    }
}

static void add_command(struct xml *xml, char *const *command)
{
    for (size_t i = 0; command && command[i]; i++)
        xml_add_element(&xml->out, 4, i == 0 ? "exe" : "arg", command[i]);
}

static void write_beginning(struct xml *xml, const struct report *report)
{
    add_line(xml, "<?xml version=\"1.0\"?>\n\n<valgrindoutput>\n\n<protocolversion>4</protocolversion>\n"
                  "<protocoltool>memcheck</protocoltool>\n\n<preamble>");
    text_buffer_add(&xml->words, "leakwatch %s, in the form of Memcheck", report->version);
    add_words(xml, 2, "line");
    add_line(xml, "</preamble>\n");
    text_buffer_add(&xml->out, "<pid>%d</pid>\n<ppid>%d</ppid>\n<tool>memcheck</tool>\n", xml->main ? (int)xml->main->pid : 0,
                    xml->main ? (int)xml->main->ppid : 0);
    add_notes(xml, report);
    add_line(xml, "\n<args>\n  <vargv>\n    <exe>leakwatch</exe>\n  </vargv>\n  <argv>");
    add_command(xml, xml->main ? xml->main->command : report->command);
    add_line(xml, "  </argv>\n</args>\n");
    flush(xml);
}

/* Days, hours, minutes, seconds and milliseconds since the start. */
static void write_status(struct xml *xml, const char *state, uint64_t nanoseconds)
{
    const uint64_t milliseconds = nanoseconds / 1000000, seconds = milliseconds / 1000;

    text_buffer_add(&xml->out, "<status>\n  <state>%s</state>\n", state);
    text_buffer_add(&xml->out, "  <time>%02" PRIu64 ":%02u:%02u:%02u.%03u </time>\n</status>\n\n", seconds / 86400,
                    (unsigned)(seconds / 3600 % 24), (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60),
                    (unsigned)(milliseconds % 1000));
    flush(xml);
}

/* Counted are memory errors only: those of leaks come after the end, and once. */
static void write_counts(struct xml *xml, const struct report *report)
{
    uint64_t unique = 0;

    add_line(xml, "<errorcounts>");
    for (size_t i = 0; i < report->process_count; i++)
        for (size_t k = 0; k < report->processes[i].error_count; k++)
            text_buffer_add(&xml->out, "  <pair>\n    <count>%u</count>\n    <unique>0x%" PRIx64 "</unique>\n  </pair>\n",
                            report->processes[i].errors[k].count, unique++);
    add_line(xml, "</errorcounts>\n\n<suppcounts>");
    for (size_t i = 0; i < report->suppressions_used_count; i++) {
        const struct report_suppression_use *use = &report->suppressions_used[i];
        text_buffer_add(&xml->out, "  <pair>\n    <count>%" PRIu64 "</count>\n", use->blocks);
        xml_add_element(&xml->out, 4, "name", use->name);
        add_line(xml, "  </pair>");
    }
    add_line(xml, "</suppcounts>\n\n</valgrindoutput>\n");
    flush(xml);
}

int report_write_valgrind_xml(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct xml xml = {.stream = stream, .view = view, .main = main_process(report), .frames = {.make = make_frame}};

    errno = 0;
    write_beginning(&xml, report);
    write_status(&xml, "RUNNING", xml.main ? xml.main->started_ns : 0);
    for (size_t i = 0; i < report->process_count; i++)
        for (size_t k = 0; k < report->processes[i].error_count; k++)
            write_error(&xml, &report->processes[i], &report->processes[i].errors[k]);
    write_status(&xml, "FINISHED", xml.main ? xml.main->ended_ns : report->elapsed_ns);
    for (size_t i = 0; i < report->process_count; i++)
        write_leaks(&xml, &report->processes[i]);
    write_counts(&xml, report);
    text_buffer_finish(&xml.out);
    text_buffer_finish(&xml.words);
    frame_texts_finish(&xml.frames);
    return stream_end(stream);
}
