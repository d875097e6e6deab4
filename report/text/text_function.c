/* SPDX-License-Identifier: MIT
 *
 * Names of C++ and Rust functions can be as long as a page, nearly all of it template arguments and types of parameters. */
#include <string.h>

#include "text_style.h"

#define LONG_NAME 120 /* bytes; a line of text and its place still fit on a wide terminal */

/* Past "operator<<", "operator()" and the like, whose brackets are no brackets; `at` if there is no such thing. */
static const char *skip_operator(const char *at)
{
    static const char *const operators[] = {
        "operator<=>", "operator<<", "operator<=", "operator<",  "operator->*",          "operator->",
        "operator>>",  "operator>=", "operator>",  "operator()", "(anonymous namespace)"};

    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (strncmp(at, operators[i], strlen(operators[i])) == 0)
            return at + strlen(operators[i]);
    return at;
}

/* Past the bracket that closes the one at `at`; the end of the name if there is none. */
static const char *skip_brackets(const char *at)
{
    unsigned depth = 0;

    while (*at != '\0') {
        const char *after = depth > 0 ? skip_operator(at) : at;
        if (after != at) {
            at = after;
            continue;
        }
        if (strchr("<([{", *at) != NULL)
            depth++;
        else if (strchr(")]}", *at) != NULL || (*at == '>' && at[-1] != '-'))
            depth--;
        at++;
        if (depth == 0)
            break;
    }
    return at;
}

static void print_shortened(const struct text_writer *writer, const char *name)
{
    const char *shown = name;

    while (*name != '\0') {
        const char *after = skip_operator(name);
        if (after != name) {
            name = after;
        } else if (*name == '<' || *name == '(') {
            const char *end = skip_brackets(name);
            if (end - name > 2) {
                text_foreign_bytes(writer, shown, (size_t)(name - shown) + 1);
                fputs("...", writer->stream);
                shown = end - 1;
            }
            name = end;
        } else {
            name++;
        }
    }
    text_foreign_bytes(writer, shown, (size_t)(name - shown));
}

void text_function(const struct text_writer *writer, const char *name)
{
    if (writer->view->verbosity > 0 || strlen(name) <= LONG_NAME)
        text_foreign(writer, name);
    else
        print_shortened(writer, name);
}
