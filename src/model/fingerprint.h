/* SPDX-License-Identifier: MIT
 *
 * What tells a finding from others and stays the same from run to run: where the loader puts things, changed lines, and a program
 * that is built anew do not change it. Pure.
 *
 * It is the FNV-1a hash of 128 bits (draft-eastlake-fnv) of these lines, each with a newline behind:
 *   the rule: "lost" for leaks that are definite, indirect or possible, which from run to run may be one or the other, "reachable",
 *     "suppressed"; the kind of a memory error, "double-free"; "mapping"; "descriptor"; the id of a check, "rt.pagefault";
 *     "threshold", and in a line of its own which, "live";
 *   for each of the first FINGERPRINT_FRAMES frames, innermost first: function, a tab, base name of the module. Not known: nothing.
 * The function is demangled, without what a compiler adds to a copy (" [clone ...]", ".constprop.0", ".isra.0", ".part.0", ".cold",
 *     ".lto_priv.0"); a frame that is equal to the one before it is left out, so that the depth of a recursion does not count;
 *   where there are no frames: what the blocks are; of descriptors, "opened", "inherited" or "unknown". */
#ifndef LEAKWATCH_MODEL_FINGERPRINT_H
#define LEAKWATCH_MODEL_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

struct report_descriptors;
struct report_error;
struct report_stack;
struct report_threshold;
struct report_leak;
struct report_mapping;

#define FINGERPRINT_FRAMES    16
#define FINGERPRINT_TEXT_SIZE 33

struct fingerprint {
    uint64_t high, low;
};

struct fingerprint fingerprint_of_leak(const struct report_leak *leak);
struct fingerprint fingerprint_of_error(const struct report_error *error); /* by where it was made */
struct fingerprint fingerprint_of_mapping(const struct report_mapping *mapping);
struct fingerprint fingerprint_of_descriptors(const struct report_descriptors *group);
struct fingerprint fingerprint_of_threshold(const struct report_threshold *threshold);
/* What a check with this id has found, by the first of its stacks; NULL: it has none. */
struct fingerprint fingerprint_of_check(const char *id, const struct report_stack *stack);

bool fingerprint_equal(struct fingerprint a, struct fingerprint b);
/* 32 hexadecimal digits; written to `text`, which is returned. */
const char *fingerprint_text(struct fingerprint fingerprint, char text[FINGERPRINT_TEXT_SIZE]);

#endif
