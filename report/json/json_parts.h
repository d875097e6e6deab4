/* SPDX-License-Identifier: MIT
 *
 * Pieces that several parts of the JSON report are made of. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_PARTS_H
#define LEAKWATCH_REPORT_JSON_JSON_PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "model/fingerprint.h"
#include "model/report_model.h"
#include "json_frames.h"

struct json_writer {
    FILE *stream;
    bool frames_apart; /* stacks are arrays of numbers of frames, which json_write_frames() writes */
    struct json_frames frames;
    bool failed;
};

/* Releases what was kept, not the stream. */
void json_writer_finish(struct json_writer *writer);

void json_write_text(struct json_writer *writer, const char *text);
/* Writes the members of `object`, without braces, and releases it. */
void json_write_members(struct json_writer *writer, json_t *object);
/* Starts element `index` of an array: one line for each. */
void json_write_element(struct json_writer *writer, size_t index);
/* One more member: an array of frames. */
void json_write_stack(struct json_writer *writer, const char *name, const struct report_stack *stack);
/* With frames_apart: the frames that were used so far, by number, as a member "frames". */
void json_write_frames(struct json_writer *writer);
/* Elements of arrays, from their `{` (written by json_write_element()) to their `}`. */
void json_write_leak(struct json_writer *writer, const struct report_leak *leak);
void json_write_error(struct json_writer *writer, const struct report_error *error);

/* The report as report_write_json() writes it, but with each frame only once: the stacks that json_write_stack() writes are arrays
 * of indices into a member "frames" at the end. It is many times smaller where many records share frames. Returns likewise. */
int json_write_frames_apart(const struct report *report, FILE *stream);

/* An array of frames, for objects that are few. */
json_t *json_stack(const struct report_stack *stack);
void json_add_kind(json_t *object, const char *name, enum leak_kind kind);
void json_add_fingerprint(json_t *object, struct fingerprint fingerprint);
/* Only if there was a baseline. */
void json_add_novelty(json_t *object, enum report_novelty novelty);
json_t *json_amount(struct leak_amount amount);
/* A member for each leak kind. */
void json_add_kinds(json_t *object, const struct leak_amount total[LEAK_KINDS]);
/* What every finding says. Strings are lent; NULL is written as null. */
struct finding_text {
    const char *id;
    enum finding_severity severity;
    const char *what, *numbers, *remedy;
};
json_t *json_finding_text(const struct finding_text *finding);
/* A finding of a check of limits. */
json_t *json_finding(const struct limit_finding *finding);
/* How a process ended. */
struct json_end {
    enum process_end end;
    int status, signal; /* where they apply */
    bool core_dumped, oom_killed;
};
json_t *json_end(const struct json_end *end);

#endif
