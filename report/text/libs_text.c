/* SPDX-License-Identifier: MIT */
#include "report/libs_report.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "libraries/library_names.h"
#include "model/report_model.h"
#include "report/encoding/stream_end.h"
#include "libs_tree.h"
#include "text_style.h"

#define SYMBOLS_SHOWN 8

static void print_mends(const struct text_writer *writer, const struct library_mend *mends, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_print(writer, STYLE_GOOD, i == 0 ? "    to mend it: " : "            or: ");
        text_foreign(writer, mends[i].text);
        putc('\n', writer->stream);
        if (mends[i].command) {
            fputs("                $ ", writer->stream);
            text_foreign(writer, mends[i].command);
            putc('\n', writer->stream);
        }
    }
}

/* ---- Missing libraries ------------------------------------------------------------------------------------------------------ */

void libs_text_rule(const struct text_writer *writer, const struct library_program *program, enum library_rule rule, size_t owner)
{
    fputs(library_rule_name(rule)->text, writer->stream);
    if (rule != LIBRARY_BY_RPATH && rule != LIBRARY_BY_RUNPATH)
        return;
    putc(' ', writer->stream);
    text_foreign(writer, program->objects[owner].path);
}

/* What was found at the place, to be put behind its path. */
static void print_verdict(const struct text_writer *writer, enum library_verdict verdict, int error, const char *complaint,
                          const char *what)
{
    text_print(writer, verdict == LIBRARY_ABSENT ? STYLE_PLAIN : STYLE_BAD, "%s", library_verdict_name(verdict)->text);
    if (verdict == LIBRARY_DANGLING && what) {
        fputs(", ", writer->stream);
        text_foreign(writer, what);
    } else if (what && (verdict == LIBRARY_OTHER_CLASS || verdict == LIBRARY_OTHER_MACHINE)) {
        fprintf(writer->stream, ": %s", what);
    }
    if (complaint)
        fprintf(writer->stream, ": %s", complaint);
    if (error)
        fprintf(writer->stream, ": %s", strerror(error));
}

static void print_place(const struct text_writer *writer, const struct library_program *program, const struct library_place *place)
{
    fputs("      ", writer->stream);
    text_foreign(writer, place->path);
    fputs(" (", writer->stream);
    libs_text_rule(writer, program, place->rule, place->owner);
    fputs("): ", writer->stream);
    if (place->verdict == LIBRARY_ABSENT && place->empty)
        fputs(place->empty, writer->stream);
    else
        print_verdict(writer, place->verdict, place->error, place->complaint, place->what);
    putc('\n', writer->stream);
}

/* Everybody who needs the object. */
static void print_needing(const struct text_writer *writer, const struct library_program *program, size_t index)
{
    const struct library_object *object = &program->objects[index];
    const char *before = "    needed by ";

    if (object->cause == LIBRARY_PRELOADED || object->cause == LIBRARY_PRELOADED_FILE)
        fprintf(writer->stream, "    %s\n", library_cause_name(object->cause)->text);
    for (size_t i = 0; i < program->object_count; i++) {
        for (size_t k = 0; k < program->objects[i].need_count; k++) {
            if (program->objects[i].needs[k] != index)
                continue;
            fputs(before, writer->stream);
            text_foreign(writer, program->objects[i].path);
            before = ", ";
            break;
        }
    }
    if (before[0] == ',')
        putc('\n', writer->stream);
}

static void print_missing(const struct text_writer *writer, const struct library_program *program, size_t index)
{
    const struct library_object *object = &program->objects[index];
    const bool optional = library_is_optional(object->cause);
    const bool refused = object->place_count > 0 && library_verdict_is_final(object->places[object->place_count - 1].verdict);

    fputs("  ", writer->stream);
    text_foreign(writer, object->name);
    text_print(writer, optional ? STYLE_WARNING : STYLE_BAD, "%s%s", refused ? " cannot be loaded" : " is missing",
               optional ? ", and is done without" : "");
    putc('\n', writer->stream);
    print_needing(writer, program, index);
    if (object->place_count > 0)
        fputs("    looked for in this order:\n", writer->stream);
    for (size_t i = 0; i < object->place_count; i++)
        print_place(writer, program, &object->places[i]);
    print_mends(writer, object->mends, object->mend_count);
}

/* ---- Versions and symbols --------------------------------------------------------------------------------------------------- */

