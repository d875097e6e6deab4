/* SPDX-License-Identifier: MIT */
#include "elf_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"

/* More than any real file has; what is beyond is called damaged. They bound what a sparse file of terabytes can cost us. */
#define MAX_DYNAMIC_ENTRIES 65536
#define MAX_SYMBOLS         (UINT64_C(1) << 24)
#define MAX_HASH_CHAIN      65536

int elf_file_read(int fd, uint64_t offset, void *buffer, size_t size)
{
    char *to = buffer;

    while (size > 0) {
        if (offset > INT64_MAX - size)
            return -ENOEXEC;
        ssize_t got = pread(fd, to, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            return -ENOEXEC;
        to += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return 0;
}

int elf_file_open(int fd, struct elf_file *file)
{
    file->fd = fd;
    int error = elf_file_read(fd, 0, &file->header, sizeof file->header);
    if (error)
        return error;
    const Elf64_Ehdr *header = &file->header;
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64 ||
        header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_machine != EM_X86_64)
        return -ENOEXEC;
    if (header->e_phnum != 0 && header->e_phentsize != sizeof(Elf64_Phdr))
        return -ENOEXEC;
    return 0;
}

static int read_segment(const struct elf_file *file, unsigned index, Elf64_Phdr *segment)
{
    uint64_t offset;

    if (__builtin_add_overflow(file->header.e_phoff, index * sizeof *segment, &offset))
        return -ENOEXEC;
    return elf_file_read(file->fd, offset, segment, sizeof *segment);
}

int elf_file_segment(const struct elf_file *file, uint32_t type, Elf64_Phdr *segment)
{
    for (unsigned i = 0; i < file->header.e_phnum; i++) {
        int error = read_segment(file, i, segment);
        if (error)
            return error;
        if (segment->p_type == type)
            return 0;
    }
    return -ENOENT;
}

int elf_file_address(const struct elf_file *file, uint64_t offset, uint64_t *address)
{
    Elf64_Phdr segment;

    for (unsigned i = 0; i < file->header.e_phnum; i++) {
        int error = read_segment(file, i, &segment);
        if (error)
            return error;
        if (segment.p_type == PT_LOAD && offset >= segment.p_offset && offset - segment.p_offset < segment.p_filesz) {
            *address = segment.p_vaddr + (offset - segment.p_offset);
            return 0;
        }
    }
    return -ENOENT;
}

int elf_file_offset(const struct elf_file *file, uint64_t address, uint64_t *offset)
{
    Elf64_Phdr segment;

    for (unsigned i = 0; i < file->header.e_phnum; i++) {
        int error = read_segment(file, i, &segment);
        if (error)
            return error;
        if (segment.p_type == PT_LOAD && address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz) {
            *offset = segment.p_offset + (address - segment.p_vaddr);
            return 0;
        }
    }
    return -ENOENT;
}

/* Addresses in the dynamic section must lie in what the file holds. */
static int offset_of_tag(const struct elf_file *file, const struct elf_dynamic *dynamic, int64_t tag, uint64_t *offset)
{
    uint64_t address;
    int error = elf_dynamic_value(dynamic, tag, &address);

    if (error)
        return error;
    error = elf_file_offset(file, address, offset);
    return error == -ENOENT ? -ENOEXEC : error;
}

int elf_file_dynamic(const struct elf_file *file, struct elf_dynamic *dynamic)
{
    Elf64_Phdr segment;

    memset(dynamic, 0, sizeof *dynamic);
    int error = elf_file_segment(file, PT_DYNAMIC, &segment);
    if (error)
        return error;
    uint64_t capacity = segment.p_filesz / sizeof *dynamic->entries;
    if (capacity > MAX_DYNAMIC_ENTRIES)
        return -ENOEXEC;
    dynamic->entries = xcalloc(capacity, sizeof *dynamic->entries);
    error = elf_file_read(file->fd, segment.p_offset, dynamic->entries, capacity * sizeof *dynamic->entries);
    while (!error && dynamic->count < capacity && dynamic->entries[dynamic->count].d_tag != DT_NULL)
        dynamic->count++;
    if (!error)
        error = offset_of_tag(file, dynamic, DT_STRTAB, &dynamic->strings);
    if (!error)
        error = elf_dynamic_value(dynamic, DT_STRSZ, &dynamic->strings_size);
    if (error)
        elf_dynamic_finish(dynamic);
    return error == -ENOENT ? -ENOEXEC : error;
}

void elf_dynamic_finish(struct elf_dynamic *dynamic)
{
    free(dynamic->entries);
    memset(dynamic, 0, sizeof *dynamic);
}

int elf_dynamic_value(const struct elf_dynamic *dynamic, int64_t tag, uint64_t *value)
{
    for (size_t i = 0; i < dynamic->count; i++)
        if (dynamic->entries[i].d_tag == tag) {
            *value = dynamic->entries[i].d_un.d_val;
            return 0;
        }
    return -ENOENT;
}

int elf_dynamic_string(const struct elf_file *file, const struct elf_dynamic *dynamic, uint64_t offset, char *text, size_t size)
{
    uint64_t place;

    if (offset >= dynamic->strings_size || __builtin_add_overflow(dynamic->strings, offset, &place))
        return -ENOEXEC;
    uint64_t room = dynamic->strings_size - offset;
    size_t length = room < size - 1 ? (size_t)room : size - 1;
    text[length] = '\0';
    return elf_file_read(file->fd, place, text, length);
}

/* DT_GNU_HASH: a chain for each bucket, in the order of the symbol table; the last chain ends with the last symbol. */
static int gnu_hash_symbol_count(const struct elf_file *file, uint64_t offset, uint64_t *count)
{
    struct {
        uint32_t buckets, first_symbol, bloom_words, bloom_shift;
    } head;
    uint32_t buckets[1024], last = 0, link;

    int error = elf_file_read(file->fd, offset, &head, sizeof head);
    if (error)
        return error;
    if (head.buckets > MAX_SYMBOLS)
        return -ENOEXEC;
    offset += sizeof head + head.bloom_words * UINT64_C(8);
    for (uint32_t done = 0; done < head.buckets;) {
        uint32_t part = head.buckets - done < 1024 ? head.buckets - done : 1024;
        error = elf_file_read(file->fd, offset + done * UINT64_C(4), buckets, part * sizeof *buckets);
        if (error)
            return error;
        for (uint32_t i = 0; i < part; i++)
            last = buckets[i] > last ? buckets[i] : last;
        done += part;
    }
    *count = head.first_symbol;
    if (last < head.first_symbol)
        return 0;
    offset += head.buckets * UINT64_C(4) + (last - head.first_symbol) * UINT64_C(4);
    for (unsigned i = 0; i < MAX_HASH_CHAIN; i++) {
        error = elf_file_read(file->fd, offset + i * UINT64_C(4), &link, sizeof link);
        if (error)
            return error;
        if (link & 1) {
            *count = (uint64_t)last + i + 1;
            return 0;
        }
    }
    return -ENOEXEC;
}

static int dynamic_symbol_count(const struct elf_file *file, const struct elf_dynamic *dynamic, uint64_t *count)
{
    uint64_t offset;
    uint32_t head[2]; /* DT_HASH: number of buckets, number of symbols */

    int error = offset_of_tag(file, dynamic, DT_GNU_HASH, &offset);
    if (error != -ENOENT)
        return error ? error : gnu_hash_symbol_count(file, offset, count);
    error = offset_of_tag(file, dynamic, DT_HASH, &offset);
    if (error)
        return error;
    error = elf_file_read(file->fd, offset, head, sizeof head);
    *count = error ? 0 : head[1];
    return error;
}

int elf_file_dynamic_symbols(const struct elf_file *file, const struct elf_dynamic *dynamic, struct elf_symbol_table *table)
{
    int error = offset_of_tag(file, dynamic, DT_SYMTAB, &table->symbols);

    if (!error)
        error = dynamic_symbol_count(file, dynamic, &table->count);
    table->strings = dynamic->strings;
    table->strings_size = dynamic->strings_size;
    return error;
}

static int read_section(const struct elf_file *file, uint64_t index, Elf64_Shdr *section)
{
    uint64_t offset;

    if (__builtin_add_overflow(file->header.e_shoff, index * sizeof *section, &offset))
        return -ENOEXEC;
    return elf_file_read(file->fd, offset, section, sizeof *section);
}

int elf_file_symbols(const struct elf_file *file, struct elf_symbol_table *table)
{
    Elf64_Shdr section, strings;

    if (file->header.e_shoff == 0 || file->header.e_shentsize != sizeof section)
        return -ENOENT;
    for (unsigned i = 0; i < file->header.e_shnum; i++) {
        int error = read_section(file, i, &section);
        if (error)
            return error;
        if (section.sh_type != SHT_SYMTAB)
            continue;
        error = read_section(file, section.sh_link, &strings);
        if (error)
            return error;
        *table =
            (struct elf_symbol_table){section.sh_offset, section.sh_size / sizeof(Elf64_Sym), strings.sh_offset, strings.sh_size};
        return 0;
    }
    return -ENOENT;
}

int elf_file_find_section(const struct elf_file *file, const char *name, Elf64_Shdr *section)
{
    const size_t size = strlen(name) + 1;
    Elf64_Shdr strings;
    char found[32];
    uint64_t place;

    if (file->header.e_shoff == 0 || file->header.e_shentsize != sizeof *section || size > sizeof found)
        return -ENOENT;
    int error = read_section(file, file->header.e_shstrndx, &strings);
    for (unsigned i = 0; i < file->header.e_shnum && !error; i++) {
        error = read_section(file, i, section);
        if (error || section->sh_name >= strings.sh_size || strings.sh_size - section->sh_name < size)
            continue;
        if (__builtin_add_overflow(strings.sh_offset, section->sh_name, &place))
            return -ENOEXEC;
        error = elf_file_read(file->fd, place, found, size);
        if (!error && memcmp(found, name, size) == 0)
            return 0;
    }
    return error ? error : -ENOENT;
}

/* A string table of usual size is read as a whole: in the order of exported symbols, which is that of a hash table, each name would
 * cost a read of its own (node: 75,000 of them, a quarter of a second). Of a larger one a part is held; its symbols stand mostly in
 * the order of their names, so that one read serves many. */
struct string_window {
    char *whole;            /* NULL: only a part is held */
    uint64_t start, filled; /* which part of the table it is */
    char text[4096 + 1];
};
#define WHOLE_TABLE_MAX (UINT64_C(16) << 20)

static void read_whole_table(const struct elf_file *file, const struct elf_symbol_table *table, struct string_window *window)
{
    if (table->strings_size == 0 || table->strings_size > WHOLE_TABLE_MAX)
        return;
    window->whole = xmalloc(table->strings_size + 1);
    window->whole[table->strings_size] = '\0';
    if (elf_file_read(file->fd, table->strings, window->whole, table->strings_size) == 0)
        return;
    free(window->whole); /* damaged: as far as it can be read it serves all the same */
    window->whole = NULL;
}

static int window_string(const struct elf_file *file, const struct elf_symbol_table *table, struct string_window *window,
                         uint64_t offset, const char **name)
{
    uint64_t end = offset + ELF_SYMBOL_NAME_MAX < table->strings_size ? offset + ELF_SYMBOL_NAME_MAX : table->strings_size;
    uint64_t place;

    if (offset >= table->strings_size)
        return -ENOEXEC;
    if (window->whole) {
        *name = window->whole + offset;
        return 0;
    }
    if (offset < window->start || end > window->start + window->filled) {
        uint64_t room = table->strings_size - offset;
        window->start = offset;
        window->filled = room < sizeof window->text - 1 ? room : sizeof window->text - 1;
        if (__builtin_add_overflow(table->strings, offset, &place))
            return -ENOEXEC;
        int error = elf_file_read(file->fd, place, window->text, window->filled);
        if (error)
            return error;
        window->text[window->filled] = '\0';
    }
    *name = window->text + (offset - window->start);
    return 0;
}

static int walk(const struct elf_file *file, const struct elf_symbol_table *table, struct string_window *window,
                elf_symbol_seen *seen, void *context)
{
    Elf64_Sym symbols[128] = {0};
    const char *name;

    for (uint64_t done = 0; done < table->count;) {
        size_t part = table->count - done < 128 ? (size_t)(table->count - done) : 128;
        int error = elf_file_read(file->fd, table->symbols + done * sizeof *symbols, symbols, part * sizeof *symbols);
        if (error)
            return error;
        for (size_t i = 0; i < part; i++) {
            if (symbols[i].st_shndx == SHN_UNDEF || symbols[i].st_name == 0)
                continue;
            error = window_string(file, table, window, symbols[i].st_name, &name);
            if (!error)
                error = seen(context, &symbols[i], name);
            if (error)
                return error;
        }
        done += part;
    }
    return 0;
}

int elf_file_walk(const struct elf_file *file, const struct elf_symbol_table *table, elf_symbol_seen *seen, void *context)
{
    struct string_window window = {0};

    if (table->count > MAX_SYMBOLS || table->symbols > INT64_MAX)
        return -ENOEXEC;
    read_whole_table(file, table, &window);
    int result = walk(file, table, &window, seen, context);
    free(window.whole);
    return result;
}

int elf_file_walk_exported(const struct elf_file *file, elf_symbol_seen *seen, void *context)
{
    struct elf_dynamic dynamic;
    struct elf_symbol_table table;

    int error = elf_file_dynamic(file, &dynamic);
    if (error)
        return error;
    error = elf_file_dynamic_symbols(file, &dynamic, &table);
    if (!error)
        error = elf_file_walk(file, &table, seen, context);
    elf_dynamic_finish(&dynamic);
    return error;
}

int elf_file_walk_all(const struct elf_file *file, elf_symbol_seen *seen, void *context)
{
    struct elf_symbol_table table;

    int error = elf_file_symbols(file, &table);
    return error ? error : elf_file_walk(file, &table, seen, context);
}
