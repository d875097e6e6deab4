/* SPDX-License-Identifier: MIT
 *
 * What a dynamic linker would do: its version, the folders built into it, the words for $LIB and $PLATFORM, the subfolders for
 * processors that it tries. Read from the file itself, so that it holds for another distribution below --root, too. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_LOADER_H
#define LEAKWATCH_LIBRARIES_LIBRARY_LOADER_H

#include <stdint.h>

#include "library_cpu.h"
#include "library_file.h"

enum library_loader_kind { LOADER_GLIBC, LOADER_MUSL, LOADER_OTHER };

struct library_loader {
    const char *path;
    const struct library_file *file;
    enum library_loader_kind kind;
    unsigned version;     /* of glibc, 236 for 2.36; 0: not known */
    const char **folders; /* searched last, in this order; folder_count */
    size_t folder_count;
    bool folders_assumed; /* they were not found in the file: those that are usual for the machine */
    const char *lib, *platform;
    /* Below each folder, best first: with names ("x86-64-v3", named_count), and as glibc up to 2.36 had them ("tls/haswell"). */
    const char **named, **legacy;
    size_t named_count, legacy_count;
    bool processors_known; /* false: subfolders for processors are left out, as this machine is of another kind */
};

/* `path` is what a program of this target has as its interpreter. All in `arena`. */
struct library_loader *library_loader_read(const struct library_root *root, const char *path, const struct library_target *target,
                                           const struct library_cpu *cpu, struct arena *arena);

/* The interpreter that programs of this kind usually have; static. NULL: not known. */
const char *library_loader_usual(const struct library_target *target);

/* The mark that entries of ld.so.cache have, if they are for this target; 0: not known. */
uint32_t library_loader_cache_flags(const struct library_target *target);

#endif
