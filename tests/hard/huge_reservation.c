/* SPDX-License-Identifier: MIT
 *
 * A TiB of address space that is reserved and hardly used: a block that is held from its middle is not lost, and nobody reads it
 * all.
 *
 * cases: P59
 * ways: run trace look follow
 * report: .summary.definite == {"blocks": 1, "bytes": 22} */
#include <sys/mman.h>

#include "hard.h"

#define TIB (1UL << 40)

int main(int argc, char *argv[])
{
    hard_begin(argc, argv);
    char *space = mmap(NULL, TIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (space != MAP_FAILED)
        *(char **)(space + TIB / 2) = malloc(33);
    REQUIRE(mmap(NULL, TIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED, "not reserved");
    hard_lose(22);
    return hard_ok();
}
