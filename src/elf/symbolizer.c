/* SPDX-License-Identifier: MIT */
#include "symbolizer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "demangle.h"
#include "hash_table.h"
#include "symbol_file.h"
#include "xalloc.h"

#define FRAMES_MAX 64 /* inlined into one another at one address */

/* What is known of a path: opened once, also where that failed. */
struct known_file {
    char *path;
    struct symbol_file *symbols; /* NULL: no names */
};

/* What is known of a place in a file. */
struct known_place {
    const struct known_file *file;
    uint64_t offset;
    uint64_t address;
    size_t frame_count;
    struct symbol_frame frames[];
};

struct symbolizer {
    bool debuginfod;
    struct hash_table files;   /* struct known_file */
    struct hash_table places;  /* struct known_place */
    struct hash_table strings; /* names as they are shown; char * */
};

struct symbolizer *symbolizer_create(bool debuginfod)
{
    struct symbolizer *symbolizer = xcalloc(1, sizeof *symbolizer);
    symbolizer->debuginfod = debuginfod;
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
    for (size_t i = 0; i < symbolizer->files.capacity; i++) {
        struct known_file *file = symbolizer->files.slots[i].entry;
        if (file == NULL)
            continue;
        symbol_file_close(file->symbols);
        free(file->path);
        free(file);
    }
    hash_table_finish(&symbolizer->places);
    hash_table_finish(&symbolizer->strings);
    hash_table_finish(&symbolizer->files);
    free(symbolizer);
}

static bool file_has_path(const void *entry, const void *key)
{
    const struct known_file *file = entry;
    return strcmp(file->path, key) == 0;
}

static struct known_file *file_of_path(struct symbolizer *symbolizer, const char *path)
{
    uint64_t hash = hash_bytes(path, strlen(path));
    struct known_file *file = hash_table_find(&symbolizer->files, hash, file_has_path, path);

    if (file == NULL) {
        file = xcalloc(1, sizeof *file);
        file->path = xstrdup(path);
        file->symbols = symbol_file_open(path, symbolizer->debuginfod);
        hash_table_add(&symbolizer->files, hash, file);
    }
    return file;
}

static bool same_string(const void *entry, const void *key)
{
    return strcmp(entry, key) == 0;
}

/* Keeps one copy of equal texts. Takes over `text`. */
static const char *keep(struct symbolizer *symbolizer, char *text)
{
    uint64_t hash = hash_bytes(text, strlen(text));
    char *kept = hash_table_find(&symbolizer->strings, hash, same_string, text);

    if (kept != NULL) {
        free(text);
        return kept;
    }
    hash_table_add(&symbolizer->strings, hash, text);
    return text;
}

/* Takes "dir/.." and "." out of an absolute path, in place; compilers put them there for sources given by relative paths. */
static void shorten_path(char *path)
{
    char *to = path;

    for (const char *from = path; *from != '\0';) {
        size_t length = 1 + strcspn(from + 1, "/"); /* of "/name" */
        if (length == 1 || (length == 2 && from[1] == '.')) {
            from += length;
        } else if (length == 3 && from[1] == '.' && from[2] == '.') {
            while (to > path && *--to != '/')
                ;
            from += length;
        } else {
            memmove(to, from, length);
            to += length;
            from += length;
        }
    }
    *to = '\0';
}

/* "name@VERSION" and "name@@VERSION" are one function's name as the static linker notes it. */
static const char *without_version(struct symbolizer *symbolizer, const char *name)
{
    const char *at = strchr(name, '@');
    return at == NULL || at == name ? name : keep(symbolizer, xstrndup(name, (size_t)(at - name)));
}

static const char *full_path(struct symbolizer *symbolizer, const struct raw_frame *raw)
{
    char *path;

    if (raw->file == NULL)
        return NULL;
    if (raw->file[0] == '/')
        path = xstrdup(raw->file);
    else if (raw->directory != NULL && raw->directory[0] == '/')
        path = xasprintf("%s/%s", raw->directory, raw->file);
    else
        return raw->file;
    shorten_path(path);
    return keep(symbolizer, path);
}

