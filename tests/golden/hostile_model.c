/* SPDX-License-Identifier: MIT
 * A report full of names that are made to break whoever shows them: markup, quotes, invisible characters, changes of direction, one
 * name of a megabyte, and one stack of ten. */
#include <stdio.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/report_model.h"
#include "models.h"

#define MARKUP "</script><img src=x onerror=alert(1)><!--<script>&lt;&#x3c;]]>\"'`"
/* U+2028, U+2029, what only begins like them, a change of direction, and letters that run from right to left. */
#define SEPARATORS "\342\200\250 \342\200\251 \342\200\252 \342\342\200\250 \342\202\254 \327\251\327\234\327\225\327\235"

enum { DEEP = 30000, LONG_NAME = 1000000 };

static const struct report_frame markup = {0x1000, MARKUP, "ff", 0x1000, MARKUP, MARKUP, MARKUP, 1, false};
static const struct report_frame separators = {0x2000, SEPARATORS, NULL, 0x2000, SEPARATORS, SEPARATORS, SEPARATORS, 2, false};
static struct report_frame long_name = {0x3000, "/bin/long", NULL, 0x3000, NULL, NULL, NULL, 0, false};

static struct report_leak leaks[] = {
    {LEAK_DEFINITE, .direct = {1, 3000}, .allocator = "malloc",
     .stack = {.frames = (const struct report_frame *const[]){&markup, &separators}, .frame_count = 2},
     .suppression = TEXT("{\n   " MARKUP "\n}\n")},
    {LEAK_DEFINITE, .direct = {1, 2000}, .allocator = "malloc",
     .stack = {.frames = (const struct report_frame *const[]){&long_name}, .frame_count = 1}},
    {LEAK_DEFINITE, .direct = {1, 1000}, .allocator = "new"}, /* the deep stack */
    {LEAK_POSSIBLE, .direct = {1, 1}, .allocator = "malloc", .stack = {.content = MARKUP SEPARATORS}},
};
static char *command[] = {TEXT(MARKUP), TEXT(SEPARATORS), NULL};
static char *reasons[] = {TEXT(MARKUP), TEXT(SEPARATORS)};
static struct report_descriptor open_file = {3, OPEN_FILE, TEXT(MARKUP SEPARATORS), true, false};
static struct report_descriptors descriptors = {ORIGIN_OPENED, &open_file, 1, {.content = NULL}};
static struct report_syscall call = {TEXT(MARKUP), 1, 1, 1};
static struct report_process process = {
    .pid = 100,
    .ppid = 99,
    .executable = TEXT(MARKUP SEPARATORS),
    .command = command,
    .ended_ns = 1000000,
    .end = END_EXIT,
    .coverage = COVERAGE_PARTIAL,
    .reasons = reasons,
    .reason_count = 2,
    .leak_checked = true,
    .checked_at = "exit",
    .total = {[LEAK_DEFINITE] = {3, 6000}, [LEAK_POSSIBLE] = {1, 1}},
    .leaks = leaks,
    .leak_count = sizeof leaks / sizeof *leaks,
    .descriptors_listed = true,
    .descriptors = &descriptors,
    .descriptor_count = 1,
    .syscalls = &call,
    .syscall_count = 1,
};
static struct report_suppression_use used = {TEXT(MARKUP), 1, 1};
static struct report hostile = {
    .version = TEXT("0.1.0"),
    .command = command,
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000000Z"),
    .elapsed_ns = 1000000,
    .verdict = "leaks",
    .total = {[LEAK_DEFINITE] = {3, 6000}, [LEAK_POSSIBLE] = {1, 1}},
    .error_count = 4,
    .processes = &process,
    .process_count = 1,
    .suppressions_used = &used,
    .suppressions_used_count = 1,
};

static struct report_stack deep_stack(void)
{
    struct report_frame *frames = xcalloc(DEEP, sizeof *frames);
    const struct report_frame **stack = xcalloc(DEEP, sizeof *stack);

    for (unsigned i = 0; i < DEEP; i++) {
        char *name = xasprintf("recursion_that_never_ends_%u(std::vector<std::string, std::allocator<std::string>> const&)", i);
        frames[i] = (struct report_frame){0x4000 + i, "/bin/deep", NULL, 0x4000 + i, name, name, "/home/me/deep.cc", i + 1, false};
        stack[i] = &frames[i];
    }
    return (struct report_stack){.frames = stack, .frame_count = DEEP, .truncated = true};
}

const struct report *hostile_report(void)
{
    if (long_name.function == NULL) {
        char *name = xmalloc(LONG_NAME + 1);
        memset(name, 'a', LONG_NAME);
        name[LONG_NAME] = '\0';
        long_name.function = long_name.linkage_name = name;
        leaks[2].stack = deep_stack();
    }
    return &hostile;
}
