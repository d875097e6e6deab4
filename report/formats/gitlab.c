/* SPDX-License-Identifier: MIT
 *
 * GitLab's code quality report: an array of issues. */
#include "report/report.h"

#include <errno.h>

#include "model/report_issues.h"
#include "report/encoding/json_stream.h"
#include "report/encoding/stream_end.h"

static void add_issue(struct text_buffer *json, const struct report_issue *issue)
{
    static const char *const severities[] = {[FINDING_NOTE] = "info", [FINDING_WARNING] = "major", [FINDING_ERROR] = "critical"};
    char fingerprint[FINGERPRINT_TEXT_SIZE];

    json_stream_begin(json, '{');
    json_stream_member_text(json, "description", issue->message);
    json_stream_member_text(json, "check_name", issue->rule->id);
    json_stream_member_text(json, "fingerprint", fingerprint_text(issue->fingerprint, fingerprint));
    json_stream_member_text(json, "severity", severities[issue->severity]);
    json_stream_member(json, "location");
    json_stream_begin(json, '{');
    json_stream_member_text(json, "path", issue->path);
    json_stream_member(json, "lines");
    json_stream_begin(json, '{');
    json_stream_member(json, "begin");
    json_stream_unsigned(json, issue->line != 0 ? issue->line : 1); /* the format wants one */
    json_stream_end(json, '}');
    json_stream_end(json, '}');
    json_stream_end(json, '}');
}

int report_write_gitlab(const struct report *report, const struct report_view *view, FILE *stream)
{
    struct text_buffer json = {0};
    struct report_issues issues;

    errno = 0;
    report_issues_make(report, view, &issues);
    putc('[', stream);
    for (size_t i = 0; i < issues.count; i++) {
        fputs(i == 0 ? "\n" : ",\n", stream);
        add_issue(&json, &issues.items[i]);
        fwrite(json.text, 1, json.used, stream);
        text_buffer_clear(&json);
    }
    fputs("\n]\n", stream);
    report_issues_finish(&issues);
    text_buffer_finish(&json);
    return stream_end(stream);
}
