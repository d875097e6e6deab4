/* SPDX-License-Identifier: MIT
 *
 * Mappings that the program made itself and left behind are listed by the place that made them; those it took back are not.
 *
 * expect: leaks none
 * expect: mapping 3 3145728 in map_megabyte main
 * expect: mapping 1 40960 in map_and_shrink main
 * expect: valgrind same */
#include <sys/mman.h>

#include "target.h"

static NOINLINE void map_megabyte(void)
{
    if (mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
        abort();
}

static NOINLINE void map_and_shrink(void)
{
    char *area = mmap(NULL, 20 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED || munmap(area + 10 * 4096, 10 * 4096))
        abort();
}

static NOINLINE void map_and_unmap(void)
{
    void *area = mmap(NULL, 123 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED || munmap(area, 123 * 4096))
        abort();
}

int main(void)
{
    for (volatile int i = 0; i < 3; i++) /* unrolled, it would be three call sites */
        map_megabyte();
    map_and_shrink();
    map_and_unmap();
    return 0;
}
