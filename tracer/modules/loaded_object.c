/* SPDX-License-Identifier: MIT */
#include "loaded_object.h"

#include <elf.h>
#include <string.h>

enum { PAGE = 4096, PROGRAM_HEADERS_MAX = 64 };

static uint64_t page_down(uint64_t address)
{
    return address & -(uint64_t)PAGE;
}

static void add_segment(const Elf64_Phdr *segment, struct loaded_object *object, bool *has_bias, uint64_t base)
{
    if (!*has_bias && segment->p_offset < PAGE) {
        object->bias = base - page_down(segment->p_vaddr);
        *has_bias = true;
    }
    if (!(segment->p_flags & PF_W))
        return;
    const uint64_t start = page_down(segment->p_vaddr);
    const uint64_t end = page_down(segment->p_vaddr + segment->p_memsz + PAGE - 1);
    if (object->data.end == 0 || start < object->data.start)
        object->data.start = start;
    if (end > object->data.end)
        object->data.end = end;
}

bool loaded_object_read(const struct memory_view *memory, uint64_t base, struct loaded_object *object)
{
    Elf64_Ehdr header;
    Elf64_Phdr segments[PROGRAM_HEADERS_MAX];
    bool has_bias = false;

    *object = (struct loaded_object){0};
    if (memory_read(memory, base, &header, sizeof header) != sizeof header || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_phentsize != sizeof *segments || header.e_phnum > PROGRAM_HEADERS_MAX)
        return false;
    const size_t size = header.e_phnum * sizeof *segments;
    if (memory_read(memory, base + header.e_phoff, segments, size) != size)
        return false;
    for (size_t i = 0; i < header.e_phnum; i++)
        if (segments[i].p_type == PT_LOAD)
            add_segment(&segments[i], object, &has_bias, base);
    if (object->data.end != 0) {
        object->data.start += object->bias;
        object->data.end += object->bias;
    }
    return has_bias && object->data.start <= object->data.end;
}

const struct memory_map *loaded_object_find(const struct memory_maps *maps, loaded_object_matches *matches, const void *context)
{
    for (size_t i = 0; i < maps->count; i++)
        if (maps->maps[i].inode != 0 && maps->maps[i].offset == 0 && matches(context, &maps->maps[i]))
            return &maps->maps[i];
    return NULL;
}

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool loaded_object_is_libc(const void *context, const struct memory_map *map)
{
    const char *name = memory_map_file_name(map);
    return strcmp(name, "libc.so.6") == 0 || starts_with(name, "libc-2.");
}

bool loaded_object_is_loader(const void *context, const struct memory_map *map)
{
    const char *name = memory_map_file_name(map);
    return starts_with(name, "ld-linux") || starts_with(name, "ld-2.") || strcmp(name, "ld.so") == 0;
}

struct address_range loaded_object_extent(const struct memory_maps *maps, const struct memory_map *first, bool code_only)
{
    struct address_range range = {0, 0};

    for (size_t i = 0; i < maps->count; i++) {
        const struct memory_map *map = &maps->maps[i];
        if (map->inode != first->inode || map->device != first->device || (code_only && !map->executable))
            continue;
        range.start = range.start == 0 ? map->start : range.start;
        range.end = map->end;
    }
    return range;
}
