/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "records/own_usage.h"
#include "report/encoding/stream_end.h"
#include "report/report.h"
#include "text_style.h"

int report_write_own_usage(const struct own_usage *usage, FILE *stream)
{
    static const char *const doing[] = {
        [USAGE_READING] = "reading", [USAGE_SCANNING] = "scanning", [USAGE_NAMING] = "naming", [USAGE_WRITING] = "writing"};

    errno = 0;
    fputs("leakwatch: own peak memory ", stream);
    if (usage->peak.known)
        fprintf(stream, "%s bytes", text_number(usage->peak.value).text);
    else
        fputs("not known", stream);
    if (usage->symbols_peak.known)
        fprintf(stream, ", %s bytes where symbols are read", text_number(usage->symbols_peak.value).text);
    fprintf(stream, "; CPU time %s user, %s system", text_seconds(usage->user_ns).text, text_seconds(usage->system_ns).text);
    if (usage->symbols_peak.known)
        fprintf(stream, ", %s for symbols", text_seconds(usage->symbols_ns).text);
    fputs("; elapsed", stream);
    for (int phase = 0; phase < USAGE_PHASES; phase++)
        fprintf(stream, "%s %s %s", phase ? "," : "", text_seconds(usage->phase_ns[phase]).text, doing[phase]);
    putc('\n', stream);
    return stream_end(stream);
}
