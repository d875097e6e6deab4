/* SPDX-License-Identifier: MIT */
#include "report_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash_table.h"
#include "base/xalloc.h"
#include "report_model.h"

#define PIECE_BYTES 65536

/* Memory that is only released as a whole. */
struct piece {
    struct piece *next;
    size_t used, size;
    _Alignas(16) char bytes[];
};

struct report_names {
    struct piece *pieces; /* newest first; only that one has room */
    struct hash_table strings;
};

struct report_names *report_names_create(void)
{
    return xcalloc(1, sizeof(struct report_names));
}

void report_names_destroy(struct report_names *names)
{
    if (names == NULL)
        return;
    while (names->pieces != NULL) {
        struct piece *next = names->pieces->next;
        free(names->pieces);
        names->pieces = next;
    }
    hash_table_finish(&names->strings);
    free(names);
}

/* Zeroed and aligned for anything. */
static void *take(struct report_names *names, size_t size)
{
    struct piece *piece = names->pieces;

    size = (size + 15) & ~(size_t)15;
    if (piece == NULL || piece->size - piece->used < size) {
        size_t room = size > PIECE_BYTES ? size : PIECE_BYTES;
        piece = xcalloc(1, sizeof *piece + room);
        piece->size = room;
        piece->next = names->pieces;
        names->pieces = piece;
    }
    void *memory = piece->bytes + piece->used;
    piece->used += size;
    return memory;
}

static bool same_string(const void *entry, const void *key)
{
    return strcmp(entry, key) == 0;
}

const char *report_names_string(struct report_names *names, const char *text)
{
    if (text == NULL)
        return NULL;
    size_t length = strlen(text);
    uint64_t hash = hash_bytes(text, length);
    char *kept = hash_table_find(&names->strings, hash, same_string, text);
    if (kept == NULL) {
        kept = take(names, length + 1);
        memcpy(kept, text, length + 1);
        hash_table_add(&names->strings, hash, kept);
    }
    return kept;
}

struct report_frame *report_names_frames(struct report_names *names, size_t count)
{
    return take(names, count * sizeof(struct report_frame));
}

const struct report_frame **report_names_stack(struct report_names *names, size_t count)
{
    return take(names, count * sizeof(const struct report_frame *));
}
