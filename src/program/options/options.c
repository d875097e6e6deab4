/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <limits.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "heap/leak_scan.h"
#include "model/report_gate.h"
#include "command_table.h"
#include "option_parser.h"
#include "option_words.h"
#include "run_option_parsers.h"
#include "saved_options.h"

static const struct option_action actions[] = {
#define OPTION(name, letter, argument, parser, member, group, help) {parser, offsetof(struct options, member)},
#include "options.def"
#undef OPTION
};
static const struct option_grammar grammar = {&run_option_table, actions};

void options_init(struct options *options)
{
    unsigned leaks = 1U << LEAK_DEFINITE | 1U << LEAK_POSSIBLE;

    *options = (struct options){
        .leak_check = LEAK_CHECK_FULL,
        .leak_resolution = RESOLUTION_HIGH,
        .show_kinds = leaks,
        .error_kinds = leaks,
        .default_suppressions = true,
        .track_fds = TRACK_FDS_NAMES,
        .num_callers = 30,
        .warn_percent = 90,
        .warn_within_ns = 3600 * UINT64_C(1000000000),
        .trace_children = true,
        .fail_alloc_timeout_ns = 10 * UINT64_C(1000000000),
        .interval_ns = 100 * UINT64_C(1000000),
    };
    trace_options_init(&options->trace);
    libs_options_init(&options->libs);
    limits_options_init(&options->limits);
}

void options_init_for(struct options *options, int argc, char **argv)
{
    options_init(options);
    if (compat_is_wanted(argc, argv))
        compat_options_begin(options);
}

void options_finish(struct options *options)
{
    text_list_finish(&options->suppressions);
    process_handle_close(&options->attach);
    for (size_t i = 0; i < options->injections.list.count; i++)
        injection_finish(&options->injections.list.items[i]);
    free(options->injections.list.items);
    free(options->who_points_at.items);
    for (size_t i = 0; i < options->gates.count; i++)
        gate_finish(&options->gates.items[i]);
    free(options->gates.items);
    free(options->baseline);
    text_list_finish(&options->injections.texts);
    free(options->text);
    free(options->json);
    free(options->folded);
    free(options->pprof);
    free(options->speedscope);
    free(options->heaptrack);
    free(options->sarif);
    free(options->junit);
    free(options->gitlab);
    free(options->github);
    free(options->gcc);
    free(options->source_root);
    free(options->xml);
    compat_options_finish(&options->compat);
    free(options->html);
    free(options->help_topic);
    trace_options_finish(&options->trace);
    libs_options_finish(&options->libs);
    limits_options_finish(&options->limits);
}

static char *parse_words(struct options *options, int argc, char **argv, int *next, bool *terminated)
{
    return option_parser_run(&grammar, options, argc, argv, next, terminated);
}

/* ---- Commands ---- */

static char *parse_help_topic(struct options *options, int argc, char **argv)
{
    options->command = COMMAND_HELP;
    if (argc == 0)
        return NULL;
    const struct command_row *topic = command_table_find(argv[0]);
    const char *near = topic ? NULL : command_table_nearest(argv[0]);
    if (near)
        return xasprintf("there is no command '%s' to help with (did you mean '%s'?)", argv[0], near);
    if (topic == NULL)
        return xasprintf("there is no command '%s' to help with", argv[0]);
    options->help_topic = xstrdup(argv[0]);
    return NULL;
}

/* What is said of blocks needs blocks. */
static char *settle_cold(const struct options *options)
{
    if (options->cold_by != COLD_BY_BEST && options->cold_ns == 0)
        return xstrdup("--cold-by is for --cold: it says how that is found out");
    if (options->leak_check == LEAK_CHECK_NO && (options->cold_ns != 0 || options->ksm_census))
        return xstrdup("--cold and --ksm-census are about blocks: --leak-check=no leaves none to be looked at");
    return NULL;
}

/* What options of run and attach mean together. */
static char *check_baseline(const struct options *options)
{
    if (options->update_baseline && options->baseline == NULL)
        return xstrdup("--update-baseline needs the file: --baseline=FILE");
    for (size_t i = 0; i < options->gates.count; i++)
        if (gate_needs_baseline(&options->gates.items[i]) && options->baseline == NULL)
            return xasprintf("--fail-on=%s compares with an earlier report: --baseline=FILE", options->gates.items[i].text);
    return NULL;
}

