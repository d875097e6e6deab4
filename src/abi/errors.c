/* SPDX-License-Identifier: MIT */
#include "errors.h"

#include <string.h>
#include <strings.h>

static const struct error_row {
    int number;
    const char *name;
    const char *text;
} rows[] = {
#define ERROR(number, name, text) {number, name, text},
#include "errors.def"
#undef ERROR
};
#define ROWS (sizeof rows / sizeof *rows)

static const struct error_row *find_row(int number)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].number == number)
            return &rows[i];
    return NULL;
}

const char *error_name(int number)
{
    const struct error_row *row = find_row(number);

    return row ? row->name : NULL;
}

const char *error_text(int number)
{
    const struct error_row *row = find_row(number);

    if (row == NULL)
        return NULL;
    return row->text ? row->text : strerrordesc_np(number);
}

int error_find(const char *name)
{
    static const struct {
        const char *name, *first;
    } seconds[] = {{"EWOULDBLOCK", "EAGAIN"}, {"EDEADLOCK", "EDEADLK"}, {"ENOTSUP", "EOPNOTSUPP"}};

    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++)
        if (strcasecmp(name, seconds[i].name) == 0)
            name = seconds[i].first;
    for (size_t i = 0; i < ROWS; i++)
        if (strcasecmp(name, rows[i].name) == 0)
            return rows[i].number;
    return -1;
}

bool error_is_restart(int number)
{
    return (number >= 512 && number <= 514) || number == 516;
}
