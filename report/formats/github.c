/* SPDX-License-Identifier: MIT
 *
 * Workflow commands of GitHub Actions: ::error file=FILE,line=LINE,title=TITLE::MESSAGE becomes an annotation of a source file. A
 * step shows 10 of a level; so many are written in all. The step's summary, in Markdown, has all. */
#include "report/report.h"

#include <errno.h>
#include <ctype.h>
#include <string.h>

#include "model/report_issues.h"
#include "report/encoding/harmless_text.h"
#include "report/encoding/stream_end.h"

#define ANNOTATIONS_MAX 10

/* ---- Annotations ---- */

/* Adds a text whose bytes in `special` become %XX, as commands want it. */
static void add_escaped(struct text_buffer *line, const char *text, const char *special)
{
    struct text_buffer harmless = {0};

    harmless_text_add(&harmless, text);
    for (size_t i = 0; i < harmless.used; i++) {
        if (strchr(special, harmless.text[i]))
            text_buffer_add(line, "%%%02X", (unsigned)(unsigned char)harmless.text[i]);
        else
            text_buffer_char(line, harmless.text[i]);
    }
    text_buffer_finish(&harmless);
}

static void write_annotation(const struct report_issue *issue, FILE *stream)
{
    static const char *const commands[] = {[FINDING_NOTE] = "notice", [FINDING_WARNING] = "warning", [FINDING_ERROR] = "error"};
    static const char in_properties[] = "%\r\n:,", in_messages[] = "%\r\n";
    struct text_buffer line = {0};

    text_buffer_add(&line, "::%s ", commands[issue->severity]);
    if (issue->in_source_root) {
        text_buffer_text(&line, "file=");
        add_escaped(&line, issue->path, in_properties);
        if (issue->line != 0)
            text_buffer_add(&line, ",line=%u", issue->line);
        text_buffer_char(&line, ',');
    }
    text_buffer_text(&line, "title=");
    add_escaped(&line, issue->rule->title, in_properties);
    text_buffer_text(&line, "::");
    add_escaped(&line, issue->message, in_messages);
    text_buffer_add(&line, " [leakwatch:%s]\n", issue->rule->id);
    fwrite(line.text, 1, line.used, stream);
    text_buffer_finish(&line);
}

int report_write_github(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct report_issues issues;

    errno = 0;
    report_issues_make(report, view, &issues);
    if (issues.count > 0) /* a command begins a line, whatever the program has written before */
        putc('\n', stream);
    for (size_t i = 0; i < issues.count && i < ANNOTATIONS_MAX; i++)
        write_annotation(&issues.items[i], stream);
    if (issues.count > ANNOTATIONS_MAX)
        fprintf(stream, "leakwatch: %zu further findings are not annotated: a step shows only %d\n", issues.count - ANNOTATIONS_MAX,
                ANNOTATIONS_MAX);
    report_issues_finish(&issues);
    return stream_end(stream);
}

/* ---- The summary of a step ---- */

/* Adds a text of which nothing is markup: CommonMark takes a backslash before any punctuation. */
static void add_plain(struct text_buffer *markdown, const char *text)
{
    struct text_buffer harmless = {0};

    harmless_text_add(&harmless, text);
    for (size_t i = 0; i < harmless.used; i++) {
        if (ispunct((unsigned char)harmless.text[i]))
            text_buffer_char(markdown, '\\');
        text_buffer_char(markdown, harmless.text[i]);
    }
    text_buffer_finish(&harmless);
}

static void add_row(struct text_buffer *markdown, const struct report_issue *issue)
{
    text_buffer_add(markdown, "| %s | ", finding_severity_name(issue->severity));
    add_plain(markdown, issue->message);
    text_buffer_text(markdown, " | ");
    add_plain(markdown, issue->path);
    if (issue->line != 0)
        text_buffer_add(markdown, ":%u", issue->line);
    text_buffer_add(markdown, " | %s |\n", issue->rule->id);
}

static void add_heading(struct text_buffer *markdown, const struct report *report, const struct report_issues *issues)
{
    text_buffer_text(markdown, "### leakwatch");
    for (char **word = report->command; word && *word; word++) {
        text_buffer_char(markdown, ' ');
        add_plain(markdown, *word);
    }
    text_buffer_add(markdown, ": %s\n\n", report->verdict);
    if (issues->count > 0)
        text_buffer_text(markdown, "| severity | finding | place | rule |\n| --- | --- | --- | --- |\n");
}

int report_write_github_summary(const struct report *report, const struct report_view *view, FILE *stream)
{
    static const size_t room_for_end = 200;
    struct text_buffer markdown = {0};
    struct report_issues issues;
    size_t written = 0, used;

    errno = 0;
    report_issues_make(report, view, &issues);
    add_heading(&markdown, report, &issues);
    for (used = markdown.used; written < issues.count; written++, used = markdown.used) {
        add_row(&markdown, &issues.items[written]);
        if (markdown.used > GITHUB_SUMMARY_MAX - room_for_end)
            break;
    }
    if (used <= GITHUB_SUMMARY_MAX - room_for_end)
        fwrite(markdown.text, 1, used, stream);
    if (written < issues.count)
        fprintf(stream, "\n%zu further findings are not listed.\n", issues.count - written);
    putc('\n', stream);
    report_issues_finish(&issues);
    text_buffer_finish(&markdown);
    return stream_end(stream);
}
