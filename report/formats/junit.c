/* SPDX-License-Identifier: MIT
 *
 * JUnit XML, as test runners write it: a test suite for each process, a test case for each finding. What counts as an error is a
 * failure, what was not seen is skipped, and other findings pass and say so. A process without findings is one test case that
 * passes. */
#include "report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model/report_issues.h"
#include "report/encoding/stream_end.h"
#include "report/encoding/xml_text.h"
#include "report/text/text_stack.h"
#include "place_table.h"
#include "profile_names.h"

struct junit {
    FILE *stream;
    struct report_view view; /* of frames */
    struct text_buffer xml;
    struct text_buffer frames;  /* lines of frames, each with its NUL: many findings share them */
    struct place_table written; /* where the line of a frame begins in `frames`, plus 1 */
    FILE *line;                 /* what is written to it is in `line_text` once it is flushed */
    char *line_text;
    size_t line_size;
};

static void flush(struct junit *junit)
{
    fwrite(junit->xml.text, 1, junit->xml.used, junit->stream);
    text_buffer_clear(&junit->xml);
}

static const char *name_of(const struct report_process *process)
{
    const char *executable = process->executable;

    return executable && *executable != '\0' ? basename(executable) : "process";
}

static void begin_case(struct junit *junit, const struct report_process *process, const char *name)
{
    text_buffer_text(&junit->xml, "    <testcase");
    xml_add_attribute(&junit->xml, "classname", name_of(process));
    xml_add_attribute(&junit->xml, "name", name);
    text_buffer_text(&junit->xml, " time=\"0\"");
}

/* "leak.definite: parse (src/app.c)": the same from run to run. */
static void begin_case_of_issue(struct junit *junit, const struct report_issue *issue)
{
    struct text_buffer name = {0};

    text_buffer_add(&name, "%s: %s (%s)", issue->rule->id, issue->function ? issue->function : issue->rule->title, issue->path);
    begin_case(junit, issue->process, name.text);
    xml_add_attribute(&junit->xml, "file", issue->path);
    if (issue->line != 0)
        text_buffer_add(&junit->xml, " line=\"%u\"", issue->line);
    text_buffer_text(&junit->xml, ">\n");
    text_buffer_finish(&name);
}

static void add_frame(struct junit *junit, const struct report_stack *stack, size_t index)
{
    const struct text_writer writer = {junit->line, &junit->view};
    size_t *number = place_table_number(&junit->written, (struct place){stack->frames + index, 1});

    if (*number == 0) {
        *number = junit->frames.used + 1;
        rewind(junit->line);
        text_frame(&writer, stack->frames[index]);
        putc('\0', junit->line);
        fflush(junit->line);
        xml_add_text(&junit->frames, junit->line_text);
        text_buffer_char(&junit->frames, '\0');
    }
    text_buffer_text(&junit->xml, index == 0 ? "  at " : "  by ");
    text_buffer_text(&junit->xml, junit->frames.text + *number - 1);
    text_buffer_char(&junit->xml, '\n');
}

static void add_stack(struct junit *junit, const struct report_issue_stack *titled)
{
    const char *unknown = profile_unknown_callers(titled->stack);

    if (titled->title)
        text_buffer_add(&junit->xml, "%s\n", titled->title);
    for (size_t i = 0; i < titled->stack->frame_count; i++)
        add_frame(junit, titled->stack, i);
    if (unknown == NULL)
        return;
    text_buffer_text(&junit->xml, "  ");
    xml_add_text(&junit->xml, unknown);
    text_buffer_char(&junit->xml, '\n');
}

static void add_details(struct junit *junit, const struct report_issue *issue)
{
    for (size_t i = 0; i < issue->stack_count; i++)
        add_stack(junit, &issue->stacks[i]);
    xml_add_text(&junit->xml, issue->rule->help);
    text_buffer_char(&junit->xml, '\n');
}

static void write_issue(struct junit *junit, const struct report_issue *issue)
{
    /* JUnit has no other place for what is no failure. */
    const char *element = issue->is_error ? "failure" : issue->is_unseen ? "skipped" : "system-out";

    begin_case_of_issue(junit, issue);
    text_buffer_add(&junit->xml, "      <%s", element);
    if (issue->is_error)
        xml_add_attribute(&junit->xml, "type", issue->rule->id);
    if (issue->is_error || issue->is_unseen)
        xml_add_attribute(&junit->xml, "message", issue->message);
    text_buffer_char(&junit->xml, '>');
    if (!issue->is_error && !issue->is_unseen) {
        xml_add_text(&junit->xml, issue->message);
        text_buffer_char(&junit->xml, '\n');
    }
    add_details(junit, issue);
    text_buffer_add(&junit->xml, "</%s>\n    </testcase>\n", element);
    flush(junit);
}

static void begin_suite(struct junit *junit, const struct report_process *process, struct report_issue_counts counts)
{
    const uint64_t time_ns = process->ended_ns > process->started_ns ? process->ended_ns - process->started_ns : 0;

    text_buffer_text(&junit->xml, "  <testsuite");
    xml_add_attribute(&junit->xml, "name", name_of(process));
    text_buffer_add(&junit->xml,
                    " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" time=\"%" PRIu64 ".%03" PRIu64 "\">\n",
                    counts.all > 0 ? counts.all : 1, counts.errors, counts.unseen, time_ns / 1000000000, time_ns / 1000000 % 1000);
    text_buffer_add(&junit->xml, "    <properties>\n      <property name=\"pid\" value=\"%d\"/>\n", (int)process->pid);
    for (char **word = process->command; word && *word; word++) {
        text_buffer_text(&junit->xml, "      <property name=\"command\"");
        xml_add_attribute(&junit->xml, "value", *word);
        text_buffer_text(&junit->xml, "/>\n");
    }
    text_buffer_text(&junit->xml, "    </properties>\n");
}

static void write_process(struct junit *junit, const struct report_issues *issues, const struct report_process *process)
{
    const struct report_issue_counts counts = report_issues_count(issues, process);

    begin_suite(junit, process, counts);
    flush(junit);
    for (size_t i = 0; counts.all > 0 && i < issues->count; i++)
        if (issues->items[i].process == process)
            write_issue(junit, &issues->items[i]);
    if (counts.all == 0) {
        begin_case(junit, process, "no findings");
        text_buffer_text(&junit->xml, "/>\n");
    }
    text_buffer_text(&junit->xml, "  </testsuite>\n");
    flush(junit);
}

static void write_document(struct junit *junit, const struct report *report)
{
    struct report_issues issues;

    report_issues_make(report, &junit->view, &issues);
    const struct report_issue_counts counts = report_issues_count(&issues, NULL);
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", junit->stream);
    fprintf(junit->stream, "<testsuites name=\"leakwatch\" failures=\"%zu\" errors=\"0\">\n", counts.errors);
    for (size_t i = 0; i < report->process_count; i++)
        write_process(junit, &issues, &report->processes[i]);
    fputs("</testsuites>\n", junit->stream);
    report_issues_finish(&issues);
}

int report_write_junit(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct junit junit = {.stream = stream, .view = *view};

    junit.view.color = false;
    junit.view.verbosity = 0;
    junit.view.directory = view->source_root;
    junit.line = open_memstream(&junit.line_text, &junit.line_size);
    if (junit.line == NULL)
        return -errno;
    errno = 0;
    write_document(&junit, report);
    fclose(junit.line);
    free(junit.line_text);
    place_table_finish(&junit.written);
    text_buffer_finish(&junit.frames);
    text_buffer_finish(&junit.xml);
    return stream_end(stream);
}
