/* SPDX-License-Identifier: MIT */
#include "library_dynamic.h"

#include <byteswap.h>
#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <gelf.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "library_file.h"

/* More than real files have: they bound what a hostile one can cost. */
#define STRINGS_MAX  (UINT64_C(64) << 20)
#define SEGMENT_MAX  (UINT64_C(16) << 20)
#define ENTRIES_MAX  65536
#define VERSIONS_MAX 65536
#define NOTES_MAX    65536
#define NAMES_MAX    (UINT64_C(16) << 20)

/* ---- Parts of the file ----------------------------------------------------------------------------------------------------- */

const char *library_dynamic_bytes(Elf *elf, uint64_t offset, uint64_t size)
{
    if (size == 0 || size > STRINGS_MAX || offset > INT64_MAX)
        return NULL;
    const Elf_Data *data = elf_getdata_rawchunk(elf, (int64_t)offset, size, ELF_T_BYTE);
    return data ? data->d_buf : NULL;
}

/* The offset of what the program headers map to `address`, and how much of the segment is left there. */
static bool find_address(Elf *elf, uint64_t address, uint64_t *offset, uint64_t *left)
{
    GElf_Ehdr header;
    GElf_Phdr segment;

    if (gelf_getehdr(elf, &header) == NULL)
        return false;
    for (int i = 0; i < header.e_phnum && gelf_getphdr(elf, i, &segment) != NULL; i++) {
        if (segment.p_type != PT_LOAD || address < segment.p_vaddr || address - segment.p_vaddr >= segment.p_filesz)
            continue;
        *offset = segment.p_offset + (address - segment.p_vaddr);
        *left = segment.p_filesz - (address - segment.p_vaddr);
        return true;
    }
    return false;
}

const char *library_dynamic_at_address(Elf *elf, uint64_t address, uint64_t size, uint64_t *found)
{
    uint64_t offset, left;

    if (!find_address(elf, address, &offset, &left) || size > left)
        return NULL;
    *found = size ? size : left < SEGMENT_MAX ? left : SEGMENT_MAX;
    return library_dynamic_bytes(elf, offset, *found);
}

const char *library_dynamic_string(const struct library_tags *tags, uint64_t offset)
{
    if (offset >= tags->text_size || memchr(tags->text + offset, '\0', tags->text_size - offset) == NULL)
        return NULL;
    return tags->text + offset;
}

/* ---- Program headers ------------------------------------------------------------------------------------------------------- */

static uint32_t word_of(const struct library_file *file, const char *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof value);
    return file->target.data == ELFDATA2MSB ? be32toh(value) : le32toh(value);
}

/* The ABI tag: for which system, and for which kernel at least. See the gABI of Linux, "Note sections". */
static void read_notes(Elf *elf, const GElf_Phdr *segment, struct library_file *file)
{
    const uint64_t alignment = segment->p_align == 8 ? 8 : 4;
    const uint64_t size = segment->p_filesz < NOTES_MAX ? segment->p_filesz : NOTES_MAX;
    const char *notes = library_dynamic_bytes(elf, segment->p_offset, size);

    for (uint64_t at = 0; notes && size - at >= 32;) {
        const uint64_t name = word_of(file, notes + at), description = word_of(file, notes + at + 4);
        if (name == 4 && description >= 16 && word_of(file, notes + at + 8) == NT_GNU_ABI_TAG &&
            memcmp(notes + at + 12, "GNU", 4) == 0) {
            file->other_system = word_of(file, notes + at + 16) != ELF_NOTE_OS_LINUX;
            file->kernel = (word_of(file, notes + at + 20) & 0xff) << 16 | (word_of(file, notes + at + 24) & 0xff) << 8 |
                           (word_of(file, notes + at + 28) & 0xff);
            return;
        }
        const uint64_t start = (12 + name + alignment - 1) & ~(alignment - 1);
        const uint64_t step = (start + description + alignment - 1) & ~(alignment - 1);
        if (step > size - at)
            return;
        at += step;
    }
}

static int read_interpreter(Elf *elf, const GElf_Phdr *segment, struct library_file *file, struct arena *arena)
{
    if (file->interpreter || segment->p_filesz > 4096)
        return file->interpreter ? 0 : -ENOEXEC;
    const char *text = library_dynamic_bytes(elf, segment->p_offset, segment->p_filesz);
    if (text == NULL || memchr(text, '\0', segment->p_filesz) == NULL)
        return -ENOEXEC;
    file->interpreter = arena_copy(arena, text, strlen(text));
    return 0;
}

