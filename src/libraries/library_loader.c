/* SPDX-License-Identifier: MIT */
#include "library_loader.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "library_root.h"

#define LOADER_MAX ((size_t)16 << 20) /* bytes; they have a quarter of a megabyte */

/* ---- Machines -------------------------------------------------------------------------------------------------------------- */

static const struct machine {
    uint16_t machine;
    unsigned char class, data;
    uint32_t cache_flags; /* sysdeps/generic/ldconfig.h of glibc, FLAG_ELF_LIBC6 included */
    const char *interpreter;
    const char *multiarch; /* Debian's name of it */
    const char *lib, *platform;
} machines[] = {
    {EM_X86_64, ELFCLASS64, ELFDATA2LSB, 0x0303, "/lib64/ld-linux-x86-64.so.2", "x86_64-linux-gnu", "lib64", "x86_64"},
    {EM_X86_64, ELFCLASS32, ELFDATA2LSB, 0x0803, "/libx32/ld-linux-x32.so.2", "x86_64-linux-gnux32", "libx32", "x86_64"},
    {EM_386, ELFCLASS32, ELFDATA2LSB, 0x0003, "/lib/ld-linux.so.2", "i386-linux-gnu", "lib", "i686"},
    {EM_AARCH64, ELFCLASS64, ELFDATA2LSB, 0x0a03, "/lib/ld-linux-aarch64.so.1", "aarch64-linux-gnu", "lib64", "aarch64"},
    {EM_ARM, ELFCLASS32, ELFDATA2LSB, 0x0903, "/lib/ld-linux-armhf.so.3", "arm-linux-gnueabihf", "lib", "v7l"},
    {EM_RISCV, ELFCLASS64, ELFDATA2LSB, 0x1003, "/lib/ld-linux-riscv64-lp64d.so.1", "riscv64-linux-gnu", "lib64/lp64d", ""},
    {EM_PPC64, ELFCLASS64, ELFDATA2LSB, 0x0503, "/lib64/ld64.so.2", "powerpc64le-linux-gnu", "lib64", "power8"},
    {EM_PPC64, ELFCLASS64, ELFDATA2MSB, 0x0503, "/lib64/ld64.so.1", "powerpc64-linux-gnu", "lib64", "power8"},
    {EM_S390, ELFCLASS64, ELFDATA2MSB, 0x0403, "/lib/ld64.so.1", "s390x-linux-gnu", "lib64", "z13"},
    {EM_MIPS, ELFCLASS64, ELFDATA2LSB, 0x0703, "/lib64/ld.so.1", "mips64el-linux-gnuabi64", "lib64", "mips64"},
    {EM_MIPS, ELFCLASS32, ELFDATA2LSB, 0x0003, "/lib/ld.so.1", "mipsel-linux-gnu", "lib", "mips"},
    {258 /* EM_LOONGARCH */, ELFCLASS64, ELFDATA2LSB, 0x0003, "/lib64/ld-linux-loongarch-lp64d.so.1", "loongarch64-linux-gnu",
     "lib64", "loongarch64"},
};

static const struct machine *machine_of(const struct library_target *target)
{
    for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
        if (machines[i].machine == target->machine && machines[i].class == target->class && machines[i].data == target->data)
            return &machines[i];
    return NULL;
}

const char *library_loader_usual(const struct library_target *target)
{
    const struct machine *machine = machine_of(target);

    return machine ? machine->interpreter : NULL;
}

uint32_t library_loader_cache_flags(const struct library_target *target)
{
    const struct machine *machine = machine_of(target);

    return machine ? machine->cache_flags : 0;
}

/* ---- What is in its file ---------------------------------------------------------------------------------------------------- */

/* "/lib/": how the folders stand in the file, each with a NUL behind. */
static bool is_folder(const char *text, size_t length)
{
    if (length < 2 || length > 255 || text[0] != '/' || text[length - 1] != '/' || memmem(text, length, "lib", 3) == NULL)
        return false;
    for (size_t i = 0; i < length; i++)
        if (text[i] <= ' ' || text[i] > '~' || text[i] == ':' || text[i] == '%')
            return false;
    return true;
}

