/* SPDX-License-Identifier: MIT */
#include "stack_namer.h"

#include <stdlib.h>
#include <string.h>

#include "elf/demangle.h"
#include "elf/symbolizer.h"
#include "hash_table.h"
#include "report_names.h"
#include "xalloc.h"

#define INLINED_MAX 64

/* A place in a file, or an address that is in none (then `module` is NULL and `offset` the address). */
struct place {
    const char *module; /* one copy of each path: compared by pointer */
    uint64_t offset;    /* in the file */
    size_t frame_count;
    const struct report_frame *frames;
};

struct known_address {
    uint64_t address;
    uint32_t generation;
    const struct place *place;
};

struct stack_namer {
    struct symbolizer *symbolizer;
    struct report_names *names;
    const struct module *modules;
    size_t module_count;
    struct hash_table addresses; /* struct known_address */
    struct hash_table places;    /* struct place */
};

struct stack_namer *stack_namer_create(struct symbolizer *symbolizer, struct report_names *names, const struct module *modules,
                                       size_t module_count)
{
    struct stack_namer *namer = xcalloc(1, sizeof *namer);

    namer->symbolizer = symbolizer;
    namer->names = names;
    namer->modules = modules;
    namer->module_count = module_count;
    return namer;
}

static void free_entries(struct hash_table *table)
{
    for (size_t i = 0; i < table->capacity; i++)
        free(table->slots[i].entry);
    hash_table_finish(table);
}

void stack_namer_destroy(struct stack_namer *namer)
{
    if (namer == NULL)
        return;
    free_entries(&namer->addresses);
    free_entries(&namer->places);
    free(namer);
}

static const struct module *find_module(const struct stack_namer *namer, uint64_t address, uint32_t generation)
{
    for (size_t i = 0; i < namer->module_count; i++) {
        const struct module *module = &namer->modules[i];
        if (module->start <= address && address < module->end && module->first_generation <= generation &&
            generation <= module->last_generation)
            return module;
    }
    return NULL;
}

static void name_place(struct stack_namer *namer, struct place *place, uint64_t address)
{
    struct symbol_frame symbols[INLINED_MAX];
    struct symbol_module module = {0};
    size_t count = 0;

    if (place->module != NULL)
        count = symbolizer_lookup(namer->symbolizer, place->module, place->offset, &module, symbols, INLINED_MAX);
    if (count == 0)
        symbols[count++] = (struct symbol_frame){0};
    struct report_frame *frames = report_names_frames(namer->names, count);
    for (size_t i = 0; i < count; i++)
        frames[i] = (struct report_frame){
            .address = address,
            .module = place->module,
            .build_id = report_names_string(namer->names, module.build_id),
            .offset = module.bias_offset,
            .function = report_names_string(namer->names, symbols[i].function),
            .linkage_name = report_names_string(namer->names, symbols[i].linkage_name),
            .file = report_names_string(namer->names, symbols[i].file),
            .line = symbols[i].line,
            .inlined = symbols[i].inlined,
        };
    place->frames = frames;
    place->frame_count = count;
}

static bool same_place(const void *entry, const void *key)
{
    const struct place *left = entry, *right = key;
    return left->module == right->module && left->offset == right->offset;
}

static const struct place *place_of(struct stack_namer *namer, uint64_t address, uint32_t generation)
{
    const struct module *module = find_module(namer, address, generation);
    struct place key = {.offset = address};

    if (module != NULL) {
        key.module = report_names_string(namer->names, module->path);
        key.offset = address - module->start + module->file_offset;
    }
    uint64_t hash = hash_mix(hash_mix(0, (uintptr_t)key.module), key.offset);
    struct place *place = hash_table_find(&namer->places, hash, same_place, &key);
    if (place == NULL) {
        place = xmalloc(sizeof *place);
        *place = key;
        name_place(namer, place, address);
        hash_table_add(&namer->places, hash, place);
    }
    return place;
}

static bool same_address(const void *entry, const void *key)
{
    const struct known_address *left = entry, *right = key;
    return left->address == right->address && left->generation == right->generation;
}

static const struct place *find_place(struct stack_namer *namer, uint64_t address, uint32_t generation)
{
    struct known_address key = {.address = address, .generation = generation};
    uint64_t hash = hash_mix(hash_mix(0, address), generation);
    struct known_address *known = hash_table_find(&namer->addresses, hash, same_address, &key);

    if (known == NULL) {
        known = xmalloc(sizeof *known);
        *known = key;
        /* A return address may lie behind the function that called, even in the next one: the call is just before. */
        known->place = place_of(namer, address ? address - 1 : 0, generation);
        hash_table_add(&namer->addresses, hash, known);
    }
    return known->place;
}

struct report_stack stack_namer_name(struct stack_namer *namer, const uint64_t *addresses, size_t count, uint32_t generation)
{
    size_t total = 0, done = 0;

    for (size_t i = 0; i < count; i++)
        total += find_place(namer, addresses[i], generation)->frame_count;
    const struct report_frame **frames = report_names_stack(namer->names, total);
    for (size_t i = 0; i < count; i++) {
        const struct place *place = find_place(namer, addresses[i], generation);
        for (size_t k = 0; k < place->frame_count; k++)
            frames[done++] = &place->frames[k];
    }
    return (struct report_stack){.frames = frames, .frame_count = total};
}

struct report_stack stack_namer_name_calls(struct stack_namer *namer, const struct call_stack *stack)
{
    return stack_namer_name(namer, stack->frames, stack->frame_count, stack->generation);
}

const char *stack_namer_content(struct report_names *names, const char *content)
{
    static const char prefix[] = "typeinfo name for ";
    char *plain = content && strncmp(content, "_ZTS", 4) == 0 ? demangle(content) : NULL;
    const char *text = plain ? plain : content;

    if (plain && strncmp(plain, prefix, sizeof prefix - 1) == 0)
        text = plain + sizeof prefix - 1;
    text = report_names_string(names, text);
    free(plain);
    return text;
}
