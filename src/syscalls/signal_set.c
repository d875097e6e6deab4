/* SPDX-License-Identifier: MIT */
#include "signal_set.h"

#include "abi/signals.h"
#include "base/xalloc.h"
#include "set_words.h"

static uint64_t bit_of(int number)
{
    return number < 1 || number > SIGNAL_NUMBER_MAX ? 0 : UINT64_C(1) << (number - 1);
}

bool signal_set_has(uint64_t set, int number)
{
    return set & bit_of(number);
}

static char *add_signal(void *set, const char *word)
{
    int number = signal_find(word);

    if (number < 0)
        return xasprintf("invalid signal '%s'", word);
    *(uint64_t *)set |= bit_of(number);
    return NULL;
}

char *signal_set_parse(const char *text, uint64_t *set)
{
    uint64_t result = 0;
    bool inverted;
    char *error = set_words_parse(text, add_signal, &result, &inverted);

    if (error)
        return error;
    *set = inverted ? ~result : result;
    return NULL;
}
