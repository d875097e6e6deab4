/* SPDX-License-Identifier: MIT */
#include "function_index.h"

#include <stdint.h>
#include <stdlib.h>

#include <dwarf.h>

#include "base/xalloc.h"

#define NESTING_MAX 64 /* namespaces and classes in one another */

/* Which thing covers which addresses: [low, high). */
struct range {
    Dwarf_Addr low, high;
    size_t thing; /* index of a unit, or offset of a function's DIE */
};

struct range_map {
    struct range *ranges;
    size_t count, capacity;
};

struct unit {
    Dwarf_Die lines;     /* the unit's DIE in the file itself */
    Dwarf_Die functions; /* the same, or its split half in another file */
    struct range_map map;
    bool indexed;
};

struct function_index {
    struct unit *units;
    size_t unit_count, unit_capacity;
    struct range_map map;
};

static void add_ranges(struct range_map *map, Dwarf_Die *die, size_t thing)
{
    Dwarf_Addr base, low, high;
    ptrdiff_t next = 0;

    while ((next = dwarf_ranges(die, next, &base, &low, &high)) > 0) {
        /* Address 0 is what linkers leave behind for code that they dropped. */
        if (low == 0 || high <= low)
            continue;
        map->ranges = xgrow(map->ranges, &map->capacity, map->count + 1, sizeof *map->ranges);
        map->ranges[map->count++] = (struct range){low, high, thing};
    }
}

static int compare_ranges(const void *a, const void *b)
{
    const struct range *left = a, *right = b;
    return left->low < right->low ? -1 : left->low > right->low;
}

static void sort_ranges(struct range_map *map)
{
    if (map->count > 0)
        qsort(map->ranges, map->count, sizeof *map->ranges, compare_ranges);
}

static const struct range *find_range(const struct range_map *map, Dwarf_Addr address)
{
    size_t from = 0, to = map->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (map->ranges[middle].low <= address)
            from = middle + 1;
        else
            to = middle;
    }
    return from > 0 && address < map->ranges[from - 1].high ? &map->ranges[from - 1] : NULL;
}

/* The next DIE on the same level. References can point anywhere in a damaged file: only forward, or a loop would not end. */
static bool next_sibling(Dwarf_Die *die)
{
    Dwarf_Off before = dwarf_dieoffset(die);
    return dwarf_siblingof(die, die) == 0 && dwarf_dieoffset(die) > before;
}

static void add_unit(struct function_index *index, Dwarf_Die *die)
{
    Dwarf_Die split;
    uint8_t type;

    index->units = xgrow(index->units, &index->unit_capacity, index->unit_count + 1, sizeof *index->units);
    struct unit *unit = &index->units[index->unit_count];
    *unit = (struct unit){.lines = *die, .functions = *die};
    if (dwarf_cu_info(die->cu, NULL, &type, NULL, &split, NULL, NULL, NULL) == 0 && type == DW_UT_skeleton && split.addr != NULL)
        unit->functions = split;
    add_ranges(&index->map, die, index->unit_count++);
}

struct function_index *function_index_create(Dwfl_Module *module)
{
    struct function_index *index = xcalloc(1, sizeof *index);
    Dwarf_Die *die = NULL;
    Dwarf_Addr bias;

    while ((die = dwfl_module_nextcu(module, die, &bias)) != NULL)
        add_unit(index, die);
    sort_ranges(&index->map);
    return index;
}

void function_index_destroy(struct function_index *index)
{
    if (index == NULL)
        return;
    for (size_t i = 0; i < index->unit_count; i++)
        free(index->units[i].map.ranges);
    free(index->units);
    free(index->map.ranges);
    free(index);
}

static void index_functions(struct unit *unit, Dwarf_Die *parent, unsigned nesting)
{
    Dwarf_Die die;

    if (nesting == NESTING_MAX || dwarf_child(parent, &die) != 0)
        return;
    do {
        switch (dwarf_tag(&die)) {
        case DW_TAG_subprogram:
            add_ranges(&unit->map, &die, dwarf_dieoffset(&die));
            break;
        case DW_TAG_namespace:
        case DW_TAG_module:
        case DW_TAG_class_type:
        case DW_TAG_structure_type:
        case DW_TAG_union_type:
        case DW_TAG_enumeration_type: /* Rust */
            index_functions(unit, &die, nesting + 1);
            break;
        default:
            break;
        }
    } while (next_sibling(&die));
}

/* The child of `parent` that the address lies in: an inlined function, or a block that may hold some. */
static bool enter_scope(Dwarf_Die *parent, Dwarf_Addr address, Dwarf_Die *scope)
{
    if (dwarf_child(parent, scope) != 0)
        return false;
    do {
        switch (dwarf_tag(scope)) {
        case DW_TAG_inlined_subroutine:
        case DW_TAG_lexical_block:
        case DW_TAG_try_block:
        case DW_TAG_catch_block:
            if (dwarf_haspc(scope, address) > 0)
                return true;
            break;
        default:
            break;
        }
    } while (next_sibling(scope));
    return false;
}

bool function_index_find(struct function_index *index, Dwarf_Addr address, struct function_scopes *scopes)
{
    const struct range *range = find_range(&index->map, address);
    Dwarf_Die die, scope;

    scopes->count = 0;
    if (range == NULL)
        return false;
    struct unit *unit = &index->units[range->thing];
    scopes->unit = unit->lines;
    if (!unit->indexed) {
        unit->indexed = true;
        index_functions(unit, &unit->functions, 0);
        sort_ranges(&unit->map);
    }
    range = find_range(&unit->map, address);
    if (range == NULL || dwarf_offdie(dwarf_cu_getdwarf(unit->functions.cu), range->thing, &die) == NULL)
        return true;
    scopes->dies[scopes->count++] = die;
    while (scopes->count < FUNCTION_SCOPES_MAX && enter_scope(&die, address, &scope)) {
        die = scope;
        if (dwarf_tag(&die) == DW_TAG_inlined_subroutine)
            scopes->dies[scopes->count++] = die;
    }
    return true;
}
