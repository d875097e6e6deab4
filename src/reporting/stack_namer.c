/* SPDX-License-Identifier: MIT */
#include "stack_namer.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/xalloc.h"
#include "elf/symbolizer.h"
#include "model/report_names.h"

#define INLINED_MAX 64

/* A place in a file, or an address that is in none (then `module` is NULL and `offset` the address). */
struct place {
    const char *module;     /* one copy of each path: compared by pointer */
    uint64_t device, inode; /* of the file */
    uint64_t offset;        /* in the file */
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
    const struct place **stack;  /* that is being named */
    size_t stack_capacity;
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
    free(namer->stack);
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

    if (place->module != NULL) {
        const struct mapped_file file = {place->module, place->device, place->inode};
        count = symbolizer_lookup(namer->symbolizer, &file, place->offset, &module, symbols, INLINED_MAX);
    }
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

static bool same_file(const struct place *left, const struct place *right)
{
    return left->module == right->module && left->inode == right->inode && left->device == right->device;
}

static bool same_place(const void *entry, const void *key)
{
    const struct place *left = entry, *right = key;
    return same_file(left, right) && left->offset == right->offset;
}

static struct place key_of(const struct stack_namer *namer, uint64_t address, uint32_t generation)
{
    const struct module *module = find_module(namer, address, generation);
    struct place key = {.offset = address};

    if (module != NULL)
        key = (struct place){.module = report_names_string(namer->names, module->path),
                             .device = module->device,
                             .inode = module->inode,
                             .offset = address - module->start + module->file_offset};
    return key;
}

static const struct place *place_of(struct stack_namer *namer, uint64_t address, uint32_t generation)
{
    const struct place key = key_of(namer, address, generation);
    uint64_t hash = hash_mix(hash_mix(hash_mix(0, (uintptr_t)key.module), key.inode), key.offset);
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

static uint64_t hash_of_address(uint64_t address, uint32_t generation)
{
    return hash_mix(hash_mix(0, address), generation);
}

static const struct known_address *find_address(const struct stack_namer *namer, uint64_t address, uint32_t generation)
{
    const struct known_address key = {.address = address, .generation = generation};

    return hash_table_find(&namer->addresses, hash_of_address(address, generation), same_address, &key);
}

/* A return address may lie behind the function that called, even in the next one: the call is just before. */
static uint64_t call_before(uint64_t address)
{
    return address ? address - 1 : 0;
}

static const struct place *find_place(struct stack_namer *namer, uint64_t address, uint32_t generation)
{
    const struct known_address *known = find_address(namer, address, generation);

    if (known == NULL) {
        struct known_address *found = xmalloc(sizeof *found);
        *found = (struct known_address){address, generation, place_of(namer, call_before(address), generation)};
        hash_table_add(&namer->addresses, hash_of_address(address, generation), found);
        known = found;
    }
    return known->place;
}

/* Looks for what is known of these addresses already. Returns whether that is all. */
static bool find_known(struct stack_namer *namer, const uint64_t *addresses, size_t count, uint32_t generation)
{
    bool complete = true;

    namer->stack = xgrow(namer->stack, &namer->stack_capacity, count, sizeof(void *));
    for (size_t i = 0; i < count; i++) {
        const struct known_address *known = find_address(namer, addresses[i], generation);
        namer->stack[i] = known ? known->place : NULL;
        complete &= known != NULL;
    }
    return complete;
}

/* Asks at once for all that is new in a stack, file by file. */
static void prefetch(const struct stack_namer *namer, const uint64_t *addresses, size_t count, uint32_t generation)
{
    enum { MANY = 64 };
    uint64_t offsets[MANY];
    struct place before = {0};
    size_t pending = 0;

    for (size_t i = 0; i <= count; i++) {
        struct place place = {0};
        if (i < count && namer->stack[i])
            continue;
        if (i < count)
            place = key_of(namer, call_before(addresses[i]), generation);
        if (pending > 0 && (pending == MANY || !same_file(&place, &before))) {
            const struct mapped_file file = {before.module, before.device, before.inode};
            symbolizer_prefetch(namer->symbolizer, &file, offsets, pending);
            pending = 0;
        }
        before = place;
        if (place.module)
            offsets[pending++] = place.offset;
    }
}

struct report_stack stack_namer_name(struct stack_namer *namer, const uint64_t *addresses, size_t count, uint32_t generation)
{
    size_t total = 0, done = 0;

    if (!find_known(namer, addresses, count, generation))
        prefetch(namer, addresses, count, generation);
    for (size_t i = 0; i < count; i++) {
        if (!namer->stack[i])
            namer->stack[i] = find_place(namer, addresses[i], generation);
        total += namer->stack[i]->frame_count;
    }
    const struct report_frame **frames = report_names_stack(namer->names, total);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < namer->stack[i]->frame_count; k++)
            frames[done++] = &namer->stack[i]->frames[k];
    return (struct report_stack){.frames = frames, .frame_count = total};
}

struct report_stack stack_namer_name_calls(struct stack_namer *namer, const struct call_stack *stack)
{
    return stack_namer_name(namer, stack->frames, stack->frame_count, stack->generation);
}

const char *stack_namer_content(struct stack_namer *namer, const char *content)
{
    static const char prefix[] = "typeinfo name for ";
    const char *plain = content && strncmp(content, "_ZTS", 4) == 0 ? symbolizer_demangle(namer->symbolizer, content) : NULL;

    if (plain && strncmp(plain, prefix, sizeof prefix - 1) == 0)
        plain += sizeof prefix - 1;
    return report_names_string(namer->names, plain ? plain : content);
}
