/* SPDX-License-Identifier: MIT */
#include "report_issue_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size_text.h"
#include "base/xalloc.h"

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

/* Adds a formatted part to a text, which is used up. */
#define APPEND(text, ...) append(text, xasprintf(__VA_ARGS__))

static char *append(char *text, char *part)
{
    char *whole = xasprintf("%s%s", text, part);

    free(text);
    free(part);
    return whole;
}

char *report_leak_text(const struct report_leak *leak)
{
    const uint64_t blocks = leak->direct.blocks + leak->indirect.blocks, bytes = leak->direct.bytes + leak->indirect.bytes;
    char *text = xasprintf("%" PRIu64 " byte%s in %" PRIu64 " block%s %s %s", bytes, plural(bytes), blocks, plural(blocks),
                           bytes == 1 ? "is" : "are", report_kind_fate(leak->kind));

    if (leak->indirect.blocks > 0)
        text = APPEND(text, " (direct %" PRIu64 " in %" PRIu64 ", indirect %" PRIu64 " in %" PRIu64 ")", leak->direct.bytes,
                      leak->direct.blocks, leak->indirect.bytes, leak->indirect.blocks);
    if (leak->cycle)
        text = APPEND(text, ", in a ring");
    if (strcmp(leak->allocator, "malloc") != 0)
        text = APPEND(text, ", taken with %s", leak->allocator);
    return text;
}

char *report_error_text(const struct report_error *error)
{
    char *text;

    if (strcmp(error->kind, "double-free") == 0 && error->size == 0) /* not known */
        text = xstrdup("Double free of a block");
    else if (strcmp(error->kind, "double-free") == 0)
        text = xasprintf("Double free of a block of %" PRIu64 " byte%s", error->size, plural(error->size));
    else if (strcmp(error->kind, "invalid-free") == 0)
        text = xstrdup("Invalid free: no block was ever allocated there");
    else
        text = xasprintf("Mismatched free: %" PRIu64 " byte%s taken with %s, given back with %s", error->size, plural(error->size),
                         error->taken_with, report_release_function(error->given_with));
    return error->count > 1 ? APPEND(text, " (%u times)", error->count) : text;
}

char *report_descriptors_text(const struct report_descriptor *first, size_t count)
{
    if (count == 1)
        return xasprintf("A file descriptor is left open: %s", first->name);
    return xasprintf("%zu file descriptors are left open, such as %s", count, first->name);
}

char *report_check_text(const char *what, const char *numbers, uint64_t count)
{
    char *text = numbers ? xasprintf("%s: %s", what, numbers) : xstrdup(what);

    return count > 1 ? APPEND(text, " (%" PRIu64 " times)", count) : text;
}

/* "12.3 MiB", or a plain number of what is no bytes. */
static struct size_text amount_text(enum limit_unit unit, uint64_t value)
{
    struct size_text text = size_text(value);

    if (unit == LIMIT_COUNT)
        snprintf(text.text, sizeof text.text, "%" PRIu64, value);
    return text;
}

/* In bytes where sizes would say the same of the value and of the threshold. */
char *report_threshold_text(const struct report_threshold *threshold)
{
    static const char *const of[THRESHOLD_KINDS] = {[THRESHOLD_LIVE] = " live",
                                                    [THRESHOLD_RSS] = " in RAM",
                                                    [THRESHOLD_LOCKED] = " locked",
                                                    [THRESHOLD_MAPPINGS] = " mappings"};
    const bool equal = strcmp(size_text(threshold->value).text, size_text(threshold->most).text) == 0;
    const bool is_count = threshold->kind == THRESHOLD_MAPPINGS || equal;
    const char *unit = threshold->kind != THRESHOLD_MAPPINGS && equal ? " bytes" : "";

    return xasprintf("%s%s%s, more than --max-%s=%s%s", amount_text(is_count ? LIMIT_COUNT : LIMIT_BYTES, threshold->value).text,
                     unit, of[threshold->kind], threshold_name(threshold->kind),
                     amount_text(is_count ? LIMIT_COUNT : LIMIT_BYTES, threshold->most).text, unit);
}

char *report_refused_call_text(const struct report_refused_call *refused)
{
    const struct refused_call *call = &refused->call;
    char *text = xasprintf("%s failed with %s", call->name, refused->error);

    if (call->bytes > 0)
        text = APPEND(text, ": %s asked for", size_text(call->bytes).text);
    for (size_t i = 0; i < call->limit_count; i++)
        text = APPEND(text, ", %s is %s", call->limits[i].name, amount_text(call->limits[i].unit, call->limits[i].limit).text);
    return call->count > 1 ? APPEND(text, " (%" PRIu64 " times)", call->count) : text;
}