static char *take_program(struct options *options, int argc, char **argv)
{
    if (options->process[0])
        return xstrdup("-p is for a process that is running already: leakwatch attach");
    if (options->snapshot != SNAPSHOT_COPY)
        return xstrdup("--snapshot is for processes that are running already");
    if (options->follow.wanted)
        return xstrdup("--follow is for processes that are running: leakwatch attach --follow PID");
    if (argc == 0)
        return xstrdup("no program given; try 'leakwatch --help'");
    if (options->repeat_ns != 0 || options->look_count != 0 || options->confirm != 0)
        return xstrdup("--repeat, --count and --confirm are for a process that is running already: leakwatch attach");
    if (options->realtime_from.start != REALTIME_NOT_BEGUN && options->audit != AUDIT_RT)
        return xstrdup("--rt-from is for --audit=rt");
    if (options->audit == AUDIT_RT && options->fail_alloc.each)
        return xstrdup("--audit=rt is for one run: not with --fail-alloc=M..N");
    options->program = argv;
    char *error = settle_cold(options);
    return error ? error : check_baseline(options);
}

/* argv[0] is the command; the options go on after it, and the next word is the program, whatever its name. */
static char *parse_run(struct options *options, int argc, char **argv)
{
    int next;
    bool terminated;
    char *error = parse_words(options, argc, argv, &next, &terminated);

    if (error || options->command != COMMAND_RUN)
        return error;
    return take_program(options, argc - next, argv + next);
}

/* One look may be followed by others, which are to begin some time later. */
static char *settle_looks(struct options *options)
{
    if (options->look_count != 0 && options->repeat_ns == 0)
        return xstrdup("--count is for --repeat: it says how often");
    if (options->leak_check == LEAK_CHECK_NO && (options->repeat_ns != 0 || options->confirm != 0))
        return xstrdup("--repeat and --confirm compare what leak checks find: --leak-check=no leaves nothing to compare");
    if (options->look_count != 0 && options->look_count < options->confirm)
        return xasprintf("--confirm=%u wants more looks than --count=%u", options->confirm, options->look_count);
    if (options->cold_ns != 0 && (options->repeat_ns != 0 || options->confirm != 0))
        return xstrdup("--cold is for one look: it waits for that itself, and does not go with --repeat and --confirm");
    if (options->confirm != 0 && options->repeat_ns == 0) {
        options->repeat_ns = OPTIONS_CONFIRM_NS;
        options->look_count = options->confirm;
    }
    return NULL;
}

static char *take_process(struct options *options, int argc, char **argv)
{
    char *end;

    if (options->process[0] && argc == 0) {
        argc = 1;
        argv = options->process;
    } else if (options->process[0]) {
        return xstrdup("attach: -p has named the process already");
    }
    if (argc != 1)
        return xstrdup(argc == 0 ? "attach: no process ID given" : "attach: one process ID is wanted");
    errno = 0;
    const long pid = strtol(argv[0], &end, 10);
    if (errno != 0 || *end != '\0' || end == argv[0] || pid <= 0 || pid > INT_MAX)
        return xasprintf("attach: '%s' is not a process ID", argv[0]);
    options->attach = process_handle_open((pid_t)pid);
    options->program = argv;
    return check_baseline(options);
}

/* All options are known, and what is left of the line. */
static char *settle_attach(struct options *options, int argc, char **argv)
{
    if (options->fail_alloc.first != 0 || options->injections.list.count > 0)
        return xstrdup("--fail-alloc and --inject are for programs that leakwatch starts");
    if (options->thresholds.most[THRESHOLD_LIVE] != 0)
        return xstrdup(
            "--max-live is for programs that leakwatch starts: what others have given back of what they had is not known");
    if (thresholds_exist(&options->thresholds) && !options->follow.wanted)
        return xstrdup("--max-rss, --max-locked and --max-mappings are for programs that leakwatch starts, and for --follow");
    if (options->audit == AUDIT_RT)
        return xstrdup("--audit=rt is for programs that leakwatch starts; of a running process: leakwatch limits --audit=rt PID");
    if (options->track_fds == TRACK_FDS_YES)
        return xstrdup("--track-fds=yes is for programs that leakwatch starts: who has opened a descriptor is known of them only");
    char *error = settle_looks(options);
    if (!error)
        error = settle_cold(options);
    if (error)
        return error;
    if (options->follow.wanted && options->snapshot != SNAPSHOT_COPY)
        return xstrdup("--follow looks at the process itself: --snapshot is for looks from outside");
    options->command = COMMAND_ATTACH;
    return take_process(options, argc, argv);
}

