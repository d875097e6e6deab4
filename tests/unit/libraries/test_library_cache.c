/* SPDX-License-Identifier: MIT */
#include "libraries/library_cache.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "libraries/library_loader.h"

enum { FLAGS = 0x303, FLAGS_32 = 0x3 };

static const char *levels[] = {"x86-64-v3", "x86-64-v2"};
static const struct library_loader new_loader = {.version = 240, .named = levels, .named_count = 2, .platform = "x86_64"};
static const struct library_loader old_loader = {.version = 232, .platform = "x86_64"};

/* A cache being written: entries, then strings. */
struct writing {
    char bytes[4096];
    size_t entries, strings; /* where the next goes */
    size_t base;             /* offset that strings count from */
};

static void put(struct writing *writing, size_t at, uint32_t value)
{
    memcpy(writing->bytes + at, &value, sizeof value);
}

static uint32_t put_string(struct writing *writing, const char *text)
{
    const size_t at = writing->strings;

    strcpy(writing->bytes + at, text);
    writing->strings += strlen(text) + 1;
    return (uint32_t)(at - writing->base);
}

static void begin_new(struct writing *writing, size_t at, uint32_t count)
{
    writing->base = at;
    memcpy(writing->bytes + at, "glibc-ld.so.cache1.1", 20);
    put(writing, at + 20, count);
    writing->entries = at + 48;
    writing->strings = writing->entries + count * 24;
}

static void add_new(struct writing *writing, uint32_t flags, const char *key, const char *value, uint64_t processors)
{
    put(writing, writing->entries, flags);
    put(writing, writing->entries + 4, put_string(writing, key));
    put(writing, writing->entries + 8, put_string(writing, value));
    memcpy(writing->bytes + writing->entries + 16, &processors, sizeof processors);
    writing->entries += 24;
}

static void begin_old(struct writing *writing, uint32_t count)
{
    memcpy(writing->bytes, "ld.so-1.7.0", 11);
    put(writing, 12, count);
    writing->entries = 16;
    writing->base = writing->strings = 16 + count * 12;
}

static void add_old(struct writing *writing, uint32_t flags, const char *key, const char *value)
{
    put(writing, writing->entries, flags);
    put(writing, writing->entries + 4, put_string(writing, key));
    put(writing, writing->entries + 8, put_string(writing, value));
    writing->entries += 12;
}

static struct library_cache take(const struct writing *writing, size_t size)
{
    struct library_cache cache;
    char *bytes = malloc(size + 1);

    memcpy(bytes, writing->bytes, size);
    bytes[size] = '\0';
    library_cache_init(&cache, bytes, size);
    return cache;
}

static void expect_path(const struct library_cache *cache, const char *name, uint32_t flags, const struct library_loader *loader,
                        const char *expected)
{
    const char *path = library_cache_find(cache, name, flags, loader);

    if (expected == NULL)
        cr_expect_null(path, "%s gave %s", name, path);
    else
        cr_expect(path && strcmp(path, expected) == 0, "%s gave %s, not %s", name, path, expected);
}

Test(library_cache, names_are_found_by_machine)
{
    struct writing writing = {0};

    begin_new(&writing, 0, 3);
    add_new(&writing, FLAGS, "liba.so", "/a64", 0);
    add_new(&writing, FLAGS_32, "liba.so", "/a32", 0);
    add_new(&writing, FLAGS_32, "libb.so", "/b32", 0);
    struct library_cache cache = take(&writing, writing.strings);
    expect_path(&cache, "liba.so", FLAGS, &new_loader, "/a64");
    expect_path(&cache, "liba.so", FLAGS_32, &new_loader, "/a32");
    expect_path(&cache, "libb.so", FLAGS, &new_loader, NULL);
    expect_path(&cache, "lib", FLAGS, &new_loader, NULL);
    library_cache_finish(&cache);
}

