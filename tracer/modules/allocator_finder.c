/* SPDX-License-Identifier: MIT */
#include "allocator_finder.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "module_files.h"

void allocator_find(const struct memory_maps *maps, struct found_allocators *found)
{
    *found = (struct found_allocators){0};
    for (size_t i = 0; i < maps->count; i++)
        if (maps->maps[i].inode != 0 && maps->maps[i].executable && allocator_names_of_file(maps->maps[i].path, &found->names))
            found->file = &maps->maps[i];
}

void allocator_find_inside(pid_t pid, struct found_allocators *found)
{
    const int file = module_file_open_program(pid);

    if (file < 0)
        return;
    allocator_names_of_program(file, &found->names);
    close(file);
}

/* "jemalloc (libjemalloc.so.2)". The caller frees it. */
static char *describe(const struct found_allocators *found)
{
    const struct allocator_names *names = &found->names;

    if (names->allocator && found->file)
        return xasprintf("%s (%s)", names->allocator, memory_map_file_name(found->file));
    if (names->allocator)
        return xasprintf("%s (in the program itself)", names->allocator);
    if (names->runtime)
        return xasprintf("that of %s", names->runtime);
    return names->own_malloc ? xstrdup("one of the program's own") : NULL;
}

void allocator_explain(struct process_record *record, const struct found_allocators *found, bool has_heap, bool sees_memory)
{
    char *name = describe(found);

    if (has_heap && found->names.allocator) {
        if (record->coverage == COVERAGE_FULL)
            record->coverage = COVERAGE_PARTIAL;
        process_record_reason(record, "besides glibc's there is another allocator, %s: its blocks were not looked for", name);
    } else if (!has_heap) {
        record->coverage = sees_memory ? COVERAGE_PARTIAL : COVERAGE_NONE;
        record->blocks_unknown = true;
        if (name)
            process_record_reason(record, "the allocator is %s, not glibc's: no blocks and leaks are told%s", name,
                                  sees_memory ? ", only where the memory is" : "");
        else
            process_record_reason(record,
                                  "no heap of glibc's malloc was found, and no other allocator that is known: it was never used, "
                                  "or the program has one of its own");
    }
    free(name);
}
