/* SPDX-License-Identifier: MIT
 * usage: write_model MODEL text|json|html [OPTION...]: writes a made-up report to standard output. */
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
    else if (strcmp(option, "summary") == 0)
        view->summary_only = true;
    else
        return -1;
    return 0;
}

static int write_report(const struct report *report, const char *format, const struct report_view *view)
{
    if (strcmp(format, "json") == 0)
        return report_write_json(report, view, stdout);
    if (strcmp(format, "html") == 0)
        return report_write_html(report, view, stdout);
    return report_write_text(report, view, stdout);
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
    return write_report(report, argv[2], &view) ? 1 : 0;
}
