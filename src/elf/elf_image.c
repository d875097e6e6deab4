/* SPDX-License-Identifier: MIT */
#include "elf_image.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "elf_file.h"

/* What symbols tell of a program. */
enum trait {
    TRAIT_MALLOC = 1,
    TRAIT_FREE = 2,
    TRAIT_SANITIZER = 4,
    TRAIT_LEAK_SANITIZER = 8,
};

struct telling_name {
    const char *name;
    unsigned traits;
};

static const struct telling_name telling_symbols[] = {
    {"malloc", TRAIT_MALLOC},
    {"free", TRAIT_FREE},
    {"__asan_init", TRAIT_SANITIZER | TRAIT_LEAK_SANITIZER},
    {"__hwasan_init", TRAIT_SANITIZER | TRAIT_LEAK_SANITIZER},
    {"__lsan_init", TRAIT_SANITIZER | TRAIT_LEAK_SANITIZER},
    {"__msan_init", TRAIT_SANITIZER},
    {"__tsan_init", TRAIT_SANITIZER},
};

/* How the file names of sanitizer run times start, gcc's and clang's. libubsan alone replaces no malloc and may stay. */
static const struct telling_name telling_libraries[] = {
    {"libasan.so", TRAIT_SANITIZER | TRAIT_LEAK_SANITIZER},
    {"libhwasan.so", TRAIT_SANITIZER | TRAIT_LEAK_SANITIZER},
    {"liblsan.so", TRAIT_SANITIZER | TRAIT_LEAK_SANITIZER},
    {"libtsan.so", TRAIT_SANITIZER},
    {"libclang_rt.asan", TRAIT_SANITIZER | TRAIT_LEAK_SANITIZER},
    {"libclang_rt.hwasan", TRAIT_SANITIZER | TRAIT_LEAK_SANITIZER},
    {"libclang_rt.lsan", TRAIT_SANITIZER | TRAIT_LEAK_SANITIZER},
    {"libclang_rt.msan", TRAIT_SANITIZER},
    {"libclang_rt.tsan", TRAIT_SANITIZER},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_glibc_loader(const char *path)
{
    const char *name = basename(path);
    return strcmp(name, "ld-linux-x86-64.so.2") == 0 || starts_with(name, "ld-2.");
}

static bool is_function(const Elf64_Sym *symbol)
{
    unsigned type = ELF64_ST_TYPE(symbol->st_info);
    return type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE;
}

static int note_symbol(void *context, const Elf64_Sym *symbol, const char *name)
{
    unsigned *traits = context;

    for (size_t i = 0; i < COUNT(telling_symbols); i++)
        if (strcmp(name, telling_symbols[i].name) == 0 && is_function(symbol))
            *traits |= telling_symbols[i].traits;
    return 0;
}

static int note_libraries(const struct elf_file *file, const struct elf_dynamic *dynamic, unsigned *traits)
{
    char name[256];

    for (size_t i = 0; i < dynamic->count; i++) {
        if (dynamic->entries[i].d_tag != DT_NEEDED)
            continue;
        int error = elf_dynamic_string(file, dynamic, dynamic->entries[i].d_un.d_val, name, sizeof name);
        if (error)
            return error;
        for (size_t k = 0; k < COUNT(telling_libraries); k++)
            if (starts_with(basename(name), telling_libraries[k].name))
                *traits |= telling_libraries[k].traits;
    }
    return 0;
}

/* The part that the loader uses: damage there is an error. */
static int examine_dynamic(const struct elf_file *file, unsigned *traits, char *soname, size_t soname_size)
{
    struct elf_dynamic dynamic;
    struct elf_symbol_table table;
    uint64_t offset;

    soname[0] = '\0';
    int error = elf_file_dynamic(file, &dynamic);
    if (error)
        return error == -ENOENT ? 0 : error;
    if (elf_dynamic_value(&dynamic, DT_SONAME, &offset) == 0)
        error = elf_dynamic_string(file, &dynamic, offset, soname, soname_size);
    if (!error)
        error = note_libraries(file, &dynamic, traits);
    if (!error)
        error = elf_file_dynamic_symbols(file, &dynamic, &table);
    if (!error)
        error = elf_file_walk(file, &table, note_symbol, traits);
    elf_dynamic_finish(&dynamic);
    return error == -ENOENT ? 0 : error;
}

/* The part that only tools read: a file without it, or with a damaged one, runs all the same. */
static void examine_symtab(const struct elf_file *file, unsigned *traits)
{
    elf_file_walk_all(file, note_symbol, traits);
}

static int read_interpreter(const struct elf_file *file, char *path, size_t size)
{
    Elf64_Phdr segment;

    path[0] = '\0';
    int error = elf_file_segment(file, PT_INTERP, &segment);
    if (error)
        return error == -ENOENT ? 0 : error;
    if (segment.p_filesz >= size)
        return -ENOEXEC;
    path[segment.p_filesz] = '\0';
    return elf_file_read(file->fd, segment.p_offset, path, segment.p_filesz);
}

static enum elf_kind kind_of(const char *interpreter, const char *soname, unsigned exported, unsigned all)
{
    /* The dynamic linker itself has no interpreter, but run as a program it does load libraries. */
    bool is_loader = interpreter[0] == '\0' && is_glibc_loader(soname);

    if (interpreter[0] == '\0' && !is_loader)
        return ELF_STATIC;
    if (!is_loader && !is_glibc_loader(interpreter))
        return ELF_OTHER_LIBC;
    if (all & TRAIT_SANITIZER)
        return ELF_SANITIZER;
    if (is_loader)
        return ELF_PRELOADABLE;
    /* Not exported, it is still what the executable itself calls; a lone local function of that name may be anything. */
    if (exported & TRAIT_MALLOC || (all & (TRAIT_MALLOC | TRAIT_FREE)) == (TRAIT_MALLOC | TRAIT_FREE))
        return ELF_OWN_MALLOC;
    return ELF_PRELOADABLE;
}

static int examine_elf(const struct elf_file *file, struct elf_image *image)
{
    char interpreter[PATH_MAX], soname[256];
    unsigned exported = 0, all;

    if (file->header.e_type != ET_EXEC && file->header.e_type != ET_DYN)
        return -ENOEXEC;
    int error = read_interpreter(file, interpreter, sizeof interpreter);
    if (!error)
        error = examine_dynamic(file, &exported, soname, sizeof soname);
    if (error)
        return error;
    all = exported;
    examine_symtab(file, &all);
    memcpy(image->interpreter, interpreter, strnlen(interpreter, sizeof image->interpreter - 1));
    image->leak_sanitizer = all & TRAIT_LEAK_SANITIZER;
    image->kind = kind_of(interpreter, soname, exported, all);
    return 0;
}

/* "#! /bin/sh -e": the kernel skips blanks and takes the first word. */
static void examine_script(const char *head, struct elf_image *image)
{
    if (!starts_with(head, "#!"))
        return;
    head += 2 + strspn(head + 2, " \t");
    size_t length = strcspn(head, " \t\n");
    memcpy(image->script, head, length);
    image->script[length] = '\0';
}

int elf_image_examine(int fd, struct elf_image *image)
{
    char head[256] = "";
    struct elf_file file;

    _Static_assert(sizeof head <= sizeof image->script, "any first line fits");
    memset(image, 0, sizeof *image);
    ssize_t got = pread(fd, head, sizeof head - 1, 0);
    if (got < 0)
        return -errno;
    image->kind = ELF_NOT;
    if (got < EI_DATA + 1 || memcmp(head, ELFMAG, SELFMAG) != 0) {
        examine_script(head, image);
        return 0;
    }
    uint16_t machine;
    memcpy(&machine, head + offsetof(Elf64_Ehdr, e_machine), sizeof machine);
    if (head[EI_CLASS] != ELFCLASS64 || head[EI_DATA] != ELFDATA2LSB || machine != EM_X86_64) {
        image->kind = ELF_OTHER_CLASS;
        return 0;
    }
    int error = elf_file_open(fd, &file);
    return error ? error : examine_elf(&file, image);
}

struct wanted_symbol {
    const char *name;
    uint64_t value, size;
};

static int take_symbol(void *context, const Elf64_Sym *symbol, const char *name)
{
    struct wanted_symbol *wanted = context;

    if (strcmp(name, wanted->name) != 0)
        return 0;
    wanted->value = symbol->st_value;
    wanted->size = symbol->st_size;
    return 1;
}

int elf_image_symbol(int fd, const char *name, uint64_t *value, uint64_t *size)
{
    struct elf_file file;
    struct wanted_symbol wanted = {.name = name};

    if (strlen(name) >= ELF_SYMBOL_NAME_MAX)
        return -ENOENT;
    int found = elf_file_open(fd, &file);
    if (!found)
        found = elf_file_walk_exported(&file, take_symbol, &wanted);
    if (found == 0 || found == -ENOENT)
        found = elf_file_walk_all(&file, take_symbol, &wanted);
    if (found <= 0)
        return found ? found : -ENOENT;
    *value = wanted.value;
    *size = wanted.size;
    return 0;
}

int elf_image_address(int fd, uint64_t file_offset, uint64_t *address)
{
    struct elf_file file;

    int error = elf_file_open(fd, &file);
    return error ? error : elf_file_address(&file, file_offset, address);
}
