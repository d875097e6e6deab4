/* SPDX-License-Identifier: MIT */
#include "library_paths.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/xalloc.h"
#include "library_loader.h"

/* More than real lists have: they bound what a hostile file can cost. Longer paths cannot be opened. */
enum { FOLDERS_MAX = 4096, LENGTH_MAX = PATH_MAX };

/* ---- Words ------------------------------------------------------------------------------------------------------------------ */

/* The length of `word` at the beginning of `text`, which stands behind a dollar sign, with braces or without; 0: it is another. */
static size_t match_word(const char *text, const char *word)
{
    const bool braces = *text == '{';
    const size_t length = strlen(word);

    text += braces;
    if (strncmp(text, word, length) != 0)
        return 0;
    if (braces)
        return text[length] == '}' ? length + 2 : 0;
    return isalnum((unsigned char)text[length]) || text[length] == '_' ? 0 : length;
}

struct expansion {
    char *text;
    size_t length, capacity;
    bool used_origin;
};

static void append(struct expansion *expansion, const char *text, size_t length)
{
    expansion->text = xgrow(expansion->text, &expansion->capacity, expansion->length + length + 1, 1);
    memcpy(expansion->text + expansion->length, text, length);
    expansion->length += length;
    expansion->text[expansion->length] = '\0';
}

/* Where a program is not trusted, $ORIGIN has to be the whole beginning of the path. */
static bool origin_may_stand(const struct library_tokens *tokens, const struct expansion *expansion, const char *behind)
{
    return !tokens->secure || (expansion->length == 0 && (*behind == '\0' || *behind == '/'));
}

/* What stands for the word behind the dollar sign at `text`. Stores its length; 0: it is none, and the sign stands for itself. */
static const char *meaning(const struct library_tokens *tokens, struct expansion *expansion, const char *text, size_t *length)
{
    if ((*length = match_word(text, "ORIGIN")) != 0) {
        expansion->used_origin = true;
        return origin_may_stand(tokens, expansion, text + *length) ? tokens->origin : NULL;
    }
    if ((*length = match_word(text, "PLATFORM")) != 0)
        return tokens->loader->platform;
    if ((*length = match_word(text, "LIB")) != 0)
        return tokens->loader->lib;
    return NULL;
}

/* Whether the path, its dots taken out, is in one of the loader's own folders. */
static bool is_trusted(const struct library_loader *loader, const char *path)
{
    char *clean = xmalloc(strlen(path) + 2), *to = clean;
    bool trusted = false;

    for (const char *at = path; *at != '\0';) {
        const size_t length = strcspn(at, "/");
        if (length == 2 && at[0] == '.' && at[1] == '.') {
            while (to > clean && *--to != '/')
                ;
        } else if (length > 0 && !(length == 1 && at[0] == '.')) {
            *to++ = '/';
            memcpy(to, at, length);
            to += length;
        }
        at += length + (at[length] == '/');
    }
    *to = '\0';
    for (size_t i = 0; !trusted && i < loader->folder_count; i++) {
        const size_t length = strlen(loader->folders[i]);
        trusted = strncmp(clean, loader->folders[i], length) == 0 && (clean[length] == '/' || clean[length] == '\0');
    }
    free(clean);
    return trusted;
}

const char *library_tokens_expand(const struct library_tokens *tokens, const char *text, struct arena *arena)
{
    struct expansion expansion = {0};
    const char *result = NULL;
    size_t length;

    if (strchr(text, '$') == NULL)
        return arena_copy(arena, text, strlen(text));
    while (*text != '\0' && expansion.length < LENGTH_MAX) {
        const size_t plain = strcspn(text, "$");
        append(&expansion, text, plain);
        text += plain;
        if (*text == '\0')
            break;
        const char *value = meaning(tokens, &expansion, ++text, &length);
        if (length != 0 && value == NULL)
            goto end;
        append(&expansion, length ? value : "$", length ? strlen(value) : 1);
        text += length;
    }
    if (expansion.length < LENGTH_MAX &&
        (!(expansion.used_origin && tokens->secure && tokens->program) || is_trusted(tokens->loader, expansion.text)))
        result = arena_copy(arena, expansion.text, expansion.length);
end:
    free(expansion.text);
    return result;
}

/* ---- Lists ------------------------------------------------------------------------------------------------------------------ */

static bool is_among(const char **folders, size_t count, const char *folder)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(folders[i], folder) == 0)
            return true;
    return false;
}

/* One element of a list as a folder; NULL: it counts for nothing. */
static const char *folder_of(const struct library_tokens *tokens, const char *element, size_t length, struct arena *arena)
{
    if (length == 0)
        return "";
    if (length >= LENGTH_MAX)
        return NULL;
    const char *folder = library_tokens_expand(tokens, arena_copy(arena, element, length), arena);
    if (folder == NULL || *folder == '\0')
        return NULL;
    length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/')
        length--;
    return arena_copy(arena, folder, length);
}

size_t library_paths_split(const char *list, const char *separators, const struct library_tokens *tokens, struct arena *arena,
                           const char ***folders)
{
    size_t count = 0, room = 1;

    for (const char *at = list; *at != '\0' && room < FOLDERS_MAX; at++)
        room += strchr(separators, *at) != NULL;
    *folders = arena_alloc(arena, room * sizeof **folders);
    if (*list == '\0')
        return 0;
    for (;;) {
        const size_t length = strcspn(list, separators);
        const char *folder = folder_of(tokens, list, length, arena);
        if (folder && count < FOLDERS_MAX && !is_among(*folders, count, folder))
            (*folders)[count++] = folder;
        if (list[length] == '\0')
            return count;
        list += length + 1;
    }
}

const char *library_paths_join(const char *folder, const char *subfolder, const char *name, struct arena *arena)
{
    const char *slash = *folder == '\0' || strcmp(folder, "/") == 0 ? "" : "/";

    if (subfolder)
        return arena_printf(arena, "%s%s%s/%s", folder, slash, subfolder, name);
    return arena_printf(arena, "%s%s%s", folder, slash, name);
}
