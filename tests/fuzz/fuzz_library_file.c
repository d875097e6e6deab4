/* SPDX-License-Identifier: MIT
 * ELF files and caches of ldconfig to what `leakwatch libs` reads of them: whatever is in them, there is an answer. The first byte
 * chooses; what is read as a file is a program, all that it needs, and its dynamic linker at once. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libraries/library_cache.h"
#include "libraries/library_loader.h"
#include "libraries/library_mends.h"
#include "libraries/library_program.h"
#include "libraries/library_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/leakwatch-fuzz-XXXXXX";
static char *names[] = {"app", "libx.so.1", "ld.so"};

static void clean(void)
{
    char path[256];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static int write_file(const char *name, const uint8_t *data, size_t size)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    int error = fd < 0 || write(fd, data, size) != (ssize_t)size;
    if (fd >= 0)
        close(fd);
    return error;
}

static void read_program(const uint8_t *data, size_t size)
{
    const struct library_questions questions = {.environment = {.library_path = "/", .preload = "libx.so.1"}, .symbols = true};
    struct library_store store;

    if (folder[sizeof folder - 2] == 'X') {
        if (!mkdtemp(folder))
            abort();
        atexit(clean);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (write_file(names[i], data, size))
            return;
    if (library_store_init(&store, folder) != 0)
        abort();
    struct library_program *program = library_program_examine(&store, &questions, "/app");
    library_mends_add(&store, NULL, program);
    for (size_t i = 0; i < program->object_count; i++)
        for (size_t k = 0; k < program->objects[i].need_count; k++)
            if (program->objects[i].needs[k] >= program->object_count)
                abort();
    library_program_destroy(program);
    library_store_finish(&store);
}

static bool count_entry(void *context, const char *name, const char *path)
{
    *(size_t *)context += strlen(name) + strlen(path);
    return false;
}

static void read_cache(const uint8_t *data, size_t size)
{
    static const char *levels[] = {"x86-64-v3", "x86-64-v2"};
    const struct library_loader loader = {.version = 236, .named = levels, .named_count = 2, .platform = "x86_64"};
    struct library_cache cache;
    size_t length = 0;
    char *bytes = malloc(size + 1);

    if (bytes == NULL)
        return;
    memcpy(bytes, data, size);
    bytes[size] = '\0';
    library_cache_init(&cache, bytes, size);
    library_cache_walk(&cache, count_entry, &length);
    const char *path = library_cache_find(&cache, "libc.so.6", 0x303, &loader);
    if (path && strlen(path) > size)
        abort();
    library_cache_finish(&cache);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    if (data[0] == 'C')
        read_cache(data + 1, size - 1);
    else
        read_program(data + 1, size - 1);
    return 0;
}
