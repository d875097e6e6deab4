/* SPDX-License-Identifier: MIT */
#include "library_cache.h"

#include <stdlib.h>
#include <string.h>

#include "library_loader.h"

/* The forms are in sysdeps/generic/dl-cache.h of glibc. Numbers have the byte order of the machine that the cache is for, which is
 * taken to be ours: all that have glibc's cache and big-endian bytes are left to a note. */
static const char old_magic[] = "ld.so-1.7.0";
static const char new_magic[] = "glibc-ld.so.cache1.1";

struct old_header {
    char magic[12];
    uint32_t count;
};
struct old_entry {
    int32_t flags;
    uint32_t key, value;
};
struct new_header {
    char magic[20];
    uint32_t count, strings_size;
    uint8_t flags, padding[3];
    uint32_t extension; /* offset; 0: none */
    uint32_t unused[3];
};
struct new_entry {
    int32_t flags;
    uint32_t key, value, kernel;
    uint64_t processors;
};
/* Extensions: a directory of sections, one of which has the names of subfolders. */
struct extension_header {
    uint32_t magic, count;
};
struct extension_section {
    uint32_t tag, flags, offset, size;
};
#define EXTENSION_MAGIC  UINT32_C(0xeaa42174)
#define EXTENSION_NAMES  1
#define SECTIONS_MAX     64
#define NAMED_PROCESSORS (UINT64_C(1) << 62) /* the lower half is then a number of a name */

/* Bits of `processors` otherwise, up to glibc 2.36 (sysdeps/x86/dl-hwcap.h). */
#define PROCESSOR_TLS      (UINT64_C(1) << 63)
#define PROCESSOR_SSE2     (UINT64_C(1) << 0)
#define PROCESSOR_X86_64   (UINT64_C(1) << 1)
#define PROCESSOR_AVX512_1 (UINT64_C(1) << 2)

struct entry {
    uint32_t flags;
    const char *key, *value;
    uint64_t processors;
};

static bool has_room(const struct library_cache *cache, uint64_t at, uint64_t size)
{
    return at <= cache->size && cache->size - at >= size;
}

/* ---- Finding the parts ------------------------------------------------------------------------------------------------------ */

static void find_names(struct library_cache *cache, uint32_t extension)
{
    struct extension_header header;
    struct extension_section section;
    size_t at = cache->base + extension;

    if (extension == 0 || !has_room(cache, at, sizeof header))
        return;
    memcpy(&header, cache->bytes + at, sizeof header);
    if (header.magic != EXTENSION_MAGIC)
        return;
    at += sizeof header;
    for (uint32_t i = 0; i < header.count && i < SECTIONS_MAX && has_room(cache, at, sizeof section); i++, at += sizeof section) {
        memcpy(&section, cache->bytes + at, sizeof section);
        if (section.tag != EXTENSION_NAMES || !has_room(cache, (uint64_t)cache->base + section.offset, section.size))
            continue;
        cache->names = cache->base + section.offset;
        cache->name_count = section.size / sizeof(uint32_t);
    }
}

static bool take_new_form(struct library_cache *cache, size_t at)
{
    struct new_header header;

    if (!has_room(cache, at, sizeof header))
        return false;
    memcpy(&header, cache->bytes + at, sizeof header);
    if (memcmp(header.magic, new_magic, sizeof header.magic) != 0 ||
        !has_room(cache, at + sizeof header, (uint64_t)header.count * sizeof(struct new_entry)))
        return false;
    cache->new_form = true;
    cache->base = cache->strings = at;
    cache->entries = at + sizeof header;
    cache->count = header.count;
    find_names(cache, header.extension);
    return true;
}

static void take_old_form(struct library_cache *cache)
{
    struct old_header header;

    if (!has_room(cache, 0, sizeof header))
        return;
    memcpy(&header, cache->bytes, sizeof header);
    if (memcmp(header.magic, old_magic, sizeof old_magic - 1) != 0 ||
        !has_room(cache, sizeof header, (uint64_t)header.count * sizeof(struct old_entry)))
        return;
    cache->entries = sizeof header;
    cache->count = header.count;
    cache->strings = sizeof header + header.count * sizeof(struct old_entry);
    take_new_form(cache, (cache->strings + 7) & ~(size_t)7);
}

