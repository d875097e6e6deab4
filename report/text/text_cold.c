/* SPDX-License-Identifier: MIT */
#include "text_cold.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/size_text.h"
#include "model/cold_report.h"
#include "text_finding.h"
#include "text_process.h"
#include "text_stack.h"

/* So many call sites are listed; all if verbose. */
#define LISTED_MAX 5

/* ---- What nobody touches --------------------------------------------------------------------------------------------------- */

static void print_site(const struct text_writer *writer, const struct report_cold_site *site)
{
    fprintf(writer->stream, "\n  %s %s cold, %s\n", text_amount(site->amount).text, site->amount.bytes == 1 ? "is" : "are",
            report_kind_fate(site->kind));
    text_stack(writer, &site->stack, 6);
}

static void print_sites(const struct text_writer *writer, const struct report_cold *cold)
{
    const size_t all = cold->site_count;
    const size_t count = writer->view->verbosity > 0 || all <= LISTED_MAX + 1 ? all : LISTED_MAX;

    for (size_t i = 0; i < count; i++)
        print_site(writer, &cold->sites[i]);
    if (count < all)
        fprintf(writer->stream, "\n  and %s more call sites  (listed with -v)\n", text_number(all - count).text);
}

static void print_totals(const struct text_writer *writer, const struct report_cold *cold)
{
    putc('\n', writer->stream);
    for (size_t kind = 0; kind < LEAK_SUPPRESSED; kind++)
        if (cold->total[kind].blocks > 0)
            fprintf(writer->stream, "%*s: %s, %s\n", TEXT_LABEL, "cold", text_amount(cold->total[kind]).text,
                    report_kind_fate((enum leak_kind)kind));
}

static void print_unknown(const struct text_writer *writer, const struct report_cold *cold)
{
    fputs("\n  COLD MEMORY: ", writer->stream);
    text_print(writer, STYLE_WARNING, "not known");
    fputs(": ", writer->stream);
    text_foreign(writer, cold->problem);
    putc('\n', writer->stream);
}

void text_cold(const struct text_writer *writer, const struct report_process *process)
{
    const struct report_cold *cold = &process->cold;
    const struct cold_sense *sense = cold_sense(cold->detector);

    if (!cold->asked)
        return;
    if (!cold->known) {
        print_unknown(writer, cold);
        return;
    }
    fprintf(writer->stream, "\n  COLD MEMORY: %s of %s of anonymous memory, for %s%s.\n", size_text(cold->untouched_bytes).text,
            size_text(cold->data_bytes).text, text_seconds(cold->time_ns).text,
            cold->by_program ? ", since the program drew a line" : "");
    fprintf(writer->stream, "  Seen: %s.  Not seen: %s.\n", sense->description, sense->blind);
    if (cold->rejected && writer->view->verbosity > 0) {
        fputs("  Not used: ", writer->stream);
        text_foreign(writer, cold->rejected);
        fputs(".\n", writer->stream);
    }
    print_sites(writer, cold);
    print_totals(writer, cold);
}

/* ---- Equal pages ----------------------------------------------------------------------------------------------------------- */

static void print_count(const struct text_writer *writer, const char *whose, const struct duplicate_count *count, int64_t profit)
{
    fprintf(writer->stream, "%*s: %s page%s (%s of zeros, %s different others); merging would free %s", TEXT_LABEL, whose,
            text_number(count->pages).text, text_plural(count->pages), text_number(count->zero_pages).text,
            text_number(count->contents).text, text_number(count->saved).text);
    fprintf(writer->stream, " and %s %s\n", profit < 0 ? "cost" : "save", size_text((uint64_t)llabs(profit)).text);
}

void text_duplicates(const struct text_writer *writer, const struct report_process *process)
{
    const struct report_duplicates *duplicates = &process->duplicates;
    const struct page_duplicates *counts = &duplicates->counts;

    if (!counts->counted)
        return;
    fputs("\n  EQUAL PAGES:\n", writer->stream);
    print_count(writer, "of live blocks", &counts->live, duplicates->live_profit);
    print_count(writer, "of lost blocks", &counts->lost, duplicates->lost_profit);
    if (counts->unreadable_bytes > 0)
        fprintf(writer->stream, "%*s: %s bytes\n", TEXT_LABEL, "not readable", text_number(counts->unreadable_bytes).text);
    for (size_t i = 0; i < duplicates->findings.count; i++)
        text_finding(writer, &duplicates->findings.items[i]);
}
