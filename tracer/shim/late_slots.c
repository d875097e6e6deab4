/* SPDX-License-Identifier: MIT */
#include "late_slots.h"

#include <errno.h>
#include <string.h>

#include "elf/relocation_slots.h"
#include "tracer/kernel/page_cache.h"

/* ---- Finding them ------------------------------------------------------------------------------------------------------------ */

struct search {
    struct late_hooks *hooks;
    const struct memory_maps *maps;
    struct memory_view memory; /* through a cache: tables are read an entry at a time */
    struct relocation_tables tables;
    const struct memory_map *object; /* mapping of the dynamic section of the object that is looked at */
};

static bool is_same_file(const struct memory_map *one, const struct memory_map *other)
{
    return one && other && one->inode != 0 && one->inode == other->inode && one->device == other->device;
}

/* Whether a slot that holds `value` calls the function in the end: it is bound to it, or not bound yet. Then it leads into the PLT
 * of its object, which is code of the object, but not the function of that name which the object may define itself. */
static bool leads_to(const struct search *search, const struct relocation_slot *slot, uint64_t value, uint64_t definition,
                     const struct lw_hook *hook)
{
    if (value == hook->function)
        return true;
    if (!slot->may_be_lazy || (definition != 0 && value == definition))
        return false;
    const struct memory_map *code = memory_maps_find(search->maps, value);
    return code && code->executable && is_same_file(code, search->object);
}

static int add_slot(struct lw_late *table, uint64_t address, uint64_t original, uint32_t hook)
{
    if (table->slot_count == LW_LATE_SLOTS)
        return -ENOSPC;
    table->slots[table->slot_count++] = (struct lw_slot){address, original, hook};
    return 0;
}

/* Names are compared last: most slots can be told by what they hold. */
static int visit_slot(void *context, const struct relocation_slot *slot)
{
    struct search *search = context;
    struct late_hooks *hooks = search->hooks;
    uint64_t value, definition;

    if (memory_read(&search->memory, slot->address, &value, sizeof value) != sizeof value)
        return -EFAULT;
    for (uint32_t i = 0; i < hooks->table.hook_count; i++) {
        const struct lw_hook *hook = &hooks->table.hooks[i];
        if (!late_hooks_by_slots(hooks, i) || (value != hook->function && !slot->may_be_lazy))
            continue;
        if (relocation_slot_is_named(&search->memory, &search->tables, slot, hook->name, &definition))
            return leads_to(search, slot, value, definition, hook) ? add_slot(&hooks->table, slot->address, value, i) : 0;
    }
    return 0;
}

/* The shim calls the functions themselves. */
static bool is_shim(const struct search *search)
{
    return is_same_file(search->object, memory_maps_find(search->maps, search->hooks->table.hooks[0].hook));
}

static int visit_object(void *context, uint64_t bias, uint64_t dynamic)
{
    struct search *search = context;

    search->object = memory_maps_find(search->maps, dynamic);
    if (!search->object || is_shim(search))
        return 0;
    int error = relocation_tables_read(&search->memory, bias, dynamic, &search->tables);
    return error ? error : relocation_slots_walk(&search->memory, &search->tables, visit_slot, search);
}

int late_slots_find(struct late_hooks *hooks, const struct memory_maps *maps, uint64_t debug)
{
    struct page_cache cache;
    struct search search = {.hooks = hooks, .maps = maps};
    const struct memory_view memory = tracee_memory_view(hooks->memory);

    hooks->table.slot_count = 0;
    if (!late_hooks_any_by_slots(hooks))
        return 0;
    if (debug == 0)
        return -ENOTSUP;
    page_cache_begin(&cache, &memory);
    search.memory = page_cache_view(&cache);
    return loaded_objects_walk(&search.memory, debug, visit_object, &search);
}

/* ---- In and out -------------------------------------------------------------------------------------------------------------- */

int late_slots_install(struct late_hooks *hooks)
{
    int error = 0;

    for (uint64_t i = 0; i < hooks->table.slot_count && !error; i++) {
        const struct lw_slot *slot = &hooks->table.slots[i];
        const uint64_t hook = hooks->table.hooks[slot->hook].hook;
        error = tracee_memory_write_code(hooks->memory, slot->address, &hook, sizeof hook);
    }
    return error;
}

static int remove_slot(const struct late_hooks *hooks, const struct lw_slot *slot)
{
    const struct memory_view memory = tracee_memory_view(hooks->memory);
    uint64_t value;

    if (slot->hook >= hooks->table.hook_count || memory_read(&memory, slot->address, &value, sizeof value) != sizeof value ||
        value != hooks->table.hooks[slot->hook].hook)
        return 0; /* bound to something else since, or gone with its library */
    return tracee_memory_write_code(hooks->memory, slot->address, &slot->original, sizeof slot->original);
}

int late_slots_remove(struct late_hooks *hooks)
{
    struct lw_late *table = &hooks->table;
    uint64_t left = 0;
    int result = 0;

    for (uint64_t i = 0; i < table->slot_count; i++) {
        int error = remove_slot(hooks, &table->slots[i]);
        if (!error)
            continue;
        table->slots[left++] = table->slots[i];
        result = error;
    }
    table->slot_count = left;
    return result;
}
