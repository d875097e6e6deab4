/* SPDX-License-Identifier: MIT
 *
 * What program headers and the dynamic section of an ELF file say, through libelf: of either class and byte order. Offsets, sizes
 * and counts come from the file and are checked here. Private to src/elf/. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_DYNAMIC_H
#define LEAKWATCH_LIBRARIES_LIBRARY_DYNAMIC_H

#include <libelf.h>
#include <stdint.h>

struct arena;
struct library_file;

/* Fills in the members of `file` from `interpreter` on. Returns 0, or -ENOEXEC if something cannot be right. */
int library_dynamic_read(Elf *elf, struct library_file *file, struct arena *arena);

/* A part of the file: bytes as they stand there; NULL: it is not in the file, or larger than what any real file has. Lent by `elf`.
 * By its offset, or by an address as the program headers map it; `size` 0: up to the end of the segment, stored in *found. */
const char *library_dynamic_bytes(Elf *elf, uint64_t offset, uint64_t size);
const char *library_dynamic_at_address(Elf *elf, uint64_t address, uint64_t size, uint64_t *found);

/* The values of one tag of the dynamic section; a tag that is not there has 0. */
struct library_tags {
    uint64_t strings, strings_size, hash, gnu_hash, symbols, version_indices;
    uint64_t version_needs, version_need_count, versions, version_count;
    const char *text; /* the string table, text_size bytes; lent by the Elf */
    uint64_t text_size;
    uint64_t copied; /* bytes of names that were kept so far */
};
/* Reads what is in the dynamic section besides names. Returns 0, -ENOENT if there is none, or -ENOEXEC. */
int library_dynamic_tags(Elf *elf, struct library_tags *tags);

/* The string at `offset` of the table; NULL: it is not within it, or does not end in it. */
const char *library_dynamic_string(const struct library_tags *tags, uint64_t offset);

#endif
