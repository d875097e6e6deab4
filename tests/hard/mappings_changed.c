/* SPDX-License-Identifier: MIT
 *
 * Mappings are split, joined, moved, replaced and grow downwards, and unmapped in ways that are refused: what the program left is
 * what the kernel has.
 *
 * cases: S44 S42
 * ways: run trace look follow
 * report: [.processes[0].mappings.live[] | .bytes] | add == 40960 */
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#include "hard.h"

enum { PAGE = 4096 };

static char *map(size_t pages, int flags)
{
    char *space = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

    REQUIRE(space != MAP_FAILED, "not mapped");
    return space;
}

int main(int argc, char *argv[])
{
    hard_begin(argc, argv);
    char *space = map(16, 0); /* 16 pages, of which 10 are left */
    munmap(space + 4 * PAGE, 2 * PAGE);
    munmap(space, PAGE);
    REQUIRE(mmap(space + 8 * PAGE, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == space + 8 * PAGE,
            "elsewhere");
    mprotect(space + 10 * PAGE, PAGE, PROT_NONE);
    munmap(space + 13 * PAGE, 3 * PAGE);
    space = map(4, 0); /* moved, then gone */
    space = mremap(space, 4 * PAGE, 64 * PAGE, MREMAP_MAYMOVE);
    REQUIRE(space != MAP_FAILED, "not moved");
    madvise(space, 64 * PAGE, MADV_DONTNEED);
    munmap(space, 64 * PAGE);
    space = map(4, MAP_GROWSDOWN | MAP_STACK);
    munmap(space, 4 * PAGE);
    REQUIRE(munmap(NULL, SIZE_MAX) != 0 && errno == EINVAL, "all was unmapped"); /* refused, and nothing is changed */
    char *old = sbrk(0);
    REQUIRE(sbrk(8 * PAGE) == old && sbrk(-8 * PAGE) == old + 8 * PAGE, "the break is elsewhere");
    return hard_ok();
}
