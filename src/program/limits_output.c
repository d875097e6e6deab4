/* SPDX-License-Identifier: MIT */
#include "limits_output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "color_choice.h"
#include "limits_options.h"
#include "report/limits_report.h"

struct limits_format {
    const char *name;
    int (*write)(const struct limits_report *report, const struct report_view *view, FILE *stream);
};
static const struct limits_format text_format = {"text", limits_report_write_text};
static const struct limits_format json_format = {"JSON", limits_report_write_json};

/* `path` NULL: standard error. */
static int add_target(struct limits_output *output, const struct limits_format *format, const char *path)
{
    struct limits_target *target = &output->targets[output->count];
    int error = path ? report_output_init(&target->output, path)
                     : report_output_init_stream(&target->output, STDERR_FILENO, "standard error");

    if (error) {
        fprintf(stderr, "leakwatch: the %s report cannot be written to %s: %s\n", format->name, path ? path : "standard error",
                strerror(-error));
        return error;
    }
    target->format = format;
    output->count++;
    if (output->count == 2 && report_output_same(&output->targets[0].output, &target->output)) {
        fprintf(stderr, "leakwatch: the text and the JSON report cannot both be written to %s\n", path);
        return -EINVAL;
    }
    return 0;
}

int limits_output_init(struct limits_output *output, const struct limits_options *options)
{
    *output = (struct limits_output){
        .view = {.verbosity = options->verbosity, .color = color_is_wanted(options->color, options->text)},
    };
    int error = add_target(output, &text_format, options->text);
    if (error == 0 && options->json)
        error = add_target(output, &json_format, options->json);
    if (error)
        limits_output_finish(output);
    return error;
}

void limits_output_finish(struct limits_output *output)
{
    for (size_t i = 0; i < output->count; i++)
        report_output_finish(&output->targets[i].output);
    output->count = 0;
}

struct writing {
    const struct limits_format *format;
    const struct limits_report *report;
    const struct report_view *view;
};

static int write_one(void *context, FILE *stream)
{
    const struct writing *writing = context;

    return writing->format->write(writing->report, writing->view, stream);
}

int limits_output_write(const struct limits_output *output, const struct limits_report *report)
{
    int first_error = 0;

    for (size_t i = 0; i < output->count; i++) {
        const struct limits_target *target = &output->targets[i];
        struct writing writing = {target->format, report, &output->view};
        int error = report_output_write(&target->output, write_one, &writing);
        if (error == -EPIPE && target->output.target == NULL)
            error = 0; /* the reader has gone: it wanted no more */
        if (error)
            fprintf(stderr, "leakwatch: the %s report could not be written to %s: %s\n", target->format->name, target->output.name,
                    strerror(-error));
        if (first_error == 0)
            first_error = error;
    }
    return first_error;
}
