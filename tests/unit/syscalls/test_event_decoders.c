/* SPDX-License-Identifier: MIT
 * Waiting for descriptors. */
#include <criterion/criterion.h>
#include <poll.h>
#include <sys/syscall.h>

#include "call_scene.h"

Test(event_decoders, poll_tells_what_happened)
{
    const struct pollfd set[] = {{3, POLLIN, POLLIN}, {-1, POLLIN, 0}, {4, POLLOUT, 0}};

    expect_decoded(SYS_poll, (const uint64_t[6]){SCENE_MEMORY, 3, 100}, set, sizeof set, 1,
                   "poll([{fd=3, events=POLLIN}, {fd=-1}, {fd=4, events=POLLOUT}], 3, 100) = 1 ([{fd=3, revents=POLLIN}])");
    expect_decoded(SYS_poll, (const uint64_t[6]){SCENE_MEMORY, 1, 0}, set, sizeof set, 0,
                   "poll([{fd=3, events=POLLIN}], 1, 0) = 0 (Timeout)");
    expect_decoded(SYS_poll, (const uint64_t[6]){0x5000, 1, 0}, NULL, 0, -14, "poll(0x5000, 1, 0) = -1 EFAULT (Bad address)");
}

Test(event_decoders, select_shows_sets_and_what_is_left_of_the_time)
{
    struct {
        uint64_t set, time[2];
    } memory = {0x18, {1, 5}};
    struct call_scene scene = {0};
    typeof(memory) *there = fake_memory_add(&scene.memory, SCENE_MEMORY, sizeof memory);

    *there = memory;
    call_scene_enter(&scene, SYS_select, (const uint64_t[6]){5, SCENE_MEMORY, 0, 0, SCENE_MEMORY + 8});
    there->set = 8;
    there->time[0] = 0;
    call_scene_leave(&scene, 1);
    call_scene_expect(&scene, "select(5, [3 4], NULL, NULL, {tv_sec=1, tv_usec=5}) = 1 (in [3], left {tv_sec=0, tv_usec=5})");
}

Test(event_decoders, a_negative_count_of_descriptors_is_no_set)
{
    expect_decoded(SYS_select, (const uint64_t[6]){(uint32_t)-1, SCENE_MEMORY}, "\1\0\0\0\0\0\0\0", 8, -22,
                   "select(-1, 0x10000, NULL, NULL, NULL) = -1 EINVAL (Invalid argument)");
}

Test(event_decoders, the_mask_of_pselect6_comes_with_its_size)
{
    const uint64_t memory[] = {SCENE_MEMORY + 16, 8, 1 << 14};

    expect_decoded(SYS_pselect6, (const uint64_t[6]){0, 0, 0, 0, 0, SCENE_MEMORY}, memory, sizeof memory, 0,
                   "pselect6(0, NULL, NULL, NULL, NULL, {sigmask=[TERM], sigsetsize=8}) = 0 (Timeout)");
}

Test(event_decoders, an_event_that_is_deleted_is_not_looked_at)
{
    const struct {
        uint32_t events;
        uint64_t data;
    } __attribute__((packed)) event = {1, 0x100000002};

    expect_decoded(SYS_epoll_ctl, (const uint64_t[6]){5, 1, 6, SCENE_MEMORY}, &event, sizeof event, 0,
                   "epoll_ctl(5, EPOLL_CTL_ADD, 6, {events=EPOLLIN, data={u32=2, u64=4294967298}}) = 0");
    expect_decoded(SYS_epoll_ctl, (const uint64_t[6]){5, 2, 6, SCENE_MEMORY}, &event, sizeof event, 0,
                   "epoll_ctl(5, EPOLL_CTL_DEL, 6, 0x10000) = 0");
}
