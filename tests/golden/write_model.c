/* SPDX-License-Identifier: MIT
 * usage: write_model MODEL FORMAT [OPTION...]: writes a made-up report to standard output. */
#include <stdio.h>
#include <string.h>

#include "model/report_model.h"
#include "formats.h"
#include "models.h"

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

static const struct golden_format *format_by_name(const char *name)
{
    for (size_t i = 0; i < golden_format_count; i++)
        if (strcmp(golden_formats[i].name, name) == 0)
            return &golden_formats[i];
    return NULL;
}

int main(int argc, char **argv)
{
    const unsigned leaks = 1u << LEAK_DEFINITE | 1u << LEAK_POSSIBLE;
    struct report_view view = {.show_kinds = leaks, .error_kinds = leaks, .directory = "/home/me", .source_root = "/home/me"};
    const struct report *report = argc > 2 ? model_by_name(argv[1]) : NULL;
    const struct golden_format *format = argc > 2 ? format_by_name(argv[2]) : NULL;

    if (report == NULL || format == NULL)
        return 2;
    for (int i = 3; i < argc; i++)
        if (apply_option(&view, argv[i]) != 0)
            return 2;
    return format->write(report, &view, stdout) ? 1 : 0;
}
