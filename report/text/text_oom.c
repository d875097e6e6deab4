/* SPDX-License-Identifier: MIT */
#include "text_oom.h"

#include <string.h>

#include "base/size_text.h"
#include "text_thresholds.h"

/* "cgroup memory of /a/b, 64 MiB: 63.9 MiB in use, 64 MiB at most" */
static void print_limit(const struct text_writer *writer, const struct report_oom_death *death)
{
    const struct report_limit_warning *limit = &death->limit;
    FILE *stream = writer->stream;

    fprintf(stream, "    %s", limit->name);
    if (limit->where) {
        fputs(" of ", stream);
        text_foreign(writer, limit->where);
    }
    fprintf(stream, ", %s: %s in use", size_text(limit->at.most).text, size_text(limit->at.value).text);
    if (death->peak.known)
        fprintf(stream, ", %s at most", size_text(death->peak.value).text);
    putc('\n', stream);
    if (death->leakwatch_inside)
        fputs("    leakwatch is in that control group, too: its own memory counts there\n", stream);
}

static void print_process(const struct text_writer *writer, const struct report_oom_death *death)
{
    FILE *stream = writer->stream;

    if (!death->resident.known)
        return;
    fprintf(stream, "    the process had %s in RAM", size_text(death->resident.value).text);
    if (death->resident_peak.known)
        fprintf(stream, ", %s at most", size_text(death->resident_peak.value).text);
    if (death->swapped.value > 0)
        fprintf(stream, ", and %s in swap", size_text(death->swapped.value).text);
    putc('\n', stream);
}

void text_oom(const struct text_writer *writer, const struct report_process *process)
{
    const struct report_oom_death *death = &process->oom_death;
    const uint64_t at_ns = death->limit.at.at_ns;

    if (!death->known)
        return;
    text_print(writer, STYLE_BAD, "\n  Killed by the OOM killer");
    fprintf(writer->stream, " after %s%s\n", text_seconds(at_ns > process->started_ns ? at_ns - process->started_ns : 0).text,
            death->limit.name ? "" : "; for which limit it came is not known");
    if (death->limit.name)
        print_limit(writer, death);
    print_process(writer, death);
    text_threshold_sites(writer, &death->limit.at, SIZE_MAX);
}
