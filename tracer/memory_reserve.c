/* SPDX-License-Identifier: MIT */
#include "memory_reserve.h"

#include <sys/mman.h>

enum { PAGE = 4096, LEAST = 1 << 20, MOST = 8 << 20, SHARE = 32 };

void memory_reserve_take(struct memory_reserve *reserve, uint64_t limit)
{
    const uint64_t share = limit / SHARE / PAGE * PAGE;
    const size_t size = share < LEAST ? LEAST : share > MOST ? MOST : share;

    if (reserve->memory)
        return;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED) /* none is better than an end */
        return;
    reserve->memory = memory;
    reserve->size = size;
}

void memory_reserve_release(struct memory_reserve *reserve)
{
    if (reserve->memory)
        munmap(reserve->memory, reserve->size);
    *reserve = (struct memory_reserve){0};
}
