/* SPDX-License-Identifier: MIT
 *
 * The symbols and the debugging information of one ELF file. Private to src/elf/. */
#ifndef LEAKWATCH_ELF_SYMBOL_FILE_H
#define LEAKWATCH_ELF_SYMBOL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol_file;

/* struct symbol_frame before anything is demangled or made pretty; the strings live as long as the file. */
struct raw_frame {
    const char *function; /* the plain name in the debugging information */
    const char *linkage_name;
    const char *file;
    const char *directory; /* in which the compiler ran: what `file` may be relative to; NULL if not known */
    unsigned line;
    bool inlined;
    uint64_t start; /* of the function, with linkage_name; else 0 */
};

/* Gets debugging information by its build id (hexadecimal) from elsewhere. Returns a descriptor, or -1. */
typedef int symbol_file_fetch(const char *build_id);

/* Takes over `fd`, a descriptor of the file with this absolute path, beside which debugging information is looked for. What is not
 * found on this machine is fetched; NULL: it is not. Returns NULL if there are no names to be had: damaged, not ELF. */
struct symbol_file *symbol_file_open(int fd, const char *path, symbol_file_fetch *fetch);
void symbol_file_close(struct symbol_file *file);

/* Hexadecimal, NULL if it has none; lives as long as the file. */
const char *symbol_file_build_id(const struct symbol_file *file);

/* From an offset in the file to an address as the file counts them: 0 or -ENOENT. */
int symbol_file_address(const struct symbol_file *file, uint64_t offset, uint64_t *address);

/* Names the code at `address`, innermost frame first. Returns how many frames were stored; 0: nothing is known. */
size_t symbol_file_lookup(struct symbol_file *file, uint64_t address, struct raw_frame *frames, size_t capacity);

/* Name of the object, or with `code` also of the function, that covers the address, as in the symbol table; NULL if there is none.
 * Stores where it begins. */
const char *symbol_file_object(struct symbol_file *file, uint64_t address, bool code, uint64_t *start);

#endif
