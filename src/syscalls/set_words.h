/* SPDX-License-Identifier: MIT
 * Sets as strace(1) writes them: [!]WORD[,WORD]..., or all, or none. Each `!` in front turns the set into its complement. */
#ifndef LEAKWATCH_SYSCALLS_SET_WORDS_H
#define LEAKWATCH_SYSCALLS_SET_WORDS_H

#include <stdbool.h>

/* Adds what `word` means to `set`. Returns NULL, or what is wrong, one line for people, owned by the caller. */
typedef char *set_word_adder(void *set, const char *word);

/* Calls `add` for every word of `text` and stores in `*inverted` whether the complement of what was added is meant (`all` alone
 * adds nothing and is the complement of nothing). Empty words are skipped, but a set without any word is wrong. Returns what `add`
 * returned last. */
char *set_words_parse(const char *text, set_word_adder *add, void *set, bool *inverted);

struct set_word {
    const char *word;
    unsigned bits;
};

/* A set of few named things as a bit mask. `words` ends with a row without word; `noun` is what a word is called in messages.
 * Returns NULL and stores the mask; or what is wrong, owned by the caller, and stores nothing. */
char *set_words_mask(const char *text, const struct set_word *words, const char *noun, unsigned *mask);

#endif
