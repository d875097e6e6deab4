/* SPDX-License-Identifier: MIT
 *
 * Bounded reading of a 64-bit little-endian ELF file through a descriptor. Every offset and count comes from the file and is
 * checked here, so that a hostile file costs at most bounded time and memory. Private to src/elf/. */
#ifndef LEAKWATCH_ELF_FILE_H
#define LEAKWATCH_ELF_FILE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All functions return 0 or -errno; -ENOEXEC: the file is damaged, -ENOENT: it has no such part. */

struct elf_file {
    int fd;
    Elf64_Ehdr header;
};

/* Places in the file, all checked to lie within 64 bits, not within the file: reading finds out. */
struct elf_symbol_table {
    uint64_t symbols; /* offset of the first Elf64_Sym */
    uint64_t count;
    uint64_t strings; /* offset of the string table */
    uint64_t strings_size;
};

struct elf_dynamic {
    Elf64_Dyn *entries; /* without the end mark; owned */
    size_t count;
    uint64_t strings; /* offset of .dynstr in the file */
    uint64_t strings_size;
};

/* Reads exactly `size` bytes at `offset`; -ENOEXEC if the file ends before. */
int elf_file_read(int fd, uint64_t offset, void *buffer, size_t size);

/* Reads and checks the header. -ENOEXEC also for a file of another class, byte order or machine than x86_64's. */
int elf_file_open(int fd, struct elf_file *file);

/* The first program header of `type`. */
int elf_file_segment(const struct elf_file *file, uint32_t type, Elf64_Phdr *segment);

/* Between offsets in the file and addresses as the file counts them, through PT_LOAD. -ENOENT: in no segment. */
int elf_file_address(const struct elf_file *file, uint64_t offset, uint64_t *address);
int elf_file_offset(const struct elf_file *file, uint64_t address, uint64_t *offset);

/* The dynamic section, as the loader finds it: by program header. Release with elf_dynamic_finish(). */
int elf_file_dynamic(const struct elf_file *file, struct elf_dynamic *dynamic);
void elf_dynamic_finish(struct elf_dynamic *dynamic);
/* Value of the first entry with `tag`. */
int elf_dynamic_value(const struct elf_dynamic *dynamic, int64_t tag, uint64_t *value);
/* Copies the string at `offset` in .dynstr, cut off at `size` - 1 bytes. */
int elf_dynamic_string(const struct elf_file *file, const struct elf_dynamic *dynamic, uint64_t offset, char *text, size_t size);

/* The exported symbols (.dynsym, counted by the hash table: undefined ones may be missing) and all symbols (.symtab). */
int elf_file_dynamic_symbols(const struct elf_file *file, const struct elf_dynamic *dynamic, struct elf_symbol_table *table);
int elf_file_symbols(const struct elf_file *file, struct elf_symbol_table *table);

/* The first section of this name, which is at most 31 bytes long. */
int elf_file_find_section(const struct elf_file *file, const char *name, Elf64_Shdr *section);

/* Walks over the defined symbols of a table. `name` is cut off after at least ELF_SYMBOL_NAME_MAX bytes and valid during the call.
 * The walk ends when the callback returns non-zero, which becomes the result. */
#define ELF_SYMBOL_NAME_MAX 512
typedef int elf_symbol_seen(void *context, const Elf64_Sym *symbol, const char *name);
int elf_file_walk(const struct elf_file *file, const struct elf_symbol_table *table, elf_symbol_seen *seen, void *context);
/* The same over the exported symbols, and over all symbols; -ENOENT: the file has no such table. */
int elf_file_walk_exported(const struct elf_file *file, elf_symbol_seen *seen, void *context);
int elf_file_walk_all(const struct elf_file *file, elf_symbol_seen *seen, void *context);

#endif
