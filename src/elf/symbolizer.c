/* SPDX-License-Identifier: MIT */
#include "symbolizer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/xalloc.h"
#include "symbol_client.h"

/* What is known of a file: opened once, also where that failed. */
struct known_file {
    char *path;
    uint64_t device, inode;
    struct symbol_client_file *symbols; /* NULL: it is no file */
};

/* What is known of a place in a file. */
struct known_place {
    const struct known_file *file;
    uint64_t offset;
    uint64_t address;
    size_t frame_count;
    struct symbol_frame frames[];
};

struct known_name {
    const char *name, *plain; /* kept; `plain` NULL: there is none */
};

struct symbolizer {
    struct symbol_client *client;
    struct hash_table files;   /* struct known_file */
    struct hash_table places;  /* struct known_place */
    struct hash_table strings; /* names as they are shown; char * */
    struct hash_table names;   /* that were to be demangled; struct known_name */
    struct symbol_place place; /* that is being named */
};

struct symbolizer *symbolizer_create(const struct symbolizer_settings *settings)
{
    struct symbolizer *symbolizer = xcalloc(1, sizeof *symbolizer);

    symbolizer->client = symbol_client_create(settings);
    return symbolizer;
}

void symbolizer_destroy(struct symbolizer *symbolizer)
{
    if (symbolizer == NULL)
        return;
    for (size_t i = 0; i < symbolizer->places.capacity; i++)
        free(symbolizer->places.slots[i].entry);
    for (size_t i = 0; i < symbolizer->strings.capacity; i++)
        free(symbolizer->strings.slots[i].entry);
    for (size_t i = 0; i < symbolizer->names.capacity; i++)
        free(symbolizer->names.slots[i].entry);
    for (size_t i = 0; i < symbolizer->files.capacity; i++) {
        struct known_file *file = symbolizer->files.slots[i].entry;
        if (file == NULL)
            continue;
        free(file->path);
        free(file);
    }
    hash_table_finish(&symbolizer->places);
    hash_table_finish(&symbolizer->strings);
    hash_table_finish(&symbolizer->names);
    hash_table_finish(&symbolizer->files);
    symbol_client_destroy(symbolizer->client);
    free(symbolizer);
}

void symbolizer_start(struct symbolizer *symbolizer)
{
    symbol_client_start(symbolizer->client);
}

pid_t symbolizer_reader(const struct symbolizer *symbolizer)
{
    return symbol_client_helper(symbolizer->client);
}

/* ---- Files ----------------------------------------------------------------------------------------------------------------- */

static bool is_file(const void *entry, const void *key)
{
    const struct known_file *known = entry;
    const struct mapped_file *file = key;

    return known->inode == file->inode && known->device == file->device && strcmp(known->path, file->path) == 0;
}

static uint64_t hash_of(const struct mapped_file *file)
{
    return hash_mix(hash_mix(hash_bytes(file->path, strlen(file->path)), file->device), file->inode);
}

static struct known_file *find_file(const struct symbolizer *symbolizer, const struct mapped_file *file)
{
    return hash_table_find(&symbolizer->files, hash_of(file), is_file, file);
}

static struct known_file *know_file(struct symbolizer *symbolizer, const struct mapped_file *file)
{
    struct known_file *known = find_file(symbolizer, file);

    if (known == NULL) {
        known = xmalloc(sizeof *known);
        *known = (struct known_file){.path = xstrdup(file->path), .device = file->device, .inode = file->inode};
        if (file->path[0] == '/')
            known->symbols = symbol_client_open(symbolizer->client, file);
        hash_table_add(&symbolizer->files, hash_of(file), known);
    }
    return known;
}

const char *symbolizer_problem(const struct symbolizer *symbolizer, const struct mapped_file *file)
{
    const struct known_file *known = find_file(symbolizer, file);

    return known && known->symbols ? symbol_client_problem(known->symbols) : NULL;
}

/* ---- Places ---------------------------------------------------------------------------------------------------------------- */

static bool same_string(const void *entry, const void *key)
{
    return strcmp(entry, key) == 0;
}

/* Keeps one copy of equal texts. NULL for NULL. */
static const char *keep(struct symbolizer *symbolizer, const char *text)
{
    if (text == NULL)
        return NULL;
    const uint64_t hash = hash_bytes(text, strlen(text));
    char *kept = hash_table_find(&symbolizer->strings, hash, same_string, text);

    if (kept == NULL) {
        kept = xstrdup(text);
        hash_table_add(&symbolizer->strings, hash, kept);
    }
    return kept;
}

static bool same_place(const void *entry, const void *key)
{
    const struct known_place *left = entry, *right = key;
    return left->file == right->file && left->offset == right->offset;
}

