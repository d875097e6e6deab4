/* SPDX-License-Identifier: MIT
 *
 * Blocks held only by memory that the program mapped itself, private and shared.
 *
 * expect: leaks reachable 2 130
 * expect: mapping 1 1048576 in map_private main
 * expect: valgrind same */
#include <sys/mman.h>

#include "target.h"

static NOINLINE void map_private(void)
{
    void **area = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED)
        abort();
    area[70000] = malloc(70);
}

static NOINLINE void map_shared(void)
{
    void **area = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED)
        abort();
    area[5000] = malloc(60);
}

int main(void)
{
    map_private();
    map_shared();
    clear_stack();
    return 0;
}
