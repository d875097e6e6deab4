/* SPDX-License-Identifier: MIT */
#include "report/libs_report.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/wait.h>

#include "libraries/library_names.h"
#include "report/encoding/json_text.h"
#include "report/encoding/stream_end.h"

static void add_word(json_t *object, const char *member, const struct library_name *name)
{
    json_object_set_new(object, member, json_string(name->word));
}

/* Only if there is something to say. */
static void add_optional(json_t *object, const char *member, const char *text)
{
    if (text)
        json_add_text(object, member, text);
}

static json_t *mends_of(const struct library_mend *mends, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *mend = json_object();
        add_word(mend, "kind", library_mend_name(mends[i].kind));
        json_add_text(mend, "text", mends[i].text);
        add_optional(mend, "command", mends[i].command);
        json_array_append_new(array, mend);
    }
    return array;
}

/* ---- Objects ---------------------------------------------------------------------------------------------------------------- */

static void add_rule(json_t *object, enum library_rule rule, size_t owner)
{
    add_word(object, "rule", library_rule_name(rule));
    if (rule == LIBRARY_BY_RPATH || rule == LIBRARY_BY_RUNPATH)
        json_add_number(object, "rule_of", owner);
}

static json_t *place_of(const struct library_place *place)
{
    json_t *object = json_object();

    add_rule(object, place->rule, place->owner);
    json_add_text(object, "path", place->path);
    add_word(object, "result", library_verdict_name(place->verdict));
    if (place->error)
        json_add_text(object, "error", strerror(place->error));
    add_optional(object, "complaint", place->complaint);
    add_optional(object, "what", place->what);
    add_optional(object, "remark", place->empty);
    return object;
}

static json_t *object_of(const struct library_object *library)
{
    json_t *object = json_object(), *needs = json_array();

    json_add_text(object, "name", library->name);
    json_add_text(object, "path", library->path);
    add_optional(object, "soname", library->soname);
    add_word(object, "cause", library_cause_name(library->cause));
    if (library->cause != LIBRARY_IS_PROGRAM)
        json_add_number(object, "parent", library->parent);
    if (library->path && library->cause != LIBRARY_IS_PROGRAM)
        add_rule(object, library->rule, library->owner);
    for (size_t i = 0; i < library->need_count; i++)
        json_array_append_new(needs, json_integer((json_int_t)library->needs[i]));
    json_object_set_new(object, "needs", needs);
    if (library->path)
        return object;
    json_t *places = json_array();
    for (size_t i = 0; i < library->place_count; i++)
        json_array_append_new(places, place_of(&library->places[i]));
    json_object_set_new(object, "places", places);
    json_object_set_new(object, "mends", mends_of(library->mends, library->mend_count));
    return object;
}

/* ---- Programs ---------------------------------------------------------------------------------------------------------------- */

static json_t *version_of(const struct library_version *version)
{
    json_t *object = json_object();

    json_add_number(object, "needed_by", version->needed_by);
    json_add_number(object, "library", version->library);
    json_add_text(object, "version", version->version);
    json_add_texts(object, "symbols", (char *const *)version->symbols, version->symbol_count);
    add_optional(object, "newest", version->newest);
    json_object_set_new(object, "unversioned", json_boolean(version->unversioned));
    json_object_set_new(object, "fatal", json_boolean(version->fatal));
    return object;
}

static json_t *symbol_of(const struct library_symbol *symbol)
{
    json_t *object = json_object();

    json_add_number(object, "needed_by", symbol->needed_by);
    json_add_text(object, "name", symbol->name);
    add_optional(object, "version", symbol->version);
    add_optional(object, "provider", symbol->provider);
    return object;
}

static void add_lists(json_t *object, const struct library_program *program)
{
    json_t *objects = json_array(), *versions = json_array(), *symbols = json_array();

    for (size_t i = 0; i < program->object_count; i++)
        json_array_append_new(objects, object_of(&program->objects[i]));
    for (size_t i = 0; i < program->version_count; i++)
        json_array_append_new(versions, version_of(&program->versions[i]));
    for (size_t i = 0; i < program->symbol_count; i++)
        json_array_append_new(symbols, symbol_of(&program->symbols[i]));
    json_object_set_new(object, "objects", objects);
    json_object_set_new(object, "versions", versions);
    json_object_set_new(object, "undefined_symbols", symbols);
    json_add_texts(object, "notes", (char *const *)program->notes, program->note_count);
}

static json_t *problem_of(const struct library_program *program)
{
    json_t *problem = json_object();

    add_word(problem, "kind", program_problem_name(program->problem));
    json_add_text(problem, "text", program_problem_name(program->problem)->text);
    add_optional(problem, "subject", program->subject);
    add_optional(problem, "detail", program->detail);
    json_object_set_new(problem, "mends", mends_of(program->mends, program->mend_count));
    return problem;
}

