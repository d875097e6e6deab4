/* SPDX-License-Identifier: MIT */
#include "run_reports.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "model/source_path.h"
#include "program/options/options.h"
#include "program/options/output_name.h"
#include "report/encoding/gzip_stream.h"
#include "color_choice.h"
#include "run_formats.h"

static bool has_suffix(const char *text, const char *suffix)
{
    const size_t length = strlen(text), suffix_length = strlen(suffix);

    return length >= suffix_length && strcmp(text + length - suffix_length, suffix) == 0;
}

/* Opens the place of a report. If it has one for each process, this only tries whether that will be possible. */
static int open_output(struct run_report *report, const char *path)
{
    if (path == NULL)
        return report_output_init_stream(&report->output, STDERR_FILENO, "standard error");
    if (report->format->append_to)
        return report_output_init_append(&report->output, path, report->format->append_max);
    report->pattern = path;
    report->path = report->format->by_pattern ? output_name_of_process(path, getpid()) : xstrdup(path);
    report->by_process = report->format->by_pattern && output_name_is_by_process(path);
    int error = report_output_init(&report->output, report->path);
    if (error == 0 && report->by_process)
        report_output_finish(&report->output);
    return error;
}

static int add_report(struct run_reports *reports, const struct report_format *format, const char *path)
{
    struct run_report *report = &reports->reports[reports->count];

    *report = (struct run_report){.format = format, .output = {.fd = -1}};
    int error = open_output(report, path);
    if (error == -EFBIG && format->append_to) {
        fprintf(stderr, "leakwatch: %s is full: the %s report is not added to it\n", path, format->name);
        return 0;
    }
    if (error) {
        fprintf(stderr, "leakwatch: the %s report cannot be written to %s: %s\n", format->name, path ? path : "standard error",
                strerror(-error));
        free(report->path);
        return error;
    }
    report->compressed = format->compressible && path && has_suffix(path, ".gz");
    reports->count++;
    for (struct run_report *other = reports->reports; other < report; other++) {
        if (report_output_same(&other->output, &report->output)) {
            fprintf(stderr, "leakwatch: the %s and the %s report cannot both be written to %s\n", other->format->name, format->name,
                    path);
            return -EINVAL;
        }
    }
    return 0;
}

/* Where a report is to be written; NULL: nobody said so. */
static const char *path_of(const struct report_format *format, const void *options)
{
    const char *path = *(char *const *)((const char *)options + format->option);

    return path && format->append_to ? getenv(format->append_to) : path;
}

/* `defaults`: formats that are written by default need not be asked for. */
static int open_reports(struct run_reports *reports, const struct report_format *formats, size_t count, const void *options,
                        const struct report_view *view, bool defaults)
{
    int error = 0;

    *reports = (struct run_reports){.view = *view};
    for (const struct report_format *format = formats; error == 0 && format < formats + count; format++) {
        const char *path = path_of(format, options);
        if (path || (format->by_default && defaults))
            error = add_report(reports, format, path);
    }
    if (error)
        run_reports_finish(reports);
    return error;
}

int run_reports_open(struct run_reports *reports, const struct report_format *formats, size_t count, const void *options,
                     const struct report_view *view)
{
    return open_reports(reports, formats, count, options, view, true);
}

/* ---- Of run and attach ---- */

/* Absolute, owned by the caller; NULL: the working directory, which is relevant, is not known. */
static char *source_root_of(const struct options *options, const char *working_directory)
{
    const char *root = options->source_root ? options->source_root : ".";

    return working_directory || root[0] == '/' ? source_path_absolute(root, working_directory) : NULL;
}

static struct report_view view_of(const struct options *options, const char *text)
{
    char *directory = getcwd(NULL, 0);

    return (struct report_view){
        .show_kinds = options->show_kinds,
        .error_kinds = options->error_kinds,
        .summary_only = options->leak_check == LEAK_CHECK_SUMMARY,
        .verbosity = options->verbosity,
        .max_records = options->max_records,
        .color = color_is_wanted(options->color, text),
        .descriptors = options->track_fds == TRACK_FDS_ALL ? VIEW_DESCRIPTORS_ALL : VIEW_DESCRIPTORS_OWN,
        .below_main = options->verbosity > 0 || options->compat.below_main,
        .directory = directory,
        .source_root = source_root_of(options, directory),
    };
}

