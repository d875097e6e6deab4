/* SPDX-License-Identifier: MIT */
#include "set_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static char *add_words(char *words, const char *whole, set_word_adder *add, void *set)
{
    char *rest, *word = strtok_r(words, ",", &rest);

    if (word == NULL)
        return add(set, whole); /* no word at all: let it complain about what there is */
    for (; word; word = strtok_r(NULL, ",", &rest)) {
        char *error = add(set, word);
        if (error)
            return error;
    }
    return NULL;
}

char *set_words_parse(const char *text, set_word_adder *add, void *set, bool *inverted)
{
    const char *words = text;

    for (*inverted = false; *words == '!'; words++)
        *inverted = !*inverted;
    if (strcmp(words, "all") == 0)
        *inverted = !*inverted;
    if (strcmp(words, "all") == 0 || strcmp(words, "none") == 0)
        return NULL;
    char *copy = xstrdup(words);
    char *error = add_words(copy, text, add, set);
    free(copy);
    return error;
}

struct mask_reader {
    const struct set_word *words;
    const char *noun;
    unsigned mask;
};

static char *add_bits(void *set, const char *word)
{
    struct mask_reader *reader = set;

    for (const struct set_word *row = reader->words; row->word; row++) {
        if (strcmp(row->word, word) == 0) {
            reader->mask |= row->bits;
            return NULL;
        }
    }
    return xasprintf("invalid %s '%s'", reader->noun, word);
}

char *set_words_mask(const char *text, const struct set_word *words, const char *noun, unsigned *mask)
{
    struct mask_reader reader = {words, noun, 0};
    unsigned every = 0;
    bool inverted;
    char *error = set_words_parse(text, add_bits, &reader, &inverted);

    if (error)
        return error;
    for (const struct set_word *row = words; row->word; row++)
        every |= row->bits;
    *mask = inverted ? every & ~reader.mask : reader.mask;
    return NULL;
}
