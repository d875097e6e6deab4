/* SPDX-License-Identifier: MIT */
#include "option_table.h"

#include <string.h>

const struct option_row option_table[] = {
#define OPTION(name, letter, argument, parser, member, group, help) {name, letter, argument, group, help},
#include "options.def"
#undef OPTION
};
const size_t option_count = sizeof option_table / sizeof *option_table;

#define NAME_MAX_COMPARED 32

/* The name in "--name=value", and its length. */
static const char *name_in(const char *word, size_t *length)
{
    word += strspn(word, "-");
    *length = strcspn(word, "=");
    return word;
}

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;

    return least < c ? least : c;
}

/* Levenshtein's distance: insertions, deletions and substitutions that turn `a` into `b`. */
static unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned row[NAME_MAX_COMPARED + 1];

    for (size_t j = 0; j <= b_length; j++)
        row[j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_length];
}

const char *option_table_nearest(const char *word)
{
    size_t length;
    const char *name = name_in(word, &length);
    const char *nearest = NULL;

    if (length == 0 || length > NAME_MAX_COMPARED)
        return NULL;
    unsigned best = (unsigned)length / 3 + 1;
    for (size_t i = 0; i < option_count; i++) {
        size_t other = strlen(option_table[i].name);
        unsigned distance = other > NAME_MAX_COMPARED ? best : edit_distance(name, length, option_table[i].name, other);
        if (distance < best) {
            best = distance;
            nearest = option_table[i].name;
        }
    }
    return nearest;
}

bool option_table_is_ambiguous(const char *word)
{
    size_t length, matches = 0;
    const char *name = name_in(word, &length);

    for (size_t i = 0; i < option_count; i++)
        matches += strncmp(option_table[i].name, name, length) == 0;
    return length > 0 && matches > 1;
}
