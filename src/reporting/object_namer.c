/* SPDX-License-Identifier: MIT */
#include "object_namer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "elf/symbolizer.h"
#include "heap/snapshot.h"
#include "model/report_names.h"
#include "records/process_record.h"

static uint64_t distance_of(const struct module *module, uint64_t address)
{
    return module->start > address ? module->start - address : address - module->start;
}

/* The code of the file: the distance of its data from there is the same in memory as by its symbol table. A file that is loaded
 * twice has two; the near one is the right one. */
static const struct module *code_of(const struct process_record *record, const char *path, uint64_t address)
{
    const struct module *nearest = NULL;

    for (size_t i = 0; i < record->module_count; i++) {
        const struct module *module = &record->modules[i];
        if (module->last_generation != UINT32_MAX || strcmp(module->path, path) != 0)
            continue;
        if (nearest == NULL || distance_of(module, address) < distance_of(nearest, address))
            nearest = module;
    }
    return nearest;
}

bool object_namer_find(const struct object_namer *namer, uint64_t address, struct object_name *name)
{
    const struct snapshot *snapshot = namer->snapshot;
    const struct loaded_file *file = snapshot_loaded_file(snapshot, address);
    struct symbol_object object;

    if (file == NULL)
        return false;
    const struct module *code = code_of(namer->record, file->path, address);
    const bool executable = code_range_find(snapshot->executable, snapshot->executable_count, address) != NULL;
    *name = (struct object_name){.module = report_names_string(namer->names, file->path), .offset = address - file->start};
    if (code == NULL)
        return true;
    const struct mapped_file mapped = {code->path, code->device, code->inode};
    const int64_t distance = (int64_t)(address - code->start);
    if (symbolizer_object(namer->symbolizer, &mapped, code->file_offset, distance, executable, &object) != 0)
        return true;
    name->symbol = report_names_string(namer->names, object.name);
    name->symbol_offset = object.name_offset;
    name->offset = object.address;
    return true;
}

const char *object_namer_group(const struct object_namer *namer, uint64_t address)
{
    static const char vtable[] = "vtable for ";
    struct object_name name;
    char *text;

    if (!object_namer_find(namer, address, &name))
        return NULL;
    if (name.symbol && strncmp(name.symbol, vtable, sizeof vtable - 1) == 0)
        text = xstrdup(name.symbol + sizeof vtable - 1);
    else if (name.symbol && name.symbol_offset == 0)
        text = xasprintf("first word points to %s", name.symbol);
    else if (name.symbol)
        text = xasprintf("first word points to %s+0x%" PRIx64, name.symbol, name.symbol_offset);
    else
        text = xasprintf("first word points to %s+0x%" PRIx64, basename(name.module), name.offset);
    const char *kept = report_names_string(namer->names, text);
    free(text);
    return kept;
}