int run_reports_init(struct run_reports *reports, const struct options *options)
{
    const struct report_view view = view_of(options, options->text);

    return open_reports(reports, run_formats, RUN_FORMATS, options, &view, !options->compat.wanted);
}

int run_reports_init_saved(struct run_reports *reports, const struct report_format *formats, size_t count,
                           const struct options *options)
{
    static char standard_output[] = "-";
    struct options wished = *options;
    bool any = false;

    for (size_t i = 0; i < count; i++)
        any |= path_of(&formats[i], options) != NULL;
    if (!any)
        wished.text = standard_output;
    const struct report_view view = view_of(options, wished.text);
    return open_reports(reports, formats, count, &wished, &view, false);
}

int run_reports_init_show(struct run_reports *reports, const struct options *options)
{
    return run_reports_init_saved(reports, run_formats, RUN_FORMATS, options);
}

bool run_reports_need_all_kinds(const struct run_reports *reports)
{
    for (size_t i = 0; i < reports->count; i++)
        if (reports->reports[i].format->all_kinds)
            return true;
    return false;
}

/* ---- The end ---- */

static void finish_target(struct run_report *target)
{
    report_output_finish(&target->output);
    free(target->path);
}

void run_reports_finish(struct run_reports *reports)
{
    for (size_t i = 0; i < reports->count; i++)
        finish_target(&reports->reports[i]);
    reports->count = 0;
    free((char *)reports->view.directory);
    free((char *)reports->view.source_root);
    reports->view.directory = NULL;
    reports->view.source_root = NULL;
}

struct writing {
    const struct run_report *target;
    const void *report;
    const struct report_view *view;
};

static int write_plain(void *context, FILE *stream)
{
    const struct writing *writing = context;

    return writing->target->format->write(writing->report, writing->view, stream);
}

static int write_compressed(void *context, FILE *stream)
{
    return gzip_stream_write(stream, write_plain, context);
}

static int write_to(const struct run_report *target, const struct report_output *output, struct writing *writing)
{
    int error = report_output_write(output, target->compressed ? write_compressed : write_plain, writing);

    if (error == -EPIPE && output->target == NULL)
        error = 0; /* the reader has gone: it wanted no more */
    if (error)
        fprintf(stderr, "leakwatch: the %s report could not be written to %s: %s\n", target->format->name, output->name,
                strerror(-error));
    return error;
}

/* A file for one process: all programs that it has been. */
static int write_process(const struct run_report *target, struct writing *writing, const struct report *whole, pid_t pid)
{
    char *path = output_name_of_process(target->pattern, pid);
    struct report_output output;
    int error = report_output_init(&output, path);

    if (error) {
        fprintf(stderr, "leakwatch: the %s report cannot be written to %s: %s\n", target->format->name, path, strerror(-error));
    } else {
        struct report part = report_of_process(whole, pid);
        writing->report = &part;
        error = write_to(target, &output, writing);
        free(part.processes);
        report_output_finish(&output);
    }
    free(path);
    return error;
}

static bool is_first_of_process(const struct report *report, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (report->processes[i].pid == report->processes[index].pid)
            return false;
    return true;
}

static int write_processes(const struct run_report *target, struct writing *writing)
{
    const struct report *whole = writing->report;
    int first_error = 0;

    for (size_t i = 0; i < whole->process_count; i++) {
        if (!is_first_of_process(whole, i))
            continue;
        int error = write_process(target, writing, whole, whole->processes[i].pid);
        if (first_error == 0)
            first_error = error;
    }
    return first_error;
}

int run_reports_write(const struct run_reports *reports, const void *report)
{
    int first_error = 0;

    for (size_t i = 0; i < reports->count; i++) {
        const struct run_report *target = &reports->reports[i];
        struct writing writing = {target, report, &reports->view};
        int error = target->by_process ? write_processes(target, &writing) : write_to(target, &target->output, &writing);
        if (first_error == 0)
            first_error = error;
    }
    return first_error;
}
