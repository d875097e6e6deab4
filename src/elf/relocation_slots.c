/* SPDX-License-Identifier: MIT */
#include "relocation_slots.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <string.h>

enum {
    OBJECTS_MAX = 65536,
    DYNAMIC_MAX = 1024, /* entries of a dynamic section */
    CHUNK = 64,         /* relocations read at once */
    NAME_MAX_SIZE = 64,
};
static const uint64_t table_max = UINT64_C(1) << 28; /* bytes */

static bool read_all(const struct memory_view *memory, uint64_t address, void *buffer, size_t size)
{
    return memory_read(memory, address, buffer, size) == size;
}

int loaded_objects_walk(const struct memory_view *memory, uint64_t debug, loaded_object_visit *visit, void *context)
{
    struct r_debug list;
    struct link_map object;

    if (!read_all(memory, debug, &list, sizeof list))
        return -EFAULT;
    uint64_t next = (uint64_t)(uintptr_t)list.r_map;
    for (size_t i = 0; i < OBJECTS_MAX && next != 0; i++) {
        if (!read_all(memory, next, &object, sizeof object))
            return -EFAULT;
        int result = visit(context, object.l_addr, (uint64_t)(uintptr_t)object.l_ld);
        if (result != 0)
            return result;
        next = (uint64_t)(uintptr_t)object.l_next;
    }
    return next == 0 ? 0 : -ELOOP;
}

/* glibc adds the bias to what stands there, where it can write to it: not in the vDSO. */
static uint64_t absolute(uint64_t bias, uint64_t value)
{
    return value < bias ? value + bias : value;
}

static bool note_entry(const Elf64_Dyn *entry, uint64_t bias, struct relocation_tables *tables)
{
    const uint64_t value = entry->d_un.d_val;

    switch (entry->d_tag) {
    case DT_SYMTAB:
        tables->symbols = absolute(bias, value);
        break;
    case DT_STRTAB:
        tables->strings = absolute(bias, value);
        break;
    case DT_STRSZ:
        tables->strings_size = value;
        break;
    case DT_RELA:
        tables->relocations[0].start = absolute(bias, value);
        break;
    case DT_RELASZ:
        tables->relocations[0].size = value;
        break;
    case DT_JMPREL:
        tables->relocations[1].start = absolute(bias, value);
        break;
    case DT_PLTRELSZ:
        tables->relocations[1].size = value;
        break;
    case DT_PLTREL:
        return value == DT_RELA;
    case DT_SYMENT:
        return value == sizeof(Elf64_Sym);
    case DT_RELAENT:
        return value == sizeof(Elf64_Rela);
    default:
        break;
    }
    return true;
}

static bool makes_sense(const struct relocation_tables *tables)
{
    bool any = false;

    for (size_t i = 0; i < 2; i++) {
        const uint64_t start = tables->relocations[i].start, size = tables->relocations[i].size;
        if (size > table_max || size % sizeof(Elf64_Rela) != 0 || (size > 0 && start == 0) || start + size < start)
            return false;
        any |= size > 0;
    }
    return !any || (tables->symbols != 0 && tables->strings != 0 && tables->strings + tables->strings_size >= tables->strings);
}

int relocation_tables_read(const struct memory_view *memory, uint64_t bias, uint64_t dynamic, struct relocation_tables *tables)
{
    Elf64_Dyn entry;

    *tables = (struct relocation_tables){.bias = bias};
    for (size_t i = 0; i < DYNAMIC_MAX; i++) {
        if (!read_all(memory, dynamic + i * sizeof entry, &entry, sizeof entry))
            return -EFAULT;
        if (entry.d_tag == DT_NULL)
            return makes_sense(tables) ? 0 : -ENOEXEC;
        if (!note_entry(&entry, bias, tables))
            return -ENOEXEC;
    }
    return -ENOEXEC;
}

/* Whether the relocation stores the address of a symbol, and nothing else. */
static bool is_slot(const Elf64_Rela *relocation)
{
    const uint64_t type = ELF64_R_TYPE(relocation->r_info);

    return ELF64_R_SYM(relocation->r_info) != 0 &&
           (type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT || (type == R_X86_64_64 && relocation->r_addend == 0));
}

static int walk_table(const struct memory_view *memory, const struct relocation_tables *tables, size_t number,
                      relocation_slot_visit *visit, void *context)
{
    const uint64_t start = tables->relocations[number].start, count = tables->relocations[number].size / sizeof(Elf64_Rela);
    Elf64_Rela chunk[CHUNK];
    int result = 0;

    for (uint64_t i = 0; i < count && result == 0; i++) {
        const size_t place = i % CHUNK, fill = count - i < CHUNK ? count - i : CHUNK;
        if (place == 0 && !read_all(memory, start + i * sizeof *chunk, chunk, fill * sizeof *chunk))
            return -EFAULT;
        const Elf64_Rela *relocation = &chunk[place];
        if (!is_slot(relocation))
            continue;
        const struct relocation_slot slot = {
            .address = tables->bias + relocation->r_offset,
            .symbol = (uint32_t)ELF64_R_SYM(relocation->r_info),
            .may_be_lazy = ELF64_R_TYPE(relocation->r_info) == R_X86_64_JUMP_SLOT,
        };
        result = visit(context, &slot);
    }
    return result;
}

int relocation_slots_walk(const struct memory_view *memory, const struct relocation_tables *tables, relocation_slot_visit *visit,
                          void *context)
{
    int result = walk_table(memory, tables, 0, visit, context);

    return result != 0 ? result : walk_table(memory, tables, 1, visit, context);
}

bool relocation_slot_is_named(const struct memory_view *memory, const struct relocation_tables *tables,
                              const struct relocation_slot *slot, const char *name, uint64_t *definition)
{
    const size_t size = strlen(name) + 1;
    char there[NAME_MAX_SIZE];
    Elf64_Sym symbol;

    if (size > sizeof there ||
        !read_all(memory, tables->symbols + (uint64_t)slot->symbol * sizeof symbol, &symbol, sizeof symbol) ||
        symbol.st_name >= tables->strings_size || tables->strings_size - symbol.st_name < size ||
        !read_all(memory, tables->strings + symbol.st_name, there, size) || memcmp(there, name, size) != 0)
        return false;
    *definition = symbol.st_shndx == SHN_UNDEF ? 0 : tables->bias + symbol.st_value;
    return true;
}
