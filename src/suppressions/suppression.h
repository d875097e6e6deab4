/* SPDX-License-Identifier: MIT
 *
 * One suppression, as read from a file. Private to src/suppression*.c. */
#ifndef LEAKWATCH_SUPPRESSIONS_SUPPRESSION_H
#define LEAKWATCH_SUPPRESSIONS_SUPPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/report_model.h"

enum pattern_kind {
    PATTERN_FUNCTION,   /* fun:GLOB */
    PATTERN_OBJECT,     /* obj:GLOB */
    PATTERN_SOURCE,     /* src:GLOB[:LINE] */
    PATTERN_ANY_FRAMES, /* ... */
    PATTERN_TEMPLATE,   /* leak:TEMPLATE, LeakSanitizer's: any frame's function, file or module */
};

struct frame_pattern {
    enum pattern_kind kind;
    char *text;    /* NULL with PATTERN_ANY_FRAMES */
    unsigned line; /* PATTERN_SOURCE; 0: any */
};

struct suppression {
    char *name, *file;
    unsigned line; /* where it starts */
    bool built_in;
    unsigned kinds;                 /* bit mask of 1 << enum leak_kind */
    struct frame_pattern *patterns; /* innermost first; or one PATTERN_TEMPLATE */
    size_t pattern_count;
};

struct suppression_list {
    struct suppression *items;
    size_t count, capacity;
};

void suppression_finish(struct suppression *suppression);

/* Appends what stands in `text` to `list`. Returns 0, or -EINVAL with a message in `*error`: the list is then as it was. */
int suppression_parse(struct suppression_list *list, const char *text, size_t size, const char *origin, char **error);

bool suppression_matches(const struct suppression *suppression, enum leak_kind kind, const struct report_stack *stack);

/* Whether `text` as a whole matches the glob: * stands for any characters, ? for one. */
bool suppression_glob(const char *glob, const char *text);
/* Whether `text` contains a match of the template: * stands for any characters, ^ for the start, $ for the end. */
bool suppression_template(const char *pattern, const char *text);

/* The built-in set, in valgrind's grammar. */
extern const char suppression_defaults[];

#endif
