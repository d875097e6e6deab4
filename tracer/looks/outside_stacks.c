/* SPDX-License-Identifier: MIT
 *
 * A stack that the C library made has a guard without rights in front, and at its end the description of the thread, struct
 * pthread, whose first and third words lead to itself (tcbhead_t: tcb, dtv, self; sysdeps/x86_64/nptl/tls.h of glibc). Static
 * thread-local variables lie in front of that, and whatever is left of the page behind. */
#include "outside_stacks.h"

#include <stdlib.h>

#include "base/xalloc.h"

enum {
    SEARCHED = 16384, /* bytes before the end, in which the description begins: it has about 2300 */
    ALIGNMENT = 64,   /* of the description (TCB_ALIGNMENT) */
};

static bool is_guard(const struct memory_map *map)
{
    return !map->readable && !map->writable && !map->executable && map->inode == 0;
}

static bool leads_to_itself(const uint64_t *words, uint64_t address)
{
    return words[0] == address && words[2] == address;
}

/* Finds the description, and with it the block of the vector that its second word leads into, behind the first element (dtv_t:
 * elf/dl-tls.c). */
static bool read_description(const struct memory_view *memory, const struct memory_map *map, uint64_t *vector)
{
    enum { ELEMENT = 16 };
    uint64_t words[SEARCHED / sizeof(uint64_t)];
    const uint64_t size = map->end - map->start < SEARCHED ? map->end - map->start : SEARCHED, start = map->end - size;
    const size_t count = memory_read(memory, start, words, size) / sizeof *words;

    for (size_t i = 0; i + 2 < count; i += ALIGNMENT / sizeof *words) {
        if (!leads_to_itself(&words[i], start + i * sizeof *words))
            continue;
        *vector = words[i + 1] - ELEMENT;
        return true;
    }
    return false;
}

void outside_stacks_find(const struct memory_view *memory, const struct memory_maps *maps, struct outside_stacks *found)
{
    uint64_t vector;

    *found = (struct outside_stacks){0};
    for (size_t i = 1; i < maps->count; i++) {
        const struct memory_map *map = &maps->maps[i], *before = &maps->maps[i - 1];
        if (!map->writable || !memory_map_is_anonymous(map) || !is_guard(before) || before->end != map->start)
            continue;
        if (!read_description(memory, map, &vector))
            continue;
        found->stacks = xgrow(found->stacks, &found->capacity, found->count + 1, sizeof *found->stacks);
        found->stacks[found->count++] = (struct outside_stack){{map->start, map->end}, vector};
    }
}

void outside_stacks_finish(struct outside_stacks *found)
{
    free(found->stacks);
    *found = (struct outside_stacks){0};
}
