/* SPDX-License-Identifier: MIT
 * perf_event_open. */
#include <criterion/criterion.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>

#include "call_scene.h"

static void expect_event(const struct perf_event_attr *attr, bool verbose, const char *text)
{
    struct call_scene scene = {.verbose = verbose};

    memcpy(fake_memory_add(&scene.memory, SCENE_MEMORY, sizeof *attr), attr, sizeof *attr);
    call_scene_enter(&scene, SYS_perf_event_open, (const uint64_t[6]){SCENE_MEMORY, 0, 1, UINT64_MAX, 0});
    call_scene_leave(&scene, 3);
    call_scene_expect(&scene, text);
}

Test(perf_decoders, bits_that_are_set_are_shown)
{
    struct perf_event_attr attr = {.type = PERF_TYPE_HARDWARE, .size = 64, .disabled = 1, .freq = 1, .sample_freq = 7};

    expect_event(
        &attr, false,
        "perf_event_open({type=PERF_TYPE_HARDWARE, size=PERF_ATTR_SIZE_VER0, config=PERF_COUNT_HW_CPU_CYCLES, sample_freq=7, "
        "sample_type=0, read_format=0, disabled=1, freq=1, precise_ip=0 /* arbitrary skid */, ...}, 0, 1, -1, 0) = 3");
    attr.type = PERF_TYPE_HW_CACHE;
    attr.config = 0x1010102;
    attr.__reserved_1 = 2;
    expect_event(&attr, false,
                 "perf_event_open({type=PERF_TYPE_HW_CACHE, size=PERF_ATTR_SIZE_VER0, "
                 "config=0x1<<24|PERF_COUNT_HW_CACHE_RESULT_MISS<<16|PERF_COUNT_HW_CACHE_OP_WRITE<<8|PERF_COUNT_HW_CACHE_LL, "
                 "sample_freq=7, sample_type=0, read_format=0, disabled=1, freq=1, precise_ip=0 /* arbitrary skid */, "
                 "__reserved_1=0x2 /* Bits 63..38 */, ...}, 0, 1, -1, 0) = 3");
}

Test(perf_decoders, what_is_smaller_than_the_first_version_is_an_address)
{
    const struct perf_event_attr attr = {.size = 63};

    expect_event(&attr, false, "perf_event_open(0x10000, 0, 1, -1, 0) = 3");
}

Test(perf_decoders, a_breakpoint_has_an_address)
{
    const struct perf_event_attr attr = {.type = PERF_TYPE_BREAKPOINT, .size = 64, .bp_type = 1, .bp_addr = 0x1234};
    struct call_scene scene = {.verbose = true};
    struct text_buffer buffer = {0};

    memcpy(fake_memory_add(&scene.memory, SCENE_MEMORY, sizeof attr), &attr, sizeof attr);
    call_scene_enter(&scene, SYS_perf_event_open, (const uint64_t[6]){SCENE_MEMORY, 0, 1, UINT64_MAX, 0});
    call_text_entry(&buffer, &scene.call);
    cr_expect(strstr(buffer.text, "sigtrap=0, wakeup_events=0, bp_type=HW_BREAKPOINT_R, bp_addr=0x1234}, 0, 1, -1, 0"));
    text_buffer_finish(&buffer);
    arena_finish(&scene.call.arena);
    fake_memory_finish(&scene.memory);
}
