/* SPDX-License-Identifier: MIT */
#include "libs_command.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "libraries/library_mends.h"
#include "libraries/library_program.h"
#include "libraries/library_requests.h"
#include "libraries/library_store.h"
#include "program/color_choice.h"
#include "program/exit_status.h"
#include "program/options/libs_options.h"
#include "program/program_path.h"
#include "program/run_reports.h"
#include "report/libs_report.h"
#include "libs_live.h"
#include "libs_packages.h"
#include "libs_walk.h"

/* As the contract has it, see leakwatch-libs(1). */
enum { STATUS_FOUND = 0, STATUS_MISSING = 1 };

struct libs {
    const struct libs_options *options;
    struct library_store store;
    struct library_questions questions;
    struct libs_packages packages;
    struct library_adviser adviser; /* asks about packages of this machine; not with --root */
    char **environment;
    struct library_report report;
    struct library_requests requests; /* of a program that is run */
    size_t capacity;
};

/* ---- Reports ---------------------------------------------------------------------------------------------------------------- */

static int write_text(const void *report, const struct report_view *view, FILE *stream)
{
    const struct libs *libs = report;
    const struct library_view how = {
        .tree = libs->options->tree, .all = libs->options->all, .verbosity = view->verbosity, .color = view->color};

    return libs_report_write_text(&libs->report, &how, stream);
}

static int write_json(const void *report, const struct report_view *view, FILE *stream)
{
    const struct libs *libs = report;

    return libs_report_write_json(&libs->report, stream);
}

/* Text if nothing else is asked for. The streams of a program that is run are its own: the report goes to standard error then. */
static int open_reports(const struct libs_options *options, struct run_reports *reports)
{
    static const struct report_format formats[] = {
        {"JSON", offsetof(struct libs_options, json), write_json, false},
        {"text", offsetof(struct libs_options, text), write_text, true},
    };
    static char standard_output[] = "-";
    const size_t count = options->json && !options->text ? 1 : sizeof formats / sizeof *formats;
    struct libs_options places = *options;

    if (!places.text && !places.program)
        places.text = standard_output;
    const struct report_view view = {.verbosity = options->quiet ? -1 : (int)options->verbose,
                                     .color = color_is_wanted(options->color, places.text)};
    return run_reports_open(reports, formats, count, &places, &view);
}

/* ---- Files ------------------------------------------------------------------------------------------------------------------ */

/* Takes over `program`. */
static void add_program(struct libs *libs, struct library_program *program)
{
    struct library_report *report = &libs->report;

    library_mends_add(&libs->store, libs->options->root ? NULL : &libs->adviser, program);
    report->programs = xgrow(report->programs, &libs->capacity, report->program_count + 1, sizeof(struct library_program *));
    report->programs[report->program_count++] = program;
}

static void examine(struct libs *libs, const char *path)
{
    add_program(libs, library_program_examine(&libs->store, &libs->questions, path));
}

/* A command that is no file here is meant as the shell would take it. */
static void examine_named(struct libs *libs, const char *name)
{
    struct stat status;
    char *found = NULL;

    if (!libs->options->root && !strchr(name, '/') && lstat(name, &status) != 0)
        found = program_path_find(name);
    examine(libs, found ? found : name);
    free(found);
}

static int examine_folder(struct libs *libs, const char *path)
{
    struct text_list paths = {0};
    int error = libs_walk(&libs->store, path, &paths);

    if (error)
        fprintf(stderr, "leakwatch: %s: %s\n", path, strerror(-error));
    for (size_t i = 0; i < paths.count; i++)
        examine(libs, paths.items[i]);
    text_list_finish(&paths);
    return error;
}

static int examine_all(struct libs *libs)
{
    int first_error = 0;

    for (char **path = libs->options->paths; *path; path++) {
        int error = 0;
        if (libs->options->recursive && library_store_has_folder(&libs->store, *path))
            error = examine_folder(libs, *path);
        else
            examine_named(libs, *path);
        if (first_error == 0)
            first_error = error;
    }
    return first_error;
}

/* ---- A program that is run ----------------------------------------------------------------------------------------------------
 */

/* Whether this very file was examined, under whatever name. */
static bool is_examined(struct libs *libs, const char *path)
{
    const struct library_file *file = library_store_file(&libs->store, path);

    for (size_t i = 0; i < libs->report.program_count; i++) {
        const struct library_program *program = libs->report.programs[i];
        const struct library_file *other = library_store_file(&libs->store, program->script ? program->script : program->path);
        if (strcmp(file->path, other->path) == 0 || (!file->error && !other->error && file->status.device == other->status.device &&
                                                     file->status.inode == other->status.inode))
            return true;
    }
    return false;
}

/* Whether what was examined says why a program did not find a library when it began. */
static bool is_explained(const struct libs *libs, const struct library_request *request)
{
    for (size_t i = 0; i < libs->report.program_count; i++) {
        const struct library_program *program = libs->report.programs[i];
        for (size_t k = 0; k < program->object_count; k++)
            if (program->objects[k].path == NULL && strcmp(program->objects[k].name, request->name) == 0)
                return true;
    }
    return false;
}

/* Programs that did not start: they are examined as if they had been named. */
static void examine_failed(struct libs *libs)
{
    for (size_t i = 0; i < libs->report.request_count; i++) {
        const struct library_request *request = &libs->report.requests[i];
        if (request->kind == LIBRARY_REQUEST_LIBRARY && request->startup && !is_examined(libs, request->program))
            examine(libs, request->program);
        for (size_t k = 0; request->kind == LIBRARY_REQUEST_PROGRAM && k < request->attempt_count; k++)
            if (access(request->attempts[k].path, F_OK) == 0 && !is_examined(libs, request->attempts[k].path))
                examine(libs, request->attempts[k].path);
    }
}