static bool ends_behind(const GElf_Phdr *segment, uint64_t file_size)
{
    return segment->p_offset > file_size || segment->p_filesz > file_size - segment->p_offset;
}

static int read_segments(Elf *elf, struct library_file *file, struct arena *arena)
{
    GElf_Ehdr header;
    GElf_Phdr segment;
    bool loadable = false;
    int error = 0;

    if (gelf_getehdr(elf, &header) == NULL)
        return -ENOEXEC;
    for (int i = 0; i < header.e_phnum && !error; i++) {
        if (gelf_getphdr(elf, i, &segment) == NULL)
            return -ENOEXEC;
        if (segment.p_type == PT_LOAD) {
            loadable = true;
            file->truncated |= ends_behind(&segment, file->status.size);
        } else if (segment.p_type == PT_NOTE && (segment.p_align == 4 || segment.p_align == 8) && file->kernel == 0) {
            read_notes(elf, &segment, file);
        } else if (segment.p_type == PT_INTERP) {
            error = read_interpreter(elf, &segment, file, arena);
        }
        file->dynamic |= segment.p_type == PT_DYNAMIC;
    }
    return loadable || error ? error : -ENOEXEC;
}

/* ---- The dynamic section --------------------------------------------------------------------------------------------------- */

/* Its entries, converted; NULL: there is none, or it is not in the file. */
static Elf_Data *dynamic_section(Elf *elf, size_t *count)
{
    GElf_Ehdr header;
    GElf_Phdr segment;

    if (gelf_getehdr(elf, &header) == NULL)
        return NULL;
    for (int i = 0; i < header.e_phnum && gelf_getphdr(elf, i, &segment) != NULL; i++) {
        if (segment.p_type != PT_DYNAMIC)
            continue;
        const size_t entry = gelf_fsize(elf, ELF_T_DYN, 1, EV_CURRENT);
        *count = entry ? segment.p_filesz / entry : 0;
        if (*count == 0 || *count > ENTRIES_MAX || segment.p_offset > INT64_MAX)
            return NULL;
        return elf_getdata_rawchunk(elf, (int64_t)segment.p_offset, *count * entry, ELF_T_DYN);
    }
    return NULL;
}

static uint64_t *place_of_tag(struct library_tags *tags, int64_t tag)
{
    switch (tag) {
    case DT_STRTAB:
        return &tags->strings;
    case DT_STRSZ:
        return &tags->strings_size;
    case DT_HASH:
        return &tags->hash;
    case DT_GNU_HASH:
        return &tags->gnu_hash;
    case DT_SYMTAB:
        return &tags->symbols;
    case DT_VERSYM:
        return &tags->version_indices;
    case DT_VERNEED:
        return &tags->version_needs;
    case DT_VERNEEDNUM:
        return &tags->version_need_count;
    case DT_VERDEF:
        return &tags->versions;
    case DT_VERDEFNUM:
        return &tags->version_count;
    default:
        return NULL;
    }
}

static int read_tags(Elf *elf, Elf_Data *section, size_t count, struct library_tags *tags)
{
    GElf_Dyn entry;

    for (size_t i = 0; i < count && gelf_getdyn(section, (int)i, &entry) != NULL && entry.d_tag != DT_NULL; i++) {
        uint64_t *place = place_of_tag(tags, entry.d_tag);
        if (place)
            *place = entry.d_un.d_val;
    }
    /* glibc accepts a string table without a size; no linker makes one. */
    tags->text = library_dynamic_at_address(elf, tags->strings, tags->strings_size, &tags->text_size);
    return tags->text ? 0 : -ENOEXEC;
}

int library_dynamic_tags(Elf *elf, struct library_tags *tags)
{
    size_t count;
    Elf_Data *section = dynamic_section(elf, &count);

    *tags = (struct library_tags){0};
    return section ? read_tags(elf, section, count, tags) : -ENOENT;
}

/* NULL also where all names of the file together are longer than in any real one: many entries may name one long string. */
static const char *copied_string(struct library_tags *tags, uint64_t offset, struct arena *arena)
{
    const char *text = library_dynamic_string(tags, offset);
    const size_t length = text ? strlen(text) : 0;

    tags->copied += length;
    return text && tags->copied <= NAMES_MAX ? arena_copy(arena, text, length) : NULL;
}

