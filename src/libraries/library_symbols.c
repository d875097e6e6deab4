/* SPDX-License-Identifier: MIT */
#include "library_symbols.h"

#include <byteswap.h>
#include <elf.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash_table.h"
#include "base/xalloc.h"
#include "library_dynamic.h"
#include "library_file.h"
#include "library_store.h"

#define SYMBOLS_MAX     (UINT64_C(1) << 21) /* of one file; the largest have some hundred thousand */
#define SHOWN_MAX       64                  /* of one version */
#define UNFOUND_MAX     4096                /* of one program */
#define NAMES_MAX       ((size_t)256 << 20) /* bytes, of all that a program defines */
#define NAME_MAX_LENGTH 65536

/* In DT_VERSYM the highest bit says that a version is not the default. */
enum { VERSION_INDICES = 0x8000, VERSION_MASK = VERSION_INDICES - 1 };

/* The dynamic symbols of one file, open. */
struct symbols {
    const struct library_file *file;
    int descriptor;
    Elf *elf;
    struct library_tags tags;
    Elf_Data *data;
    const char *versions; /* DT_VERSYM; NULL: none */
    size_t count;
    struct meaning { /* of an index in DT_VERSYM */
        const char *defined;
        const struct library_version_need *needed;
    } * meanings; /* VERSION_INDICES, owned */
};

/* ---- One file ---------------------------------------------------------------------------------------------------------------- */

/* How many symbols there are is not in the dynamic section. The section headers say; without them, the string table stands behind.
 */
static uint64_t count_symbols(Elf *elf, const struct library_tags *tags, size_t entry)
{
    GElf_Shdr section;

    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn)) != NULL;)
        if (gelf_getshdr(scn, &section) != NULL && section.sh_type == SHT_DYNSYM && section.sh_addr == tags->symbols)
            return section.sh_size / entry;
    return tags->strings > tags->symbols ? (tags->strings - tags->symbols) / entry : 0;
}

static bool read_symbols(struct symbols *symbols)
{
    const size_t entry = gelf_fsize(symbols->elf, ELF_T_SYM, 1, EV_CURRENT);
    GElf_Ehdr header;
    GElf_Phdr segment;

    if (entry == 0 || library_dynamic_tags(symbols->elf, &symbols->tags) != 0 || gelf_getehdr(symbols->elf, &header) == NULL)
        return false;
    const uint64_t address = symbols->tags.symbols;
    const uint64_t count = count_symbols(symbols->elf, &symbols->tags, entry);
    for (int i = 0; i < header.e_phnum && gelf_getphdr(symbols->elf, i, &segment) != NULL; i++) {
        if (segment.p_type != PT_LOAD || address < segment.p_vaddr || address - segment.p_vaddr >= segment.p_filesz)
            continue;
        const uint64_t left = (segment.p_filesz - (address - segment.p_vaddr)) / entry;
        const uint64_t offset = segment.p_offset + (address - segment.p_vaddr);
        symbols->count = (size_t)(count < left ? count : left);
        if (symbols->count == 0 || symbols->count > SYMBOLS_MAX || offset > INT64_MAX)
            return false;
        symbols->data = elf_getdata_rawchunk(symbols->elf, (int64_t)offset, symbols->count * entry, ELF_T_SYM);
        return symbols->data != NULL;
    }
    return false;
}

static void close_symbols(struct symbols *symbols)
{
    elf_end(symbols->elf);
    close(symbols->descriptor);
    free(symbols->meanings);
}

/* The first of DT_VERDEF is the file's own name: a symbol that has it has no version. */
static struct meaning *list_meanings(const struct library_file *file)
{
    struct meaning *meanings = xcalloc(VERSION_INDICES, sizeof *meanings);

    for (size_t i = 1; i < file->version_count; i++)
        meanings[file->versions[i].index].defined = file->versions[i].name;
    for (size_t i = 0; i < file->version_need_count; i++)
        meanings[file->version_needs[i].index].needed = &file->version_needs[i];
    return meanings;
}