/* The words are those of `run`, but what is done to a program from its start on. */
static char *parse_attach(struct options *options, int argc, char **argv)
{
    int next;
    bool terminated;
    char *error = parse_words(options, argc, argv, &next, &terminated);

    if (error || options->command != COMMAND_RUN)
        return error;
    return settle_attach(options, argc - next, argv + next);
}

static char *parse_trace(struct options *options, int argc, char **argv)
{
    char *error = trace_options_parse(&options->trace, argc, argv);

    options->command = options->trace.help ? COMMAND_HELP : options->trace.version ? COMMAND_VERSION : COMMAND_TRACE;
    if (options->command == COMMAND_HELP)
        options->help_topic = xstrdup(argv[0]);
    return error;
}

static char *parse_libs(struct options *options, int argc, char **argv)
{
    char *error = libs_options_parse(&options->libs, argc, argv);

    options->command = options->libs.help ? COMMAND_HELP : options->libs.version ? COMMAND_VERSION : COMMAND_LIBS;
    if (options->command == COMMAND_HELP)
        options->help_topic = xstrdup(argv[0]);
    return error;
}

static char *parse_limits(struct options *options, int argc, char **argv)
{
    char *error = limits_options_parse(&options->limits, argc, argv);

    options->command = options->limits.help ? COMMAND_HELP : options->limits.version ? COMMAND_VERSION : COMMAND_LIMITS;
    if (options->command == COMMAND_HELP)
        options->help_topic = xstrdup(argv[0]);
    return error;
}

static char *parse_command_line(struct options *options, int argc, char **argv)
{
    int next;
    bool terminated;
    char *error = parse_words(options, argc, argv, &next, &terminated);

    if (error || options->command != COMMAND_RUN)
        return error;
    if (options->process[0] && next == argc)
        return settle_attach(options, 0, NULL);
    const struct command_row *command = terminated || next == argc ? NULL : command_table_find(argv[next]);
    if (command == NULL) {
        options->near_command = terminated || next == argc ? NULL : command_table_nearest(argv[next]);
        return take_program(options, argc - next, argv + next);
    }
    if (strcmp(command->name, "help") == 0)
        return parse_help_topic(options, argc - next - 1, argv + next + 1);
    if (strcmp(command->name, "run") == 0)
        return parse_run(options, argc - next, argv + next);
    if (strcmp(command->name, "attach") == 0)
        return parse_attach(options, argc - next, argv + next);
    if (next > 1)
        return xasprintf("options of '%s' belong behind it", command->name);
    if (strcmp(command->name, "libs") == 0)
        return parse_libs(options, argc - next, argv + next);
    if (strcmp(command->name, "limits") == 0)
        return parse_limits(options, argc - next, argv + next);
    if (strcmp(command->name, "show") == 0)
        return show_options_parse(options, argc - next, argv + next);
    if (strcmp(command->name, "diff") == 0)
        return diff_options_parse(options, argc - next, argv + next);
    return parse_trace(options, argc - next, argv + next);
}

int options_parse(struct options *options, int argc, char **argv, char **error)
{
    if (argc < 1) { /* execve() with an empty argv */
        *error = xstrdup("no program given");
        return -EINVAL;
    }
    *error = options->compat.wanted ? compat_options_parse(options, argc, argv) : parse_command_line(options, argc, argv);
    return *error ? -EINVAL : 0;
}

/* ---- Words from files and the environment ---- */

static char *parse_extra_words(void *context, const struct option_words *words)
{
    struct options *options = context;
    int next;
    bool terminated;
    char *message = parse_words(options, words->count, words->words, &next, &terminated);

    if (message == NULL && next < words->count)
        message = xasprintf("'%s' is not an option", words->words[next]);
    if (message == NULL && options->process[0])
        message = xstrdup("-p belongs on the command line");
    if (message == NULL && options->command != COMMAND_RUN)
        message = xstrdup("--help and --version belong on the command line");
    return message;
}

int options_parse_text(struct options *options, const char *text, const char *origin, char **error)
{
    return option_words_apply(text, origin, parse_extra_words, options, error);
}
