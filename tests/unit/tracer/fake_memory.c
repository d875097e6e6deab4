/* SPDX-License-Identifier: MIT */
#include "fake_memory.h"

#include <stdlib.h>
#include <string.h>

static const struct fake_piece *find(const struct fake_memory *memory, uint64_t address)
{
    for (size_t i = 0; i < memory->count; i++)
        if (address - memory->pieces[i].address < memory->pieces[i].size)
            return &memory->pieces[i];
    return NULL;
}

static size_t read_fake(void *context, uint64_t address, void *buffer, size_t size)
{
    const struct fake_piece *piece = find(context, address);
    if (!piece)
        return 0;
    const size_t offset = address - piece->address, rest = piece->size - offset;
    if (size > rest)
        size = rest;
    memcpy(buffer, piece->bytes + offset, size);
    return size;
}

void *fake_memory_add(struct fake_memory *memory, uint64_t address, size_t size)
{
    unsigned char *bytes = calloc(1, size);

    memory->pieces[memory->count++] = (struct fake_piece){address, size, bytes};
    return bytes;
}

void *fake_memory_at(const struct fake_memory *memory, uint64_t address)
{
    const struct fake_piece *piece = find(memory, address);
    return piece ? piece->bytes + (address - piece->address) : NULL;
}

struct memory_view fake_memory_view(struct fake_memory *memory)
{
    return (struct memory_view){.read = read_fake, .context = memory};
}

void fake_memory_finish(struct fake_memory *memory)
{
    for (size_t i = 0; i < memory->count; i++)
        free(memory->pieces[i].bytes);
    memory->count = 0;
}
