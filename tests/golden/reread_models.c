/* SPDX-License-Identifier: MIT
 * usage: reread_models: writes each made-up report as JSON and reads that back. What is written of it then must be, byte for byte,
 * what is written of the report itself, in every format and to every view. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/report_model.h"
#include "report/reading/report_reader.h"
#include "formats.h"
#include "models.h"

#define ALL_KINDS (1U << LEAK_DEFINITE | 1U << LEAK_INDIRECT | 1U << LEAK_POSSIBLE | 1U << LEAK_REACHABLE)
static const struct report_view views[] = {
    {.show_kinds = 1U << LEAK_DEFINITE | 1U << LEAK_POSSIBLE, .directory = "/home/me", .source_root = "/home/me"},
    {.show_kinds = ALL_KINDS, .verbosity = 1, .color = true, .descriptors = VIEW_DESCRIPTORS_ALL},
    {.show_kinds = ALL_KINDS, .verbosity = -1},
    {.show_kinds = ALL_KINDS, .summary_only = true},
};

struct text {
    char *bytes;
    size_t size;
};

static struct text write_text(const struct golden_format *format, const struct report *report, const struct report_view *view)
{
    struct text text = {0};
    FILE *stream = open_memstream(&text.bytes, &text.size);

    if (stream == NULL || format->write(report, view, stream) != 0 || fclose(stream) != 0)
        abort();
    return text;
}

/* Where they begin to differ. */
static void show_difference(const struct text *direct, const struct text *reread)
{
    size_t at = 0, start = 0;

    while (at < direct->size && at < reread->size && direct->bytes[at] == reread->bytes[at])
        if (direct->bytes[at++] == '\n')
            start = at;
    if (at - start > 300)
        start = at - 300;
    printf("  direct: %.400s\n  reread: %.400s\n", direct->bytes + start, reread->bytes + start);
}

static bool is_same(const char *model, const struct report *report, const struct report *reread, size_t format, size_t view)
{
    struct text first = write_text(&golden_formats[format], report, &views[view]);
    struct text second = write_text(&golden_formats[format], reread, &views[view]);
    bool same = first.size == second.size && memcmp(first.bytes, second.bytes, first.size) == 0;

    if (!same) {
        printf("%s as %s, view %zu:\n", model, golden_formats[format].name, view);
        show_difference(&first, &second);
    }
    free(first.bytes);
    free(second.bytes);
    return same;
}

static bool read_back(const char *name, const struct text *json, struct report *report)
{
    FILE *stream = fmemopen(json->bytes, json->size, "r");
    char *error = NULL;

    if (stream == NULL)
        abort();
    int result = report_read_json(stream, report, &error);
    if (result != 0)
        printf("%s: %s\n", name, error);
    free(error);
    fclose(stream);
    return result == 0;
}

static bool check_reread(const char *name, const struct report *report, const struct text *json)
{
    struct report reread;
    bool same = true;

    if (!read_back(name, json, &reread))
        return false;
    for (size_t format = 0; format < golden_format_count; format++)
        for (size_t view = 0; view < sizeof views / sizeof *views; view++)
            same &= is_same(name, report, &reread, format, view);
    report_finish(&reread);
    return same;
}

/* A number that JSON cannot have is saved as the largest that it can: of such a report, which no process can be the cause of, what
 * was read once is compared with what was read twice. */
static bool check_model(const char *name)
{
    const struct report *report = model_by_name(name);
    struct text json = write_text(&golden_formats[0], report, &views[0]);
    struct report once;
    bool same;

    if (strstr(json.bytes, "9223372036854775807") == NULL) {
        same = check_reread(name, report, &json);
    } else {
        same = read_back(name, &json, &once);
        if (same) {
            same = is_same(name, report, &once, 0, 0) && check_reread(name, &once, &json);
            report_finish(&once);
        }
    }
    free(json.bytes);
    return same;
}

int main(void)
{
    size_t wrong = 0, count = 0;

    for (; model_name(count); count++)
        wrong += !check_model(model_name(count));
    printf("%zu of %zu models are the same when they were read back\n", count - wrong, count);
    return count > 0 && wrong == 0 ? 0 : 1;
}
