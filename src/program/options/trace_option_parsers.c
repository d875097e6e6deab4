/* SPDX-License-Identifier: MIT */
#include "trace_option_parsers.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "syscalls/set_words.h"
#include "syscalls/signal_set.h"
#include "syscalls/time_value.h"
#include "option_value.h"
#include "trace_options.h"

/* ---- Numbers and words ---- */

char *trace_parse_size(const struct option_row *row, const char *text, void *member)
{
    return option_value_number(text, 0, INT_MAX, member) == 0 ? NULL
                                                              : option_parser_refuse(row, text, "a number from 0 to 2147483647");
}

char *trace_parse_limit(const struct option_row *row, const char *text, void *member)
{
    unsigned number;

    if (option_value_number(text, 1, INT_MAX, &number) != 0)
        return option_parser_refuse(row, text, "a number from 1 to 2147483647");
    *(uint64_t *)member = number;
    return NULL;
}

char *trace_parse_overhead(const struct option_row *row, const char *text, void *member)
{
    return time_value_parse(text, member) == 0 ? NULL : option_parser_refuse(row, text, "a time such as 5us or 0.2ms");
}

char *trace_parse_any(const struct option_row *row, const char *text, void *member)
{
    char **value = member;

    free(*value);
    *value = xstrdup(text);
    return NULL;
}

char *trace_parse_name(const struct option_row *row, const char *text, void *member)
{
    return *text ? trace_parse_any(row, text, member) : option_parser_refuse(row, text, "a name");
}

char *trace_parse_variable(const struct option_row *row, const char *text, void *member)
{
    if (*text == '\0' || *text == '=')
        return option_parser_refuse(row, text, "VAR=VALUE or VAR");
    text_list_add(member, text);
    return NULL;
}

char *trace_parse_execve(const struct option_row *row, const char *text, void *member)
{
    if (strcmp(text, "execve") != 0)
        return option_parser_refuse(row, text, "execve, the only system call to detach on");
    *(bool *)member = true;
    return NULL;
}

/* The index of `text` among the words in the brackets of the argument column, or negative. */
static int bracketed_choice(const struct option_row *row, const char *text)
{
    char *words = xstrndup(row->argument + 1, strlen(row->argument) - 2);
    int index = option_value_choice(words, text);

    free(words);
    return index;
}

static char *refuse_bracketed(const struct option_row *row, const char *text)
{
    char *words = xstrndup(row->argument + 1, strlen(row->argument) - 2);
    char *message = option_parser_refuse(row, text, words);

    free(words);
    return message;
}

char *trace_parse_daemonize(const struct option_row *row, const char *text, void *member)
{
    struct trace_choice *choice = member;
    int index = text == NULL ? 0 : strcmp(text, "pgrp") == 0 ? bracketed_choice(row, "pgroup") : bracketed_choice(row, text);

    if (index < 0)
        return refuse_bracketed(row, text);
    *choice = (struct trace_choice){true, DAEMONIZE_GRANDCHILD + (unsigned)index};
    return NULL;
}

char *trace_parse_seccomp(const struct option_row *row, const char *text, void *member)
{
    int index = text == NULL ? 0 : bracketed_choice(row, text);

    if (index < 0)
        return refuse_bracketed(row, text);
    *(unsigned *)member = index == 0 ? SECCOMP_BPF_YES : SECCOMP_BPF_NO;
    return NULL;
}

char *trace_parse_hex(const struct option_row *row, const char *text, void *member)
{
    int index = text == NULL ? STRING_HEX_ALL : bracketed_choice(row, text);

    if (index < 0)
        return refuse_bracketed(row, text);
    *(struct trace_choice *)member = (struct trace_choice){true, (unsigned)index};
    return NULL;
}

char *trace_parse_time_column(const struct option_row *row, const char *text, void *member)
{
    int index = text == NULL ? PRECISION_US : bracketed_choice(row, text);

    if (index < 0)
        return refuse_bracketed(row, text);
    *(struct time_column *)member = (struct time_column){true, (enum time_precision)index};
    return NULL;
}

char *trace_parse_interruptible(const struct option_row *row, const char *text, void *member)
{
    int number = option_value_choice("1|2|3|4", text);
    int index = number >= 0 ? number : option_value_choice("anywhere|waiting|never|never_tstp", text);

    if (index < 0)
        return option_parser_refuse(row, text, "1 to 4, anywhere, waiting, never or never_tstp");
    *(unsigned *)member = INTERRUPTIBLE_ANYWHERE + (unsigned)index;
    return NULL;
}

