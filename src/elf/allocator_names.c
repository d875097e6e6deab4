/* SPDX-License-Identifier: MIT */
#include "allocator_names.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "elf_file.h"

struct telling_name {
    const char *name;
    const char *allocator, *runtime;
};

/* How file names start. */
static const struct telling_name files[] = {
    {"libjemalloc", "jemalloc", NULL},
    {"libtcmalloc", "tcmalloc", NULL},
    {"libmimalloc", "mimalloc", NULL},
    {"libsnmallocshim", "snmalloc", NULL},
    {"librpmalloc", "rpmalloc", NULL},
    {"libhoard", "Hoard", NULL},
    {"libtbbmalloc", "oneTBB's malloc", NULL},
    {"libscudo", "Scudo", NULL},
    {"libasan.", "AddressSanitizer's malloc", NULL},
    {"libclang_rt.asan", "AddressSanitizer's malloc", NULL},
    {"libgc.so", "the collector of Boehm, Demers and Weiser", NULL},
    {"ld-musl-", "musl's malloc", NULL},
    {"libc.musl-", "musl's malloc", NULL},
    {"libjvm.so", NULL, "Java"},
    {"libpython", NULL, "Python"},
    {"libruby", NULL, "Ruby"},
    {"libnode.so", NULL, "JavaScript"},
    {"libcoreclr.so", NULL, ".NET"},
    {"libmonosgen", NULL, ".NET"},
};

/* Symbols that nothing else has: each allocator's own interface. */
static const struct telling_name symbols[] = {
    {"mallctl", "jemalloc", NULL},
    {"je_mallctl", "jemalloc", NULL},
    {"_rjem_mallctl", "jemalloc", NULL},
    {"tc_version", "tcmalloc", NULL},
    {"TCMallocInternalMalloc", "tcmalloc", NULL},
    {"mi_version", "mimalloc", NULL},
    {"rpmalloc_initialize", "rpmalloc", NULL},
    {"scalable_malloc", "oneTBB's malloc", NULL},
    {"__scudo_allocate", "Scudo", NULL},
    {"__asan_init", "AddressSanitizer's malloc", NULL},
    {"GC_malloc", "the collector of Boehm, Demers and Weiser", NULL},
    {"__malloc_donate", "musl's malloc", NULL},
    {"__libc_malloc_impl", "musl's malloc", NULL},
    {"PyObject_Malloc", NULL, "Python"},
    {"rb_gc_start", NULL, "Ruby"},
    {"napi_create_function", NULL, "JavaScript"},
    {"JNI_CreateJavaVM", NULL, "Java"},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void add(struct allocator_names *names, const struct telling_name *telling)
{
    if (!names->allocator)
        names->allocator = telling->allocator;
    if (!names->runtime)
        names->runtime = telling->runtime;
}

bool allocator_names_of_file(const char *path, struct allocator_names *names)
{
    static const struct telling_name musl = {"libc.so", "musl's malloc", NULL};
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const bool known = names->allocator != NULL;

    for (size_t i = 0; i < COUNT(files); i++)
        if (strncmp(name, files[i].name, strlen(files[i].name)) == 0)
            add(names, &files[i]);
    /* Its dynamic linker is a link to this. */
    if (strcmp(name, musl.name) == 0 && strstr(path, "musl"))
        add(names, &musl);
    return !known && names->allocator != NULL;
}

static int note_symbol(void *context, const Elf64_Sym *symbol, const char *name)
{
    struct allocator_names *names = context;

    for (size_t i = 0; i < COUNT(symbols); i++)
        if (name[0] == symbols[i].name[0] && strcmp(name, symbols[i].name) == 0) /* hundreds of thousands pass here */
            add(names, &symbols[i]);
    names->own_malloc |= strcmp(name, "malloc") == 0 && ELF64_ST_TYPE(symbol->st_info) == STT_FUNC;
    return 0;
}

int allocator_names_of_program(int fd, struct allocator_names *names)
{
    static const struct telling_name go = {".go.buildinfo", NULL, "Go"};
    struct elf_file file;
    Elf64_Shdr section;

    int error = elf_file_open(fd, &file);
    if (error)
        return error;
    /* It stays when symbols are stripped: `go version` reads it. */
    if (elf_file_find_section(&file, go.name, &section) == 0)
        add(names, &go);
    error = elf_file_walk_exported(&file, note_symbol, names);
    if (error && error != -ENOENT)
        return error;
    error = elf_file_walk_all(&file, note_symbol, names);
    return error == -ENOENT ? 0 : error;
}
