/* SPDX-License-Identifier: MIT */
#include "saved_report.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/reading/report_reader.h"

int saved_report_read(const char *path, struct report *report)
{
    const bool is_input = strcmp(path, "-") == 0;
    FILE *stream = is_input ? stdin : fopen(path, "re");
    const char *name = is_input ? "standard input" : path;
    char *message = NULL;

    if (stream == NULL) {
        int error = errno;
        fprintf(stderr, "leakwatch: %s: %s\n", name, strerror(error));
        return -error;
    }
    int error = report_read_json(stream, report, &message);
    if (error)
        fprintf(stderr, "leakwatch: %s: %s\n", name, message);
    free(message);
    if (!is_input)
        fclose(stream);
    return error;
}
