/* SPDX-License-Identifier: MIT
 * Fingerprints: what changes them, and what does not. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "model/fingerprint.h"
#include "model/report_model.h"

#define FRAMES_MAX 20

/* A definite leak with a stack of these functions, NULL behind the last, in /bin/app. */
static struct fingerprint of_functions(const char *const *functions)
{
    struct report_frame frames[FRAMES_MAX];
    const struct report_frame *pointers[FRAMES_MAX];
    struct report_leak leak = {.kind = LEAK_DEFINITE, .allocator = "malloc", .stack = {.frames = pointers}};

    for (size_t i = 0; functions[i]; i++) {
        frames[i] = (struct report_frame){.module = "/bin/app", .function = functions[i]};
        pointers[leak.stack.frame_count++] = &frames[i];
    }
    return fingerprint_of_leak(&leak);
}
#define OF(...)         of_functions((const char *const[]){__VA_ARGS__, NULL})
#define SAME(a, b)      cr_expect(fingerprint_equal(a, b))
#define DIFFERENT(a, b) cr_expect(not(fingerprint_equal(a, b)))

static const struct report_frame take = {.address = 0x1000,
                                         .module = "/usr/lib/libapp.so.1",
                                         .build_id = "aa",
                                         .offset = 0x10,
                                         .function = "take",
                                         .file = "a.c",
                                         .line = 7};
static const struct report_frame take_elsewhere = {.address = 0x7f00,
                                                   .module = "/opt/lib/libapp.so.1",
                                                   .build_id = "bb",
                                                   .offset = 0x20,
                                                   .function = "take",
                                                   .file = "b.c",
                                                   .line = 9};
static const struct report_frame *const stack_frames[] = {&take};
static const struct report_frame *const stack_frames_elsewhere[] = {&take_elsewhere};
static const struct report_leak lost = {.kind = LEAK_DEFINITE, .allocator = "malloc", .stack = {stack_frames, 1}};

Test(fingerprint, is_that_of_the_documentation)
{
    char text[FINGERPRINT_TEXT_SIZE];

    /* FNV-1a of "lost\ntake\tlibapp.so.1\n", worked out by other means. */
    cr_expect(eq(str, (char *)fingerprint_text(fingerprint_of_leak(&lost), text), (char *)"bc08c9f477593bb37fd213e9f2c1ab4c"));
}

Test(fingerprint, stays_the_same_where_only_places_differ)
{
    const struct report_leak elsewhere = {.kind = LEAK_DEFINITE, .allocator = "malloc", .stack = {stack_frames_elsewhere, 1}};

    SAME(fingerprint_of_leak(&lost), fingerprint_of_leak(&elsewhere));
}

Test(fingerprint, does_not_tell_kinds_of_lost_blocks)
{
    struct report_leak other = lost;

    other.kind = LEAK_POSSIBLE;
    SAME(fingerprint_of_leak(&lost), fingerprint_of_leak(&other));
    other.kind = LEAK_INDIRECT;
    SAME(fingerprint_of_leak(&lost), fingerprint_of_leak(&other));
    other.kind = LEAK_REACHABLE;
    DIFFERENT(fingerprint_of_leak(&lost), fingerprint_of_leak(&other));
}

Test(fingerprint, tells_functions_and_their_order)
{
    DIFFERENT(OF("a", "b"), OF("b", "a"));
    DIFFERENT(OF("a", "b"), OF("ab"));
    DIFFERENT(OF("a", "b"), OF("a"));
    DIFFERENT(OF("take(int)"), OF("take(long)"));
}

Test(fingerprint, does_not_count_recursion)
{
    SAME(OF("a", "b", "b", "b", "main"), OF("a", "b", "main"));
    DIFFERENT(OF("a", "b", "c", "b", "main"), OF("a", "b", "main"));
}

Test(fingerprint, does_not_see_what_the_compiler_adds)
{
    SAME(OF("take.constprop.0"), OF("take"));
    SAME(OF("take.isra.0.cold"), OF("take"));
    SAME(OF("take(int) [clone .part.3]"), OF("take(int)"));
    DIFFERENT(OF("take.partial"), OF("take"));
    DIFFERENT(OF("main.take"), OF("main"));
}

Test(fingerprint, looks_at_so_many_frames)
{
    SAME(OF("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "a"),
         OF("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "b"));
    DIFFERENT(OF("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "a"),
              OF("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "b"));
}

Test(fingerprint, of_blocks_without_stacks_tells_what_they_are)
{
    const struct report_leak text = {.kind = LEAK_DEFINITE, .stack = {.content = "text"}};
    const struct report_leak config = {.kind = LEAK_DEFINITE, .stack = {.content = "core::Config"}};

    DIFFERENT(fingerprint_of_leak(&text), fingerprint_of_leak(&config));
}

Test(fingerprint, tells_findings_of_different_sorts)
{
    const struct report_error error = {.kind = "double-free", .stack = {stack_frames, 1}};
    const struct report_error other = {.kind = "invalid-free", .stack = {stack_frames, 1}};
    const struct report_mapping mapping = {.stack = {stack_frames, 1}};
    const struct report_descriptors opened = {.stack = {stack_frames, 1}};

    DIFFERENT(fingerprint_of_error(&error), fingerprint_of_error(&other));
    DIFFERENT(fingerprint_of_error(&error), fingerprint_of_leak(&lost));
    DIFFERENT(fingerprint_of_mapping(&mapping), fingerprint_of_leak(&lost));
    DIFFERENT(fingerprint_of_descriptors(&opened), fingerprint_of_mapping(&mapping));
}

Test(fingerprint, of_descriptors_without_stacks_tells_their_origin)
{
    const struct report_descriptors opened = {.origin = ORIGIN_OPENED}, inherited = {.origin = ORIGIN_INHERITED};

    DIFFERENT(fingerprint_of_descriptors(&opened), fingerprint_of_descriptors(&inherited));
}
