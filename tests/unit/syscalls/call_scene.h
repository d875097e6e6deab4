/* SPDX-License-Identifier: MIT
 * A call with registers and memory made up, decoded and shown. */
#ifndef LEAKWATCH_TESTS_CALL_SCENE_H
#define LEAKWATCH_TESTS_CALL_SCENE_H

#include "report/calls/call_text.h"
#include "syscalls/decoder.h"
#include "fake_memory.h"

/* Where the memory of expect_decoded() stands. */
#define SCENE_MEMORY UINT64_C(0x10000)

struct call_scene {
    struct fake_memory memory;
    struct system_call call;
    bool verbose; /* output is not abbreviated */
};

/* Decodes the entry; then, with the memory as it is by then, the exit. */
void call_scene_enter(struct call_scene *scene, uint64_t number, const uint64_t arguments[6]);
void call_scene_leave(struct call_scene *scene, int64_t result);
/* Compares the whole call with `text`. The scene is done with. */
void call_scene_expect(struct call_scene *scene, const char *text);

/* All of it at once: `size` bytes stand at SCENE_MEMORY, the same before and after the call. */
void expect_decoded(uint64_t number, const uint64_t arguments[6], const void *bytes, size_t size, int64_t result, const char *text);

#endif