Test(library_cache, named_subfolders_come_first_in_the_order_of_the_loader)
{
    struct writing writing = {0};
    const uint64_t named = UINT64_C(1) << 62;

    begin_new(&writing, 0, 5);
    add_new(&writing, FLAGS, "liba.so", "/v2", named | 0);
    add_new(&writing, FLAGS, "liba.so", "/v3", named | 1);
    add_new(&writing, FLAGS, "liba.so", "/v4", named | 2);
    add_new(&writing, FLAGS, "liba.so", "/none", named | 9);
    add_new(&writing, FLAGS, "liba.so", "/plain", 0);
    const uint32_t names[] = {put_string(&writing, "x86-64-v2"), put_string(&writing, "x86-64-v3"),
                              put_string(&writing, "x86-64-v4")};
    const size_t extension = (writing.strings + 3) & ~(size_t)3;
    put(&writing, 32, (uint32_t)extension);
    put(&writing, extension, 0xeaa42174);
    put(&writing, extension + 4, 1);
    put(&writing, extension + 8, 1);
    put(&writing, extension + 16, (uint32_t)extension + 24);
    put(&writing, extension + 20, sizeof names);
    memcpy(writing.bytes + extension + 24, names, sizeof names);
    struct library_cache cache = take(&writing, extension + 24 + sizeof names);
    expect_path(&cache, "liba.so", FLAGS, &new_loader, "/v3");
    expect_path(&cache, "liba.so", FLAGS, &old_loader, "/plain");
    library_cache_finish(&cache);
}

Test(library_cache, marks_for_processors_count_up_to_glibc_2_36)
{
    struct writing writing = {0};
    const struct library_loader haswell = {.version = 236, .platform = "haswell"};

    begin_new(&writing, 0, 3);
    add_new(&writing, FLAGS, "liba.so", "/haswell", UINT64_C(1) << 50);
    add_new(&writing, FLAGS, "liba.so", "/tls", UINT64_C(1) << 63);
    add_new(&writing, FLAGS, "liba.so", "/plain", 0);
    struct library_cache cache = take(&writing, writing.strings);
    expect_path(&cache, "liba.so", FLAGS, &haswell, "/haswell");
    expect_path(&cache, "liba.so", FLAGS, &old_loader, "/tls");
    expect_path(&cache, "liba.so", FLAGS, &new_loader, "/plain");
    library_cache_finish(&cache);
}

Test(library_cache, the_old_form_and_the_new_behind_it)
{
    struct writing writing = {0};

    begin_old(&writing, 1);
    add_old(&writing, FLAGS, "liba.so", "/old");
    struct library_cache cache = take(&writing, writing.strings);
    expect_path(&cache, "liba.so", FLAGS, &new_loader, "/old");
    library_cache_finish(&cache);

    begin_new(&writing, (16 + 12 + 7) & ~7U, 1);
    add_new(&writing, FLAGS, "liba.so", "/new", 0);
    cache = take(&writing, writing.strings);
    expect_path(&cache, "liba.so", FLAGS, &new_loader, "/new");
    library_cache_finish(&cache);
}

static bool count(void *context, const char *name, const char *path)
{
    ++*(size_t *)context;
    return false;
}

Test(library_cache, what_is_cut_off_or_empty_has_nothing)
{
    struct writing writing = {0};
    struct library_cache cache;
    size_t seen = 0;

    library_cache_init(&cache, NULL, 0);
    expect_path(&cache, "liba.so", FLAGS, &new_loader, NULL);
    library_cache_finish(&cache);
    begin_new(&writing, 0, 1);
    add_new(&writing, FLAGS, "liba.so", "/a", 0);
    for (size_t size = 0; size < 48 + 24; size++) {
        cache = take(&writing, size);
        library_cache_walk(&cache, count, &seen);
        library_cache_finish(&cache);
    }
    cr_expect_eq(seen, 0);
    put(&writing, 20, UINT32_MAX);
    cache = take(&writing, writing.strings);
    expect_path(&cache, "liba.so", FLAGS, &new_loader, NULL);
    library_cache_finish(&cache);
}
