/* SPDX-License-Identifier: MIT */
#include "text_realtime.h"

#include "text_findings.h"

bool text_realtime_has_findings(const struct report_process *process)
{
    return text_findings_are_serious(&process->realtime.findings);
}

static void print_start(const struct text_writer *writer, const struct realtime_sums *sums, uint64_t born_ns)
{
    switch (sums->start) {
    case REALTIME_BY_POLICY:
        fputs("began with the first real-time thread", writer->stream);
        break;
    case REALTIME_BY_CALL:
        fprintf(writer->stream, "began with the first %s", sums->start_name);
        break;
    case REALTIME_BY_SIGNAL:
        fprintf(writer->stream, "began with the first %s", sums->start_name);
        break;
    case REALTIME_BY_MARKER:
        fputs("began with leakwatch_rt_begin()", writer->stream);
        break;
    default:
        fputs("did not begin", writer->stream);
        return;
    }
    fprintf(writer->stream, ", thread %d, after %s", (int)sums->started_by,
            text_seconds(sums->started_ns > born_ns ? sums->started_ns - born_ns : 0).text);
}

static void print_faults(const struct text_writer *writer, const struct realtime_sums *sums)
{
    if (!sums->minor_faults.known) {
        fputs("  page faults of real-time threads: not known\n", writer->stream);
        return;
    }
    fprintf(writer->stream, "  page faults of real-time threads: %s, and %s that waited for a disk",
            text_number(sums->minor_faults.value).text, text_number(sums->major_faults.value).text);
    if (sums->by_process_files)
        fputs(", with those that locking made", writer->stream);
    putc('\n', writer->stream);
}

static void print_thread(const struct text_writer *writer, const struct realtime_thread *thread)
{
    fprintf(writer->stream, "  thread %d", (int)thread->tid);
    if (thread->name[0] != '\0') {
        fputs(" (", writer->stream);
        text_foreign(writer, thread->name);
        putc(')', writer->stream);
    }
    fprintf(writer->stream, ": %s, priority %s", thread->policy, text_number(thread->priority).text);
    if (thread->cpus[0] != '\0') {
        fputs(", processors ", writer->stream);
        text_foreign(writer, thread->cpus);
    }
    putc('\n', writer->stream);
}

void text_realtime(const struct text_writer *writer, const struct report_process *process)
{
    const struct report_realtime *realtime = &process->realtime;
    const bool quiet = writer->view->verbosity < 0;

    if (!realtime->sums.audited || (quiet && !text_realtime_has_findings(process)))
        return;
    fputs("\n  REAL TIME: ", writer->stream);
    print_start(writer, &realtime->sums, process->started_ns);
    fputs(".\n", writer->stream);
    for (size_t i = 0; i < realtime->thread_count && !quiet; i++)
        print_thread(writer, &realtime->threads[i]);
    if (realtime->sums.start != REALTIME_NOT_BEGUN && !quiet)
        print_faults(writer, &realtime->sums);
    text_findings(writer, &realtime->findings);
}
