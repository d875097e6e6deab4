/* SPDX-License-Identifier: MIT
 * Saved reports: whatever is in them, they are read or refused with a place. What was read can be written in every form, and is the
 * same when it is read once more. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/report_model.h"
#include "report/reading/report_reader.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct report_view view = {.show_kinds = ~0U, .verbosity = 2, .descriptors = VIEW_DESCRIPTORS_ALL};

typedef int format_writer(const struct report *report, const struct report_view *view, FILE *stream);

/* The stream's text, owned by the caller. */
static char *write_as(format_writer *write, const struct report *report, size_t *size)
{
    char *text = NULL;
    FILE *stream = open_memstream(&text, size);

    if (stream == NULL || write(report, &view, stream) != 0 || fclose(stream) != 0)
        abort();
    return text;
}

/* In every form that is no JSON in another cover; the JSON is returned, owned by the caller. */
static char *write_all(const struct report *report, size_t *size)
{
    static format_writer *const others[] = {report_write_text, report_write_folded, report_write_pprof, report_write_speedscope,
                                            report_write_heaptrack};
    size_t other_size;

    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        free(write_as(others[i], report, &other_size));
    return write_as(report_write_json, report, size);
}

static int read_bytes(const void *bytes, size_t size, struct report *report)
{
    FILE *stream = fmemopen((void *)bytes, size, "r");
    char *error = NULL;

    if (stream == NULL)
        abort();
    int result = report_read_json(stream, report, &error);
    if ((result != 0) != (error != NULL) || (error && strncmp(error, "line ", 5) != 0))
        abort();
    free(error);
    fclose(stream);
    return result;
}

/* What is written of the report that these bytes are, owned by the caller; NULL: they are none. */
static char *rewrite(const void *bytes, size_t size, size_t *new_size)
{
    struct report report;

    if (size == 0 || read_bytes(bytes, size, &report) != 0)
        return NULL;
    char *json = write_all(&report, new_size);
    report_finish(&report);
    return json;
}

/* A report may contradict itself, as none of leakwatch's does, so that the first writing mends it: the next changes nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t sizes[3];
    char *first = rewrite(data, size, &sizes[0]);

    if (first == NULL)
        return 0;
    char *second = rewrite(first, sizes[0], &sizes[1]);
    char *third = second ? rewrite(second, sizes[1], &sizes[2]) : NULL;
    if (third == NULL || sizes[1] != sizes[2] || memcmp(second, third, sizes[1]) != 0)
        abort();
    free(first);
    free(second);
    free(third);
    return 0;
}
