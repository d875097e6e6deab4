/* SPDX-License-Identifier: MIT */
#include "field_table.h"

#include <string.h>

/* Pages of the kernel's interface; the same on all machines that leakwatch runs on. */
enum { PAGE = 4096 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool ends_value(char c)
{
    return is_blank(c) || c == '\n' || c == '\0';
}

static const char *skip_blanks(const char *text)
{
    while (is_blank(*text))
        text++;
    return text;
}

static int digit_of(char c, unsigned base)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return base == 16 && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct known leading_number(const char *text, unsigned base, const char **end)
{
    const char *at = skip_blanks(text), *start = at;
    uint64_t value = 0;

    for (int digit; (digit = digit_of(*at, base)) >= 0; at++)
        if (__builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, (uint64_t)digit, &value))
            return (struct known){0};
    if (at == start || !ends_value(*at))
        return (struct known){0};
    if (end)
        *end = at;
    return known_value(value);
}

struct known field_leading_number(const char *text, const char **end)
{
    return leading_number(text, 10, end);
}

struct known field_number(const char *text)
{
    const char *end = text;
    struct known number = leading_number(text, 10, &end);

    if (strncmp(text, "max", 3) == 0) {
        number = known_value(KNOWN_UNLIMITED);
        end = text + 3;
    }
    return end[strspn(end, " \t\n")] == '\0' ? number : (struct known){0};
}

static struct known scaled(struct known number, uint64_t factor)
{
    if (number.known && __builtin_mul_overflow(number.value, factor, &number.value))
        return (struct known){0};
    return number;
}

static struct known signed_number(const char *text)
{
    text = skip_blanks(text);
    bool negative = *text == '-';
    struct known number = leading_number(text + negative, 10, NULL);

    if (number.value > INT64_MAX)
        return (struct known){0};
    return number.known && negative ? known_value(-number.value) : number;
}

struct known field_value(const char *text, enum field_unit unit)
{
    const char *end = text;
    struct known number;

    switch (unit) {
    case FIELD_KIB:
        number = leading_number(text, 10, &end);
        return strncmp(end, " kB", 3) == 0 && ends_value(end[3]) ? scaled(number, 1024) : (struct known){0};
    case FIELD_PAGES:
        return scaled(leading_number(text, 10, NULL), PAGE);
    case FIELD_HEX:
        return leading_number(text, 16, NULL);
    case FIELD_SIGNED:
        return signed_number(text);
    default:
        return leading_number(text, 10, NULL);
    }
}

void field_table_parse_line(const struct field *fields, size_t count, const char *line, void *into)
{
    line = skip_blanks(line);
    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(fields[i].name);
        struct known *member = (struct known *)((char *)into + fields[i].member);

        if (line[0] != fields[i].name[0] || strncmp(line, fields[i].name, length) != 0)
            continue;
        if (line[length] != ':' && !is_blank(line[length]))
            continue;
        if (!member->known)
            *member = field_value(line + length + 1, fields[i].unit);
        return;
    }
}

void field_table_parse(const struct field *fields, size_t count, const char *text, void *into)
{
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        field_table_parse_line(fields, count, line, into);
    }
}
