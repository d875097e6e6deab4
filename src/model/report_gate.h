/* SPDX-License-Identifier: MIT
 *
 * Conditions under which a report fails a check: --fail-on. Pure. */
#ifndef LEAKWATCH_MODEL_REPORT_GATE_H
#define LEAKWATCH_MODEL_REPORT_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct report;

/* What is measured. The names are those of the words on the command line, see report_gate.c. */
struct gate_metric;

/* "bytes>1M": fails if the metric is above the value; with >= also if it is equal. */
struct gate {
    const struct gate_metric *metric;
    bool or_equal;
    uint64_t value;
    char *text; /* as the user wrote it; owned */
};

/* Parses one condition of `size` bytes: a metric, > or >=, and a number; sizes take K, M, G, and growth a %. Returns false if it is
 * none; else the caller releases it with gate_finish(). */
bool gate_parse(const char *text, size_t size, struct gate *gate);
void gate_finish(struct gate *gate);
/* It compares with a baseline. */
bool gate_needs_baseline(const struct gate *gate);
/* The metrics, "definite, indirect, ...", owned by the caller. */
char *gate_metric_names(void);

/* Returns NULL if the report passes; or why not, "bytes>1M: 2,097,152", owned by the caller. What is not known passes no gate. */
char *gate_check(const struct gate *gate, const struct report *report);

#endif
