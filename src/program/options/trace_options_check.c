/* SPDX-License-Identifier: MIT */
#include "trace_options_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "trace_options.h"

static void warn_if(struct trace_options *options, bool condition, const char *warning)
{
    if (condition)
        text_list_add(&options->warnings, warning);
}

/* Whether the log goes where nobody watches it grow. */
static bool has_log_file(const struct trace_options *options)
{
    return options->output || options->json;
}

/* ---- Letters that count ---- */

static char *choose_quiet(struct trace_options *options)
{
    static const unsigned meanings[] = {
        0,
        TRACE_QUIET_ATTACH | TRACE_QUIET_PERSONALITY,
        TRACE_QUIET_ATTACH | TRACE_QUIET_PERSONALITY | TRACE_QUIET_EXIT,
        TRACE_QUIET_ALL,
    };
    unsigned letters = options->letters.quiet;

    if (letters && options->quiet.given)
        return xstrdup("-q and --quiet exclude each other");
    if (letters)
        options->quiet.value = meanings[letters > 3 ? 3 : letters];
    else if (!options->quiet.given && has_log_file(options) && options->program)
        options->quiet.value = meanings[1];
    return NULL;
}

static char *choose_fd_details(struct trace_options *options)
{
    if (options->letters.fds && options->decode_fds.given)
        return xstrdup("-y and --decode-fds exclude each other");
    if (options->letters.fds)
        options->decode_fds.value = options->letters.fds > 1 ? TRACE_FD_ALL : TRACE_FD_PATH;
    return NULL;
}

static char *choose_string_hex(struct trace_options *options)
{
    if (options->letters.hex && options->string_hex.given)
        return xstrdup("-x and --strings-in-hex exclude each other");
    if (options->letters.hex)
        options->string_hex.value = options->letters.hex > 1 ? STRING_HEX_ALL : STRING_HEX_NON_ASCII;
    return NULL;
}

static char *choose_timestamps(struct trace_options *options)
{
    unsigned letters = options->letters.times;

    if (letters && options->timestamps.given)
        return xstrdup("-t and --absolute-timestamps exclude each other");
    if (letters) {
        options->timestamps.format = letters > 2 ? TIMESTAMP_UNIX : TIMESTAMP_TIME;
        options->timestamps.precision = letters > 1 ? PRECISION_US : PRECISION_S;
    }
    return NULL;
}

static char *choose_daemonize(struct trace_options *options)
{
    unsigned letters = options->letters.daemonize;

    if (letters && options->daemonize.given)
        return xstrdup("-D and --daemonize exclude each other");
    if (letters > DAEMONIZE_SESSION)
        return xasprintf("-D was given %u times; three times is the most", letters);
    if (letters)
        options->daemonize.value = letters;
    if (options->daemonize.value && options->program == NULL)
        return xstrdup("-D/--daemonize needs a PROGRAM to run");
    return NULL;
}

static void choose_follow(struct trace_options *options)
{
    bool follow = options->follow_forks || options->letters.follow, old = options->letters.deprecated_follow;

    options->output_separately |= options->letters.follow > 1;
    options->follow_forks = follow || old;
    warn_if(options, old && follow, "-F is left out: -f/--follow-forks says more");
    warn_if(options, old && !follow, "-F is obsolete; write -f/--follow-forks");
}

static void choose_interruptible(struct trace_options *options)
{
    if (options->interruptible != INTERRUPTIBLE_UNSET)
        return;
    if (options->daemonize.value)
        options->interruptible = INTERRUPTIBLE_NEVER_TSTP;
    else if (has_log_file(options) && options->program)
        options->interruptible = INTERRUPTIBLE_NEVER;
    else
        options->interruptible = INTERRUPTIBLE_WAITING;
}

/* ---- What goes together ---- */

static char *check_start(struct trace_options *options)
{
    if (options->program == NULL && options->attach.count == 0)
        return xstrdup("no program given and no -p PID; try 'leakwatch help trace'");
    if (options->kill_on_exit && options->attach.count)
        return xstrdup("--kill-on-exit and -p/--attach exclude each other: what was running before is not ours to kill");
    bool idle = options->program == NULL;
    warn_if(options, idle && options->environment.count, "-E/--env has no effect without a PROGRAM");
    warn_if(options, idle && options->user, "-u/--user has no effect without a PROGRAM");
    warn_if(options, idle && options->argv0, "--argv0 has no effect without a PROGRAM");
    return NULL;
}

