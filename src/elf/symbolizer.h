/* SPDX-License-Identifier: MIT
 *
 * Names for addresses: function, file and line, inlined callers, build id, through libdwfl; demangled through libiberty. One
 * symbolizer serves many processes: what it learnt of a file is kept.
 *
 * The files are read by a process of its own, with limits on time, memory and what it can open (symbol_jail.h): they belong to the
 * program under test and may be made to harm. What happens to that process costs names. */
#ifndef LEAKWATCH_ELF_SYMBOLIZER_H
#define LEAKWATCH_ELF_SYMBOLIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/mapped_files.h"

struct symbolizer;

/* How long the reading process may take for one answer, and for all that is asked of one file. */
#define SYMBOLIZER_QUESTION_NS UINT64_C(30000000000)
#define SYMBOLIZER_FILE_NS     UINT64_C(120000000000)

struct symbolizer_settings {
    const struct mapped_files *files; /* those that are held open; lent; NULL: none are, all are opened by their paths */
    bool debuginfod;                  /* debuginfod servers may be asked */
    /* For tests; 0 and NULL: as above, and symbol_server_run(). */
    uint64_t question_ns, file_ns;
    void (*serve)(int socket, bool debuginfod);
};

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

/* Never NULL. */
struct symbolizer *symbolizer_create(const struct symbolizer_settings *settings);
void symbolizer_destroy(struct symbolizer *symbolizer);

/* Starts the reading process now, from a process that is still small: a copy of it is what that begins with. Otherwise it is
 * started when a name is wanted. Not before a fork() whose child goes on with the symbolizer: the reader is no child of that. */
void symbolizer_start(struct symbolizer *symbolizer);

/* The reading process, which is gone when the symbolizer is, or sooner; 0: none runs. */
pid_t symbolizer_reader(const struct symbolizer *symbolizer);

/* Names the code at `file_offset` bytes into the file (the place in the file, not an address). For a return address, pass the
 * address less one: the call, not what follows it. Inlined frames come first, innermost first; stores at most `capacity` frames
 * and returns how many (0: nothing known). `module` (not NULL) receives what is known of the file. Never fails: a file that is
 * missing, another one, damaged or not ELF has no names. */
size_t symbolizer_lookup(struct symbolizer *symbolizer, const struct mapped_file *file, uint64_t file_offset,
                         struct symbol_module *module, struct symbol_frame *frames, size_t capacity);

/* Says that these places will be looked up: many questions at once are answered sooner than one after the other. */
void symbolizer_prefetch(struct symbolizer *symbolizer, const struct mapped_file *file, const uint64_t *file_offsets, size_t count);

struct symbol_object {    /* a function or an object that has a place in memory */
    const char *name;     /* demangled; NULL if not known; lives as long as the symbolizer */
    uint64_t name_offset; /* of the place that was asked for, in what has this name */
    uint64_t address;     /* of that place, as the file's own symbol table has it */
};

/* Names what lies `distance` bytes of memory from the place at which `file_offset` bytes into the file are mapped: an object, or
 * with `code`, which is for memory that can be executed, also a function: constants may lie there as well. The memory behind the
 * data, for which the file has no bytes (.bss), is found so as well. Returns 0 (the name may be NULL), or -ENOENT if the file, or
 * what is known of it, has no such offset. */
int symbolizer_object(struct symbolizer *symbolizer, const struct mapped_file *file, uint64_t file_offset, int64_t distance,
                      bool code, struct symbol_object *object);

/* What a C++, Rust or D compiler made `name` from, which need not come from a file. NULL: it is a plain name, or made to harm.
 * Lives as long as the symbolizer. */
const char *symbolizer_demangle(struct symbolizer *symbolizer, const char *name);

/* Why a file that was asked for has no names, or not all, other than that it has none: a clause for people, which lives as long as
 * the symbolizer. NULL: there is no such reason. */
const char *symbolizer_problem(const struct symbolizer *symbolizer, const struct mapped_file *file);

#endif
