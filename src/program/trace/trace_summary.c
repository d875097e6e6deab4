/* SPDX-License-Identifier: MIT */
#include "trace_summary.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "program/options/trace_options.h"
#include "report/calls/call_summary.h"

bool trace_summary_is_wanted(const struct trace_options *options)
{
    return options->summary_only || options->summary || options->summary_json;
}

/* With files for each process, the table is for none of them. */
static void write_table(const struct trace_options *options, const struct call_counts *counts, struct trace_output *output)
{
    struct text_buffer text = {0};
    const struct summary_layout layout = {options->summary_columns.items, options->summary_columns.count,
                                          options->summary_sort.value};

    call_summary_add(&text, counts, &layout);
    if (output->bytes && text.used)
        trace_output_add(output, text.text, text.used);
    else if (text.used)
        fwrite(text.text, 1, text.used, stderr);
    text_buffer_finish(&text);
}

int trace_summary_init(struct trace_summary *summary, const struct trace_options *options)
{
    *summary = (struct trace_summary){.options = options};
    const int error = options->summary_json ? trace_output_open_file(&summary->json, options->summary_json) : 0;
    if (!error && trace_summary_is_wanted(options))
        summary->counts = xcalloc(1, sizeof *summary->counts);
    return error;
}

static void write_json(struct trace_summary *summary)
{
    struct text_buffer text = {0};

    call_summary_add_json(&text, summary->counts, summary->options->summary_sort.value);
    trace_output_add(&summary->json, text.text, text.used);
    text_buffer_finish(&text);
}

int trace_summary_finish(struct trace_summary *summary, struct trace_output *output)
{
    const struct trace_options *options = summary->options;

    if (options->summary_only || options->summary)
        write_table(options, summary->counts, output);
    if (options->summary_json)
        write_json(summary);
    free(summary->counts);
    summary->counts = NULL;
    return trace_output_close(&summary->json);
}
