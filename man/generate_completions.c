/* SPDX-License-Identifier: MIT
 * usage: generate_completions bash|zsh|fish
 * Prints the completion of that shell, made from the tables of options and commands. Runs at build time. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "program/options/command_table.h"
#include "program/options/option_table.h"

#define LEAK_KINDS "definite indirect possible reachable all none"
/* Without the comparison: a > that is not quoted is the shell's. */
#define GATES                                                                                                                      \
    "definite indirect possible reachable suppressed blocks bytes errors fds mappings peak live rss locked new grown growth"
#define CALL_SETS                                                                                                                  \
    "%file %desc %net %process %signal %ipc %memory %creds %clock %stat %lstat %fstat %%stat %statfs %fstatfs %%statfs %pure all " \
    "none"
#define QUALIFIERS                                                                                                                 \
    "trace= signal= status= trace-fds= abbrev= verbose= raw= read= write= quiet= decode-fds= decode-pids= inject= fault="

/* What completes an argument. The first row whose argument is the option's counts. */
static const struct completion {
    const char *argument;
    const char *bash;
    const char *zsh;
    const char *fish; /* the options that `complete` gets */
} completions[] = {
    {"FILE", "_filedir", ":file:_files", "-F"},
    {"[FILE]", "_filedir", ":file:_files", "-F"},
    {"PATH", "_filedir", ":file:_files", "-F"},
    {"DIRECTORY", "_filedir -d", ":directory:_files -/", "-f -a '(__fish_complete_directories)'"},
    {"SET", "_leakwatch_set " LEAK_KINDS, ":leak kinds:_values -s , kind " LEAK_KINDS, "-f -a '(__leakwatch_set " LEAK_KINDS ")'"},
    {"CALLS", "_leakwatch_set " CALL_SETS, ":system calls:_values -s , call " CALL_SETS, "-f -a '(__leakwatch_set " CALL_SETS ")'"},
    {"EXPR", "_leakwatch_set " QUALIFIERS, ":expression:(" QUALIFIERS ")", "-f -a '" QUALIFIERS "'"},
    {"GATES", "_leakwatch_set " GATES, ":conditions:_values -s , condition " GATES, "-f -a '(__leakwatch_set " GATES ")'"},
    {"PID", "_pids", ":process:_pids", "-f -a '(__fish_complete_pids)'"},
    {"USER", "COMPREPLY=($(compgen -u -- \"$cur\"))", ":user:_users", "-f -a '(__fish_complete_users)'"},
};

/* The options of a command that has some, or NULL. */
static const struct option_table *options_of(size_t command)
{
    return command_table[command].options;
}

static const struct completion *completion_of(const struct option_row *row)
{
    for (size_t i = 0; i < sizeof completions / sizeof *completions; i++)
        if (strcmp(completions[i].argument, row->argument) == 0)
            return &completions[i];
    return NULL;
}

/* "a|b|c" or "[a|b|c]" as "a b c", if the argument is one of a few words. */
static bool choices(const struct option_row *row, char *words, size_t size)
{
    const char *argument = row->argument;

    if (argument == NULL || strchr(argument, '|') == NULL)
        return false;
    snprintf(words, size, "%s", argument + (*argument == '['));
    words[strcspn(words, "]")] = '\0';
    for (char *bar = words; (bar = strchr(bar, '|'));)
        *bar = ' ';
    return true;
}

static void print_commands(void)
{
    const char *space = "";

    for (size_t i = 0; i < command_count; i++) {
        printf("%s%s", space, command_table[i].name);
        space = " ";
    }
}

/* ---- bash ---- */

/* "run:-o | run:--text", as a pattern; the letter only if it is followed by an argument. */
static void print_bash_pattern(const char *command, const struct option_row *row)
{
    bool letter = row->letter && option_row_argument(row) == OPTION_ARGUMENT_REQUIRED;

    if (letter)
        printf("%s:-%c", command, row->letter);
    if (row->name)
        printf("%s%s:--%s", letter ? " | " : "", command, row->name);
}

static void print_bash_case(const char *command, const struct option_row *row)
{
    const struct completion *completion = completion_of(row);
    char words[64];

    printf("    ");
    print_bash_pattern(command, row);
    printf(") ");
    if (option_row_argument(row) == OPTION_ARGUMENT_OPTIONAL)
        printf("$split || return 1; ");
    if (completion)
        printf("%s", completion->bash);
    else if (choices(row, words, sizeof words))
        printf("COMPREPLY=($(compgen -W '%s' -- \"$cur\"))", words);
    else
        printf(":");
    printf(" ;;\n");
}

