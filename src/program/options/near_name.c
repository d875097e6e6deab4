/* SPDX-License-Identifier: MIT */
#include "near_name.h"

#include <string.h>

#define LENGTH_MAX 32

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`: Damerau's and Levenshtein's distance, where
 * what was swapped is not changed again (optimal string alignment). */
static unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    unsigned table[LENGTH_MAX + 1][LENGTH_MAX + 1];

    for (size_t i = 0; i <= a_length; i++)
        table[i][0] = (unsigned)i;
    for (size_t j = 0; j <= b_length; j++)
        table[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_length; i++) {
        for (size_t j = 1; j <= b_length; j++) {
            const unsigned changed = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            table[i][j] = least(changed, least(table[i - 1][j], table[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                table[i][j] = least(table[i][j], table[i - 2][j - 2] + 1);
        }
    }
    return table[a_length][b_length];
}

void near_name_begin(struct near_name *near, const char *word, size_t length)
{
    *near = (struct near_name){.word = word, .length = length, .distance = (unsigned)length / 3 + 1};
}

void near_name_offer(struct near_name *near, const char *name)
{
    const size_t length = name ? strlen(name) : 0;

    if (near->length == 0 || near->length > LENGTH_MAX || length == 0 || length > LENGTH_MAX)
        return;
    const unsigned distance = edit_distance(near->word, near->length, name, length);
    if (distance < near->distance) {
        near->distance = distance;
        near->name = name;
    }
}
