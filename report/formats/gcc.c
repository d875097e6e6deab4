/* SPDX-License-Identifier: MIT
 *
 * Findings as gcc writes its diagnostics, for editors that find errors by such lines: FILE:LINE:COLUMN: SEVERITY: MESSAGE [RULE].
 * The calls that lead there are notes, as far as they are in files below the source root. The column is always 1: a stack has none.
 */
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>

#include "model/report_issues.h"
#include "report/encoding/harmless_text.h"
#include "report/encoding/stream_end.h"

struct gcc {
    FILE *stream;
    const char *source_root;
    struct text_buffer line;
};

static void begin_line(struct gcc *gcc, const char *path, unsigned line, const char *severity)
{
    text_buffer_clear(&gcc->line);
    harmless_text_add(&gcc->line, path);
    if (line != 0) {
        text_buffer_char(&gcc->line, ':');
        text_buffer_unsigned(&gcc->line, line);
        text_buffer_text(&gcc->line, ":1");
    }
    text_buffer_text(&gcc->line, ": ");
    text_buffer_text(&gcc->line, severity);
    text_buffer_text(&gcc->line, ": ");
}

static void end_line(struct gcc *gcc)
{
    text_buffer_char(&gcc->line, '\n');
    fwrite(gcc->line.text, 1, gcc->line.used, gcc->stream);
}

/* "note: the block was allocated in parse" for the first frame of a stack that is shown, then "note: called from main". */
static void write_stack(struct gcc *gcc, const struct report_process *process, const struct report_issue_stack *titled,
                        bool first_is_known)
{
    const struct report_stack *stack = titled->stack;
    bool first = true;

    for (size_t i = 0; i < stack->frame_count; i++) {
        const struct report_frame *frame = stack->frames[i];
        char *path = report_source_path(process, frame, gcc->source_root);
        if (path && !(first && first_is_known)) {
            begin_line(gcc, path, frame->line, finding_severity_name(FINDING_NOTE));
            text_buffer_text(&gcc->line, first ? titled->title : "called from here");
            text_buffer_text(&gcc->line, frame->function ? ", in " : "");
            harmless_text_add(&gcc->line, frame->function ? frame->function : "");
            end_line(gcc);
        }
        first = first && path == NULL;
        free(path);
    }
}

static void write_issue(struct gcc *gcc, const struct report_issue *issue)
{
    begin_line(gcc, issue->path, issue->line, finding_severity_name(issue->severity));
    harmless_text_add(&gcc->line, issue->message);
    text_buffer_text(&gcc->line, " [leakwatch:");
    text_buffer_text(&gcc->line, issue->rule->id);
    text_buffer_char(&gcc->line, ']');
    end_line(gcc);
    for (size_t i = 0; i < issue->stack_count; i++)
        write_stack(gcc, issue->process, &issue->stacks[i], i == 0);
}

int report_write_gcc(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct gcc gcc = {.stream = stream, .source_root = view->source_root};
    struct report_issues issues;

    errno = 0;
    report_issues_make(report, view, &issues);
    for (size_t i = 0; i < issues.count; i++)
        write_issue(&gcc, &issues.items[i]);
    report_issues_finish(&issues);
    text_buffer_finish(&gcc.line);
    return stream_end(stream);
}