void library_cache_init(struct library_cache *cache, char *bytes, size_t size)
{
    *cache = (struct library_cache){.bytes = bytes, .size = size};
    if (bytes && !take_new_form(cache, 0))
        take_old_form(cache);
}

void library_cache_finish(struct library_cache *cache)
{
    free(cache->bytes);
    *cache = (struct library_cache){0};
}

/* ---- Entries ---------------------------------------------------------------------------------------------------------------- */

/* The NUL behind the bytes ends what nothing else ends. */
static const char *string_at(const struct library_cache *cache, uint32_t offset)
{
    return has_room(cache, (uint64_t)cache->strings + offset, 1) ? cache->bytes + cache->strings + offset : NULL;
}

static bool read_entry(const struct library_cache *cache, size_t index, struct entry *entry)
{
    struct old_entry old;
    struct new_entry new = {0};

    if (cache->new_form) {
        memcpy(&new, cache->bytes + cache->entries + index * sizeof new, sizeof new);
    } else {
        memcpy(&old, cache->bytes + cache->entries + index * sizeof old, sizeof old);
        new = (struct new_entry){old.flags, old.key, old.value};
    }
    *entry = (struct entry){(uint32_t) new.flags, string_at(cache, new.key), string_at(cache, new.value), new.processors};
    return entry->key && entry->value;
}

/* The place of a named subfolder in the loader's list, from 1; 0: it does not use it. */
static size_t rank_of_name(const struct library_cache *cache, uint32_t number, const struct library_loader *loader)
{
    uint32_t offset;

    if (number >= cache->name_count)
        return 0;
    memcpy(&offset, cache->bytes + cache->names + number * sizeof offset, sizeof offset);
    const char *name = string_at(cache, offset);
    for (size_t i = 0; name && i < loader->named_count; i++)
        if (strcmp(loader->named[i], name) == 0)
            return i + 1;
    return 0;
}

static uint64_t usable_processors(const struct library_loader *loader)
{
    static const char *const platforms[] = {"i586", "i686", "haswell", "xeon_phi"};
    uint64_t usable = PROCESSOR_TLS | PROCESSOR_SSE2 | PROCESSOR_X86_64;

    for (size_t i = 0; i < loader->legacy_count; i++)
        if (strcmp(loader->legacy[i], "avx512_1") == 0)
            usable |= PROCESSOR_AVX512_1;
    for (unsigned i = 0; i < sizeof platforms / sizeof *platforms; i++)
        if (strcmp(loader->platform, platforms[i]) == 0)
            usable |= UINT64_C(1) << (48 + i);
    return usable;
}

/* Whether the loader takes an entry without a name. Platforms are one of a kind: exactly that of the machine. */
static bool fits_processor(const struct entry *entry, const struct library_loader *loader)
{
    if (loader->version >= 237)
        return entry->processors == 0;
    return (entry->processors & ~usable_processors(loader)) == 0;
}

const char *library_cache_find(const struct library_cache *cache, const char *name, uint32_t flags,
                               const struct library_loader *loader)
{
    const char *best = NULL;
    size_t best_rank = SIZE_MAX;
    struct entry entry;

    /* The loader searches by halves; the result is the same, as equal names stand together. */
    for (size_t i = 0; i < cache->count; i++) {
        if (!read_entry(cache, i, &entry) || strcmp(entry.key, name) != 0 || (entry.flags != flags && entry.flags != 1))
            continue;
        if (entry.processors & NAMED_PROCESSORS) {
            const size_t rank = rank_of_name(cache, (uint32_t)entry.processors, loader);
            if (rank != 0 && rank < best_rank) {
                best_rank = rank;
                best = entry.value;
            }
        } else if (best == NULL && fits_processor(&entry, loader)) {
            best = entry.value;
        }
    }
    return best;
}

bool library_cache_walk(const struct library_cache *cache, library_cache_seen *seen, void *context)
{
    struct entry entry;

    for (size_t i = 0; i < cache->count; i++)
        if (read_entry(cache, i, &entry) && seen(context, entry.key, entry.value))
            return true;
    return false;
}
