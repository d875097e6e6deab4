/* SPDX-License-Identifier: MIT
 *
 * What an ELF file says of itself, before it runs: may the shim be preloaded into it? Foreign bytes: anything may be wrong with the
 * file, and is answered with an error, never trusted. */
#ifndef LEAKWATCH_ELF_IMAGE_H
#define LEAKWATCH_ELF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum elf_kind {
    ELF_NOT,         /* not an ELF file (a script, data, empty) */
    ELF_OTHER_CLASS, /* 32-bit, x32 or another machine */
    ELF_STATIC,      /* no program interpreter (static, static-pie, Go) */
    ELF_OTHER_LIBC,  /* the program interpreter is not glibc's (musl and others) */
    ELF_SANITIZER,   /* built with ASan, LSan, TSan or MSan: no other library may come first */
    ELF_OWN_MALLOC,  /* the executable itself defines malloc: it would be called, not ours */
    ELF_PRELOADABLE,
};

struct elf_image {
    enum elf_kind kind;
    bool leak_sanitizer;   /* has LeakSanitizer inside, which aborts under any ptracer unless told otherwise */
    char interpreter[256]; /* PT_INTERP, "" if none */
    char script[256];      /* ELF_NOT and the file starts with "#!": the interpreter's path, "" otherwise */
};

/* Examines the open file `fd` (its offset is left alone). Returns 0, -ENOEXEC if it is a damaged ELF file, or another -errno if it
 * cannot be read. */
int elf_image_examine(int fd, struct elf_image *image);

/* Looks for a symbol in .dynsym (or .symtab) of the ELF file `fd`. Stores its value (an address as the file counts them) and size.
 * Returns 0, -ENOENT, or -errno if the file is damaged or cannot be read. */
int elf_image_symbol(int fd, const char *name, uint64_t *value, uint64_t *size);

/* Translates an offset into the file to an address as the file counts them, through the PT_LOAD headers. Returns 0, -ENOENT,
 * -errno. */
int elf_image_address(int fd, uint64_t file_offset, uint64_t *address);

#endif
