/* SPDX-License-Identifier: MIT */
#include "descriptor_set.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "set_words.h"

void descriptor_set_finish(struct descriptor_set *set)
{
    free(set->numbers);
    *set = (struct descriptor_set){0};
}

bool descriptor_set_has(const struct descriptor_set *set, int number)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->numbers[i] == number)
            return !set->inverted;
    return set->inverted;
}

bool descriptor_set_is_full(const struct descriptor_set *set)
{
    return set->inverted && set->count == 0;
}

bool descriptor_set_is_empty(const struct descriptor_set *set)
{
    return !set->inverted && set->count == 0;
}

static char *add_descriptor(void *context, const char *word)
{
    struct descriptor_set *set = context;
    char *end;

    errno = 0;
    long number = strtol(word, &end, 10);
    if (*word < '0' || *word > '9' || *end != '\0' || errno || number > INT_MAX)
        return xasprintf("invalid descriptor '%s'", word);
    set->numbers = xreallocarray(set->numbers, set->count + 1, sizeof *set->numbers);
    set->numbers[set->count++] = (int)number;
    return NULL;
}

char *descriptor_set_parse(const char *text, struct descriptor_set *set)
{
    struct descriptor_set result = {0};
    char *error = set_words_parse(text, add_descriptor, &result, &result.inverted);

    if (error) {
        descriptor_set_finish(&result);
        return error;
    }
    descriptor_set_finish(set);
    *set = result;
    return NULL;
}
