/* SPDX-License-Identifier: MIT */
#include "text_locks.h"

#include "base/size_text.h"
#include "text_findings.h"
#include "text_stack.h"

/* So many call sites are listed; all if verbose. */
#define LISTED_MAX 5

bool text_locks_have_findings(const struct report_process *process)
{
    return text_findings_are_serious(&process->locks.findings);
}

/* ---- What is locked ---- */

static void print_limit(const struct text_writer *writer, const struct lock_sums *sums)
{
    if (sums->privileged)
        fputs(", no limit: CAP_IPC_LOCK", writer->stream);
    else if (sums->limit.known)
        fprintf(writer->stream, ", RLIMIT_MEMLOCK %s", size_text(sums->limit.value).text);
}

static void print_heading(const struct text_writer *writer, const struct report_process *process)
{
    const struct lock_sums *sums = &process->locks.sums;

    fprintf(writer->stream, "\n  LOCKED MEMORY: %s %s (at most %s at once", size_text(sums->bytes).text, text_moment(process),
            size_text(sums->peak_bytes > sums->bytes ? sums->peak_bytes : sums->bytes).text);
    print_limit(writer, sums);
    fputs(").", writer->stream);
    if (sums->failures > 0)
        fprintf(writer->stream, "  %s of %s call%s failed.", text_number(sums->failures).text, text_number(sums->calls).text,
                text_plural(sums->calls));
    putc('\n', writer->stream);
}

static const char *way_text(const struct report_locked_memory *memory)
{
    switch (memory->way) {
    case LOCK_CALL:
        return "by mlock";
    case LOCK_ALL:
        return "by mlockall";
    case LOCK_FUTURE:
        return "mapped after mlockall with MCL_FUTURE";
    case LOCK_MAPPED:
        return "mapped with MAP_LOCKED";
    case LOCK_GROWN:
        return "by growth of a locked stack";
    case LOCK_SECRET:
        return "as memory of memfd_secret";
    default:
        return "by a call that was not seen";
    }
}

static void print_memory(const struct text_writer *writer, const struct report_locked_memory *memory)
{
    fprintf(writer->stream, "\n  %s locked in %s range%s %s%s\n", size_text(memory->bytes).text, text_number(memory->ranges).text,
            text_plural(memory->ranges), way_text(memory), memory->on_fault ? ", when first used" : "");
    text_stack(writer, &memory->stack, 6);
}

static void print_segment(const struct text_writer *writer, const struct report_locked_segment *segment)
{
    fprintf(writer->stream, "\n  Shared memory segment %d%s%s locked by SHM_LOCK\n", segment->id, segment->bytes.known ? ", " : "",
            segment->bytes.known ? size_text(segment->bytes.value).text : "");
    text_stack(writer, &segment->stack, 6);
}

static void print_locked(const struct text_writer *writer, const struct report_locks *locks)
{
    const size_t all = locks->memory_count;
    const size_t count = writer->view->verbosity > 0 || all <= LISTED_MAX + 1 ? all : LISTED_MAX;

    for (size_t i = 0; i < count; i++)
        print_memory(writer, &locks->memory[i]);
    if (count < all)
        fprintf(writer->stream, "\n  and %s more call sites\n", text_number(all - count).text);
    for (size_t i = 0; i < locks->segment_count; i++)
        print_segment(writer, &locks->segments[i]);
}

/* ---- All of it ---- */

void text_locks(const struct text_writer *writer, const struct report_process *process)
{
    const struct report_locks *locks = &process->locks;
    const bool quiet = writer->view->verbosity < 0;

    if (!locks->sums.used || (quiet && !text_locks_have_findings(process)))
        return;
    print_heading(writer, process);
    if (!quiet)
        print_locked(writer, locks);
    text_findings(writer, &locks->findings);
}
