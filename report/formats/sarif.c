/* SPDX-License-Identifier: MIT
 *
 * SARIF 2.1.0 (OASIS), for code scanning. Places in sources are relative to SRCROOT, the source root, as a repository has them. The
 * first stack of a result is its code flow as well, outermost frame first, as far as it is in such files.
 *
 * GitHub takes 25,000 results of a run, shows the 5,000 worst, and takes 10 MB, compressed: results beyond the first number are
 * left out, those beyond the second have no stacks, and a notification says so. */
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>

#include "model/report_issues.h"
#include "report/encoding/file_uri.h"
#include "report/encoding/json_stream.h"
#include "report/encoding/stream_end.h"

#define SCHEMA          "https://json.schemastore.org/sarif-2.1.0.json"
#define RESULTS_MAX     25000
#define WITH_STACKS_MAX 5000

struct sarif {
    FILE *stream;
    const char *source_root;
    const struct report_process *process; /* that the present result is about */
    struct text_buffer json, uri;
};

static void flush(struct sarif *sarif)
{
    fwrite(sarif->json.text, 1, sarif->json.used, sarif->stream);
    text_buffer_clear(&sarif->json);
}

/* ---- Pieces ---- */

static void begin_member(struct sarif *sarif, const char *name, char bracket)
{
    json_stream_member(&sarif->json, name);
    json_stream_begin(&sarif->json, bracket);
}

static void end(struct sarif *sarif, char bracket)
{
    json_stream_end(&sarif->json, bracket);
}

/* {"text": TEXT} as a member. */
static void member_message(struct sarif *sarif, const char *name, const char *text)
{
    begin_member(sarif, name, '{');
    json_stream_member_text(&sarif->json, "text", text);
    end(sarif, '}');
}

static void member_uri(struct sarif *sarif, const char *path)
{
    text_buffer_clear(&sarif->uri);
    file_uri_add(&sarif->uri, path);
    json_stream_member_text(&sarif->json, "uri", sarif->uri.text);
}

/* The members of a location object. */
static void add_physical_location(struct sarif *sarif, const char *path, unsigned line, bool in_source_root)
{
    begin_member(sarif, "physicalLocation", '{');
    begin_member(sarif, "artifactLocation", '{');
    member_uri(sarif, path);
    if (in_source_root)
        json_stream_member_text(&sarif->json, "uriBaseId", "SRCROOT");
    end(sarif, '}');
    if (line != 0) {
        begin_member(sarif, "region", '{');
        json_stream_member(&sarif->json, "startLine");
        json_stream_unsigned(&sarif->json, line);
        end(sarif, '}');
    }
    end(sarif, '}');
}

static void add_logical_location(struct sarif *sarif, const char *function)
{
    begin_member(sarif, "logicalLocations", '[');
    json_stream_begin(&sarif->json, '{');
    json_stream_member_text(&sarif->json, "fullyQualifiedName", function);
    json_stream_member_text(&sarif->json, "kind", "function");
    end(sarif, '}');
    end(sarif, ']');
}

/* ---- Stacks ---- */

static void add_frame_location(struct sarif *sarif, const struct report_frame *frame)
{
    char *relative = report_source_path(sarif->process, frame, sarif->source_root);

    begin_member(sarif, "location", '{');
    if (relative)
        add_physical_location(sarif, relative, frame->line, true);
    else if (frame->file)
        add_physical_location(sarif, frame->file, frame->line, false);
    if (frame->function)
        add_logical_location(sarif, frame->function);
    end(sarif, '}');
    free(relative);
}

static void add_frame(struct sarif *sarif, const struct report_frame *frame)
{
    json_stream_begin(&sarif->json, '{');
    add_frame_location(sarif, frame);
    if (frame->module)
        json_stream_member_text(&sarif->json, "module", frame->module);
    end(sarif, '}');
}

static void add_stack(struct sarif *sarif, const struct report_issue_stack *titled)
{
    const struct report_stack *stack = titled->stack;

    json_stream_begin(&sarif->json, '{');
    if (titled->title)
        member_message(sarif, "message", titled->title);
    else if (stack->frame_count == 0)
        member_message(sarif, "message", stack->content ? stack->content : "The call site is not known.");
    else if (stack->truncated)
        member_message(sarif, "message", "Further callers were not recorded.");
    begin_member(sarif, "frames", '[');
    for (size_t i = 0; i < stack->frame_count; i++)
        add_frame(sarif, stack->frames[i]);
    end(sarif, ']');
    end(sarif, '}');
}

