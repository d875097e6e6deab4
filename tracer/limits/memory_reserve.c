/* SPDX-License-Identifier: MIT */
#include "memory_reserve.h"

#include <sys/mman.h>

enum { PAGE = 4096, LEAST = 1 << 20, MOST = 8 << 20, SHARE = 32 };

void memory_reserve_renew(struct memory_reserve *reserve)
{
    if (reserve->memory || reserve->size == 0)
        return;
    void *memory = mmap(NULL, reserve->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory != MAP_FAILED) /* none is better than an end */
        reserve->memory = memory;
}

void memory_reserve_take(struct memory_reserve *reserve, uint64_t limit)
{
    const uint64_t share = limit / SHARE / PAGE * PAGE;

    if (reserve->size == 0)
        reserve->size = share < LEAST ? LEAST : share > MOST ? MOST : share;
    memory_reserve_renew(reserve);
}

void memory_reserve_release(struct memory_reserve *reserve)
{
    if (reserve->memory)
        munmap(reserve->memory, reserve->size);
    reserve->memory = NULL;
}
