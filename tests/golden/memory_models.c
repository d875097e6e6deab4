/* SPDX-License-Identifier: MIT
 * Reports that tell where the memory is. */
#include "model/report_model.h"
#include "models.h"

#define MIB (UINT64_C(1) << 20)

static const struct report_frame insert = {0x1150,   "/home/me/app",       NULL, 0x1150, "insert",
                                           "insert", "/home/me/src/app.c", 12,   false};
static const struct report_frame in_main = {0x1210, "/home/me/app", NULL, 0x1210, "main", "main", "/home/me/src/app.c", 61, false};
static char *command[] = {TEXT("./app"), NULL};

#define REPORT(how, process, ...)                                                                                                  \
    {                                                                                                                              \
        .version = TEXT("0.1.0"), .command = command, .mode = how, .started = TEXT("2026-01-01T12:00:00.000000000Z"),              \
        .elapsed_ns = 20000000, .verdict = "clean", .process_count = 1, .processes = &process, .total = {                          \
            [LEAK_REACHABLE] = {__VA_ARGS__}                                                                                       \
        }                                                                                                                          \
    }
#define PROCESS                                                                                                                    \
    .pid = 100, .ppid = 99, .executable = TEXT("/home/me/app"), .command = command, .ended_ns = 19000000, .leak_checked = true,    \
    .coverage = COVERAGE_FULL

/* ---- A running process whose heap is in pieces, in two arenas ---- */

static struct report_arena torn_arenas[] = {
    {.usage = {.address = 0x7ffff7fa0c80,
               .main = true,
               .system = 10 * MIB,
               .live_blocks = 100,
               .live = MIB,
               .binned = 8 * MIB,
               .top = MIB,
               .resident_live = MIB,
               .resident_free = 9 * MIB - 1024,
               .resident_allocator = 1024,
               .returnable = 8 * MIB}},
    {.usage = {.address = 0x7fffe8000030,
               .system = 191 * MIB,
               .live_blocks = 1000,
               .live = MIB,
               .cached = 2048,
               .binned = 190 * MIB - 4096,
               .top = 2048,
               .resident_live = MIB,
               .resident_cached = 2048,
               .resident_free = 190 * MIB - 4096,
               .resident_allocator = 2048,
               .returnable = 188 * MIB,
               .pin_address = 0x7fffebffee10,
               .pin_size = 24,
               .pin_distance = 1024},
     .pin_stack = {.content = "core::Config"}},
};
static struct report_process torn_process = {
    PROCESS,
    .end = END_DETACHED,
    .checked_at = "request",
    .no_history = true,
    .live = {1100, 2 * MIB - 8800},
    .total = {[LEAK_REACHABLE] = {1100, 2 * MIB - 8800}},
    .usage = {.known = true,
              .arenas = 2,
              .system = 201 * MIB,
              .live = 2 * MIB,
              .cached = 2048,
              .binned = 198 * MIB - 4096,
              .top = MIB + 2048,
              .returnable_known = true,
              .returnable = 196 * MIB},
    .arenas = torn_arenas,
    .arena_count = COUNT(torn_arenas),
    .memory = {.known = true,
               .rss = 205 * MIB,
               .page_tables = 69632,
               .resident = {[MEMORY_LIVE] = 2 * MIB,
                            [MEMORY_CACHED] = 2048,
                            [MEMORY_FREE] = 199 * MIB - 5120,
                            [MEMORY_ALLOCATOR] = 3072,
                            [MEMORY_STACKS] = 65536,
                            [MEMORY_FILES] = 4 * MIB - 65536 - 4096,
                            [MEMORY_OTHER] = 4096},
               .allocator = "glibc"},
};
const struct report memory_torn = REPORT("attach", torn_process, 1100, 2 * MIB - 8800);

/* ---- The end of a run: what pins the heap was taken somewhere ---- */

static struct report_arena pinned_arena = {
    .usage = {.address = 0x7ffff7fa0c80,
              .main = true,
              .system = 33 * MIB,
              .live_blocks = 1,
              .live = 32,
              .binned = 32 * MIB,
              .top = MIB - 32,
              .resident_live = 32,
              .resident_free = 33 * MIB - 32,
              .returnable = 33 * MIB - 4096,
              .pin_address = 0x555555560010,
              .pin_size = 24},
    .pin_stack = {.frames = (const struct report_frame *const[]){&insert, &in_main}, .frame_count = 2}};