static bool names_object(int64_t tag, enum library_cause *cause)
{
    *cause = tag == DT_AUXILIARY ? LIBRARY_AUXILIARY : tag == DT_FILTER ? LIBRARY_FILTER : LIBRARY_NEEDED;
    return tag == DT_NEEDED || tag == DT_AUXILIARY || tag == DT_FILTER;
}

static int read_entry(const GElf_Dyn *entry, struct library_tags *tags, struct library_file *file, struct arena *arena)
{
    enum library_cause cause;
    const char **text = entry->d_tag == DT_SONAME ? &file->soname : entry->d_tag == DT_RPATH ? &file->rpath : &file->runpath;

    if (names_object(entry->d_tag, &cause)) {
        const char *name = copied_string(tags, entry->d_un.d_val, arena);
        file->needs[file->need_count++] = (struct library_need){cause, name};
        return name ? 0 : -ENOEXEC;
    }
    if (entry->d_tag == DT_FLAGS_1) {
        file->pie = entry->d_un.d_val & DF_1_PIE;
        file->no_default_folders = entry->d_un.d_val & DF_1_NODEFLIB;
    }
    if (entry->d_tag != DT_SONAME && entry->d_tag != DT_RPATH && entry->d_tag != DT_RUNPATH)
        return 0;
    *text = copied_string(tags, entry->d_un.d_val, arena);
    return *text ? 0 : -ENOEXEC;
}

static int read_entries(Elf_Data *section, size_t count, struct library_tags *tags, struct library_file *file, struct arena *arena)
{
    enum library_cause cause;
    GElf_Dyn entry;
    size_t needs = 0;
    int error = 0;

    for (size_t i = 0; i < count && gelf_getdyn(section, (int)i, &entry) != NULL && entry.d_tag != DT_NULL; i++)
        needs += names_object(entry.d_tag, &cause);
    file->needs = arena_alloc(arena, needs * sizeof *file->needs);
    for (size_t i = 0; !error && i < count && gelf_getdyn(section, (int)i, &entry) != NULL && entry.d_tag != DT_NULL; i++)
        error = read_entry(&entry, tags, file, arena);
    /* Of both, the loader takes DT_RUNPATH. */
    if (file->runpath)
        file->rpath = NULL;
    return error;
}

/* ---- Versions -------------------------------------------------------------------------------------------------------------- */

/* A list of structures in the file, each of which says how far the next is. The structures of both classes are the same. */
struct version_list {
    const char *bytes;
    uint64_t size;
    bool swapped;
};

static uint16_t version_half(const struct version_list *list, uint64_t at)
{
    uint16_t value;

    memcpy(&value, list->bytes + at, sizeof value);
    return list->swapped ? bswap_16(value) : value;
}

static uint32_t version_word(const struct version_list *list, uint64_t at)
{
    uint32_t value;

    memcpy(&value, list->bytes + at, sizeof value);
    return list->swapped ? bswap_32(value) : value;
}

static bool has_room(const struct version_list *list, uint64_t at, uint64_t size)
{
    return at <= list->size && list->size - at >= size;
}

static bool find_list(Elf *elf, const struct library_file *file, uint64_t address, struct version_list *list)
{
    list->swapped = (file->target.data == ELFDATA2MSB) != (__BYTE_ORDER == __BIG_ENDIAN);
    list->bytes = library_dynamic_at_address(elf, address, 0, &list->size);
    return list->bytes != NULL;
}

/* One library: `at` is its Elf64_Verneed. Adds what is needed of it, if `needs` has room for it; returns how many, or -ENOEXEC. */
static int walk_needed_file(const struct version_list *list, struct library_tags *tags, uint64_t at, struct arena *arena,
                            struct library_version_need *needs)
{
    const unsigned count = version_half(list, at + offsetof(Elf64_Verneed, vn_cnt));
    const uint32_t name = version_word(list, at + offsetof(Elf64_Verneed, vn_file));
    const char *file = needs ? copied_string(tags, name, arena) : NULL;

    at += version_word(list, at + offsetof(Elf64_Verneed, vn_aux));
    for (unsigned i = 0; i < count; i++) {
        if (!has_room(list, at, sizeof(Elf64_Vernaux)))
            return -ENOEXEC;
        if (needs) {
            const char *version = copied_string(tags, version_word(list, at + offsetof(Elf64_Vernaux, vna_name)), arena);
            if (file == NULL || version == NULL)
                return -ENOEXEC;
            needs[i] =
                (struct library_version_need){file, version, version_half(list, at + offsetof(Elf64_Vernaux, vna_other)) & 0x7fff,
                                              version_half(list, at + offsetof(Elf64_Vernaux, vna_flags)) & VER_FLG_WEAK};
        }
        at += version_word(list, at + offsetof(Elf64_Vernaux, vna_next));
    }
    return (int)count;
}