/* How many folders stand one behind the other at `at`. */
static size_t count_folders(const char *at, const char *end)
{
    size_t count = 0;

    for (;;) {
        const char *stop = memchr(at, '\0', (size_t)(end - at));
        if (stop == NULL || !is_folder(at, (size_t)(stop - at)))
            return count;
        count++;
        at = stop + 1;
    }
}

static void keep_folders(struct library_loader *loader, const char *at, size_t count, struct arena *arena)
{
    loader->folders = arena_alloc(arena, count * sizeof *loader->folders);
    loader->folder_count = count;
    for (size_t i = 0; i < count; i++) {
        loader->folders[i] = arena_copy(arena, at, strlen(at) - 1);
        at += strlen(at) + 1;
    }
}

/* The list of folders is the longest row of such strings: /lib/ and /usr/lib/ at least. */
static void find_folders(struct library_loader *loader, const char *contents, size_t size, struct arena *arena)
{
    const char *end = contents + size, *best = NULL;
    size_t best_count = 1;

    for (const char *at = contents; (at = memmem(at, (size_t)(end - at), "\0/", 2)) != NULL; at++) {
        size_t count = count_folders(at + 1, end);
        if (count > best_count) {
            best_count = count;
            best = at + 1;
        }
    }
    if (best)
        keep_folders(loader, best, best_count, arena);
}

static unsigned find_version(const char *contents, size_t size)
{
    static const char before[] = " release version 2.";
    const char *found = memmem(contents, size, before, sizeof before - 1);

    return found ? 200 + (unsigned)strtoul(found + sizeof before - 1, NULL, 10) % 100 : 0;
}

static enum library_loader_kind kind_of(const char *path, const struct library_file *file)
{
    const char *names[] = {path, file->soname};

    for (size_t i = 0; i < 2; i++) {
        const char *slash = names[i] ? strrchr(names[i], '/') : NULL;
        const char *name = slash ? slash + 1 : names[i];
        if (name && (strncmp(name, "ld-musl", 7) == 0 || strncmp(name, "libc.musl", 9) == 0))
            return LOADER_MUSL;
        if (name && (strncmp(name, "ld-linux", 8) == 0 || strncmp(name, "ld64.so", 7) == 0 || strncmp(name, "ld.so", 5) == 0 ||
                     strncmp(name, "ld-2.", 5) == 0))
            return LOADER_GLIBC;
    }
    return LOADER_OTHER;
}

/* ---- Where nothing is in its file ------------------------------------------------------------------------------------------- */

static void assume_folders(struct library_loader *loader, const struct library_root *root, const struct machine *machine,
                           struct arena *arena)
{
    struct stat status;
    const char *multiarch = machine ? arena_printf(arena, "/usr/lib/%s", machine->multiarch) : NULL;
    const char *lib = machine ? machine->lib : "lib";
    size_t count = 0;

    loader->folders_assumed = true;
    loader->folders = arena_alloc(arena, 6 * sizeof *loader->folders);
    if (multiarch && library_root_stat(root, multiarch, &status) == 0) {
        loader->folders[count++] = multiarch + strlen("/usr");
        loader->folders[count++] = multiarch;
        lib = "lib";
    } else if (strcmp(lib, "lib") != 0) {
        loader->folders[count++] = arena_printf(arena, "/%s", lib);
        loader->folders[count++] = arena_printf(arena, "/usr/%s", lib);
    }
    if (count == 0 || strcmp(lib, "lib") == 0) {
        loader->folders[count++] = "/lib";
        loader->folders[count++] = "/usr/lib";
    }
    loader->folder_count = count;
}

static void assume_musl_folders(struct library_loader *loader, struct arena *arena)
{
    static const char *const folders[] = {"/lib", "/usr/local/lib", "/usr/lib"};

    loader->folder_count = sizeof folders / sizeof *folders;
    loader->folders = arena_alloc(arena, sizeof folders);
    memcpy(loader->folders, folders, sizeof folders);
}

