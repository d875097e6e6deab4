/* SPDX-License-Identifier: MIT
 * Mappings, pages and policies. */
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "call_scene.h"

Test(memory_decoders, a_mapping_has_a_kind_flags_and_a_size_of_pages)
{
    expect_decoded(SYS_mmap, (const uint64_t[6]){0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, UINT64_MAX, 0}, NULL, 0, 0x7000,
                   "mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7000");
    expect_decoded(SYS_mmap, (const uint64_t[6]){0, 4096, 0, MAP_SHARED | MAP_HUGETLB | 21 << 26, 3, 0x2000}, NULL, 0, -12,
                   "mmap(NULL, 4096, PROT_NONE, MAP_SHARED|MAP_HUGETLB|21<<MAP_HUGE_SHIFT, 3, 0x2000) = "
                   "-1 ENOMEM (Cannot allocate memory)");
    expect_decoded(SYS_memfd_create, (const uint64_t[6]){SCENE_MEMORY, MFD_CLOEXEC | 30u << 26}, "m", 2, 3,
                   "memfd_create(\"m\", MFD_CLOEXEC|30<<MFD_HUGE_SHIFT) = 3");
}

Test(memory_decoders, the_new_address_is_there_if_it_is_fixed)
{
    expect_decoded(SYS_mremap, (const uint64_t[6]){0x1000, 1, 2, MREMAP_MAYMOVE, 0x5000}, NULL, 0, 0x2000,
                   "mremap(0x1000, 1, 2, MREMAP_MAYMOVE) = 0x2000");
    expect_decoded(SYS_mremap, (const uint64_t[6]){0x1000, 1, 2, MREMAP_MAYMOVE | MREMAP_FIXED, 0x5000}, NULL, 0, 0x5000,
                   "mremap(0x1000, 1, 2, MREMAP_MAYMOVE|MREMAP_FIXED, 0x5000) = 0x5000");
}

Test(memory_decoders, swap_has_a_priority)
{
    expect_decoded(SYS_swapon, (const uint64_t[6]){SCENE_MEMORY, 0x8005}, "s", 2, 0, "swapon(\"s\", SWAP_FLAG_PREFER|5) = 0");
    expect_decoded(SYS_swapon, (const uint64_t[6]){SCENE_MEMORY, 0}, "s", 2, 0, "swapon(\"s\", 0) = 0");
}

Test(memory_decoders, a_processor_is_chosen_only_with_flags)
{
    expect_decoded(SYS_membarrier, (const uint64_t[6]){0, 0, 5}, NULL, 0, 1,
                   "membarrier(MEMBARRIER_CMD_QUERY, 0) = 0x1 (MEMBARRIER_CMD_GLOBAL)");
    expect_decoded(SYS_membarrier, (const uint64_t[6]){1, 1, 5}, NULL, 0, -22,
                   "membarrier(MEMBARRIER_CMD_GLOBAL, MEMBARRIER_CMD_FLAG_CPU, 5) = -1 EINVAL (Invalid argument)");
}

Test(memory_decoders, pages_are_there_or_not)
{
    expect_decoded(SYS_mincore, (const uint64_t[6]){0x4000, 2 * 4096 + 1, SCENE_MEMORY}, "\1\0\3", 3, 0,
                   "mincore(0x4000, 8193, [1, 0, 1]) = 0");
}

Test(memory_decoders, pages_have_moved_or_not)
{
    const int states[] = {1, -ENOENT, -9999};

    expect_decoded(SYS_move_pages, (const uint64_t[6]){0, 3, 0, 0, SCENE_MEMORY, 0}, states, sizeof states, 0,
                   "move_pages(0, 3, NULL, NULL, [1, -ENOENT, -9999], 0) = 0");
}

Test(memory_decoders, policies_have_modes_and_nodes)
{
    const uint64_t nodes[] = {5, 0};

    expect_decoded(SYS_set_mempolicy, (const uint64_t[6]){MPOL_BIND | MPOL_F_STATIC_NODES, SCENE_MEMORY, 65}, nodes, sizeof nodes,
                   0, "set_mempolicy(MPOL_BIND|MPOL_F_STATIC_NODES, [0x00000000000005, 0000000000000000], 65) = 0");
}
