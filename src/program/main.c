/* SPDX-License-Identifier: MIT
 * leakwatch(1). The only place that ends the process. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "program/libs/libs_command.h"
#include "program/options/help.h"
#include "program/options/option_sources.h"
#include "program/options/options.h"
#include "program/trace/trace_command.h"
#include "diff_command.h"
#include "exit_status.h"
#include "limits_command.h"
#include "run_command.h"
#include "show_command.h"

/* Descriptors 0 to 2 may be closed; nothing that is opened later must take their place and be written to as standard error. They
 * are closed again at execve(), so the program finds them as they were. */
static void occupy_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR | O_CLOEXEC) < 0)
            return;
}

static void ignore_signal(int number)
{
}

/* A reader that goes away, or a request for a report that comes too early or too late, must not end leakwatch before its reports
 * are written. A handler and not SIG_IGN, which the program would inherit. */
static void survive_signal(int number)
{
    struct sigaction before, action = {.sa_handler = ignore_signal, .sa_flags = SA_RESTART};

    if (sigaction(number, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
        sigaction(number, &action, NULL);
}

/* Ends as the program did. By a signal: by the same one, without a second core dump. */
static int end_like(int wait_status)
{
    if (!WIFSIGNALED(wait_status))
        return WEXITSTATUS(wait_status);

    int number = WTERMSIG(wait_status);
    sigset_t set;
    prctl(PR_SET_DUMPABLE, 0); /* RLIMIT_CORE is not asked where cores go to a pipe, see core(5) */
    signal(number, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    raise(number);
    return 128 + number; /* still here: the init process of a PID namespace; what a shell would make of it */
}

static int print_and_exit(int error)
{
    if (error == 0)
        return EXIT_SUCCESS;
    fprintf(stderr, "leakwatch: standard output: %s\n", strerror(-error));
    return EXIT_STATUS_FAILED;
}

/* The command line is parsed twice: --help must work whatever the files say, and the last word is the command line's. */
static int parse_all_sources(struct options *options, int argc, char **argv, char **error)
{
    int result = options_parse(options, argc, argv, error);

    if (result != 0 || (options->command != COMMAND_RUN && options->command != COMMAND_ATTACH))
        return result;
    options_finish(options);
    options_init_for(options, argc, argv);
    result = option_sources_apply(options, error);
    return result ? result : options_parse(options, argc, argv, error);
}

static int trace(const struct trace_options *options)
{
    for (size_t i = 0; i < options->warnings.count; i++)
        fprintf(stderr, "leakwatch: %s\n", options->warnings.items[i]);
    return trace_command(options);
}

/* What valgrind would have done, and leakwatch does not, is said once. */
static void say_ignored(const struct text_list *ignored)
{
    for (size_t i = 0; i < ignored->count; i++)
        fprintf(stderr, "%s%s", i == 0 ? "leakwatch: without effect here: " : " ", ignored->items[i]);
    if (ignored->count > 0)
        fputc('\n', stderr);
}

int main(int argc, char **argv)
{
    struct options options;
    char *error = NULL;
    int status;

    occupy_standard_descriptors();
    survive_signal(SIGPIPE);
    survive_signal(SIGUSR1);
    options_init_for(&options, argc, argv);
    if (parse_all_sources(&options, argc, argv, &error) != 0) {
        fprintf(stderr, "leakwatch: %s\n", error);
        free(error);
        status = options.compat.wanted ? EXIT_FAILURE : EXIT_STATUS_FAILED;
    } else if (options.command == COMMAND_HELP) {
        status = print_and_exit(options.compat.wanted ? help_print_compat(stdout) : help_print(options.help_topic, stdout));
    } else if (options.command == COMMAND_VERSION) {
        status = print_and_exit(options.compat.wanted ? help_print_compat_version(stdout) : help_print_version(stdout));
    } else if (options.command == COMMAND_TRACE) {
        status = end_like(trace(&options.trace));
    } else if (options.command == COMMAND_LIBS) {
        status = libs_command(&options.libs);
    } else if (options.command == COMMAND_LIMITS) {
        status = limits_command(&options.limits);
    } else if (options.command == COMMAND_SHOW) {
        status = show_command(&options);
    } else if (options.command == COMMAND_DIFF) {
        status = diff_command(&options);
    } else {
        say_ignored(&options.compat.ignored);
        status = end_like(run_command(&options));
    }
    options_finish(&options);
    return status;
}
