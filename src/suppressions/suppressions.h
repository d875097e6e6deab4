/* SPDX-License-Identifier: MIT
 *
 * Suppressions in valgrind's grammar (Memcheck:Leak blocks) and LeakSanitizer's (`leak:PATTERN` lines), told apart by themselves.
 */
#ifndef LEAKWATCH_SUPPRESSIONS_SUPPRESSIONS_H
#define LEAKWATCH_SUPPRESSIONS_SUPPRESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap/leak_scan.h"
#include "model/report_model.h"

struct suppressions;

struct suppressions *suppressions_create(void);
void suppressions_destroy(struct suppressions *suppressions);

/* Adds the suppressions in `text` (`size` bytes; `origin` is the file name for messages, copied). Returns 0, or -EINVAL and stores
 * a message "FILE:LINE:COLUMN: what is wrong" in `*error` (owned by the caller): then nothing was added. */
int suppressions_parse(struct suppressions *suppressions, const char *text, size_t size, const char *origin, char **error);
/* The same for a file; other -errno: it cannot be read. */
int suppressions_load(struct suppressions *suppressions, const char *path, char **error);
/* Adds the built-in set for blocks that the C library itself takes once and keeps. */
void suppressions_add_defaults(struct suppressions *suppressions);

/* Whether any suppression is for leaks of this kind: if none is, nobody needs to name their stacks. */
bool suppressions_cover(const struct suppressions *suppressions, enum leak_kind kind);

/* The first suppression that matches a leak record with this stack, or -1. */
int suppressions_match(const struct suppressions *suppressions, enum leak_kind kind, const struct report_stack *stack);
/* Counts a use of suppression `index`. */
void suppressions_count(struct suppressions *suppressions, int index, uint64_t blocks, uint64_t bytes);

struct suppression_info {
    const char *name, *file;
    unsigned line;
    bool built_in;
    uint64_t uses, blocks, bytes;
};
size_t suppressions_number(const struct suppressions *suppressions);
struct suppression_info suppressions_info(const struct suppressions *suppressions, size_t index);

/* A suppression in valgrind's grammar that matches this record, and no others but those of equal names; valgrind reads it, too.
 * `allocator` as in struct report_leak. Owned by the caller. */
char *suppression_generate(enum leak_kind kind, const char *allocator, const struct report_stack *stack);

#endif
