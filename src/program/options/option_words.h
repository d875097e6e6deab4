/* SPDX-License-Identifier: MIT
 * Text from files and the environment, divided into words as a shell divides it (POSIX, 2.2 Quoting), without expansions. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_OPTION_WORDS_H
#define LEAKWATCH_PROGRAM_OPTIONS_OPTION_WORDS_H

struct option_words {
    char **words; /* NULL-terminated; words[0] is "leakwatch", as in argv */
    int count;    /* words[0] included */
};

/* Splits `text`, which is changed and lent to the words, at white space. What stands between '…' is taken as it is, between "…" a
 * backslash before " \ $ or ` takes that character as it is, elsewhere before any; a backslash at the end of a line joins it with
 * the next. A # at the start of a word begins a comment, to the end of the line. Returns 0, or -EINVAL if a quote is not closed.
 * Both times the caller releases with option_words_finish(). */
int option_words_split(struct option_words *words, char *text);
void option_words_finish(struct option_words *words);

/* Stores what the words ask for in `options`. Returns NULL, or what is wrong, owned by the caller. */
typedef char *option_words_parser(void *options, const struct option_words *words);

/* Splits `text` and parses its words. `origin` names the place in messages. Returns 0; or -EINVAL and stores in `*error` what is
 * wrong, one line for people, owned by the caller. */
int option_words_apply(const char *text, const char *origin, option_words_parser *parse, void *options, char **error);

#endif