static bool open_symbols(struct library_store *store, const struct library_file *file, struct symbols *symbols)
{
    uint64_t found;

    *symbols = (struct symbols){.file = file};
    symbols->descriptor = library_root_open(&store->root, file->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (symbols->descriptor < 0)
        return false;
    elf_version(EV_CURRENT);
    symbols->elf = elf_begin(symbols->descriptor, ELF_C_READ, NULL);
    if (symbols->elf == NULL || !read_symbols(symbols)) {
        close_symbols(symbols);
        return false;
    }
    symbols->meanings = list_meanings(file);
    if (symbols->tags.version_indices)
        symbols->versions =
            library_dynamic_at_address(symbols->elf, symbols->tags.version_indices, symbols->count * sizeof(uint16_t), &found);
    return true;
}

static uint16_t version_index(const struct symbols *symbols, size_t index)
{
    uint16_t value;

    if (symbols->versions == NULL)
        return VER_NDX_GLOBAL;
    memcpy(&value, symbols->versions + index * sizeof value, sizeof value);
    if ((symbols->file->target.data == ELFDATA2MSB) != (__BYTE_ORDER == __BIG_ENDIAN))
        value = bswap_16(value);
    return value & VERSION_MASK;
}

/* The symbol and its name; false: there is nothing of use. */
static bool symbol_at(const struct symbols *symbols, size_t index, GElf_Sym *symbol, const char **name)
{
    if (gelf_getsym(symbols->data, (int)index, symbol) == NULL || symbol->st_name == 0)
        return false;
    *name = library_dynamic_string(&symbols->tags, symbol->st_name);
    return *name != NULL && strnlen(*name, NAME_MAX_LENGTH) < NAME_MAX_LENGTH;
}

size_t library_symbols_of_version(struct library_store *store, const struct library_file *file, uint16_t version,
                                  struct arena *arena, const char ***names)
{
    struct symbols symbols;
    GElf_Sym symbol;
    const char *name;
    size_t count = 0;

    *names = arena_alloc(arena, SHOWN_MAX * sizeof **names);
    if (!open_symbols(store, file, &symbols))
        return 0;
    for (size_t i = 1; i < symbols.count && count < SHOWN_MAX; i++)
        if (version_index(&symbols, i) == version && symbol_at(&symbols, i, &symbol, &name) && symbol.st_shndx == SHN_UNDEF)
            (*names)[count++] = arena_copy(arena, name, strlen(name));
    close_symbols(&symbols);
    return count;
}

/* ---- All of a program -------------------------------------------------------------------------------------------------------- */

/* A symbol that some object defines. */
struct definition {
    const char *name, *version; /* version NULL: the file has none, it serves all */
};

struct definitions {
    struct hash_table table;
    struct arena arena;
    size_t bytes;
};

static bool is_equal(const void *entry, const void *key)
{
    const struct definition *definition = entry, *other = key;

    return strcmp(definition->name, other->name) == 0 &&
           (definition->version == other->version ||
            (definition->version && other->version && strcmp(definition->version, other->version) == 0));
}

static void add_definitions(struct definitions *definitions, const struct symbols *symbols)
{
    GElf_Sym symbol;
    const char *name;

    for (size_t i = 1; i < symbols->count && definitions->bytes < NAMES_MAX; i++) {
        if (!symbol_at(symbols, i, &symbol, &name) || symbol.st_shndx == SHN_UNDEF || GELF_ST_BIND(symbol.st_info) == STB_LOCAL)
            continue;
        const size_t length = strlen(name);
        const uint64_t hash = hash_bytes(name, length);
        const struct definition found = {name, symbols->versions ? symbols->meanings[version_index(symbols, i)].defined : NULL};
        if (hash_table_find(&definitions->table, hash, is_equal, &found))
            continue;
        struct definition *kept = arena_alloc(&definitions->arena, sizeof *kept);
        *kept = (struct definition){arena_copy(&definitions->arena, name, length), found.version};
        definitions->bytes += sizeof *kept + length;
        hash_table_add(&definitions->table, hash, kept);
    }
}

/* See check_match() in elf/dl-lookup.c of glibc: who asks for no version takes any, who has none serves any. */
static bool serves(const void *entry, const void *key)
{
    const struct definition *definition = entry, *wanted = key;

    return strcmp(definition->name, wanted->name) == 0 &&
           (wanted->version == NULL || definition->version == NULL || strcmp(definition->version, wanted->version) == 0);
}

static void find_undefined(const struct definitions *definitions, const struct symbols *symbols, size_t object,
                           struct library_program *program)
{
    GElf_Sym symbol;
    const char *name;

    for (size_t i = 1; i < symbols->count && program->symbol_count < UNFOUND_MAX; i++) {
        if (!symbol_at(symbols, i, &symbol, &name) || symbol.st_shndx != SHN_UNDEF || GELF_ST_BIND(symbol.st_info) != STB_GLOBAL)
            continue;
        const struct library_version_need *need = symbols->versions ? symbols->meanings[version_index(symbols, i)].needed : NULL;
        const struct definition wanted = {name, need ? need->version : NULL};
        if (hash_table_find(&definitions->table, hash_bytes(name, strlen(name)), serves, &wanted))
            continue;
        program->symbols[program->symbol_count++] = (struct library_symbol){object, arena_copy(&program->arena, name, strlen(name)),
                                                                            wanted.version, need ? need->file : NULL};
    }
}

void library_symbols_check(struct library_store *store, struct library_program *program)
{
    struct definitions definitions = {0};
    struct symbols symbols;

    program->symbols = arena_alloc(&program->arena, UNFOUND_MAX * sizeof *program->symbols);
    for (int defining = 1; defining >= 0; defining--) {
        for (size_t i = 0; i < program->object_count; i++) {
            const char *path = program->objects[i].path;
            if (path == NULL || !open_symbols(store, library_store_file(store, path), &symbols))
                continue;
            if (defining)
                add_definitions(&definitions, &symbols);
            else
                find_undefined(&definitions, &symbols, i, program);
            close_symbols(&symbols);
        }
    }
    hash_table_finish(&definitions.table);
    arena_finish(&definitions.arena);
}
