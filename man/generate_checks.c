/* SPDX-License-Identifier: MIT
 * Prints leakwatch-checks(7), made from the tables of checks. Runs at build time. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct row {
    const char *id, *meaning, *formula, *remedy;
} rows[] = {
#define CHECK(id, function, meaning, formula, remedy) {id, meaning, formula, remedy},
#include "limits/checks.def"
#include "locks/lock_checks.def"
#include "records/refusal_checks.def"
#include "reporting/duplicate_checks.def"
#include "limits/realtime_checks.def"
#include "realtime/rt_checks.def"
#undef CHECK
};

enum { LINE_WIDTH = 76 };

/* Prints a word; returns how many columns it takes. What begins a line with a dot or a quote would be a request to mdoc. */
static size_t print_word(const char *word, size_t length, bool first)
{
    size_t width = length;

    if (first && (*word == '.' || *word == '\''))
        width += (size_t)printf("\\&");
    for (size_t i = 0; i < length; i++) {
        const char *escape = word[i] == '\\' ? "\\e" : word[i] == '-' ? "\\-" : NULL;
        if (escape)
            width += (size_t)printf("%s", escape) - 1;
        else
            putchar(word[i]);
    }
    return width;
}

/* A sentence begins a line, as mdoc wants it. */
static void print_text(const char *text)
{
    size_t column = 0;
    bool sentence_ended = false;

    for (size_t length; (length = strcspn(text, " ")) > 0;) {
        bool first = column == 0 || sentence_ended || column + length >= LINE_WIDTH;
        if (column > 0)
            putchar(first ? '\n' : ' ');
        column = print_word(text, length, first) + (first ? 0 : column + 1);
        sentence_ended = text[length - 1] == '.';
        text += length;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void print_row(const struct row *row)
{
    printf(".It Sy %s\n", row->id);
    print_text(row->meaning);
    printf(".br\n.Em Found if :\n");
    print_text(row->formula);
    printf(".br\n.Em To do :\n");
    print_text(row->remedy);
}

static void print_head(void)
{
    fputs(".\\\" SPDX-License-Identifier: MIT\n"
          ".Dd November 29, 2026\n.Dt LEAKWATCH-CHECKS 7\n.Os\n"
          ".Sh NAME\n.Nm leakwatch-checks\n.Nd what leakwatch checks of limits and memory\n"
          ".Sh DESCRIPTION\n"
          "These are the checks of\n.Xr leakwatch-limits 1\nand, those of mlock, munmap, stack, enomem\nand ksm.opportunity, "
          "of\n.Xr leakwatch 1 ;\n"
          "those of rt are made with\n.Fl -audit Ns = Ns Cm rt\nof either.\nEach is listed\n"
          "with what each finding means, when there is one, and what can be done.\n",
          stdout);
    print_text("A finding is a note, a warning, or an error: a failure that has happened, or that the next request will meet. "
               "A number that is not known, because the kernel lacks the file or it may not be read, never leads to a finding.");
    fputs(".Pp\nSizes with names such as VmSize are of\n.Pa /proc/PID/status ,\n"
          "those such as MemTotal of\n.Pa /proc/meminfo .\nWith\n.Fl -warn-at\n",
          stdout);
    print_text(
        "the shares given here, but for those of oom, pressure, swap, eta, ksm, mlock, rt and what failed, are replaced by that "
        "one.");
    fputs(".Sh CHECKS\n.Bl -tag -width Ds\n", stdout);
}

int main(void)
{
    print_head();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        print_row(&rows[i]);
    fputs(".El\n.Sh SEE ALSO\n.Xr leakwatch 1 ,\n.Xr leakwatch-limits 1 ,\n.Xr mlock 2 ,\n.Xr setrlimit 2 ,\n.Xr proc 5 ,\n.Xr "
          "cgroups 7\n",
          stdout);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
