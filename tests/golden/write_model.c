/* SPDX-License-Identifier: MIT
 * usage: write_model MODEL FORMAT [OPTION...]: writes a made-up report to standard output. */
#include <stdio.h>
#include <string.h>

#include "models.h"
#include "report/report.h"
#include "report_model.h"

static int apply_option(struct report_view *view, const char *option)
{
    if (strcmp(option, "quiet") == 0)
        view->verbosity = -1;
    else if (strcmp(option, "verbose") == 0)
        view->verbosity = 1;
    else if (strcmp(option, "color") == 0)
        view->color = true;
    else if (strcmp(option, "all-kinds") == 0)
        view->show_kinds = 1u << LEAK_DEFINITE | 1u << LEAK_INDIRECT | 1u << LEAK_POSSIBLE | 1u << LEAK_REACHABLE;
    else if (strcmp(option, "all-descriptors") == 0)
        view->descriptors = VIEW_DESCRIPTORS_ALL;
    else if (strcmp(option, "one-record") == 0)
        view->max_records = 1;
    else if (strcmp(option, "summary") == 0)
        view->summary_only = true;
    else
        return -1;
    return 0;
}

typedef int format_writer(const struct report *report, const struct report_view *view, FILE *stream);

static format_writer *format_by_name(const char *name)
{
    static const struct {
        const char *name;
        format_writer *write;
    } formats[] = {
        {"text", report_write_text},
        {"json", report_write_json},
        {"html", report_write_html},
        {"folded", report_write_folded},
        {"pprof", report_write_pprof},
        {"speedscope", report_write_speedscope},
        {"heaptrack", report_write_heaptrack},
        {"sarif", report_write_sarif},
        {"junit", report_write_junit},
        {"gitlab", report_write_gitlab},
        {"github", report_write_github},
        {"github-summary", report_write_github_summary},
        {"gcc", report_write_gcc},
        {"valgrind-xml", report_write_valgrind_xml},
        {"valgrind-text", report_write_valgrind_text},
    };

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i].name, name) == 0)
            return formats[i].write;
    return NULL;
}

int main(int argc, char **argv)
{
    const unsigned leaks = 1u << LEAK_DEFINITE | 1u << LEAK_POSSIBLE;
    struct report_view view = {.show_kinds = leaks, .error_kinds = leaks, .directory = "/home/me", .source_root = "/home/me"};
    const struct report *report = argc > 2 ? model_by_name(argv[1]) : NULL;
    format_writer *write_format = argc > 2 ? format_by_name(argv[2]) : NULL;

    if (report == NULL || write_format == NULL)
        return 2;
    for (int i = 3; i < argc; i++)
        if (apply_option(&view, argv[i]) != 0)
            return 2;
    return write_format(report, &view, stdout) ? 1 : 0;
}