/* ---- Subfolders for processors ---------------------------------------------------------------------------------------------- */

/* "glibc-hwcaps/x86-64-v3": since glibc 2.33. */
static void name_levels(struct library_loader *loader, unsigned level, struct arena *arena)
{
    loader->named = arena_alloc(arena, 4 * sizeof *loader->named);
    for (unsigned i = level; i >= 2; i--)
        loader->named[loader->named_count++] = arena_printf(arena, "x86-64-v%u", i);
}

/* All selections of the words, the last one in front: tls/haswell/x86_64, tls/haswell, tls/x86_64, tls, haswell/x86_64, ... */
static void combine_words(struct library_loader *loader, const char *const *words, unsigned count, struct arena *arena)
{
    loader->legacy = arena_alloc(arena, ((size_t)1 << count) * sizeof *loader->legacy);
    for (unsigned mask = (1U << count) - 1; mask > 0; mask--) {
        char path[128] = "";
        size_t length = 0;
        for (unsigned i = count; i-- > 0;)
            if (mask & 1U << i)
                length += (size_t)snprintf(path + length, sizeof path - length, "%s%s", length ? "/" : "", words[i]);
        loader->legacy[loader->legacy_count++] = arena_copy(arena, path, length);
    }
}

static void add_legacy(struct library_loader *loader, const struct library_target *target, const struct library_cpu *cpu,
                       struct arena *arena)
{
    const char *words[5];
    unsigned count = 0;

    words[count++] = target->machine == EM_386 ? "sse2" : "x86_64";
    if (cpu->avx512_1 && target->machine == EM_X86_64)
        words[count++] = "avx512_1";
    words[count++] = loader->platform;
    words[count++] = "tls";
    combine_words(loader, words, count, arena);
}

static void add_subfolders(struct library_loader *loader, const struct library_target *target, const struct library_cpu *cpu,
                           struct arena *arena)
{
    loader->processors_known = target->machine == EM_X86_64 || target->machine == EM_386;
    if (!loader->processors_known || loader->kind != LOADER_GLIBC)
        return;
    if (loader->version < 237 && target->machine == EM_X86_64 && (cpu->haswell || cpu->xeon_phi))
        loader->platform = cpu->haswell ? "haswell" : "xeon_phi";
    if (target->machine == EM_X86_64 && loader->version >= 233)
        name_levels(loader, cpu->level, arena);
    if (loader->version < 237)
        add_legacy(loader, target, cpu, arena);
}

struct library_loader *library_loader_read(const struct library_root *root, const char *path, const struct library_target *target,
                                           const struct library_cpu *cpu, struct arena *arena)
{
    struct library_loader *loader = arena_alloc(arena, sizeof *loader);
    const struct machine *machine = machine_of(target);
    size_t size = 0;

    loader->path = arena_copy(arena, path, strlen(path));
    loader->file = library_file_read(root, path, arena);
    loader->kind = kind_of(path, loader->file);
    char *contents = library_root_read(root, path, LOADER_MAX, &size);
    if (contents && loader->kind == LOADER_GLIBC) {
        loader->version = find_version(contents, size);
        find_folders(loader, contents, size, arena);
    } else if (contents == NULL) {
        loader->version = 999; /* nothing is known: as a new one would do */
    }
    free(contents);
    if (loader->kind == LOADER_MUSL)
        assume_musl_folders(loader, arena);
    else if (loader->folder_count == 0)
        assume_folders(loader, root, machine, arena);
    /* $LIB is what the first folder is called: "lib/x86_64-linux-gnu", "lib64". */
    loader->lib = loader->folders_assumed || loader->folder_count == 0 ? (machine ? machine->lib : "lib") : loader->folders[0] + 1;
    loader->platform = machine ? machine->platform : "";
    add_subfolders(loader, target, cpu, arena);
    return loader;
}