static void check_seccomp(struct trace_options *options)
{
    if (options->seccomp_bpf != SECCOMP_BPF_YES)
        return;
    warn_if(options, options->attach.count, "--seccomp-bpf has no effect on processes attached to with -p");
    warn_if(options, !options->follow_forks, "--seccomp-bpf has no effect without -f/--follow-forks");
    warn_if(options, options->detach_on_execve, "--seccomp-bpf has no effect with -b/--detach-on");
    warn_if(options, options->syscall_limit, "--seccomp-bpf has no effect with --syscall-limit");
}

/* `|COMMAND` and `!COMMAND` */
static char *split_output(struct trace_options *options)
{
    if (options->output == NULL || (*options->output != '|' && *options->output != '!'))
        return NULL;
    options->output_is_command = true;
    memmove(options->output, options->output + 1, strlen(options->output));
    return *options->output ? NULL : xstrdup("option '--output': there is no command behind '|' or '!'");
}

static char *check_output(struct trace_options *options)
{
    char *error = split_output(options);

    if (error)
        return error;
    if (options->output_is_command && options->output_separately)
        return xstrdup("-o '|COMMAND' and -ff/--output-separately exclude each other");
    bool file = options->output && !options->output_is_command;
    warn_if(options, options->output_append && !file, "-A/--output-append-mode has no effect without -o FILE");
    warn_if(options, options->output_separately && options->output == NULL && options->letters.follow < 2,
            "--output-separately has no effect without -o FILE");
    warn_if(options, options->successful_only && options->failed_only, "of -z and -Z only the last one counts; see --status");
    return NULL;
}

/* Options that change lines which -c leaves out. */
static void warn_of_lines(struct trace_options *options)
{
    const struct {
        bool given;
        const char *name;
    } lines[] = {
        {options->instruction_pointer, "-i/--instruction-pointer"},
        {options->syscall_number, "-n/--syscall-number"},
        {options->arg_names, "-N/--arg-names"},
        {options->stack_trace, "-k/--stack-trace"},
        {options->relative.shown, "-r/--relative-timestamps"},
        {options->timestamps.format != TIMESTAMP_NONE, "-t/--absolute-timestamps"},
        {options->times.shown, "-T/--syscall-times"},
        {options->decode_fds.value != 0, "-y/--decode-fds"},
        {options->syscall_limit != 0, "--syscall-limit"},
    };

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (!lines[i].given)
            continue;
        char *warning = xasprintf("%s has no effect with -c/--summary-only", lines[i].name);
        text_list_add(&options->warnings, warning);
        free(warning);
    }
}

static char *check_summary(struct trace_options *options)
{
    bool counts = options->summary_only || options->summary || options->summary_json;

    if (options->summary_only && options->summary)
        return xstrdup("-c/--summary-only and -C/--summary exclude each other");
    if ((options->summary_only || options->summary) && options->output_separately)
        return xstrdup("-ff/--output-separately excludes -c/--summary-only and -C/--summary: there is one summary of all");
    if (options->summary_wall_clock && !counts)
        return xstrdup("-w/--summary-wall-clock needs -c/--summary-only or -C/--summary");
    if (options->summary_columns.given && !counts)
        return xstrdup("-U/--summary-columns needs -c/--summary-only or -C/--summary");
    warn_if(options, options->summary_sort.given && !counts,
            "-S/--summary-sort-by has no effect without -c/--summary-only or -C/--summary");
    warn_if(options, options->summary_overhead_ns != TRACE_OVERHEAD_UNSET && !counts,
            "-O/--summary-syscall-overhead has no effect without -c/--summary-only or -C/--summary");
    if (options->summary_only && options->json == NULL)
        warn_of_lines(options);
    return NULL;
}

static void check_injections(struct trace_options *options)
{
    for (size_t i = 0; i < options->injections.count; i++) {
        int error = injection_value_as_error(&options->injections.items[i]);
        if (error == 0)
            continue;
        char *warning = xasprintf("retval=%lld will be taken for error %d", -(long long)error, error);
        text_list_add(&options->warnings, warning);
        free(warning);
    }
}

char *trace_options_check(struct trace_options *options)
{
    static char *(*const steps[])(struct trace_options *) = {
        check_start,       choose_quiet,     choose_fd_details, choose_string_hex,
        choose_timestamps, choose_daemonize, check_output,      check_summary,
    };

    choose_follow(options);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        char *error = steps[i](options);
        if (error)
            return error;
    }
    options->output_separately &= options->output != NULL;
    choose_interruptible(options);
    check_seccomp(options);
    check_injections(options);
    return NULL;
}
