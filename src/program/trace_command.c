/* SPDX-License-Identifier: MIT */
#include "trace_command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit_status.h"
#include "option_value.h"
#include "syscalls/decoder.h"
#include "trace_log.h"
#include "xalloc.h"

enum { STRING_LIMIT = 32, STRING_LIMIT_MAX = 1 << 24 };

struct trace_words {
    bool follow;
    const char *output; /* NULL: standard error */
    unsigned string_limit;
    bool abbreviate;
    char **program;
};

static char *apply_letter(struct trace_words *words, int letter)
{
    switch (letter) {
    case 'f':
        words->follow = true;
        return NULL;
    case 'v':
        words->abbreviate = false;
        return NULL;
    case 'o':
        words->output = optarg;
        return NULL;
    case 's':
        if (option_value_number(optarg, 0, STRING_LIMIT_MAX, &words->string_limit) == 0)
            return NULL;
        return xasprintf("option '-s': '%s' is not a number of bytes", optarg);
    case ':':
        return xasprintf("option '-%c' needs an argument", optopt);
    default:
        return optopt ? xasprintf("trace: unknown option '-%c'", optopt) : xstrdup("trace: unknown option");
    }
}

/* Returns NULL or what is wrong; the caller frees it. */
static char *parse(struct trace_words *words, int argc, char **argv)
{
    int letter;

    *words = (struct trace_words){.string_limit = STRING_LIMIT, .abbreviate = true};
    optind = 0; /* glibc: start afresh */
    opterr = 0;
    while ((letter = getopt(argc, argv, "+:fvo:s:")) != -1) {
        char *error = apply_letter(words, letter);
        if (error)
            return error;
    }
    words->program = argv + optind;
    return optind < argc ? NULL : xstrdup("trace: no program given; try 'leakwatch help trace'");
}

/* ---- The program's file ---------------------------------------------------------------------------------------------------- */

static bool is_executable(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* The file of `name` in PATH; `name` itself if it has a slash or is not found. The caller frees it. The log is to show one execve,
 * not one for each directory. */
static char *find_executable(const char *name)
{
    const char *path = getenv("PATH");

    while (!strchr(name, '/') && path && *path) {
        const size_t length = strcspn(path, ":");
        char *candidate = length ? xasprintf("%.*s/%s", (int)length, path, name) : xasprintf("./%s", name);
        if (is_executable(candidate))
            return candidate;
        free(candidate);
        path += length + (path[length] == ':');
    }
    return strchr(name, '/') ? xstrdup(name) : NULL;
}

/* ---- The session ----------------------------------------------------------------------------------------------------------- */

/* Heaps are not looked at. */
static uint64_t process_stopped(void *context, const struct process_record *record, const struct snapshot *snapshot,
                                enum snapshot_reason reason, void **attachment)
{
    return 0;
}

static void process_ended(void *context, const struct process_record *record, void *attachment)
{
}

static void report_due(void *context)
{
}

static int run(const struct trace_words *words, struct trace_log *log, const char *executable)
{
    const struct decode_options decode = {
        .string_limit = words->string_limit, .abbreviate = words->abbreviate, .dereference = true};
    const struct trace_events events = trace_log_events(log);
    const struct session_settings settings = {
        .trace = &events,
        .decode = &decode,
        .trace_alone = !words->follow,
        .command = words->program,
        .executable = executable,
        .events = {.process_stopped = process_stopped, .process_ended = process_ended, .report_due = report_due}};
    struct session_result result;

    int error = session_run(&settings, &result);
    int status = error ? wait_status_of_exit(EXIT_STATUS_FAILED) : result.status;
    if (error || result.message)
        fprintf(stderr, "leakwatch: %s\n", result.message ? result.message : strerror(-error));
    if (!error && !result.started) {
        if (!result.message)
            fprintf(stderr, "leakwatch: %s: %s\n", words->program[0], strerror(result.launch_error));
        status = wait_status_of_exit(!result.exec_failed             ? EXIT_STATUS_FAILED
                                     : result.launch_error == ENOENT ? EXIT_STATUS_NOT_FOUND
                                                                     : EXIT_STATUS_NOT_EXECUTED);
    }
    free(result.message);
    return status;
}

static FILE *open_log(const char *path)
{
    return path ? fopen(path, "we") : fdopen(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3), "w");
}

int trace_command(int argc, char **argv)
{
    struct trace_words words;
    struct trace_log log = {0};
    int status = wait_status_of_exit(EXIT_STATUS_FAILED);

    char *wrong = parse(&words, argc, argv);
    if (wrong) {
        fprintf(stderr, "leakwatch: %s\n", wrong);
        free(wrong);
        return status;
    }
    char *executable = find_executable(words.program[0]);
    log.stream = executable ? open_log(words.output) : NULL;
    log.always_pid = words.follow && words.output;
    if (!executable) {
        fprintf(stderr, "leakwatch: %s: %s\n", words.program[0], strerror(ENOENT));
        return wait_status_of_exit(EXIT_STATUS_NOT_FOUND);
    }
    if (log.stream) {
        status = run(&words, &log, executable);
        int error = trace_log_finish(&log);
        if (error)
            fprintf(stderr, "leakwatch: %s: %s\n", words.output ? words.output : "standard error", strerror(-error));
        fclose(log.stream);
    } else {
        fprintf(stderr, "leakwatch: %s: %s\n", words.output, strerror(errno));
    }
    free(executable);
    return status;
}
