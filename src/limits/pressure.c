/* SPDX-License-Identifier: MIT */
#include "pressure.h"

#include <stdlib.h>
#include <string.h>

#include "field_table.h"
#include "kernel_files.h"

/* "12.34" as 1234 */
static struct known hundredths(const char *text)
{
    uint64_t value = 0;
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > 9 || text[digits] != '.' || strspn(text + digits + 1, "0123456789") != 2)
        return (struct known){0};
    for (size_t i = 0; i < digits + 3; i++)
        if (i != digits)
            value = value * 10 + (uint64_t)(text[i] - '0');
    return known_value(value);
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=0" */
static void parse_line(const char *line, struct pressure_line *result)
{
    static const char average[] = "avg60=", total[] = "total=";

    for (;;) {
        line += strcspn(line, " \n");
        if (*line != ' ')
            return;
        line++;
        if (strncmp(line, average, sizeof average - 1) == 0)
            result->average = hundredths(line + sizeof average - 1);
        else if (strncmp(line, total, sizeof total - 1) == 0)
            result->total_us = field_leading_number(line + sizeof total - 1, NULL);
    }
}

void pressure_parse(const char *text, struct pressure *pressure)
{
    *pressure = (struct pressure){0};
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, "some ", 5) == 0)
            parse_line(line, &pressure->some);
        else if (strncmp(line, "full ", 5) == 0)
            parse_line(line, &pressure->full);
    }
}

void pressure_read(struct kernel_files *files, const char *path, struct pressure *pressure)
{
    char *text = kernel_files_read(files, NULL, "%s", path);

    pressure_parse(text ? text : "", pressure);
    free(text);
}