/* "parse.constprop.0" is what the compiler made of parse(). */
static bool is_clone(const char *linkage_name, const char *function)
{
    size_t length = strlen(function);
    return strncmp(linkage_name, function, length) == 0 && linkage_name[length] == '.';
}

static struct symbol_frame polished_frame(struct symbolizer *symbolizer, const struct raw_frame *raw)
{
    struct symbol_frame frame = {
        .function = raw->function,
        .file = full_path(symbolizer, raw),
        .line = raw->line,
        .inlined = raw->inlined,
        .start = raw->start,
    };

    if (raw->linkage_name == NULL)
        return frame;
    frame.linkage_name = without_version(symbolizer, raw->linkage_name);
    char *plain = demangle(frame.linkage_name);
    if (plain != NULL)
        frame.function = keep(symbolizer, plain);
    else if (raw->function == NULL || !is_clone(frame.linkage_name, raw->function))
        frame.function = frame.linkage_name;
    if (raw->inlined && raw->function != NULL)
        frame.linkage_name = raw->function;
    return frame;
}

static struct known_place *look_up(struct symbolizer *symbolizer, struct known_file *file, uint64_t offset)
{
    struct raw_frame frames[FRAMES_MAX];
    uint64_t address = offset;
    size_t count = 0;

    if (file->symbols != NULL && symbol_file_address(file->symbols, offset, &address) == 0)
        count = symbol_file_lookup(file->symbols, address, frames, FRAMES_MAX);
    struct known_place *place = xmalloc(sizeof *place + count * sizeof *place->frames);
    *place = (struct known_place){file, offset, address, count};
    for (size_t i = 0; i < count; i++)
        place->frames[i] = polished_frame(symbolizer, &frames[i]);
    return place;
}

static bool same_place(const void *entry, const void *key)
{
    const struct known_place *left = entry, *right = key;
    return left->file == right->file && left->offset == right->offset;
}

size_t symbolizer_lookup(struct symbolizer *symbolizer, const char *path, uint64_t file_offset, struct symbol_module *module,
                         struct symbol_frame *frames, size_t capacity)
{
    struct known_file *file = file_of_path(symbolizer, path);
    struct known_place key = {file, file_offset};
    uint64_t hash = hash_mix(hash_mix(0, (uintptr_t)file), file_offset);
    struct known_place *place = hash_table_find(&symbolizer->places, hash, same_place, &key);

    if (place == NULL) {
        place = look_up(symbolizer, file, file_offset);
        hash_table_add(&symbolizer->places, hash, place);
    }
    if (module != NULL)
        *module = (struct symbol_module){file->symbols ? symbol_file_build_id(file->symbols) : NULL, place->address};
    size_t count = place->frame_count < capacity ? place->frame_count : capacity;
    for (size_t i = 0; i < count; i++)
        frames[i] = place->frames[i];
    return count;
}

int symbolizer_object(struct symbolizer *symbolizer, const char *path, uint64_t file_offset, int64_t distance, bool code,
                      struct symbol_object *object)
{
    const struct known_file *file = file_of_path(symbolizer, path);
    uint64_t address, start = 0;

    if (file->symbols == NULL || symbol_file_address(file->symbols, file_offset, &address) != 0)
        return -ENOENT;
    address += (uint64_t)distance;
    const char *name = symbol_file_object(file->symbols, address, code, &start);
    *object = (struct symbol_object){.name = name ? without_version(symbolizer, name) : NULL, .address = address};
    if (name == NULL)
        return 0;
    char *plain = demangle(object->name);
    if (plain != NULL)
        object->name = keep(symbolizer, plain);
    object->name_offset = address - start;
    return 0;
}
