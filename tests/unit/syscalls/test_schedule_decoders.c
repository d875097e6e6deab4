/* SPDX-License-Identifier: MIT
 * Limits, processors and priorities. */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "call_scene.h"

Test(schedule_decoders, limits_are_counted_in_kilobytes)
{
    const uint64_t limit[] = {8192 * 1024, UINT64_MAX}, odd[] = {1024, 1025};

    expect_decoded(SYS_getrlimit, (const uint64_t[6]){RLIMIT_STACK, SCENE_MEMORY}, limit, sizeof limit, 0,
                   "getrlimit(RLIMIT_STACK, {rlim_cur=8192*1024, rlim_max=RLIM64_INFINITY}) = 0");
    expect_decoded(SYS_setrlimit, (const uint64_t[6]){RLIMIT_NOFILE, SCENE_MEMORY}, odd, sizeof odd, 0,
                   "setrlimit(RLIMIT_NOFILE, {rlim_cur=1024, rlim_max=1025}) = 0");
}

Test(schedule_decoders, processors_are_listed)
{
    const unsigned char cpus[] = {5, 0x80};

    expect_decoded(SYS_sched_setaffinity, (const uint64_t[6]){0, 2, SCENE_MEMORY}, cpus, sizeof cpus, 0,
                   "sched_setaffinity(0, 2, [0 2 15]) = 0");
    expect_decoded(SYS_sched_getaffinity, (const uint64_t[6]){0, 128, SCENE_MEMORY}, cpus, sizeof cpus, 1,
                   "sched_getaffinity(0, 128, [0 2]) = 1");
    expect_decoded(SYS_sched_setaffinity, (const uint64_t[6]){0, 1 << 20, SCENE_MEMORY}, cpus, sizeof cpus, -14,
                   "sched_setaffinity(0, 1048576, 0x10000) = -1 EFAULT (Bad address)");
}

Test(schedule_decoders, attributes_have_a_size_of_their_own)
{
    const uint32_t attributes[12] = {48, 1, 0, 0, 0, 7}, small[] = {16, 1};

    expect_decoded(SYS_sched_setattr, (const uint64_t[6]){0, SCENE_MEMORY, 0}, attributes, sizeof attributes, 0,
                   "sched_setattr(0, {size=48, sched_policy=SCHED_FIFO, sched_flags=0, sched_nice=0, sched_priority=7, "
                   "sched_runtime=0, sched_deadline=0, sched_period=0}, 0) = 0");
    expect_decoded(SYS_sched_setattr, (const uint64_t[6]){0, SCENE_MEMORY, 0}, small, sizeof small, -7,
                   "sched_setattr(0, {size=16}, 0) = -1 E2BIG (Argument list too long)");
}

Test(schedule_decoders, the_kernel_says_which_size_it_would_like)
{
    struct call_scene scene = {0};
    uint32_t *size = fake_memory_add(&scene.memory, SCENE_MEMORY, sizeof *size);

    *size = 16;
    call_scene_enter(&scene, SYS_sched_setattr, (const uint64_t[6]){0, SCENE_MEMORY, 0});
    *size = 56;
    call_scene_leave(&scene, -7);
    call_scene_expect(&scene, "sched_setattr(0, {size=16} => {size=56}, 0) = -1 E2BIG (Argument list too long)");
}

Test(schedule_decoders, priorities_of_io_have_a_class)
{
    expect_decoded(SYS_ioprio_set, (const uint64_t[6]){1, 0, 2 << 13 | 4}, NULL, 0, 0,
                   "ioprio_set(IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4)) = 0");
}