static void print_bash_cases(const char *command, const struct option_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->rows[i].argument)
            print_bash_case(command, &table->rows[i]);
}

static void print_bash_names(const struct option_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option_row *row = &table->rows[i];
        if (row->letter)
            printf(" -%c", row->letter);
        if (row->name)
            printf(" --%s%s", row->name, option_row_argument(row) == OPTION_ARGUMENT_NONE ? "" : "=");
    }
}

/* Options whose argument may be the next word. */
static void print_bash_separate(const char *command, const struct option_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        if (option_row_argument(&table->rows[i]) != OPTION_ARGUMENT_REQUIRED)
            continue;
        printf("    ");
        print_bash_pattern(command, &table->rows[i]);
        printf(") return 0 ;;\n");
    }
}

static void print_bash_functions(void)
{
    printf("# bash completion for leakwatch(1), made from its option tables.\n\n"
           "# The words given, for the last of a comma-separated list.\n"
           "_leakwatch_set()\n{\n"
           "    local done=${cur%%\"${cur##*,}\"}\n"
           "    COMPREPLY=($(compgen -P \"$done\" -W \"$*\" -- \"${cur##*,}\"))\n"
           "    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
           "    return 0\n}\n\n"
           "# Completes the argument of option $1 of $command; fails if it takes none here.\n"
           "_leakwatch_argument()\n{\n    case $command:$1 in\n");
    for (size_t i = 0; i < command_count; i++)
        if (options_of(i))
            print_bash_cases(command_table[i].name, options_of(i));
    printf("    *) return 1 ;;\n    esac\n    return 0\n}\n\n"
           "# Whether the argument of option $1 of $command may be the next word.\n"
           "_leakwatch_separate()\n{\n    case $command:$1 in\n");
    for (size_t i = 0; i < command_count; i++)
        if (options_of(i))
            print_bash_separate(command_table[i].name, options_of(i));
    printf("    *) return 1 ;;\n    esac\n}\n\n"
           "# Prints the options of $command.\n"
           "_leakwatch_options()\n{\n    case $command in\n");
    for (size_t i = 0; i < command_count; i++) {
        if (options_of(i) == NULL)
            continue;
        printf("    %s) echo '--", command_table[i].name);
        print_bash_names(options_of(i));
        printf("' ;;\n");
    }
    printf("    esac\n}\n\n");
}

/* The words of the command line up to the program to run. */
static void print_bash_walk(void)
{
    printf("# Stores in $command the command, and in $program the index in COMP_WORDS of the program to run, if it is there.\n"
           "_leakwatch_words()\n{\n"
           "    local i=1 first=true word\n"
           "    command=run program=\n"
           "    while ((i < COMP_CWORD)); do\n"
           "        word=${COMP_WORDS[i]}\n"
           "        case $word in\n"
           "        --) program=$((i + 1)) && return ;;\n"
           "        -*)\n"
           "            if [[ ${COMP_WORDS[i + 1]} == = ]]; then ((i += 2))\n"
           "            elif _leakwatch_separate \"$word\"; then ((i += 1)); fi ;;\n"
           "        ");
    const char *bar = "";
    for (size_t i = 0; i < command_count; i++) {
        if (options_of(i) == NULL)
            continue;
        printf("%s%s", bar, command_table[i].name);
        bar = " | ";
    }
    printf(") $first || { program=$i && return; }; first=false command=$word ;;\n"
           "        *) program=$i && return ;;\n"
           "        esac\n"
           "        ((i += 1))\n"
           "    done\n}\n\n");
}

