/* SPDX-License-Identifier: MIT
 * usage: write_model MODEL text|json [OPTION...]: writes a made-up report to standard output. */
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

int main(int argc, char **argv)
{
    struct report_view view = {.show_kinds = 1u << LEAK_DEFINITE | 1u << LEAK_POSSIBLE, .directory = "/home/me"};
    const struct report *report = argc > 2 ? model_by_name(argv[1]) : NULL;

    if (report == NULL)
        return 2;
    for (int i = 3; i < argc; i++)
        if (apply_option(&view, argv[i]) != 0)
            return 2;
    int error = strcmp(argv[2], "json") == 0 ? report_write_json(report, &view, stdout) : report_write_text(report, &view, stdout);
    return error ? 1 : 0;
}