static void add_flow_location(struct sarif *sarif, const struct report_frame *frame, const char *path)
{
    json_stream_begin(&sarif->json, '{');
    begin_member(sarif, "location", '{');
    add_physical_location(sarif, path, frame->line, true);
    member_message(sarif, "message", frame->function ? frame->function : "(function not known)");
    end(sarif, '}');
    end(sarif, '}');
}

static void add_code_flow(struct sarif *sarif, const struct report_stack *stack)
{
    begin_member(sarif, "codeFlows", '[');
    json_stream_begin(&sarif->json, '{');
    begin_member(sarif, "threadFlows", '[');
    json_stream_begin(&sarif->json, '{');
    begin_member(sarif, "locations", '[');
    for (size_t i = stack->frame_count; i-- > 0;) {
        char *path = report_source_path(sarif->process, stack->frames[i], sarif->source_root);
        if (path)
            add_flow_location(sarif, stack->frames[i], path);
        free(path);
    }
    end(sarif, ']');
    end(sarif, '}');
    end(sarif, ']');
    end(sarif, '}');
    end(sarif, ']');
}

static void add_stacks(struct sarif *sarif, const struct report_issue *issue)
{
    if (issue->stack_count == 0)
        return;
    if (issue->in_source_root) /* there is one location at least, as the format wants */
        add_code_flow(sarif, issue->stacks[0].stack);
    begin_member(sarif, "stacks", '[');
    for (size_t i = 0; i < issue->stack_count; i++)
        add_stack(sarif, &issue->stacks[i]);
    end(sarif, ']');
}

/* ---- Results ---- */

static void add_location(struct sarif *sarif, const struct report_issue *issue)
{
    begin_member(sarif, "locations", '[');
    json_stream_begin(&sarif->json, '{');
    add_physical_location(sarif, issue->path, issue->line, issue->in_source_root);
    if (issue->function)
        add_logical_location(sarif, issue->function);
    end(sarif, '}');
    end(sarif, ']');
}

static void add_baseline_state(struct sarif *sarif, enum report_novelty novelty)
{
    static const char *const states[] = {[NOVELTY_KNOWN] = "unchanged", [NOVELTY_GROWN] = "updated", [NOVELTY_NEW] = "new"};

    if (novelty != NOVELTY_NONE)
        json_stream_member_text(&sarif->json, "baselineState", states[novelty]);
}

static void add_result(struct sarif *sarif, const struct report_issue *issue, bool with_stacks)
{
    char fingerprint[FINGERPRINT_TEXT_SIZE];

    sarif->process = issue->process;
    fingerprint_text(issue->fingerprint, fingerprint);
    json_stream_begin(&sarif->json, '{');
    json_stream_member_text(&sarif->json, "ruleId", issue->rule->id);
    json_stream_member_text(&sarif->json, "level", finding_severity_name(issue->severity));
    member_message(sarif, "message", issue->message);
    add_baseline_state(sarif, issue->novelty);
    add_location(sarif, issue);
    begin_member(sarif, "partialFingerprints", '{');
    json_stream_member_text(&sarif->json, "leakwatch/v1", fingerprint);
    json_stream_member_text(&sarif->json, "primaryLocationLineHash", fingerprint);
    end(sarif, '}');
    if (with_stacks)
        add_stacks(sarif, issue);
    end(sarif, '}');
}

/* What was not seen stands among the notifications. */
static void write_results(struct sarif *sarif, const struct report_issues *issues)
{
    size_t written = 0;

    fputs(",\n\"results\":[", sarif->stream);
    for (size_t i = 0; i < issues->count && written < RESULTS_MAX; i++) {
        if (issues->items[i].is_unseen)
            continue;
        fputs(written == 0 ? "\n" : ",\n", sarif->stream);
        add_result(sarif, &issues->items[i], written < WITH_STACKS_MAX);
        flush(sarif);
        written++;
    }
    fputs("]", sarif->stream);
}

/* ---- The tool, and how it went ---- */

