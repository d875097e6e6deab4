/* SPDX-License-Identifier: MIT */
#include "run_option_parsers.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "model/report_gate.h"
#include "option_value.h"
#include "options.h"
#include "output_name.h"

char *parse_kinds(const struct option_row *row, const char *text, void *member)
{
    if (option_value_kinds(text, member) != 0)
        return option_parser_refuse(row, text, "a list of definite, indirect, possible, reachable; or all, or none");
    return NULL;
}

char *parse_status(const struct option_row *row, const char *text, void *member)
{
    return option_value_number(text, 0, 255, member) == 0 ? NULL : option_parser_refuse(row, text, "a number from 0 to 255");
}

/* Fills a name in with our own process ID. NULL: that cannot be, and stores why in `*error`. */
static char *expand_output(const struct option_row *row, const char *text, char **error)
{
    char *message = NULL, *name = output_name_expand(text, getpid(), &message);

    if (name == NULL)
        *error = xasprintf("option '--%s': %s", row->name, message);
    free(message);
    return name;
}

/* char *: the name of a file to write, %p and the like filled in. */
char *parse_output(const struct option_row *row, const char *text, void *member)
{
    char *error = NULL, *name = expand_output(row, text, &error);

    if (name)
        error = parse_text(row, name, member);
    free(name);
    return error;
}

/* char *: a name that can be filled in, but is not: %p is another process for each file. */
char *parse_pattern(const struct option_row *row, const char *text, void *member)
{
    char *error = NULL, *name = expand_output(row, text, &error);

    free(name);
    return error ? error : parse_text(row, text, member);
}

/* It is looked for before all others, see compat_options.h. */
char *parse_compat(const struct option_row *row, const char *text, void *member)
{
    if (option_value_choice(row->argument, text) < 0)
        return option_parser_refuse(row, text, row->argument);
    return xstrdup("--compat=valgrind must come first on the command line: what follows are valgrind's options");
}

static char *refuse_gate(const struct option_row *row, const char *text, size_t size)
{
    char *names = gate_metric_names(), *word = xstrndup(text, size);
    char *error = xasprintf("option '--%s': '%s' is not one of %s, then > or >=, and a number", row->name, word, names);

    free(names);
    free(word);
    return error;
}

char *parse_gates(const struct option_row *row, const char *text, void *member)
{
    struct gate_list *list = member;

    for (;;) {
        const size_t size = strcspn(text, ",");
        struct gate gate;
        if (!gate_parse(text, size, &gate))
            return refuse_gate(row, text, size);
        list->items = xreallocarray(list->items, list->count + 1, sizeof *list->items);
        list->items[list->count++] = gate;
        if (text[size] == '\0')
            return NULL;
        text += size + 1;
    }
}

char *parse_callers(const struct option_row *row, const char *text, void *member)
{
    if (option_value_number(text, 1, OPTIONS_CALLERS_MAX, member) != 0)
        return option_parser_refuse(row, text, "a number from 1 to 128");
    return NULL;
}

char *parse_follow(const struct option_row *row, const char *text, void *member)
{
    struct follow_option *follow = member;

    follow->wanted = true;
    return text ? parse_time(row, text, &follow->time_ns) : NULL;
}

char *parse_fail_alloc(const struct option_row *row, const char *text, void *member)
{
    if (option_value_fail_alloc(text, member) != 0)
        return option_parser_refuse(row, text, "a number from 1, such a number with a + behind it, or a range such as 1..100");
    return NULL;
}

char *parse_inject(const struct option_row *row, const char *text, void *member)
{
    struct run_injections *injections = member;
    struct injection injection;
    char *error = injection_parse(text, INJECTION_INJECT, &injection);

    if (error)
        return error;
    struct injection_list *list = &injections->list;
    list->items = xreallocarray(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = injection;
    text_list_add(&injections->texts, text);
    return NULL;
}

char *parse_lines(const struct option_row *row, const char *text, void *member)
{
    return parse_text(row, text ? text : "/dev/stderr", member);
}

char *parse_contents(const struct option_row *row, const char *text, void *member)
{
    if (text == NULL)
        *(unsigned *)member = 3;
    else if (option_value_number(text, 1, OPTIONS_CONTENTS_MAX, member) != 0)
        return option_parser_refuse(row, text, "a number from 1 to 1000");
    return NULL;
}

char *parse_address(const struct option_row *row, const char *text, void *member)
{
    struct address_list *list = member;
    uint64_t address;

    if (option_value_address(text, &address) != 0)
        return option_parser_refuse(row, text, "an address such as 0x55d0c0ffee10");
    list->items = xreallocarray(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = address;
    return NULL;
}

char *parse_positive(const struct option_row *row, const char *text, void *member)
{
    return option_value_number(text, 1, INT_MAX, member) == 0 ? NULL : option_parser_refuse(row, text, "a number from 1");
}

char *parse_confirm(const struct option_row *row, const char *text, void *member)
{
    if (text == NULL)
        *(unsigned *)member = 3;
    else if (option_value_number(text, 2, OPTIONS_CONFIRM_MAX, member) != 0)
        return option_parser_refuse(row, text, "a number from 2 to 1000");
    return NULL;
}

char *parse_process(const struct option_row *row, const char *text, void *member)
{
    char **process = member;

    process[0] = (char *)text;
    return NULL;
}

char *parse_cold(const struct option_row *row, const char *text, void *member)
{
    if (text)
        return parse_time(row, text, member);
    *(uint64_t *)member = OPTIONS_COLD_NS;
    return NULL;
}

char *parse_realtime_from(const struct option_row *row, const char *text, void *member)
{
    if (option_value_realtime_from(text, member) != 0)
        return option_parser_refuse(row, text, "a system call, a signal, or marker");
    return NULL;
}

char *parse_mappings(const struct option_row *row, const char *text, void *member)
{
    unsigned count;

    if (option_value_number(text, 1, INT_MAX, &count) != 0)
        return option_parser_refuse(row, text, "a number from 1");
    *(uint64_t *)member = count;
    return NULL;
}

char *parse_warn_at(const struct option_row *row, const char *text, void *member)
{
    if (strcmp(text, "0") != 0)
        return parse_percent(row, text, member);
    *(unsigned *)member = 0;
    return NULL;
}

char *parse_help(const struct option_row *row, const char *text, void *member)
{
    *(enum command *)member = COMMAND_HELP;
    return NULL;
}

char *parse_version(const struct option_row *row, const char *text, void *member)
{
    *(enum command *)member = COMMAND_VERSION;
    return NULL;
}