/* All of DT_VERNEED; `needs` NULL: they are only counted. Returns how many, or -ENOEXEC. */
static int walk_needs(const struct version_list *list, struct library_tags *tags, struct arena *arena,
                      struct library_version_need *needs)
{
    int total = 0;
    uint64_t at = 0;

    for (uint64_t i = 0; i < tags->version_need_count && i < VERSIONS_MAX; i++) {
        if (!has_room(list, at, sizeof(Elf64_Verneed)))
            return -ENOEXEC;
        int count = walk_needed_file(list, tags, at, arena, needs ? needs + total : NULL);
        if (count < 0 || total > VERSIONS_MAX)
            return -ENOEXEC;
        total += count;
        const uint32_t step = version_word(list, at + offsetof(Elf64_Verneed, vn_next));
        if (step == 0)
            break;
        at += step;
    }
    return total;
}

static int read_version_needs(Elf *elf, struct library_tags *tags, struct library_file *file, struct arena *arena)
{
    struct version_list list;

    if (tags->version_needs == 0)
        return 0;
    if (!find_list(elf, file, tags->version_needs, &list))
        return -ENOEXEC;
    int count = walk_needs(&list, tags, arena, NULL);
    if (count <= 0)
        return count;
    file->version_needs = arena_alloc(arena, (size_t)count * sizeof *file->version_needs);
    file->version_need_count = (size_t)count;
    return walk_needs(&list, tags, arena, file->version_needs) == count ? 0 : -ENOEXEC;
}

static int read_versions(Elf *elf, struct library_tags *tags, struct library_file *file, struct arena *arena)
{
    const uint64_t count = tags->version_count < VERSIONS_MAX ? tags->version_count : VERSIONS_MAX;
    struct version_list list;
    uint64_t at = 0;

    if (tags->versions == 0)
        return 0;
    if (!find_list(elf, file, tags->versions, &list))
        return -ENOEXEC;
    file->versioned = true;
    file->versions = arena_alloc(arena, count * sizeof *file->versions);
    while (file->version_count < count) {
        if (!has_room(&list, at, sizeof(Elf64_Verdef)))
            return -ENOEXEC;
        const uint64_t name = at + version_word(&list, at + offsetof(Elf64_Verdef, vd_aux));
        if (!has_room(&list, name, sizeof(Elf64_Verdaux)))
            return -ENOEXEC;
        const char *text = copied_string(tags, version_word(&list, name + offsetof(Elf64_Verdaux, vda_name)), arena);
        if (text == NULL)
            return -ENOEXEC;
        const uint16_t index = version_half(&list, at + offsetof(Elf64_Verdef, vd_ndx)) & 0x7fff;
        file->versions[file->version_count++] = (struct library_version_definition){index, text};
        const uint32_t step = version_word(&list, at + offsetof(Elf64_Verdef, vd_next));
        if (step == 0)
            break;
        at += step;
    }
    return 0;
}

/* What strip(1) puts aside keeps the headers of what it has not: a dynamic section without contents. */
static bool is_debug_file(Elf *elf)
{
    GElf_Shdr section;

    for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn)) != NULL;)
        if (gelf_getshdr(scn, &section) != NULL && section.sh_type == SHT_NOBITS && section.sh_flags & SHF_ALLOC &&
            section.sh_flags & SHF_EXECINSTR)
            return true;
    return false;
}

int library_dynamic_read(Elf *elf, struct library_file *file, struct arena *arena)
{
    struct library_tags tags = {0};
    size_t count;

    int error = read_segments(elf, file, arena);
    if (error || !file->dynamic) {
        file->debug_only = error && is_debug_file(elf);
        return error;
    }
    Elf_Data *section = dynamic_section(elf, &count);
    if (section == NULL) {
        file->debug_only = is_debug_file(elf);
        return -ENOEXEC;
    }
    error = read_tags(elf, section, count, &tags);
    file->debug_only = error && is_debug_file(elf);
    if (!error)
        error = read_entries(section, count, &tags, file, arena);
    file->version_indices = tags.version_indices != 0;
    if (!error)
        error = read_version_needs(elf, &tags, file, arena);
    return error ? error : read_versions(elf, &tags, file, arena);
}
