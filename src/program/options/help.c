/* SPDX-License-Identifier: MIT */
#include "help.h"

#include <errno.h>
#include <string.h>

#include "command_table.h"
#include "compat_options.h"
#include "option_table.h"

/* Where the explanations begin; a longer option has its own on the next line. */
#define HELP_COLUMN 34

static void print_commands(FILE *stream)
{
    fprintf(stream,
            "Runs a program and reports what it leaked, logs its system calls, says which libraries it lacks, or how near its\n"
            "limits are; shows and compares saved reports.\n\nCommands:\n");
    for (size_t i = 0; i < command_count; i++)
        fprintf(stream, "  leakwatch %-6s %-39s %s\n", command_table[i].name, command_table[i].arguments, command_table[i].help);
}

/* "  -o, --output=FILE", "      --quiet[=MESSAGES]", "  -e EXPR"; returns how many columns it took. */
static int print_option_words(const struct option_row *row, FILE *stream)
{
    const char *argument = row->argument ? row->argument : "";
    bool bracketed = *argument == '[';
    int column = row->letter ? fprintf(stream, "  -%c", row->letter) : fprintf(stream, "     ");

    if (row->name)
        column += fprintf(stream, "%s--%s", row->letter ? ", " : " ", row->name);
    if (row->argument)
        column += fprintf(stream, "%s%s", row->name == NULL ? " " : bracketed ? "[=" : "=", argument + bracketed);
    return column;
}

static void print_option(const struct option_row *row, FILE *stream)
{
    int column = print_option_words(row, stream);

    if (column > HELP_COLUMN - 2) {
        fputc('\n', stream);
        column = 0;
    }
    fprintf(stream, "%*s%s\n", HELP_COLUMN - column, "", row->help);
}

static void print_options(const struct option_table *table, FILE *stream)
{
    const char *group = "";

    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->rows[i].group, group) != 0) {
            group = table->rows[i].group;
            fprintf(stream, "\n%s:\n", group);
        }
        print_option(&table->rows[i], stream);
    }
}

static void print_run_notes(FILE *stream)
{
    fputs("\nSET is a comma-separated list of definite, indirect, possible, reachable; or all, or none.\n"
          "TIME is a number with ns, us, ms, s or m. Options may also stand in ~/.config/leakwatch/config,\n"
          "~/.leakwatchrc, the environment variable LEAKWATCH_OPTIONS, and ./.leakwatchrc; the command line wins.\n\n"
          "Exit status: that of PROGRAM; N of --error-exitcode if there were errors; 125 if leakwatch\n"
          "itself failed, 126 if PROGRAM cannot be executed, 127 if it was not found.\n"
          "SIGUSR1 makes leakwatch report now and go on. See leakwatch(1) for more.\n",
          stream);
}

static void print_trace_notes(FILE *stream)
{
    fputs("\nCALLS is a comma-separated list of names, numbers, /REGEX, and the classes %file, %desc, %net, %process,\n"
          "%signal, %ipc, %memory, %creds, %clock, %stat, %lstat, %fstat, %%stat, %statfs, %fstatfs, %%statfs, %pure;\n"
          "or all, or none. With ! in front a set means all but these, with ? in front a word may mean nothing.\n"
          "TIME is a number with s, ms, us or ns; without one it is microseconds.\n\n"
          "Exit status: that of PROGRAM; 125 if leakwatch itself failed, 126 if PROGRAM cannot be executed,\n"
          "127 if it was not found. See leakwatch-trace(1) for more.\n",
          stream);
}

static void print_limits_notes(FILE *stream)
{
    fputs("\nWithout PID and PROGRAM, the machine is looked at; PROGRAM is looked at until it ends.\n"
          "SIZE is a number of bytes, or one with K, M or G. TIME is a number with ns, us, ms, s or m.\n\n"
          "Exit status: 0; 1 if there is a finding of severity error; 125 if leakwatch itself failed, 126 if\n"
          "PROGRAM cannot be executed, 127 if it was not found. See leakwatch-limits(1) and leakwatch-checks(7).\n",
          stream);
}

static void print_libs_notes(FILE *stream)
{
    fputs("\nFILEs are examined and not executed; a PROGRAM behind a -- is run, and what it asks for in vain is said, too.\n\n"
          "Exit status: 0 if all libraries are found, 1 if something is missing, 125 if leakwatch itself failed.\n"
          "See leakwatch-libs(1) for more.\n",
          stream);
}

static void print_show_notes(FILE *stream)
{
    fputs("\nOptions may stand behind REPORT.json, too; - is standard input. SET is a comma-separated list of definite, indirect,\n"
          "possible, reachable; or all, or none.\n\n"
          "Exit status: 0; that of --error-exitcode, or 1, if --fail-on wants it; 125 if leakwatch itself failed.\n"
          "See leakwatch-show(1) for more.\n",
          stream);
}

static void print_diff_notes(FILE *stream)
{
    fputs("\nExit status: 0 if nothing is worse, 1 if something is new or has grown, 125 if leakwatch itself failed.\n"
          "See leakwatch-diff(1) for more.\n",
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
    const struct option_table *options = row ? row->options : &run_option_table;
    if (options)
        print_options(options, stream);
    if (options == &run_option_table)
        print_run_notes(stream);
    else if (options == &trace_option_table)
        print_trace_notes(stream);
    else if (options == &limits_option_table)
        print_limits_notes(stream);
    else if (options == &libs_option_table)
        print_libs_notes(stream);
    else if (options == &show_option_table)
        print_show_notes(stream);
    else if (options == &diff_option_table)
        print_diff_notes(stream);
    return flushed(stream);
}

int help_print_version(FILE *stream)
{
    errno = 0;
    fputs("leakwatch " LEAKWATCH_VERSION "\n", stream);
    return flushed(stream);
}

int help_print_compat(FILE *stream)
{
    errno = 0;
    fputs("usage: leakwatch --compat=valgrind [OPTION...] PROGRAM [ARG...]\n"
          "leakwatch " LEAKWATCH_VERSION
          " in place of memcheck: takes its options, and writes its text and its XML. The same under the\n"
          "name valgrind.\n",
          stream);
    print_options(&compat_option_table, stream);
    fputs("\nSET is a comma-separated list of definite, indirect, possible, reachable; or all, or none.\n"
          "Exit status: that of PROGRAM; N of --error-exitcode if there were errors; 1 for bad usage.\n"
          "See COMPATIBILITY WITH VALGRIND in leakwatch(1).\n",
          stream);
    return flushed(stream);
}

int help_print_compat_version(FILE *stream)
{
    errno = 0;
    fputs("valgrind-" COMPAT_VERSION "\n", stream);
    return flushed(stream);
}