static uint64_t hash_of_place(const struct known_file *file, uint64_t offset)
{
    return hash_mix(hash_mix(0, (uintptr_t)file), offset);
}

static struct known_place *find_place(const struct symbolizer *symbolizer, const struct known_file *file, uint64_t offset)
{
    const struct known_place key = {file, offset};

    return hash_table_find(&symbolizer->places, hash_of_place(file, offset), same_place, &key);
}

static struct known_place *add_place(struct symbolizer *symbolizer, const struct known_file *file, uint64_t offset,
                                     const struct symbol_place *place)
{
    struct known_place *known = xmalloc(sizeof *known + place->frame_count * sizeof *known->frames);

    *known = (struct known_place){file, offset, place->address, place->frame_count};
    for (size_t i = 0; i < place->frame_count; i++) {
        struct symbol_frame *frame = &known->frames[i];
        *frame = place->frames[i];
        frame->function = keep(symbolizer, frame->function);
        frame->linkage_name = keep(symbolizer, frame->linkage_name);
        frame->file = keep(symbolizer, frame->file);
    }
    hash_table_add(&symbolizer->places, hash_of_place(file, offset), known);
    return known;
}

static struct known_place *look_up(struct symbolizer *symbolizer, const struct known_file *file, uint64_t offset)
{
    struct symbol_place *place = &symbolizer->place;

    place->address = offset;
    place->frame_count = 0;
    if (file->symbols)
        symbol_client_place(symbolizer->client, file->symbols, offset, place);
    return add_place(symbolizer, file, offset, place);
}

size_t symbolizer_lookup(struct symbolizer *symbolizer, const struct mapped_file *file, uint64_t file_offset,
                         struct symbol_module *module, struct symbol_frame *frames, size_t capacity)
{
    const struct known_file *known = know_file(symbolizer, file);
    const struct known_place *place = find_place(symbolizer, known, file_offset);

    if (place == NULL)
        place = look_up(symbolizer, known, file_offset);
    if (module != NULL)
        *module = (struct symbol_module){known->symbols ? symbol_client_build_id(known->symbols) : NULL, place->address};
    size_t count = place->frame_count < capacity ? place->frame_count : capacity;
    for (size_t i = 0; i < count; i++)
        frames[i] = place->frames[i];
    return count;
}

struct prefetching {
    struct symbolizer *symbolizer;
    const struct known_file *file;
};

static void prefetched(void *context, uint64_t offset, const struct symbol_place *place)
{
    const struct prefetching *prefetching = context;

    if (!find_place(prefetching->symbolizer, prefetching->file, offset)) /* it may have been asked for twice */
        add_place(prefetching->symbolizer, prefetching->file, offset, place);
}

void symbolizer_prefetch(struct symbolizer *symbolizer, const struct mapped_file *file, const uint64_t *file_offsets, size_t count)
{
    const struct known_file *known = know_file(symbolizer, file);
    struct prefetching prefetching = {symbolizer, known};
    uint64_t wanted[SYMBOL_PLACES_MAX];
    size_t wanted_count = 0;

    for (size_t i = 0; i < count && wanted_count < SYMBOL_PLACES_MAX; i++)
        if (!find_place(symbolizer, known, file_offsets[i]))
            wanted[wanted_count++] = file_offsets[i];
    if (known->symbols && wanted_count > 1)
        symbol_client_places(symbolizer->client, known->symbols, wanted, wanted_count, prefetched, &prefetching);
}

int symbolizer_object(struct symbolizer *symbolizer, const struct mapped_file *file, uint64_t file_offset, int64_t distance,
                      bool code, struct symbol_object *object)
{
    const struct known_file *known = know_file(symbolizer, file);

    if (known->symbols == NULL)
        return -ENOENT;
    const int error = symbol_client_object(symbolizer->client, known->symbols, file_offset, distance, code, object);
    if (error == 0)
        object->name = keep(symbolizer, object->name);
    return error;
}

/* ---- Names from elsewhere -------------------------------------------------------------------------------------------------- */

static bool is_name(const void *entry, const void *key)
{
    const struct known_name *known = entry;

    return strcmp(known->name, key) == 0;
}

const char *symbolizer_demangle(struct symbolizer *symbolizer, const char *name)
{
    const uint64_t hash = hash_bytes(name, strlen(name));
    struct known_name *known = hash_table_find(&symbolizer->names, hash, is_name, name);

    if (known == NULL) {
        known = xmalloc(sizeof *known);
        *known = (struct known_name){keep(symbolizer, name), keep(symbolizer, symbol_client_demangle(symbolizer->client, name))};
        hash_table_add(&symbolizer->names, hash, known);
    }
    return known->plain;
}