static json_t *program_of(const struct library_program *program)
{
    json_t *object = json_object();

    json_add_text(object, "path", program->path);
    add_optional(object, "script", program->script);
    add_word(object, "kind", program_kind_name(program->kind));
    json_object_set_new(object, "verdict", json_string(program->failed ? "failed" : "ok"));
    json_add_number(object, "missing", program->missing);
    if (program->problem != PROGRAM_FINE)
        json_object_set_new(object, "problem", problem_of(program));
    if (program->bits) {
        json_add_text(object, "machine", program->machine);
        json_add_number(object, "bits", program->bits);
        json_object_set_new(object, "privileged", json_boolean(program->privileged));
    }
    add_optional(object, "interpreter", program->interpreter);
    add_optional(object, "loader", program->loader);
    add_optional(object, "hwcaps", program->hwcaps);
    add_lists(object, program);
    return object;
}

/* ---- What was asked for at run time ------------------------------------------------------------------------------------------ */

static json_t *attempt_of(const struct library_attempt *attempt)
{
    json_t *object = json_object();

    json_add_text(object, "path", attempt->path);
    add_word(object, "result", library_verdict_name(attempt->verdict));
    if (attempt->error)
        json_add_text(object, "error", strerror(attempt->error));
    add_optional(object, "complaint", attempt->complaint);
    add_optional(object, "what", attempt->what);
    return object;
}

static json_t *request_of(const struct library_request *request)
{
    json_t *object = json_object(), *attempts = json_array();

    add_word(object, "kind", library_request_name(request->kind));
    json_add_text(object, "name", request->name);
    json_add_number(object, "pid", (uint64_t)request->pid);
    json_add_text(object, "program", request->program);
    json_object_set_new(object, "startup", json_boolean(request->startup));
    add_optional(object, "needed_by", request->needed_by);
    for (size_t i = 0; i < request->attempt_count; i++)
        json_array_append_new(attempts, attempt_of(&request->attempts[i]));
    json_object_set_new(object, "attempts", attempts);
    json_object_set_new(object, "mends", mends_of(request->mends, request->mend_count));
    return object;
}

static json_t *run_of(const struct library_report *report)
{
    json_t *object = json_object(), *requests = json_array();
    size_t words = 0;

    while (report->command[words])
        words++;
    json_add_texts(object, "command", report->command, words);
    if (WIFSIGNALED(report->status))
        json_add_number(object, "signal", (uint64_t)WTERMSIG(report->status));
    else
        json_add_number(object, "status", (uint64_t)WEXITSTATUS(report->status));
    json_add_number(object, "found", report->answered);
    for (size_t i = 0; i < report->request_count; i++)
        json_array_append_new(requests, request_of(&report->requests[i]));
    json_object_set_new(object, "not_found", requests);
    return object;
}

/* ---- The report -------------------------------------------------------------------------------------------------------------- */

static json_t *summary_of(const struct library_report *report)
{
    json_t *object = json_object();
    size_t failed = 0, missing = 0;

    for (size_t i = 0; i < report->program_count; i++) {
        failed += report->programs[i]->failed;
        missing += report->programs[i]->missing;
    }
    json_add_number(object, "files", report->program_count);
    json_add_number(object, "failed", failed);
    json_add_number(object, "missing", missing);
    return object;
}

/* One line for each file: a report of thousands is still made for diff(1). */
int libs_report_write_json(const struct library_report *report, FILE *stream)
{
    json_t *head = json_object();
    int failed = 0;

    errno = 0;
    json_object_set_new(head, "format", json_string("leakwatch-libs"));
    json_add_number(head, "version", 1);
    json_add_text(head, "leakwatch", report->version);
    json_add_text(head, "root", report->root);
    json_object_set_new(head, "summary", summary_of(report));
    if (report->command)
        json_object_set_new(head, "run", run_of(report));
    fputc('{', stream);
    failed |= json_dumpf(head, stream, JSON_COMPACT | JSON_EMBED);
    fputs(",\n\"files\":[", stream);
    for (size_t i = 0; i < report->program_count; i++) {
        json_t *program = program_of(report->programs[i]);
        fputs(i ? ",\n" : "\n", stream);
        failed |= json_dumpf(program, stream, JSON_COMPACT);
        json_decref(program);
    }
    fputs("\n]}\n", stream);
    json_decref(head);
    int error = stream_end(stream);
    return error == 0 && failed ? -ENOMEM : error;
}