static bool lacks_version_only(const struct library_program *program)
{
    for (size_t i = 0; program->missing == 0 && program->problem == PROGRAM_FINE && i < program->version_count; i++)
        if (program->versions[i].fatal)
            return true;
    return false;
}

/* A library that was there may be of no use all the same: what it needs of others is not in them. */
static void examine_opened(struct libs *libs)
{
    for (size_t i = 0; i < libs->requests.count; i++) {
        const struct library_request *request = libs->requests.requests[i];
        if (!request->path || request->startup || is_examined(libs, request->path))
            continue;
        struct library_program *program = library_program_examine(&libs->store, &libs->questions, request->path);
        if (lacks_version_only(program))
            add_program(libs, program);
        else
            library_program_destroy(program);
    }
}

static void drop_explained(struct libs *libs)
{
    size_t kept = 0;

    for (size_t i = 0; i < libs->report.request_count; i++)
        if (!libs->report.requests[i].startup || !is_explained(libs, &libs->report.requests[i]))
            libs->report.requests[kept++] = libs->report.requests[i];
    libs->report.request_count = kept;
}

static void advise(struct libs *libs)
{
    const struct library_target target = library_store_file(&libs->store, "/proc/self/exe")->target;

    for (size_t i = 0; i < libs->report.request_count; i++) {
        struct library_request *request = &libs->report.requests[i];
        if (request->kind == LIBRARY_REQUEST_LIBRARY)
            request->mend_count =
                library_mends_for_name(&libs->store, &libs->adviser, request->name, &target, &libs->report.arena, &request->mends);
    }
}

/* Whether it is still open for writing shows only when it is executed. */
static void refuse_busy(struct libs *libs, struct library_program *program)
{
    library_program_refuse(program, PROGRAM_BUSY, NULL, NULL);
    library_mends_add(&libs->store, &libs->adviser, program);
    program->failed = true;
}

static int run_program(struct libs *libs)
{
    const struct libs_options *options = libs->options;
    char *executable = program_path_find(options->program[0]);
    const struct libs_live_settings settings = {options->program, executable, libs->environment, options->files};
    struct libs_live_result result = {0};
    int error = 0;

    libs->report.command = options->program;
    library_requests_init(&libs->requests, &libs->store.root);
    if (executable)
        error = libs_live_run(&settings, &libs->requests, &result);
    /* Afterwards: what it has made and what is examined must be of one time. */
    examine(libs, executable ? executable : options->program[0]);
    libs->report.status = !executable           ? wait_status_of_exit(EXIT_STATUS_NOT_FOUND)
                          : result.launch_error ? wait_status_of_exit(EXIT_STATUS_NOT_EXECUTED)
                                                : result.status;
    if (result.launch_error == ETXTBSY)
        refuse_busy(libs, libs->report.programs[0]);
    library_requests_report(&libs->requests, options->files, &libs->report);
    examine_failed(libs);
    examine_opened(libs);
    drop_explained(libs);
    advise(libs);
    free(executable);
    return error;
}

/* ---- The command ------------------------------------------------------------------------------------------------------------ */

static int libs_init(struct libs *libs, const struct libs_options *options)
{
    *libs = (struct libs){.options = options, .report = {.root = options->root, .version = LEAKWATCH_VERSION}};
    int error = library_store_init(&libs->store, options->root);
    if (error) {
        fprintf(stderr, "leakwatch: %s: %s\n", options->root, strerror(-error));
        return error;
    }
    libs->adviser = libs_packages_adviser(&libs->packages);
    libs->environment = program_environment_make(&options->environment, options->root == NULL);
    char *const *environment = libs->environment;
    libs->questions =
        (struct library_questions){.environment = {.library_path = program_environment_value(environment, "LD_LIBRARY_PATH"),
                                                   .preload = program_environment_value(environment, "LD_PRELOAD")},
                                   .path = options->root ? NULL : program_environment_value(environment, "PATH"),
                                   .symbols = options->symbols};
    return 0;
}

static void libs_finish(struct libs *libs)
{
    for (size_t i = 0; i < libs->report.program_count; i++)
        library_program_destroy(libs->report.programs[i]);
    free(libs->report.programs);
    arena_finish(&libs->report.arena);
    free(libs->environment);
    libs_packages_finish(&libs->packages);
    library_requests_finish(&libs->requests);
    library_store_finish(&libs->store);
}

static bool something_is_missing(const struct libs *libs)
{
    for (size_t i = 0; i < libs->report.request_count; i++)
        if (libs->report.requests[i].kind != LIBRARY_REQUEST_FILE)
            return true;
    for (size_t i = 0; i < libs->report.program_count; i++)
        if (libs->report.programs[i]->failed)
            return true;
    return false;
}

static int examine_and_write(struct libs *libs, const struct run_reports *reports)
{
    const int error = libs->options->program ? run_program(libs) : examine_all(libs);
    const int write_error = run_reports_write(reports, libs);

    if (error || write_error)
        return EXIT_STATUS_FAILED;
    return something_is_missing(libs) ? STATUS_MISSING : STATUS_FOUND;
}

int libs_command(const struct libs_options *options)
{
    struct libs libs;
    struct run_reports reports;
    int status = EXIT_STATUS_FAILED;

    if (libs_init(&libs, options) != 0)
        return EXIT_STATUS_FAILED;
    if (open_reports(options, &reports) == 0) {
        status = examine_and_write(&libs, &reports);
        run_reports_finish(&reports);
    }
    libs_finish(&libs);
    return status;
}
