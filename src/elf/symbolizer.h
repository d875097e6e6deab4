/* SPDX-License-Identifier: MIT
 *
 * Names for addresses: function, file and line, inlined callers, build id, through libdwfl; demangled through libiberty. One
 * symbolizer serves many processes: what it learnt of a file is kept. */
#ifndef LEAKWATCH_ELF_SYMBOLIZER_H
#define LEAKWATCH_ELF_SYMBOLIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbolizer;

struct symbol_frame {
    const char *function;     /* demangled; NULL if not known. This and all strings below live as long as the symbolizer */
    const char *linkage_name; /* as in the symbol table; of an inlined function, which has no symbol, its plain name, as valgrind
                               * calls it; NULL if not known */
    const char *file;         /* source file; NULL if not known */
    unsigned line;            /* 0 if not known */
    bool inlined;             /* this function was inlined into the next frame */
    uint64_t start;           /* where it begins, as the file's own symbol table has it (see bias_offset); 0: not known */
};

struct symbol_module {
    const char *build_id; /* hexadecimal; NULL if it has none or the file could not be read */
    uint64_t bias_offset; /* address as the file's own symbol table has it */
};

/* `debuginfod`: whether libdwfl may ask debuginfod servers. Never NULL. */
struct symbolizer *symbolizer_create(bool debuginfod);
void symbolizer_destroy(struct symbolizer *symbolizer);

/* Names the code at `file_offset` bytes into the file `path` (the place in the file, not an address). For a return address, pass
 * the address less one: the call, not what follows it. Inlined frames come first, innermost first; stores at most `capacity` frames
 * and returns how many (0: nothing known). `module` (not NULL) receives what is known of the file. Never fails: a file that is
 * missing, damaged or not ELF has no names. */
size_t symbolizer_lookup(struct symbolizer *symbolizer, const char *path, uint64_t file_offset, struct symbol_module *module,
                         struct symbol_frame *frames, size_t capacity);

struct symbol_object {    /* a function or an object that has a place in memory */
    const char *name;     /* demangled; NULL if not known; lives as long as the symbolizer */
    uint64_t name_offset; /* of the place that was asked for, in what has this name */
    uint64_t address;     /* of that place, as the file's own symbol table has it */
};

/* Names what lies `distance` bytes of memory from the place at which `file_offset` bytes into the file are mapped: an object, or
 * with `code`, which is for memory that can be executed, also a function: constants may lie there as well. The memory behind the
 * data, for which the file has no bytes (.bss), is found so as well. Returns 0 (the name may be NULL), or -ENOENT if the file, or
 * what is known of it, has no such offset. */
int symbolizer_object(struct symbolizer *symbolizer, const char *path, uint64_t file_offset, int64_t distance, bool code,
                      struct symbol_object *object);

#endif
