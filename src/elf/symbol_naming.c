/* SPDX-License-Identifier: MIT */
#include "symbol_naming.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "demangle.h"
#include "symbol_file.h"
#include "symbol_message.h"

static const char *demangled(struct arena *arena, const char *linkage_name)
{
    char *plain = demangle(linkage_name);
    /* Such a text would not be sent: the mangled name is better than none. */
    const bool fits = plain && strnlen(plain, SYMBOL_TEXT_MAX) < SYMBOL_TEXT_MAX;
    const char *copy = fits ? arena_copy(arena, plain, strlen(plain)) : NULL;

    free(plain);
    return copy;
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
static const char *without_version(struct arena *arena, const char *name)
{
    const char *at = strchr(name, '@');
    return at == NULL || at == name ? name : arena_copy(arena, name, (size_t)(at - name));
}

static const char *full_path(struct arena *arena, const struct raw_frame *raw)
{
    char *path;

    if (raw->file == NULL)
        return NULL;
    if (raw->file[0] == '/')
        path = arena_copy(arena, raw->file, strlen(raw->file));
    else if (raw->directory != NULL && raw->directory[0] == '/')
        path = arena_printf(arena, "%s/%s", raw->directory, raw->file);
    else
        return raw->file;
    shorten_path(path);
    return path;
}

/* "parse.constprop.0" is what the compiler made of parse(). */
static bool is_clone(const char *linkage_name, const char *function)
{
    size_t length = strlen(function);
    return strncmp(linkage_name, function, length) == 0 && linkage_name[length] == '.';
}

static struct symbol_frame polished_frame(struct arena *arena, const struct raw_frame *raw)
{
    struct symbol_frame frame = {
        .function = raw->function,
        .file = full_path(arena, raw),
        .line = raw->line,
        .inlined = raw->inlined,
        .start = raw->start,
    };

    if (raw->linkage_name == NULL)
        return frame;
    frame.linkage_name = without_version(arena, raw->linkage_name);
    const char *plain = demangled(arena, frame.linkage_name);
    if (plain != NULL)
        frame.function = plain;
    else if (raw->function == NULL || !is_clone(frame.linkage_name, raw->function))
        frame.function = frame.linkage_name;
    if (raw->inlined && raw->function != NULL)
        frame.linkage_name = raw->function;
    return frame;
}

void symbol_naming_place(struct symbol_file *file, uint64_t offset, struct arena *arena, struct symbol_place *place)
{
    struct raw_frame frames[SYMBOL_FRAMES_MAX];

    place->address = offset;
    place->frame_count = 0;
    if (symbol_file_address(file, offset, &place->address) != 0)
        return;
    place->frame_count = symbol_file_lookup(file, place->address, frames, SYMBOL_FRAMES_MAX);
    for (size_t i = 0; i < place->frame_count; i++)
        place->frames[i] = polished_frame(arena, &frames[i]);
}

int symbol_naming_object(struct symbol_file *file, uint64_t offset, int64_t distance, bool code, struct arena *arena,
                         struct symbol_object *object)
{
    uint64_t address, start = 0;

    if (symbol_file_address(file, offset, &address) != 0)
        return -ENOENT;
    address += (uint64_t)distance;
    const char *name = symbol_file_object(file, address, code, &start);
    *object = (struct symbol_object){.name = name ? without_version(arena, name) : NULL, .address = address};
    if (name == NULL)
        return 0;
    const char *plain = demangled(arena, object->name);
    if (plain != NULL)
        object->name = plain;
    object->name_offset = address - start;
    return 0;
}