static void print_bash(void)
{
    print_bash_functions();
    print_bash_walk();
    printf("_leakwatch()\n{\n"
           "    local cur prev words cword split program command\n"
           "    _init_completion -s || return\n"
           "    _leakwatch_words\n"
           "    if [[ $program && ${COMP_WORDS[program]} == help ]]; then\n"
           "        COMPREPLY=($(compgen -W '");
    print_commands();
    printf("' -- \"$cur\"))\n"
           "    elif [[ $program ]]; then\n"
           "        _command_offset \"$program\"\n"
           "    elif _leakwatch_argument \"$prev\"; then\n"
           "        return\n"
           "    elif [[ $cur == -* ]]; then\n"
           "        COMPREPLY=($(compgen -W \"$(_leakwatch_options)\" -- \"$cur\"))\n"
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
    const struct completion *completion = completion_of(row);
    char words[64];

    if (option_row_argument(row) == OPTION_ARGUMENT_OPTIONAL)
        putchar(':');
    if (completion) {
        printf("%s", completion->zsh);
    } else if (choices(row, words, sizeof words)) {
        printf(":%s:(%s)", row->name, words);
    } else {
        putchar(':');
        print_zsh_text(row->argument);
        printf(": ");
    }
}

/* The option's names as _arguments wants them, so that the letter takes the same as the long name. */
static void print_zsh_words(const struct option_row *row)
{
    enum option_argument argument = option_row_argument(row);
    const char *joint = argument == OPTION_ARGUMENT_NONE ? "" : argument == OPTION_ARGUMENT_OPTIONAL ? "=-" : "=";
    const char *plus = argument == OPTION_ARGUMENT_REQUIRED ? "+" : "";

    if (row->letter && row->name)
        printf("{-%c%s,--%s%s}", row->letter, plus, row->name, joint);
    else if (row->letter)
        printf("-%c%s", row->letter, plus);
    else
        printf("--%s%s", row->name, joint);
}

static void print_zsh_spec(const struct option_row *row, bool repeatable)
{
    printf("    ");
    if (repeatable)
        printf("'*'");
    else if (row->letter && row->name)
        printf("'(-%c --%s)'", row->letter, row->name);
    print_zsh_words(row);
    printf("'[");
    print_zsh_text(row->help);
    putchar(']');
    if (row->argument)
        print_zsh_action(row);
    printf("' \\\n");
}

static void print_zsh_option(const struct option_row *row, bool repeatable)
{
    struct option_row letter = *row, name = *row;

    if (row->letter == 0 || row->name == NULL || option_row_argument(row) != OPTION_ARGUMENT_OPTIONAL) {
        print_zsh_spec(row, repeatable);
        return;
    }
    letter.name = letter.argument = NULL;
    name.letter = 0;
    print_zsh_spec(&letter, repeatable);
    print_zsh_spec(&name, repeatable);
}

static void print_zsh_options(size_t command)
{
    const struct option_table *table = options_of(command);
    bool run = strcmp(command_table[command].name, "run") == 0;

    for (size_t i = 0; i < table->count; i++) {
        const char *name = table->rows[i].name;
        print_zsh_option(&table->rows[i], !run || strcmp(name, "suppressions") == 0 || strcmp(name, "verbose") == 0);
    }
}

static void print_zsh(void)
{
    printf("#compdef leakwatch\n# zsh completion for leakwatch(1), made from its option tables.\n\n"
           "_leakwatch_first() {\n"
           "  _alternative 'commands:command:(");
    print_commands();
    printf(")' 'programs:program:_command_names -e' 'files:program:_files -g \"*(-*)\"'\n}\n\n");
    for (size_t i = 0; i < command_count; i++) {
        if (options_of(i) == NULL)
            continue;
        printf("_leakwatch_%s() {\n  _arguments -S -A '-*' \\\n", command_table[i].name);
        print_zsh_options(i);
        printf("    \"(-):program:$1\" \\\n"
               "    '*::arguments: _normal'\n}\n\n");
    }
    printf("_leakwatch() {\n"
           "  local command=$words[2]\n"
           "  if (( CURRENT > 2 && $+functions[_leakwatch_$command] )) && [[ $command != first ]]; then\n"
           "    shift words\n"
           "    (( CURRENT-- ))\n"
           "    _leakwatch_$command _command_names\n"
           "  else\n"
           "    _leakwatch_run _leakwatch_first\n"
           "  fi\n}\n\n"
           "_leakwatch \"$@\"\n");
}

/* ---- fish ---- */

/* Between single quotes, where fish knows \' and \\. */
static void print_fish_text(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

/* Options whose argument may be the next word. */
static void print_fish_separate(const char *command, const struct option_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct option_row *row = &table->rows[i];
        if (option_row_argument(row) != OPTION_ARGUMENT_REQUIRED)
            continue;
        printf("        case");
        if (row->letter)
            printf(" %s:-%c", command, row->letter);
        if (row->name)
            printf(" %s:--%s", command, row->name);
        printf("\n            return 0\n");
    }
}

static void print_fish_functions(void)
{
    printf("# fish completion for leakwatch(1), made from its option tables.\n\n"
           "# Whether the argument of option $argv[2] of command $argv[1] is the next word.\n"
           "function __leakwatch_separate\n"
           "    switch \"$argv[1]:$argv[2]\"\n");
    for (size_t i = 0; i < command_count; i++)
        if (options_of(i))
            print_fish_separate(command_table[i].name, options_of(i));
    printf("    end\n    return 1\nend\n\n"
           "# Prints the command, \"first\" if a command may be the next word, and the words of the program as far as they stand "
           "there.\n"
           "function __leakwatch_words\n"
           "    set -l words (commandline -opc)[2..]\n"
           "    set -l command run\n"
           "    set -l place first\n"
           "    while set -q words[1]\n"
           "        switch $words[1]\n"
           "            case --\n"
           "                set place terminated\n"
           "                set -e words[1]\n"
           "                break\n"
           "            case '-*'\n"
           "                __leakwatch_separate $command $words[1]; and set -e words[1]\n"
           "            case ");
    print_commands();
    printf("\n                test $place = first; or break\n"
           "                set command $words[1]\n"
           "                set place later\n"
           "            case '*'\n"
           "                break\n"
           "        end\n"
           "        set -e words[1]\n"
           "    end\n"
           "    printf '%%s\\n' $command $place $words\n"
           "end\n\n"
           "# Whether options of this command may stand here.\n"
           "function __leakwatch_in\n"
           "    set -l words (__leakwatch_words)\n"
           "    test \"$words\" = \"$argv[1] first\" -o \"$words\" = \"$argv[1] later\"\n"
           "end\n\n"
           "function __leakwatch_at_first\n"
           "    set -l words (__leakwatch_words)\n"
           "    test \"$words\" = 'run first'\n"
           "end\n\n"
           "# Completes the program or its arguments.\n"
           "function __leakwatch_program\n"
           "    set -l program (__leakwatch_words)[3..]\n"
           "    if set -q program[1]\n"
           "        __fish_complete_subcommand --commandline $program (commandline -ct)\n"
           "    else\n"
           "        __fish_complete_command\n"
           "        __fish_complete_path (commandline -ct)\n"
           "    end\n"
           "end\n\n"
           "# The words given, for the last of a comma-separated list.\n"
           "function __leakwatch_set\n"
           "    set -l token (string replace -r '^-[^=]*=' '' -- (commandline -ct))\n"
           "    set -l done (string match -r '^.*,' -- $token)\n"
           "    printf '%%s\\n' \"$done\"$argv\n"
           "end\n\n");
}

static void print_fish_option(const char *command, const struct option_row *row)
{
    const struct completion *completion = row->argument ? completion_of(row) : NULL;
    char words[64];

    printf("complete -c leakwatch -n '__leakwatch_in %s'", command);
    if (row->letter)
        printf(" -s %c", row->letter);
    if (row->name)
        printf(" -l %s", row->name);
    if (option_row_argument(row) == OPTION_ARGUMENT_REQUIRED)
        printf(" -r");
    if (completion)
        printf(" %s", completion->fish);
    else if (choices(row, words, sizeof words))
        printf(" -f -a '%s'", words);
    else
        printf(" -f");
    printf(" -d ");
    print_fish_text(row->help);
    putchar('\n');
}

static void print_fish(void)
{
    print_fish_functions();
    printf("complete -c leakwatch -f\n"
           "complete -c leakwatch -n 'not __leakwatch_in help' -f -a '(__leakwatch_program)'\n");
    for (size_t i = 0; i < command_count; i++) {
        printf("complete -c leakwatch -n __leakwatch_at_first -f -a %s -d ", command_table[i].name);
        print_fish_text(command_table[i].help);
        putchar('\n');
        for (size_t k = 0; options_of(i) && k < options_of(i)->count; k++)
            print_fish_option(command_table[i].name, &options_of(i)->rows[k]);
    }
    printf("complete -c leakwatch -n '__leakwatch_in help' -f -a '");
    print_commands();
    printf("'\n");
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "bash") == 0)
        print_bash();
    else if (argc == 2 && strcmp(argv[1], "zsh") == 0)
        print_zsh();
    else if (argc == 2 && strcmp(argv[1], "fish") == 0)
        print_fish();
    else
        return EXIT_FAILURE;
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