static struct report_process pinned_process = {
    PROCESS,
    .end = END_EXIT,
    .checked_at = "exit",
    .allocations = 10,
    .frees = 9,
    .allocated_bytes = 33 * MIB,
    .peak_bytes = 33 * MIB,
    .live = {1, 20},
    .total = {[LEAK_REACHABLE] = {1, 20}},
    .usage = {.known = true,
              .arenas = 1,
              .system = 33 * MIB,
              .live = 32,
              .binned = 32 * MIB,
              .top = MIB - 32,
              .returnable_known = true,
              .returnable = 33 * MIB - 4096},
    .arenas = &pinned_arena,
    .arena_count = 1,
    .memory =
        {.known = true,
         .rss = 40 * MIB,
         .resident = {[MEMORY_LIVE] = 32, [MEMORY_FREE] = 33 * MIB - 32, [MEMORY_FILES] = 5 * MIB, [MEMORY_LEAKWATCH] = 2 * MIB},
         .allocator = "glibc"},
};
const struct report memory_pinned = REPORT("run", pinned_process, 1, 20);

/* ---- The end of a run with many blocks: the allocator was not looked into ---- */

static struct report_process undivided_process = {
    PROCESS,
    .end = END_EXIT,
    .checked_at = "exit",
    .allocations = 500000,
    .allocated_bytes = 100 * MIB,
    .peak_bytes = 100 * MIB,
    .live = {500000, 100 * MIB},
    .total = {[LEAK_REACHABLE] = {500000, 100 * MIB}},
    .memory = {.known = true,
               .rss = 150 * MIB,
               .swapped = 4096,
               .huge_pages = 2 * MIB,
               .page_tables = 8192,
               .resident = {[MEMORY_LIVE] = 90 * MIB,
                            [MEMORY_UNDIVIDED] = 30 * MIB,
                            [MEMORY_BLOCKS] = 10 * MIB,
                            [MEMORY_FILES] = 9 * MIB,
                            [MEMORY_OWN] = 8 * MIB,
                            [MEMORY_SHARED] = MIB,
                            [MEMORY_LEAKWATCH] = 2 * MIB + 8192},
               .uncounted = -8192,
               .own = {{0x7fff00000000, 0x7fff01000000, 6 * MIB, "pool"},
                       {0x7ffe00000000, 0x7ffe00400000, MIB, "\033[2J"},
                       {0x7ffd00000000, 0x7ffd00100000, MIB, ""}},
               .own_count = 3,
               .own_total = 1234,
               .undivided = "there are many blocks, and most of the memory is in use",
               .allocator = "glibc",
               .runtime = "Python"},
};
const struct report memory_undivided = REPORT("run", undivided_process, 500000, 100 * MIB);

/* ---- Free at the top, in the arenas of many threads ---- */

static struct report_arena top_arenas[8] = {
    {.usage = {.address = 0x7ffff7fa0c80,
               .main = true,
               .system = 64 * MIB,
               .top = 64 * MIB,
               .resident_free = 64 * MIB,
               .returnable = 64 * MIB - 4096}},
    {.usage = {.address = 0x7fffe8000030, .left_out = true}},
};
static struct report_process top_process = {
    PROCESS,
    .end = END_DETACHED,
    .checked_at = "request",
    .no_history = true,
    .usage =
        {.known = true, .arenas = 8, .system = 64 * MIB, .top = 64 * MIB, .returnable_known = true, .returnable = 64 * MIB - 4096},
    .arenas = top_arenas,
    .arena_count = 2,
    .memory = {.known = true, .rss = 70 * MIB, .resident = {[MEMORY_FREE] = 64 * MIB, [MEMORY_OWN] = 5 * MIB}, .uncounted = MIB},
};
const struct report memory_top = REPORT("attach", top_process, 0, 0);

/* ---- Another allocator: only mappings are known ---- */

static struct report_process foreign_process = {
    .pid = 100,
    .ppid = 99,
    .executable = TEXT("/home/me/app"),
    .command = command,
    .ended_ns = 19000000,
    .end = END_DETACHED,
    .no_history = true,
    .coverage = COVERAGE_PARTIAL,
    .blocks_unknown = true,
    .reasons =
        (char *[]){TEXT("the program's allocator is jemalloc (libjemalloc.so.2): its blocks cannot be told, only where memory is")},
    .reason_count = 1,
    .memory = {.known = true,
               .rss = 70 * MIB,
               .resident = {[MEMORY_UNDIVIDED] = 132 * 1024, [MEMORY_OWN] = 60 * MIB - 132 * 1024, [MEMORY_FILES] = 10 * MIB},
               .undivided = "the allocator's own data were not read",
               .allocator = "jemalloc"},
};
const struct report memory_foreign = {
    .version = TEXT("0.1.0"),
    .command = command,
    .mode = "attach",
    .started = TEXT("2026-01-01T12:00:00.000000000Z"),
    .elapsed_ns = 20000000,
    .verdict = "incomplete",
    .process_count = 1,
    .processes = &foreign_process,
};
