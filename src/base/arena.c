/* SPDX-License-Identifier: MIT */
#include "arena.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

enum { BLOCK_SIZE = 8192 };

struct arena_block {
    struct arena_block *next;
    size_t capacity;
    alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *new_block(size_t size)
{
    const size_t capacity = size > BLOCK_SIZE ? size : BLOCK_SIZE;
    struct arena_block *block = xmalloc(sizeof *block + capacity);

    block->next = NULL;
    block->capacity = capacity;
    return block;
}

/* Makes the next block with room for `size` bytes the current one. Blocks that are too small are skipped until the next reset. */
static void advance(struct arena *arena, size_t size)
{
    struct arena_block **link = arena->current ? &arena->current->next : &arena->first;

    while (*link && (*link)->capacity < size)
        link = &(*link)->next;
    if (!*link)
        *link = new_block(size);
    arena->current = *link;
    arena->used = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t rounded = (size + alignof(max_align_t) - 1) & -alignof(max_align_t);

    if (!arena->current || arena->current->capacity - arena->used < rounded)
        advance(arena, rounded);
    void *result = arena->current->bytes + arena->used;
    arena->used += rounded;
    return memset(result, 0, size);
}

char *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    char *copy = arena_alloc(arena, size + 1);

    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = arena_alloc(arena, (size_t)size + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)size + 1, format, arguments);
    va_end(arguments);
    return text;
}

void arena_reset(struct arena *arena)
{
    arena->current = arena->first;
    arena->used = 0;
}

void arena_finish(struct arena *arena)
{
    struct arena_block *next;

    for (struct arena_block *block = arena->first; block; block = next) {
        next = block->next;
        free(block);
    }
    *arena = (struct arena){0};
}
