/* SPDX-License-Identifier: MIT */
#include "cold_watch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "tracer/supervisor.h"
#include "cold_detectors.h"

struct cold_watch *cold_watch_create(void)
{
    struct cold_watch *watch = xcalloc(1, sizeof *watch);

    watch->descriptor = -1;
    return watch;
}

static void span_finish(struct cold_span *span)
{
    page_runs_finish(&span->untouched);
    span->known = false;
}

/* The span goes on: of its pages those are left that were not touched either in what came after. Takes `untouched` over. */
static void span_go_on(struct cold_span *span, struct page_runs *untouched)
{
    struct page_runs both = {0};

    if (span->known) {
        page_runs_intersect(&span->untouched, untouched, &both);
        page_runs_finish(untouched);
    } else {
        both = *untouched;
    }
    page_runs_finish(&span->untouched);
    *untouched = (struct page_runs){0};
    *span = (struct cold_span){.known = true, .untouched = both};
}

void cold_watch_destroy(struct cold_watch *watch)
{
    if (!watch)
        return;
    if (watch->descriptor >= 0)
        close(watch->descriptor);
    span_finish(&watch->before);
    span_finish(&watch->since);
    free(watch->problem);
    free(watch->rejected);
    free(watch);
}

/* ---- The detector ---------------------------------------------------------------------------------------------------------- */

static void reject(struct cold_watch *watch, enum cold_detector detector, char *problem)
{
    char *all = xasprintf("%s%s%s: %s", watch->rejected ? watch->rejected : "", watch->rejected ? "; " : "",
                          cold_sense(detector)->name, problem ? problem : "it does not work");

    free(watch->rejected);
    watch->rejected = all;
    free(problem);
}

void cold_watch_choose(struct cold_watch *watch, struct session *session, struct process *process, enum cold_detector wanted)
{
    const pid_t pid = process->pid;

    watch->chosen = true;
    for (int i = 0; i < COLD_DETECTORS && watch->descriptor < 0; i++) {
        const enum cold_detector detector = (enum cold_detector)i;
        char *problem = NULL;
        if (wanted != COLD_DETECTORS && wanted != detector)
            continue;
        if (process_table_process(&session->table, pid) != process)
            break; /* it has ended */
        watch->detector = detector;
        watch->descriptor = cold_detectors[detector].open(session, process, &problem);
        if (watch->descriptor < 0)
            reject(watch, detector, problem);
    }
    if (watch->descriptor < 0) {
        watch->problem = watch->rejected ? watch->rejected : xstrdup("the process ended before it could be watched");
        watch->rejected = NULL;
    }
}

/* ---- Marks ----------------------------------------------------------------------------------------------------------------- */

bool cold_watch_marks_running(const struct cold_watch *watch)
{
    return watch->chosen && (watch->descriptor < 0 || cold_detectors[watch->detector].marks_running);
}

static void fail(struct cold_watch *watch, int error)
{
    if (!watch->problem)
        watch->problem = xasprintf("%s: %s", cold_sense(watch->detector)->name, strerror(-error));
}

static void draw_line(struct cold_watch *watch, uint64_t now_ns)
{
    watch->line_wanted = false;
    watch->by_program = true;
    watch->marked_ns = now_ns;
    span_finish(&watch->before);
    span_finish(&watch->since);
}

static void begin_next_span(struct cold_watch *watch, struct page_runs *untouched, uint64_t now_ns)
{
    span_finish(&watch->before);
    if (watch->marked_ns != 0) {
        span_go_on(&watch->since, untouched);
        watch->before = watch->since;
        watch->since = (struct cold_span){0};
    }
    watch->before_ns = watch->marked_ns;
    watch->marked_ns = now_ns;
}

void cold_watch_mark(struct cold_watch *watch, struct tracee_memory *memory, const struct memory_maps *maps, uint64_t now_ns)
{
    struct page_runs untouched = {0};
    const bool looks = watch->marked_ns != 0 && !watch->line_wanted;

    if (watch->descriptor < 0)
        return;
    const int error = cold_detectors[watch->detector].mark(watch->descriptor, memory, maps, looks ? &untouched : NULL);
    if (error)
        fail(watch, error);
    else if (watch->line_wanted)
        draw_line(watch, now_ns);
    else
        begin_next_span(watch, &untouched, now_ns);
    page_runs_finish(&untouched);
}

/* ---- Looks ----------------------------------------------------------------------------------------------------------------- */

static void narrow(struct page_runs *untouched, const struct cold_span *span)
{
    struct page_runs both = {0};

    if (!span->known)
        return;
    page_runs_intersect(untouched, &span->untouched, &both);
    page_runs_finish(untouched);
    *untouched = both;
}

/* Since which mark, if what is wanted is `time_ns`; makes the pages those that were not touched since. */
static uint64_t look_back(const struct cold_watch *watch, uint64_t now_ns, uint64_t time_ns, struct page_runs *untouched)
{
    narrow(untouched, &watch->since);
    if (now_ns - watch->marked_ns >= time_ns || !watch->before.known)
        return watch->marked_ns;
    narrow(untouched, &watch->before);
    return watch->before_ns;
}

void cold_watch_look(struct cold_watch *watch, struct tracee_memory *memory, const struct memory_maps *maps, uint64_t now_ns,
                     uint64_t time_ns, struct cold_record *record)
{
    record->detector = watch->detector;
    record->by_program = watch->by_program;
    record->rejected = watch->rejected ? xstrdup(watch->rejected) : NULL;
    if (watch->problem || watch->marked_ns == 0) {
        record->problem = xstrdup(watch->problem ? watch->problem : "it was not watched before this look");
        return;
    }
    const int error = cold_detectors[watch->detector].look(watch->descriptor, memory, maps, &record->pages);
    if (error) {
        record->problem = xasprintf("%s: %s", cold_sense(watch->detector)->name, strerror(-error));
        return;
    }
    record->time_ns = now_ns - look_back(watch, now_ns, time_ns, &record->pages.untouched);
    record->known = watch->by_program || record->time_ns >= time_ns;
    if (!record->known)
        record->problem = xasprintf("it was watched for %.3g s only", (double)record->time_ns / 1e9);
    if (cold_detectors[watch->detector].disturbed) {
        struct page_runs untouched = {0};
        page_runs_intersect(&record->pages.untouched, &record->pages.untouched, &untouched);
        span_go_on(&watch->since, &untouched);
    }
}

void cold_watch_looked(struct cold_watch *watch, struct tracee_memory *memory, const struct memory_maps *maps)
{
    if (watch->descriptor < 0 || watch->marked_ns == 0 || !cold_detectors[watch->detector].disturbed)
        return;
    const int error = cold_detectors[watch->detector].mark(watch->descriptor, memory, maps, NULL);
    if (error)
        fail(watch, error);
}
