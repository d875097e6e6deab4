/* SPDX-License-Identifier: MIT */
#include "text_finding.h"

void text_finding(const struct text_writer *writer, const struct limit_finding *finding)
{
    static const enum text_style styles[] = {
        [FINDING_NOTE] = STYLE_FAINT, [FINDING_WARNING] = STYLE_WARNING, [FINDING_ERROR] = STYLE_BAD};

    fputs("\n    ", writer->stream);
    text_print(writer, styles[finding->severity], "%s: %s", finding_severity_name(finding->severity), finding->id);
    fputs(": ", writer->stream);
    text_foreign(writer, finding->what);
    fputs("\n        ", writer->stream);
    text_foreign(writer, finding->numbers);
    fputs("\n        to do: ", writer->stream);
    text_foreign(writer, finding->remedy);
    putc('\n', writer->stream);
}
