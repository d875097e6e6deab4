/* SPDX-License-Identifier: MIT */
#include "trace_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "syscalls/signal_set.h"
#include "option_parser.h"
#include "option_value.h"
#include "trace_option_parsers.h"
#include "trace_options_check.h"

static const struct option_action actions[] = {
#define OPTION(name, letter, argument, parser, member, group, help) {parser, offsetof(struct trace_options, member)},
#include "trace_options.def"
#undef OPTION
};
static const struct option_grammar grammar = {&trace_option_table, actions};

void trace_options_init(struct trace_options *options)
{
    *options = (struct trace_options){
        .trace_fds = {.inverted = true},
        .signals = SIGNAL_SET_ALL,
        .statuses = TRACE_STATUS_ALL,
        .columns = 40,
        .string_limit = 32,
        .const_style = CONST_ABBREV,
        .summary_sort = {.value = SUMMARY_TOTAL_TIME},
        .summary_columns = {.count = 6,
                            .items = {SUMMARY_TIME_PERCENT, SUMMARY_TOTAL_TIME, SUMMARY_AVG_TIME, SUMMARY_CALLS, SUMMARY_ERRORS,
                                      SUMMARY_NAME}},
        .summary_overhead_ns = TRACE_OVERHEAD_UNSET,
    };
    call_set_fill(&options->trace);
    call_set_fill(&options->abbrev);
    call_set_fill(&options->verbose);
}

void trace_options_finish(struct trace_options *options)
{
    for (size_t i = 0; i < options->injections.count; i++)
        injection_finish(&options->injections.items[i]);
    free(options->injections.items);
    for (size_t i = 0; i < options->attach.count; i++)
        process_handle_close(&options->attach.items[i]);
    free(options->attach.items);
    text_list_finish(&options->environment);
    text_list_finish(&options->trace_paths);
    text_list_finish(&options->warnings);
    descriptor_set_finish(&options->trace_fds);
    descriptor_set_finish(&options->dump_read);
    descriptor_set_finish(&options->dump_write);
    free(options->user);
    free(options->argv0);
    free(options->output);
    free(options->json);
    free(options->summary_json);
}

/* ---- -e ---- */

/* What may stand before the "=" of -e, and the option that it is. */
static const struct {
    const char *names;
    const char *option;
} qualifiers[] = {
    {"trace|t", "trace"},
    {"abbrev|a", "abbrev"},
    {"verbose|v", "verbose"},
    {"raw|x", "raw"},
    {"signal|signals|s", "signal"},
    {"status", "status"},
    {"read|reads|r", "read"},
    {"write|writes|w", "write"},
    {"trace-fds|trace-fd|fds|fd", "trace-fds"},
    {"quiet|silent|silence|q", "quiet"},
    {"decode-fds|decode-fd", "decode-fds"},
    {"decode-pids|decode-pid", "decode-pids"},
    {"inject", "inject"},
    {"fault", "fault"},
};

/* The long name of the option that `text` begins with, and where its value begins. What has no qualifier is a set to trace. */
static const char *split_expression(const char *text, const char **value)
{
    size_t length = strcspn(text, "=");

    *value = text;
    if (text[length] == '\0')
        return "trace";
    char *qualifier = xstrndup(text, length);
    const char *name = NULL;
    for (size_t i = 0; name == NULL && i < sizeof qualifiers / sizeof *qualifiers; i++)
        if (option_value_choice(qualifiers[i].names, qualifier) >= 0)
            name = qualifiers[i].option;
    free(qualifier);
    if (name)
        *value = text + length + 1;
    return name ? name : "trace";
}

char *trace_parse_expression(const struct option_row *row, const char *text, void *member)
{
    struct trace_options *options = (struct trace_options *)((char *)member - offsetof(struct trace_options, expressions));
    const char *value;
    const char *name = split_expression(text, &value);

    options->expressions++;
    return option_parser_apply(&grammar, option_table_index(grammar.table, name), options, value);
}

char *trace_options_parse(struct trace_options *options, int argc, char **argv)
{
    int next;
    bool terminated;
    char *error = option_parser_run(&grammar, options, argc, argv, &next, &terminated);

    if (error || options->help || options->version)
        return error;
    if (next < argc)
        options->program = argv + next;
    return trace_options_check(options);
}
