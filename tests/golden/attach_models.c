/* SPDX-License-Identifier: MIT
 * A process that was looked at several times, with all that can be asked of it. */
#include "models.h"

#include "model/growth.h"
#include "model/pointer_report.h"
#include "model/report_model.h"

#define SERVER "/usr/sbin/server"

static unsigned char text_bytes[] = "GET /caf\xe9 HTTP/1.0\r\n", pointer_bytes[] = {0x40, 0x20, 0x40, 0, 0, 0, 0, 0, 7};

static struct report_leak attached_leaks[] = {
    {.kind = LEAK_DEFINITE,
     .direct = {2, 48},
     .allocator = "malloc",
     .stack = {.content = "first word points to file_operations"},
     .examples =
         (struct report_example[]){{0x5555555592a0, 24, pointer_bytes, sizeof pointer_bytes}, {0x5555555592c0, 24, text_bytes, 0}},
     .example_count = 2},
    {.kind = LEAK_POSSIBLE,
     .direct = {1, 1000},
     .allocator = "malloc",
     .stack = {.content = "text"},
     .examples = &(struct report_example){0x555555559400, 1000, text_bytes, sizeof text_bytes - 1},
     .example_count = 1},
};

#define LIST_BLOCK(at)                                                                                                             \
    {                                                                                                                              \
        .address = (at), .size = 72, .kind = LEAK_REACHABLE, .allocator = "malloc", .stack = {.content = "core::Node" }            \
    }

static struct report_pointer_path paths[] = {
    {.steps =
         &(struct report_pointer){
             .holder = HOLDER_DATA, .address = 0x404048, .module = SERVER, .symbol = "cache", .symbol_offset = 8},
     .step_count = 1},
    {.steps =
         (struct report_pointer[]){
             {.holder = HOLDER_STACK,
              .address = 0x7fffffffe010,
              .offset = 16,
              .thread = 7,
              .stack_offset_known = true,
              .stack_offset = 48},
             {.holder = HOLDER_BLOCK, .address = 0x555555559808, .block = LIST_BLOCK(0x555555559800), .block_offset = 8},
             {.holder = HOLDER_BLOCK,
              .address = 0x555555559908,
              .offset = 1,
              .block = LIST_BLOCK(0x555555559900),
              .block_offset = 8},
         },
     .step_count = 3,
     .left_out = 1000,
     .left_out_at = 2},
    {.steps = &(struct report_pointer){.holder = HOLDER_REGISTER, .thread = 8, .register_name = "rbx"}, .step_count = 1},
    {.steps = &(struct report_pointer){.holder = HOLDER_MEMORY, .address = 0x7ffff7d80738, .thread = 7}, .step_count = 1},
    {.steps =
         &(struct report_pointer){
             .holder = HOLDER_DATA, .address = 0x7ffff7d90000, .module = "/usr/lib/plugin.so", .symbol_offset = 0x4010},
     .step_count = 1},
    {.steps = &(struct report_pointer){.holder = HOLDER_KERNEL}, .step_count = 1},
};

static struct report_pointers answers[] = {
    {.address = 0x555555559a04,
     .found = true,
     .block = LIST_BLOCK(0x555555559a00),
     .roots = 5,
     .blocks = 1,
     .lost_blocks = 2,
     .paths = paths,
     .path_count = COUNT(paths),
     .lost = &(struct report_pointer){.holder = HOLDER_BLOCK,
                                      .address = 0x5555555592b0,
                                      .offset = 4,
                                      .block = {0x5555555592a0, 24, LEAK_DEFINITE, "malloc", {.content = "blocks of 24 bytes"}},
                                      .block_offset = 16},
     .lost_count = 1},
    {.address = 0x5555555592a0,
     .found = true,
     .block = {0x5555555592a0, 24, LEAK_DEFINITE, "malloc", {.content = "blocks of 24 bytes"}}},
    {.address = 0x10},
};

static struct growth_look looks[] = {
    {1, 2000000, {100, 10000}, {2, 1048}},
    {2, 30002000000, {180, 18000}, {3, 1072}},
    {3, 60004000000, {260, 26000}, {3, 1072}},
};

static struct growth_group groups[] = {
    {TEXT("blocks of 100 bytes"), {100, 10000}, {260, 26000}, {160, 16000}, 266.64889, 2.6664889, {0}},
    {TEXT("first word points to file_operations"), {1, 24}, {2, 48}, {1, 24}, 0.40003, 0.0166679, {1, 24}},
    {TEXT("text"), {1, 1000}, {1, 1000}, {0, 0}, 0, 0, {1, 1000}},
    {TEXT("\x1b[2J\xff"), {1, 1}, {0, 0}, {-1, -1}, -0.0166679, -0.0166679, {0}},
};

static struct growth growth = {
    .interval_ns = 30000000000,
    .confirm = 2,
    .looks = 3,
    .stopped = GROWTH_STOP_ENDED,
    .series = looks,
    .series_count = COUNT(looks),
    .groups = groups,
    .group_count = COUNT(groups),
};

const struct report attached_report = {
    .version = TEXT("0.1.0"),
    .command = WORDS(TEXT("7")),
    .mode = "attach",
    .started = TEXT("2026-01-01T12:00:00.000000000Z"),
    .elapsed_ns = 60005000000,
    .verdict = "leaks",
    .error_count = 2,
    .total = {[LEAK_DEFINITE] = {2, 48}, [LEAK_POSSIBLE] = {1, 1000}, [LEAK_REACHABLE] = {256, 24928}},
    .process_count = 1,
    .processes =
        &(struct report_process){
            .pid = 7,
            .ppid = 1,
            .executable = TEXT(SERVER),
            .command = WORDS(TEXT("server")),
            .ended_ns = 1000000,
            .end = END_DETACHED,
            .coverage = COVERAGE_FULL,
            .leak_checked = true,
            .checked_at = "request",
            .no_history = true,
            .live = {260, 26000},
            .total = {[LEAK_DEFINITE] = {2, 48}, [LEAK_POSSIBLE] = {1, 1000}, [LEAK_REACHABLE] = {256, 24928}},
            .unconfirmed = {1, 24},
            .leaks = attached_leaks,
            .leak_count = COUNT(attached_leaks),
            .pointers = answers,
            .pointer_count = COUNT(answers),
        },
    .growth = &growth,
};
