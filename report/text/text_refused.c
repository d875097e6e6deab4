/* SPDX-License-Identifier: MIT */
#include "text_refused.h"

#include <inttypes.h>
#include <string.h>

#include "base/size_text.h"
#include "text_stack.h"

static struct text_number amount(enum limit_unit unit, uint64_t value)
{
    struct text_number text = text_number(value);

    if (unit == LIMIT_BYTES)
        memcpy(text.text, size_text(value).text, sizeof text.text);
    return text;
}

static void print_limit(const struct text_writer *writer, const struct refusing_limit *limit)
{
    fprintf(writer->stream, "    %s", limit->name);
    if (limit->where) {
        fputs(" of ", writer->stream);
        text_foreign(writer, limit->where);
    }
    fprintf(writer->stream, ", %s: %s in use, %s too much\n", amount(limit->unit, limit->limit).text,
            amount(limit->unit, limit->used).text, amount(limit->unit, limit->excess).text);
}

static void print_call(const struct text_writer *writer, const struct report_refused_call *refused, uint64_t started_ns)
{
    const struct refused_call *call = &refused->call;

    fputs("\n  ", writer->stream);
    if (refused->severity == FINDING_ERROR)
        text_print(writer, STYLE_BAD, "%s: ", refused->check);
    text_print(writer, STYLE_WARNING, "%s failed with %s", call->name, refused->error);
    if (call->bytes > 0)
        fprintf(writer->stream, ": %s", size_text(call->bytes).text);
    fprintf(writer->stream, " after %s", text_seconds(call->at_ns > started_ns ? call->at_ns - started_ns : 0).text);
    if (call->count > 1)
        fprintf(writer->stream, " (%s times)", text_number(call->count).text);
    putc('\n', writer->stream);
    for (size_t i = 0; i < call->limit_count; i++)
        print_limit(writer, &call->limits[i]);
    if (call->limit_count == 0)
        fputs("    no limit explains it: there may be a hole in the address space, no free range of that size, or a filter\n",
              writer->stream);
    text_stack(writer, &refused->stack, 6);
}

void text_refused(const struct text_writer *writer, const struct report_process *process)
{
    for (size_t i = 0; i < process->refused_count; i++)
        print_call(writer, &process->refused[i], process->started_ns);
    if (process->refused_dropped > 0)
        fprintf(writer->stream, "\n  %s further failed call%s not recorded\n", text_number(process->refused_dropped).text,
                process->refused_dropped == 1 ? " was" : "s were");
}
