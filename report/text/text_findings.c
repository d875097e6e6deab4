/* SPDX-License-Identifier: MIT */
#include "text_findings.h"

#include "text_novelty.h"
#include "text_stack.h"

static void print_finding(const struct text_writer *writer, const struct report_finding *finding)
{
    static const enum text_style styles[] = {
        [FINDING_NOTE] = STYLE_STRONG, [FINDING_WARNING] = STYLE_WARNING, [FINDING_ERROR] = STYLE_BAD};

    fputs("\n  ", writer->stream);
    text_print(writer, styles[finding->severity], "%s: %s", finding_severity_name(finding->severity), finding->id);
    fputs(": ", writer->stream);
    text_foreign(writer, finding->what);
    if (finding->count > 1)
        fprintf(writer->stream, " (%s times)", text_number(finding->count).text);
    text_novelty(writer, finding->novelty);
    fputs("\n      ", writer->stream);
    text_foreign(writer, finding->numbers);
    putc('\n', writer->stream);
    for (size_t i = 0; i < finding->stack_count; i++) {
        fprintf(writer->stream, "    %s\n", finding_role_text(finding->roles[i]));
        text_stack(writer, &finding->stacks[i], 6);
    }
    fprintf(writer->stream, "    to do: %s\n", finding->remedy);
}

void text_findings(const struct text_writer *writer, const struct report_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (text_is_told(writer->view, findings->items[i].novelty) &&
            (writer->view->verbosity >= 0 || findings->items[i].severity >= FINDING_WARNING))
            print_finding(writer, &findings->items[i]);
}

bool text_findings_are_serious(const struct report_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].severity >= FINDING_WARNING && findings->items[i].novelty != NOVELTY_KNOWN)
            return true;
    return false;
}
