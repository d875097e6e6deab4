/* SPDX-License-Identifier: MIT
 * Maps of bpf. */
#include <criterion/criterion.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>

#include "call_scene.h"

static const uint32_t map[] = {BPF_MAP_TYPE_ARRAY, 4, 8, 2, BPF_F_RDONLY, 5};

Test(bpf_decoders, what_is_not_given_is_nothing)
{
    expect_decoded(SYS_bpf, (const uint64_t[6]){BPF_MAP_CREATE, SCENE_MEMORY, 8}, map, sizeof map, -22,
                   "bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY, key_size=4, value_size=0, max_entries=0}, 8) = "
                   "-1 EINVAL (Invalid argument)");
    expect_decoded(SYS_bpf, (const uint64_t[6]){BPF_MAP_CREATE, SCENE_MEMORY, 20}, map, sizeof map, 3,
                   "bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY, key_size=4, value_size=8, max_entries=2, "
                   "map_flags=BPF_F_RDONLY}, 20) = 3");
}

Test(bpf_decoders, what_is_not_known_is_told)
{
    expect_decoded(SYS_bpf, (const uint64_t[6]){BPF_MAP_CREATE, SCENE_MEMORY, 24}, map, sizeof map, 3,
                   "bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY, key_size=4, value_size=8, max_entries=2, "
                   "map_flags=BPF_F_RDONLY, /* bytes 20..23 */ \"\\x05\\x00\\x00\\x00\"}, 24) = 3");
    expect_decoded(SYS_bpf, (const uint64_t[6]){BPF_PROG_LOAD, SCENE_MEMORY, 24}, map, sizeof map, -1,
                   "bpf(BPF_PROG_LOAD, 0x10000, 24) = -1 EPERM (Operation not permitted)");
    expect_decoded(SYS_bpf, (const uint64_t[6]){BPF_MAP_CREATE, 0x99, 20}, NULL, 0, -14,
                   "bpf(BPF_MAP_CREATE, 0x99, 20) = -1 EFAULT (Bad address)");
}