/* ---- Processes ---- */

static void add_process(struct process_list *list, pid_t pid)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].pid == pid)
            return;
    list->items = xreallocarray(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = process_handle_open(pid);
}

char *trace_parse_pids(const struct option_row *row, const char *text, void *member)
{
    struct process_list *list = member;
    char *copy = xstrdup(text), *rest, *word = strtok_r(copy, ", \t\n", &rest);
    char *error = word ? NULL : option_parser_refuse(row, text, "a process ID");
    unsigned pid;

    for (; word && error == NULL; word = strtok_r(NULL, ", \t\n", &rest)) {
        if (option_value_number(word, 1, INT_MAX, &pid) != 0)
            error = option_parser_refuse(row, word, "a process ID");
        else if ((pid_t)pid == getpid())
            error = xasprintf("option '--attach': %u is leakwatch itself", pid);
        else
            add_process(list, (pid_t)pid);
    }
    free(copy);
    return error;
}

/* ---- Sets ---- */

char *trace_parse_calls(const struct option_row *row, const char *text, void *member)
{
    return call_set_parse(text, member);
}

char *trace_parse_no_abbrev(const struct option_row *row, const char *text, void *member)
{
    call_set_clear(member);
    return NULL;
}

char *trace_parse_descriptors(const struct option_row *row, const char *text, void *member)
{
    return descriptor_set_parse(text, member);
}

char *trace_parse_signals(const struct option_row *row, const char *text, void *member)
{
    return signal_set_parse(text, member);
}

char *trace_parse_statuses(const struct option_row *row, const char *text, void *member)
{
    static const struct set_word words[] = {
        {"successful", TRACE_STATUS_SUCCESSFUL},   {"failed", TRACE_STATUS_FAILED},     {"unfinished", TRACE_STATUS_UNFINISHED},
        {"unavailable", TRACE_STATUS_UNAVAILABLE}, {"detached", TRACE_STATUS_DETACHED}, {0},
    };

    return set_words_mask(text, words, "status", member);
}

/* A set of words that a repeated letter may stand for. */
static char *parse_words(const char *text, const struct set_word *words, const char *noun, struct trace_choice *choice)
{
    char *error = set_words_mask(text, words, noun, &choice->value);

    choice->given = true;
    return error;
}

char *trace_parse_quiet(const struct option_row *row, const char *text, void *member)
{
    static const struct set_word words[] = {
        {"attach", TRACE_QUIET_ATTACH},
        {"exit", TRACE_QUIET_EXIT},
        {"path-resolution", TRACE_QUIET_PATH_RESOLUTION},
        {"personality", TRACE_QUIET_PERSONALITY},
        {"thread-execve", TRACE_QUIET_THREAD_EXECVE},
        {"superseded", TRACE_QUIET_THREAD_EXECVE},
        {0},
    };

    return parse_words(text ? text : "attach,personality", words, "quiet", member);
}

char *trace_parse_fd_details(const struct option_row *row, const char *text, void *member)
{
    static const struct set_word words[] = {
        {"path", TRACE_FD_PATH},
        {"socket", TRACE_FD_SOCKET},
        {"dev", TRACE_FD_DEVICE},
        {"pidfd", TRACE_FD_PIDFD},
        {"eventfd", TRACE_FD_EVENTFD},
        {"signalfd", TRACE_FD_SIGNALFD},
        {0},
    };

    return parse_words(text ? text : "path", words, "decode-fds", member);
}

/* The option alone, which is also -Y, adds to what was given before. */
char *trace_parse_pid_details(const struct option_row *row, const char *text, void *member)
{
    static const struct set_word words[] = {{"comm", TRACE_PID_COMM}, {"pidns", TRACE_PID_NAMESPACE}, {0}};

    if (text)
        return set_words_mask(text, words, "decode-pids", member);
    *(unsigned *)member |= TRACE_PID_COMM;
    return NULL;
}

char *trace_parse_pidns(const struct option_row *row, const char *text, void *member)
{
    *(unsigned *)member |= TRACE_PID_NAMESPACE;
    return NULL;
}

/* ---- Injections ---- */

