/* SPDX-License-Identifier: MIT */
#include "call_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "name_pattern.h"
#include "set_words.h"

#define WORDS (SYSCALL_TABLE_SIZE / 64)

void call_set_clear(struct call_set *set)
{
    *set = (struct call_set){0};
}

void call_set_fill(struct call_set *set)
{
    memset(set->bits, 0xff, sizeof set->bits);
    set->others = true;
}

void call_set_add(struct call_set *set, unsigned number)
{
    if (number < SYSCALL_TABLE_SIZE)
        set->bits[number / 64] |= UINT64_C(1) << number % 64;
}

bool call_set_has(const struct call_set *set, uint64_t number)
{
    if (number >= SYSCALL_TABLE_SIZE)
        return set->others;
    return set->bits[number / 64] >> number % 64 & 1;
}

static bool every_word_is(const struct call_set *set, uint64_t value)
{
    for (size_t i = 0; i < WORDS; i++)
        if (set->bits[i] != value)
            return false;
    return true;
}

void call_set_join(struct call_set *set, const struct call_set *other)
{
    for (size_t i = 0; i < sizeof set->bits / sizeof *set->bits; i++)
        set->bits[i] |= other->bits[i];
    set->others |= other->others;
}

bool call_set_is_empty(const struct call_set *set)
{
    return !set->others && every_word_is(set, 0);
}

bool call_set_is_full(const struct call_set *set)
{
    return set->others && every_word_is(set, UINT64_MAX);
}

static void invert(struct call_set *set)
{
    for (size_t i = 0; i < WORDS; i++)
        set->bits[i] = ~set->bits[i];
    set->others = !set->others;
}

/* ---- Words. Each of these functions adds what a word of its kind means, and returns whether there is such a thing. ---- */

static bool add_number(struct call_set *set, const char *word)
{
    char *end;

    if (*word < '0' || *word > '9')
        return false;
    unsigned long number = strtoul(word, &end, 10);
    if (*end != '\0' || number >= SYSCALL_TABLE_SIZE)
        return false;
    call_set_add(set, (unsigned)number);
    return true;
}

static bool add_name(struct call_set *set, const char *word)
{
    int number = syscall_table_find(word);

    if (number >= 0)
        call_set_add(set, (unsigned)number);
    return number >= 0;
}

static bool add_class(struct call_set *set, const char *name)
{
    uint32_t class = syscall_class_find(name);

    for (unsigned number = 0; class && number < SYSCALL_TABLE_SIZE; number++) {
        const struct syscall_row *row = syscall_table_row(number);
        if (row && row->classes & class)
            call_set_add(set, number);
    }
    return class != 0;
}

/* Before strace 4.17 classes were written without the percent sign. Of those, a few stay; the names of the others are calls. */
static bool add_bare_class(struct call_set *set, const char *word)
{
    static const char *const bare[] = {"file", "desc", "memory", "process", "signal", "ipc", "network"};

    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
        if (strcmp(bare[i], word) == 0)
            return add_class(set, word);
    return false;
}

static bool add_all(struct call_set *set, const char *word)
{
    if (strcmp(word, "all") != 0)
        return false;
    call_set_fill(set);
    return true;
}

static bool add_matches(struct call_set *set, const regex_t *pattern)
{
    bool found = false;

    for (unsigned number = 0; number < SYSCALL_TABLE_SIZE; number++) {
        const struct syscall_row *row = syscall_table_row(number);
        if (row && regexec(pattern, row->name, 0, NULL, 0) == 0) {
            call_set_add(set, number);
            found = true;
        }
    }
    return found;
}

static char *add_regex(struct call_set *set, const char *text, bool *found)
{
    regex_t pattern;
    char reason[128];
    const int code = name_pattern_compile(&pattern, text);

    if (code != 0) {
        regerror(code, NULL, reason, sizeof reason);
        return xasprintf("invalid regular expression '%s': %s", text, reason);
    }
    *found = add_matches(set, &pattern);
    regfree(&pattern);
    return NULL;
}

/* A word without what stands before and behind it. */
static char *add_bare_word(struct call_set *set, const char *word, bool *found)
{
    if (*word == '/')
        return add_regex(set, word + 1, found);
    if (*word == '%')
        *found = add_class(set, word + 1);
    else
        *found = add_number(set, word) || add_name(set, word) || add_bare_class(set, word) || add_all(set, word);
    return NULL;
}

/* Takes the @suffix off. Returns NULL, or what is wrong with it. */
static char *strip_personality(char *word)
{
    char *at = strrchr(word, '@');

    if (at == NULL || at == word)
        return NULL;
    if (strcmp(at, "@32") == 0 || strcmp(at, "@x32") == 0)
        return xasprintf("'%s': only 64-bit system calls are known here", word);
    if (strcmp(at, "@64") != 0)
        return xasprintf("invalid personality '%s' in '%s'", at + 1, word);
    *at = '\0';
    return NULL;
}

static char *add_word(void *set, const char *word)
{
    bool optional = *word == '?', found = false;
    char *bare = xstrdup(word + optional);
    char *error = strip_personality(bare);

    if (error == NULL)
        error = add_bare_word(set, bare, &found);
    if (error == NULL && !found && !optional)
        error = xasprintf("invalid system call '%s'", word);
    free(bare);
    return error;
}

char *call_set_parse(const char *text, struct call_set *set)
{
    struct call_set result = {0};
    bool inverted;
    char *error = set_words_parse(text, add_word, &result, &inverted);

    if (error)
        return error;
    if (inverted)
        invert(&result);
    *set = result;
    return NULL;
}
