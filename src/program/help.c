/* SPDX-License-Identifier: MIT */
#include "help.h"

#include <errno.h>
#include <string.h>

#include "command_table.h"
#include "option_table.h"

/* Where the explanations begin; a longer option has its own on the next line. */
#define HELP_COLUMN 34

static void print_commands(FILE *stream)
{
    fprintf(stream, "Runs a program and reports what it leaked.\n\nCommands:\n");
    for (size_t i = 0; i < command_count; i++)
        if (command_table[i].available)
            fprintf(stream, "  leakwatch %-4s %-33s %s\n", command_table[i].name, command_table[i].arguments,
                    command_table[i].help);
}

static void print_option(const struct option_row *row, FILE *stream)
{
    int column = row->letter ? fprintf(stream, "  -%c, --%s", row->letter, row->name) : fprintf(stream, "      --%s", row->name);

    if (row->argument)
        column += fprintf(stream, "=%s", row->argument);
    if (column > HELP_COLUMN - 2) {
        fputc('\n', stream);
        column = 0;
    }
    fprintf(stream, "%*s%s\n", HELP_COLUMN - column, "", row->help);
}

static void print_options(FILE *stream)
{
    const char *group = "";

    for (size_t i = 0; i < option_count; i++) {
        if (strcmp(option_table[i].group, group) != 0) {
            group = option_table[i].group;
            fprintf(stream, "\n%s:\n", group);
        }
        print_option(&option_table[i], stream);
    }
}

static void print_notes(FILE *stream)
{
    fputs("\nSET is a comma-separated list of definite, indirect, possible, reachable; or all, or none.\n"
          "TIME is a number with ns, us, ms, s or m. Options may also stand in ~/.leakwatchrc, in the\n"
          "environment variable LEAKWATCH_OPTIONS, and in ./.leakwatchrc; the command line wins.\n\n"
          "Exit status: that of PROGRAM; N of --error-exitcode if there were errors; 125 if leakwatch\n"
          "itself failed, 126 if PROGRAM cannot be executed, 127 if it was not found.\n"
          "SIGUSR1 makes leakwatch report now and go on. See leakwatch(1) for more.\n",
          stream);
}

static int flushed(FILE *stream)
{
    return fflush(stream) != 0 || ferror(stream) ? -(errno ? errno : EIO) : 0;
}

int help_print(const char *command, FILE *stream)
{
    const struct command_row *row = command ? command_table_find(command) : NULL;

    errno = 0;
    if (row == NULL) {
        fprintf(stream, "usage: leakwatch [run] [OPTION...] [--] PROGRAM [ARG...]\n");
        print_commands(stream);
    } else {
        fprintf(stream, "usage: leakwatch %s %s\n%c%s.\n", row->name, row->arguments, row->help[0] - 'a' + 'A', row->help + 1);
    }
    if (row == NULL || strcmp(row->name, "run") == 0) {
        print_options(stream);
        print_notes(stream);
    }
    return flushed(stream);
}

int help_print_version(FILE *stream)
{
    errno = 0;
    fputs("leakwatch " LEAKWATCH_VERSION "\n", stream);
    return flushed(stream);
}