static void add_rule(struct sarif *sarif, const struct report_rule *rule)
{
    json_stream_begin(&sarif->json, '{');
    json_stream_member_text(&sarif->json, "id", rule->id);
    member_message(sarif, "shortDescription", rule->title);
    member_message(sarif, "fullDescription", rule->help);
    member_message(sarif, "help", rule->help);
    begin_member(sarif, "properties", '{');
    begin_member(sarif, "tags", '[');
    json_stream_text(&sarif->json, "memory");
    end(sarif, ']');
    end(sarif, '}');
    end(sarif, '}');
}

static bool is_broken(const struct report_rule *rule, const struct report_issues *issues)
{
    for (size_t i = 0; i < issues->count; i++)
        if (issues->items[i].rule == rule && !issues->items[i].is_unseen)
            return true;
    return false;
}

static void add_tool(struct sarif *sarif, const struct report *report, const struct report_issues *issues)
{
    begin_member(sarif, "tool", '{');
    begin_member(sarif, "driver", '{');
    json_stream_member_text(&sarif->json, "name", "leakwatch");
    json_stream_member_text(&sarif->json, "version", report->version);
    begin_member(sarif, "rules", '[');
    for (const struct report_rule *rule = NULL; (rule = report_rule_next(rule));)
        if (is_broken(rule, issues))
            add_rule(sarif, rule);
    end(sarif, ']');
    end(sarif, '}');
    end(sarif, '}');
}

static void add_notification(struct sarif *sarif, enum finding_severity severity, const char *text)
{
    json_stream_begin(&sarif->json, '{');
    json_stream_member_text(&sarif->json, "level", finding_severity_name(severity));
    member_message(sarif, "message", text);
    end(sarif, '}');
}

static void add_cuts(struct sarif *sarif, size_t results)
{
    struct text_buffer text = {0};

    if (results > RESULTS_MAX) {
        text_buffer_add(&text, "%zu of %zu results are left out: GitHub takes no more", results - RESULTS_MAX, results);
        add_notification(sarif, FINDING_WARNING, text.text);
        text_buffer_clear(&text);
    }
    if (results > WITH_STACKS_MAX) {
        text_buffer_add(&text, "Only the worst %d results have stacks", WITH_STACKS_MAX);
        add_notification(sarif, FINDING_NOTE, text.text);
    }
    text_buffer_finish(&text);
}

static void add_invocation(struct sarif *sarif, const struct report_issues *issues)
{
    const struct report_issue_counts counts = report_issues_count(issues, NULL);

    begin_member(sarif, "invocations", '[');
    json_stream_begin(&sarif->json, '{');
    json_stream_member(&sarif->json, "executionSuccessful");
    json_stream_bool(&sarif->json, true);
    begin_member(sarif, "toolExecutionNotifications", '[');
    for (size_t i = 0; i < issues->count; i++)
        if (issues->items[i].is_unseen)
            add_notification(sarif, issues->items[i].severity, issues->items[i].message);
    add_cuts(sarif, counts.all - counts.unseen);
    end(sarif, ']');
    end(sarif, '}');
    end(sarif, ']');
}

static void add_source_root(struct sarif *sarif)
{
    if (sarif->source_root == NULL)
        return;
    text_buffer_clear(&sarif->uri);
    file_uri_add(&sarif->uri, sarif->source_root);
    if (sarif->source_root[1] != '\0')
        text_buffer_char(&sarif->uri, '/');
    begin_member(sarif, "originalUriBaseIds", '{');
    begin_member(sarif, "SRCROOT", '{');
    json_stream_member_text(&sarif->json, "uri", sarif->uri.text);
    end(sarif, '}');
    end(sarif, '}');
}

int report_write_sarif(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct sarif sarif = {.stream = stream, .source_root = view->source_root};
    struct report_issues issues;

    errno = 0;
    report_issues_make(report, view, &issues);
    json_stream_begin(&sarif.json, '{');
    json_stream_member_text(&sarif.json, "$schema", SCHEMA);
    json_stream_member_text(&sarif.json, "version", "2.1.0");
    begin_member(&sarif, "runs", '[');
    json_stream_begin(&sarif.json, '{');
    add_tool(&sarif, report, &issues);
    add_invocation(&sarif, &issues);
    add_source_root(&sarif);
    json_stream_member_text(&sarif.json, "columnKind", "unicodeCodePoints");
    flush(&sarif);
    write_results(&sarif, &issues);
    fputs("}]}\n", stream);
    report_issues_finish(&issues);
    text_buffer_finish(&sarif.json);
    text_buffer_finish(&sarif.uri);
    return stream_end(stream);
}