static void print_version(const struct text_writer *writer, const struct library_program *program,
                          const struct library_version *version)
{
    const struct library_object *library = &program->objects[version->library];

    fputs("  ", writer->stream);
    text_foreign(writer, library->path);
    if (version->unversioned)
        text_print(writer, version->fatal ? STYLE_BAD : STYLE_WARNING, " has no version information, where ");
    else
        text_print(writer, STYLE_BAD, " has no version ");
    text_foreign(writer, version->version);
    fputs(version->unversioned ? " is asked for\n    needed by " : "\n    needed by ", writer->stream);
    text_foreign(writer, program->objects[version->needed_by].path);
    for (size_t i = 0; i < version->symbol_count && i < SYMBOLS_SHOWN; i++) {
        fputs(i == 0 ? " for " : ", ", writer->stream);
        text_foreign(writer, version->symbols[i]);
    }
    if (version->symbol_count > SYMBOLS_SHOWN)
        fprintf(writer->stream, " and %zu more", version->symbol_count - SYMBOLS_SHOWN);
    putc('\n', writer->stream);
    if (!version->fatal)
        return;
    if (version->newest) {
        fputs("    the newest of that family that it has is ", writer->stream);
        text_foreign(writer, version->newest);
        putc('\n', writer->stream);
    }
    text_print(writer, STYLE_GOOD, "    to mend it: ");
    fputs(version->newest ? "a newer " : "another ", writer->stream);
    text_foreign(writer, library->name);
    fputs(", or build the program anew against this one\n", writer->stream);
}

static void print_symbols(const struct text_writer *writer, const struct library_program *program)
{
    for (size_t i = 0; i < program->symbol_count; i++) {
        const struct library_symbol *symbol = &program->symbols[i];
        fputs("  ", writer->stream);
        text_foreign(writer, symbol->name);
        if (symbol->version) {
            putc('@', writer->stream);
            text_foreign(writer, symbol->version);
        }
        text_print(writer, STYLE_BAD, " is provided by no library");
        fputs(", needed by ", writer->stream);
        text_foreign(writer, program->objects[symbol->needed_by].path);
        if (symbol->provider) {
            fputs("; it was in ", writer->stream);
            text_foreign(writer, symbol->provider);
            fputs(" when that was linked", writer->stream);
        }
        putc('\n', writer->stream);
    }
}

/* ---- One program ------------------------------------------------------------------------------------------------------------- */

static void print_heading(const struct text_writer *writer, const struct library_program *program)
{
    const char *path = program->script ? program->script : program->path;

    text_foreign(writer, path);
    fprintf(writer->stream, ": %s", program_kind_name(program->kind)->text);
    if (program->machine)
        fprintf(writer->stream, ", %s, %u-bit", program->machine, program->bits);
    if (program->script) {
        fputs(", run by ", writer->stream);
        text_foreign(writer, program->path);
    }
    if (program->loader)
        fprintf(writer->stream, ", %s", program->loader);
    putc('\n', writer->stream);
}

static void print_problem(const struct text_writer *writer, const struct library_program *program)
{
    if (program->problem == PROGRAM_FINE)
        return;
    text_print(writer, STYLE_BAD, "  cannot be executed: ");
    fputs(program_problem_name(program->problem)->text, writer->stream);
    if (program->subject) {
        fputs(": ", writer->stream);
        text_foreign(writer, program->subject);
    }
    if (program->detail) {
        fputs(program->subject ? ", " : ": ", writer->stream);
        text_foreign(writer, program->detail);
    }
    putc('\n', writer->stream);
    print_mends(writer, program->mends, program->mend_count);
}

static bool has_findings(const struct library_program *program)
{
    if (program->failed || program->version_count > 0)
        return true;
    for (size_t i = 0; i < program->object_count; i++)
        if (program->objects[i].path == NULL)
            return true;
    return false;
}

static void print_findings(const struct text_writer *writer, const struct library_program *program)
{
    print_problem(writer, program);
    for (size_t i = 0; i < program->object_count; i++)
        if (program->objects[i].path == NULL)
            print_missing(writer, program, i);
    for (size_t i = 0; i < program->version_count; i++)
        print_version(writer, program, &program->versions[i]);
    print_symbols(writer, program);
    for (size_t i = 0; i < program->note_count; i++)
        fprintf(writer->stream, "  note: %s\n", program->notes[i]);
}

static void print_fine(const struct text_writer *writer, const struct library_program *program)
{
    text_foreign(writer, program->script ? program->script : program->path);
    if (program->object_count == 0)
        fputs(": needs no libraries\n", writer->stream);
    else if (program->object_count == 2)
        fputs(": its library is found\n", writer->stream);
    else
        fprintf(writer->stream, ": all %zu libraries are found\n", program->object_count - 1);
    for (size_t i = 0; i < program->note_count; i++)
        fprintf(writer->stream, "  note: %s\n", program->notes[i]);
}

