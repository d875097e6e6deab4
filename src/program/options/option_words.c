/* SPDX-License-Identifier: MIT */
#include "option_words.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define BLANKS " \t\r\n\v\f"

static bool is_blank(char c)
{
    return c != '\0' && strchr(BLANKS, c) != NULL;
}

/* Whether there is a backslash that takes the next character as it is. `quote`: between which quotes, or 0. */
static bool is_escape(const char *at, char quote)
{
    if (at[0] != '\\' || at[1] == '\0' || quote == '\'')
        return false;
    return quote == '\0' || strchr("\"\\$`\n", at[1]) != NULL;
}

/* Moves the word at `at` together, without its quotes, and terminates it. Returns what follows; NULL: a quote is not closed. */
static char *take_word(char *at)
{
    char *end = at;
    char quote = '\0';

    for (; *at != '\0' && (quote != '\0' || !is_blank(*at)); at++) {
        if (quote == '\0' && (*at == '\'' || *at == '"')) {
            quote = *at;
        } else if (*at == quote) {
            quote = '\0';
        } else if (is_escape(at, quote)) {
            if (*++at != '\n')
                *end++ = *at;
        } else {
            *end++ = *at;
        }
    }
    char *rest = *at == '\0' ? at : at + 1;
    *end = '\0';
    return quote == '\0' ? rest : NULL;
}

/* Behind white space, comments, and lines that are joined. */
static char *next_word(char *text)
{
    for (;;) {
        text += strspn(text, BLANKS);
        if (*text == '#')
            text += strcspn(text, "\n");
        else if (text[0] == '\\' && text[1] == '\n')
            text += 2;
        else
            return text;
    }
}

int option_words_split(struct option_words *words, char *text)
{
    static char name[] = "leakwatch";
    size_t capacity = 0;

    *words = (struct option_words){.words = xgrow(NULL, &capacity, 2, sizeof *words->words)};
    words->words[words->count++] = name;
    for (char *word; text && *(word = next_word(text)) != '\0';) {
        text = take_word(word);
        words->words = xgrow(words->words, &capacity, (size_t)words->count + 2, sizeof *words->words);
        words->words[words->count++] = word;
    }
    words->words[words->count] = NULL;
    return text ? 0 : -EINVAL;
}

void option_words_finish(struct option_words *words)
{
    free(words->words);
    *words = (struct option_words){0};
}

int option_words_apply(const char *text, const char *origin, option_words_parser *parse, void *options, char **error)
{
    char *copy = xstrdup(text);
    struct option_words words;
    char *message = option_words_split(&words, copy) == 0 ? parse(options, &words) : xstrdup("a quotation mark is not closed");

    *error = message ? xasprintf("%s: %s", origin, message) : NULL;
    free(message);
    option_words_finish(&words);
    free(copy);
    return *error ? -EINVAL : 0;
}
