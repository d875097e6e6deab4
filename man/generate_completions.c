/* SPDX-License-Identifier: MIT
 * usage: generate_completions bash|zsh
 * Prints the completion of that shell, made from the tables of options and commands. Runs at build time. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_table.h"
#include "option_table.h"

#define LEAK_KINDS "definite indirect possible reachable all none"

static bool takes(const struct option_row *row, const char *argument)
{
    return row->argument && strcmp(row->argument, argument) == 0;
}

/* "a|b|c" as "a b c", if the argument is one of a few words. */
static bool choices(const struct option_row *row, char *words, size_t size)
{
    if (row->argument == NULL || strchr(row->argument, '|') == NULL)
        return false;
    snprintf(words, size, "%s", row->argument);
    for (char *bar = words; (bar = strchr(bar, '|'));)
        *bar = ' ';
    return true;
}

static void print_commands(void)
{
    const char *space = "";

    for (size_t i = 0; i < command_count; i++) {
        if (!command_table[i].available)
            continue;
        printf("%s%s", space, command_table[i].name);
        space = " ";
    }
}

/* ---- bash ---- */

static void print_bash_case(const struct option_row *row)
{
    char words[64];

    printf("    ");
    if (row->letter)
        printf("-%c | ", row->letter);
    printf("--%s) ", row->name);
    if (takes(row, "FILE"))
        printf("_filedir");
    else if (takes(row, "SET"))
        printf("_leakwatch_set");
    else if (takes(row, "yes|no"))
        printf("$split || return 1; COMPREPLY=($(compgen -W 'yes no' -- \"$cur\"))");
    else if (choices(row, words, sizeof words))
        printf("COMPREPLY=($(compgen -W '%s' -- \"$cur\"))", words);
    else
        printf(":");
    printf(" ;;\n");
}

static void print_bash_names(void)
{
    for (size_t i = 0; i < option_count; i++) {
        if (option_table[i].letter)
            printf(" -%c", option_table[i].letter);
        printf(" --%s%s", option_table[i].name, option_table[i].argument ? "=" : "");
    }
}

/* Options whose argument may be the next word. */
static void print_bash_separate(void)
{
    const char *bar = "";

    for (size_t i = 0; i < option_count; i++) {
        const struct option_row *row = &option_table[i];
        if (row->argument == NULL || takes(row, "yes|no"))
            continue;
        if (row->letter)
            printf("%s-%c", bar, row->letter);
        printf("%s--%s", row->letter ? " | " : bar, row->name);
        bar = " | ";
    }
}

static void print_bash(void)
{
    printf("# bash completion for leakwatch(1), made from its option table.\n\n"
           "_leakwatch_set()\n{\n"
           "    local done=${cur%%\"${cur##*,}\"}\n"
           "    COMPREPLY=($(compgen -P \"$done\" -W '" LEAK_KINDS "' -- \"${cur##*,}\"))\n}\n\n"
           "# Completes the argument of option $1; fails if it takes none here.\n"
           "_leakwatch_argument()\n{\n    case $1 in\n");
    for (size_t i = 0; i < option_count; i++)
        if (option_table[i].argument)
            print_bash_case(&option_table[i]);
    printf("    *) return 1 ;;\n    esac\n    return 0\n}\n\n"
           "# Prints the index in COMP_WORDS of the program to run, or nothing if that is still to come.\n"
           "_leakwatch_program()\n{\n"
           "    local i=1 first=true\n"
           "    while ((i < COMP_CWORD)); do\n"
           "        case ${COMP_WORDS[i]} in\n"
           "        --) echo $((i + 1)) && return ;;\n        ");
    print_bash_separate();
    printf(")\n"
           "            if [[ ${COMP_WORDS[i + 1]} == = ]]; then ((i += 2)); else ((i += 1)); fi ;;\n"
           "        -*) if [[ ${COMP_WORDS[i + 1]} == = ]]; then ((i += 2)); fi ;;\n"
           "        run) $first || { echo $i && return; }; first=false ;;\n"
           "        *) echo $i && return ;;\n"
           "        esac\n"
           "        ((i += 1))\n"
           "    done\n}\n\n"
           "_leakwatch()\n{\n"
           "    local cur prev words cword split program\n"
           "    _init_completion -s || return\n"
           "    program=$(_leakwatch_program)\n"
           "    if [[ $program && ${COMP_WORDS[program]} == help ]]; then\n"
           "        COMPREPLY=($(compgen -W '");
    print_commands();
    printf("' -- \"$cur\"))\n"
           "    elif [[ $program ]]; then\n"
           "        _command_offset \"$program\"\n"
           "    elif _leakwatch_argument \"$prev\"; then\n"
           "        return\n"
           "    elif [[ $cur == -* ]]; then\n"
           "        COMPREPLY=($(compgen -W '--");
    print_bash_names();
    printf("' -- \"$cur\"))\n"
           "        [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
           "    else\n"
           "        COMPREPLY=($(compgen -c -- \"$cur\"))\n"
           "        _filedir\n"
           "        ((cword == 1)) && COMPREPLY+=($(compgen -W '");
    print_commands();
    printf("' -- \"$cur\"))\n"
           "    fi\n} &&\n    complete -F _leakwatch leakwatch\n");
}

/* ---- zsh ---- */

/* Inside '…[…]' of _arguments: brackets, colons and quotes need care. */
static void print_zsh_text(const char *text)
{
    for (; *text; text++) {
        if (strchr("[]:\\", *text))
            putchar('\\');
        if (*text == '\'')
            printf("'\\''");
        else
            putchar(*text);
    }
}

static void print_zsh_action(const struct option_row *row)
{
    char words[64];

    if (takes(row, "FILE"))
        printf(":file:_files");
    else if (takes(row, "SET"))
        printf(":leak kinds:_values -s , kind " LEAK_KINDS);
    else if (choices(row, words, sizeof words))
        printf(":%s:(%s)", row->name, words);
    else if (row->argument)
        printf(":%s: ", row->argument);
}

static void print_zsh_option(const struct option_row *row)
{
    bool repeatable = strcmp(row->name, "suppressions") == 0 || strcmp(row->name, "verbose") == 0;
    const char *joint = row->argument == NULL ? "" : takes(row, "yes|no") ? "=-" : "=";

    printf("    ");
    if (repeatable)
        printf("'*'");
    else if (row->letter)
        printf("'(-%c --%s)'", row->letter, row->name);
    if (row->letter)
        printf("{-%c%s,--%s%s}", row->letter, row->argument ? "+" : "", row->name, joint);
    else
        printf("--%s%s", row->name, joint);
    printf("'[");
    print_zsh_text(row->help);
    printf("]%s", takes(row, "yes|no") ? ":" : "");
    print_zsh_action(row);
    printf("' \\\n");
}

static void print_zsh(void)
{
    printf("#compdef leakwatch\n# zsh completion for leakwatch(1), made from its option table.\n\n"
           "_leakwatch_first() {\n"
           "  _alternative 'commands:command:(");
    print_commands();
    printf(")' 'programs:program:_command_names -e' 'files:program:_files -g \"*(-*)\"'\n}\n\n"
           "_leakwatch() {\n  _arguments -S -A '-*' \\\n");
    for (size_t i = 0; i < option_count; i++)
        print_zsh_option(&option_table[i]);
    printf("    '(-):program:_leakwatch_first' \\\n"
           "    '*::arguments: _normal'\n}\n\n"
           "_leakwatch \"$@\"\n");
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "bash") == 0)
        print_bash();
    else if (argc == 2 && strcmp(argv[1], "zsh") == 0)
        print_zsh();
    else
        return EXIT_FAILURE;
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