static void print_program(const struct text_writer *writer, const struct library_view *view, const struct library_program *program,
                          bool alone)
{
    if (view->tree && program->object_count > 0)
        libs_tree_print(writer, program, view->all);
    if (has_findings(program)) {
        print_heading(writer, program);
        print_findings(writer, program);
    } else if (!view->tree && (alone || view->verbosity > 0) && view->verbosity >= 0) {
        print_fine(writer, program);
    }
}

/* ---- What was asked for at run time ------------------------------------------------------------------------------------------ */

static void print_request(const struct text_writer *writer, const struct library_request *request)
{
    static const char *const asked[] = {" was opened and not found", " was to be executed and not found", " was never found"};
    bool refused = false;

    for (size_t i = 0; i < request->attempt_count; i++)
        refused |= request->attempts[i].verdict != LIBRARY_ABSENT;
    fputs("  ", writer->stream);
    text_foreign(writer, request->name);
    text_print(writer, STYLE_BAD, "%s",
               refused && request->kind != LIBRARY_REQUEST_FILE ? " was asked for and could not be used" : asked[request->kind]);
    fprintf(writer->stream, "\n    by process %d, ", (int)request->pid);
    text_foreign(writer, request->program);
    if (request->startup)
        fputs(", while it was being loaded", writer->stream);
    if (request->needed_by) {
        fputs("; needed by ", writer->stream);
        text_foreign(writer, request->needed_by);
    }
    putc('\n', writer->stream);
    for (size_t i = 0; i < request->attempt_count; i++) {
        const struct library_attempt *attempt = &request->attempts[i];
        fputs("      ", writer->stream);
        text_foreign(writer, attempt->path);
        fputs(": ", writer->stream);
        print_verdict(writer, attempt->verdict, attempt->verdict == LIBRARY_FAILED ? attempt->error : 0, attempt->complaint,
                      attempt->what);
        putc('\n', writer->stream);
    }
    print_mends(writer, request->mends, request->mend_count);
}

static void print_run(const struct text_writer *writer, const struct library_report *report)
{
    if (report->command == NULL)
        return;
    if (report->request_count > 0) {
        fputs("Asked for at run time, in vain:\n", writer->stream);
        for (size_t i = 0; i < report->request_count; i++)
            print_request(writer, &report->requests[i]);
    }
    fprintf(writer->stream, "At run time %zu librar%s found, %zu thing%s not", report->answered,
            report->answered == 1 ? "y was" : "ies were", report->request_count, report->request_count == 1 ? " was" : "s were");
    if (WIFSIGNALED(report->status))
        fprintf(writer->stream, "; the program was killed by signal %d.\n", WTERMSIG(report->status));
    else
        fprintf(writer->stream, "; the program ended with status %d.\n", WEXITSTATUS(report->status));
}

static void print_sum(const struct text_writer *writer, const struct library_report *report)
{
    size_t failed = 0;

    for (size_t i = 0; i < report->program_count; i++)
        failed += report->programs[i]->failed;
    if (report->program_count < 2)
        return;
    text_print(writer, failed ? STYLE_BAD : STYLE_GOOD, "%s", text_number(report->program_count).text);
    fputs(" files: ", writer->stream);
    if (failed)
        fprintf(writer->stream, "%s would not start, or not with all they need\n", text_number(failed).text);
    else
        fputs("all of them find all their libraries\n", writer->stream);
}

static int finished(FILE *stream)
{
    return stream_end(stream);
}

int libs_report_write_text(const struct library_report *report, const struct library_view *view, FILE *stream)
{
    const struct report_view colors = {.color = view->color, .verbosity = view->verbosity};
    const struct text_writer writer = {stream, &colors};

    errno = 0;
    for (size_t i = 0; i < report->program_count; i++)
        print_program(&writer, view, report->programs[i], report->program_count == 1);
    print_run(&writer, report);
    if (view->verbosity >= 0)
        print_sum(&writer, report);
    return finished(stream);
}

int libs_report_write_problems(const struct library_program *program, const struct library_view *view, FILE *stream)
{
    const struct report_view colors = {.color = view->color, .verbosity = view->verbosity};
    const struct text_writer writer = {stream, &colors};

    errno = 0;
    if (has_findings(program)) {
        print_heading(&writer, program);
        print_findings(&writer, program);
    }
    return finished(stream);
}