static char *add_injection(struct injection_list *list, const char *text, enum injection_kind kind)
{
    struct injection injection;
    char *error = injection_parse(text, kind, &injection);

    if (error)
        return error;
    list->items = xreallocarray(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = injection;
    return NULL;
}

char *trace_parse_inject(const struct option_row *row, const char *text, void *member)
{
    return add_injection(member, text, INJECTION_INJECT);
}

char *trace_parse_fault(const struct option_row *row, const char *text, void *member)
{
    return add_injection(member, text, INJECTION_FAULT);
}

/* ---- Time stamps ---- */

/* The text behind `prefix`, or the whole if it does not begin so. */
static const char *behind(const char *prefix, const char *text)
{
    size_t length = strlen(prefix);

    return strncmp(text, prefix, length) == 0 ? text + length : text;
}

static bool parse_timestamp_word(const char *word, struct timestamps *timestamps)
{
    int format = option_value_choice("none|time|unix", behind("format:", word));
    int precision = option_value_choice("s|ms|us|ns", behind("precision:", word));

    if (format >= 0)
        timestamps->format = (enum timestamp_format)format;
    else if (precision >= 0)
        timestamps->precision = (enum time_precision)precision;
    return format >= 0 || precision >= 0;
}

char *trace_parse_timestamps(const struct option_row *row, const char *text, void *member)
{
    struct timestamps *timestamps = member;
    char *copy = xstrdup(text ? text : ""), *rest, *error = NULL;

    if (!timestamps->given)
        timestamps->format = TIMESTAMP_TIME;
    timestamps->given = true;
    for (char *word = strtok_r(copy, ",", &rest); word && error == NULL; word = strtok_r(NULL, ",", &rest))
        if (!parse_timestamp_word(word, timestamps))
            error = option_parser_refuse(row, text, "[format:]none|time|unix, [precision:]s|ms|us|ns, or both with a comma");
    free(copy);
    return error;
}

/* ---- The summary ---- */

static const struct {
    const char *names; /* all that mean the column */
    enum summary_column column;
} columns[] = {
    {"time-percent|time", SUMMARY_TIME_PERCENT},
    {"total-time|time-total", SUMMARY_TOTAL_TIME},
    {"min-time|shortest|time-min", SUMMARY_MIN_TIME},
    {"max-time|longest|time-max", SUMMARY_MAX_TIME},
    {"avg-time|time-avg", SUMMARY_AVG_TIME},
    {"calls|count", SUMMARY_CALLS},
    {"errors|error", SUMMARY_ERRORS},
    {"name|syscall|syscall-name", SUMMARY_NAME},
    {"nothing|none", SUMMARY_UNSORTED},
};

static bool find_column(const char *name, enum summary_column *column)
{
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        if (option_value_choice(columns[i].names, name) >= 0) {
            *column = columns[i].column;
            return true;
        }
    }
    return false;
}

char *trace_parse_sort(const struct option_row *row, const char *text, void *member)
{
    enum summary_column column;

    if (!find_column(text, &column))
        return option_parser_refuse(row, text, "time, min-time, max-time, avg-time, calls, errors, name or nothing");
    *(struct trace_choice *)member =
        (struct trace_choice){true, column == SUMMARY_TIME_PERCENT ? SUMMARY_TOTAL_TIME : (unsigned)column};
    return NULL;
}

static bool has_column(const struct summary_columns *list, enum summary_column column)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == column)
            return true;
    return false;
}

static char *add_column(const struct option_row *row, const char *name, struct summary_columns *list)
{
    enum summary_column column;

    if (!find_column(name, &column) || column == SUMMARY_UNSORTED)
        return option_parser_refuse(row, name, "a column of the summary");
    if (has_column(list, column))
        return xasprintf("option '--%s': column '%s' is given twice", row->name, name);
    list->items[list->count++] = column;
    return NULL;
}

char *trace_parse_columns(const struct option_row *row, const char *text, void *member)
{
    struct summary_columns list = {.given = true};
    char *copy = xstrdup(text), *rest = copy, *word, *error = NULL;

    while (error == NULL && (word = strsep(&rest, ",")))
        error = add_column(row, word, &list);
    free(copy);
    if (error)
        return error;
    if (!has_column(&list, SUMMARY_NAME))
        list.items[list.count++] = SUMMARY_NAME;
    *(struct summary_columns *)member = list;
    return NULL;
}

/* ---- What stands for several options ---- */

char *trace_parse_successful(const struct option_row *row, const char *text, void *member)
{
    struct trace_options *options = (struct trace_options *)((char *)member - offsetof(struct trace_options, successful_only));

    options->successful_only = true;
    options->statuses = TRACE_STATUS_SUCCESSFUL;
    return NULL;
}

char *trace_parse_failed(const struct option_row *row, const char *text, void *member)
{
    struct trace_options *options = (struct trace_options *)((char *)member - offsetof(struct trace_options, failed_only));

    options->failed_only = true;
    options->statuses = TRACE_STATUS_FAILED;
    return NULL;
}
