/* SPDX-License-Identifier: MIT
 *
 * A file as the dynamic linker sees it: may it be loaded, what does it need, which versions does it have? Of either class, byte
 * order and any machine. Foreign bytes: whatever is in the file, there is an answer, at a bounded cost. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_FILE_H
#define LEAKWATCH_LIBRARIES_LIBRARY_FILE_H

#include <stdint.h>

#include "library_model.h"

struct library_root;

/* For whom a library is to be loaded. */
struct library_target {
    unsigned char class, data; /* as in e_ident */
    uint16_t machine;
};

/* An entry of the dynamic section that names another object. */
struct library_need {
    enum library_cause cause; /* LIBRARY_NEEDED, LIBRARY_FILTER, LIBRARY_AUXILIARY */
    const char *name;
};

/* An entry of DT_VERNEED: one version that is needed of one file. */
struct library_version_need {
    const char *file, *version;
    uint16_t index; /* in DT_VERSYM */
    bool weak;      /* the loader does without */
};

/* All pointers live in the arena that was given. */
struct library_file {
    const char *path;
    int error;       /* it could not be looked at: errno */
    bool dangling;   /* it is a symbolic link to nothing */
    bool unreadable; /* it is there, and may not be read */
    struct {
        uint64_t device, inode, size;
        uint32_t mode, user, group;
    } status;
    bool capabilities; /* it carries file capabilities */
    bool no_exec;      /* the file system is mounted with noexec */
    /* Of a regular file that could be read: what the header says. */
    bool has_magic;
    struct library_target target;
    uint16_t type;
    const char *complaint; /* why the loader refuses the header; static; NULL: it does not */
    bool truncated;        /* a segment ends behind the end of the file */
    bool damaged;          /* the dynamic section, or what it refers to */
    bool debug_only;       /* it has been separated from a program, and holds nothing to be loaded */
    bool other_system;     /* by its ABI tag */
    uint32_t kernel;       /* by its ABI tag, as 0xMMmmpp; 0: none */
    const char *interpreter;
    bool dynamic;            /* it has a dynamic section */
    bool pie;                /* DF_1_PIE */
    bool no_default_folders; /* DF_1_NODEFLIB */
    const char *soname, *rpath, *runpath;
    struct library_need *needs;
    size_t need_count;
    struct library_version_need *version_needs;
    size_t version_need_count;
    bool versioned;       /* it has DT_VERDEF */
    bool version_indices; /* it has DT_VERSYM */
    struct library_version_definition {
        uint16_t index; /* in DT_VERSYM */
        const char *name;
    } * versions;
    size_t version_count;
    char head[256]; /* its first bytes: of a script, the line that names the interpreter */
    size_t head_size;
};

/* Looks at `path`. Never NULL, lives in `arena`. */
struct library_file *library_file_read(const struct library_root *root, const char *path, struct arena *arena);

/* What becomes of it as a library for `target`, on a kernel of this version (as in its ABI tag; 0: the loader does not look at
 * that, as glibc since 2.36). Stores the reason for LIBRARY_BAD_HEADER and LIBRARY_DAMAGED in *complaint. The order of the tests is
 * the loader's (elf/dl-load.c of glibc). */
enum library_verdict library_file_verdict(const struct library_file *file, const struct library_target *target, uint32_t kernel,
                                          const char **complaint);

/* What is wrong behind its header; static. NULL: nothing that was noticed. */
const char *library_file_damage(const struct library_file *file);

/* Whether somebody may execute it. */
bool library_file_is_executable(const struct library_file *file);

/* "ELF 32-bit, Intel 80386"; in `arena`. NULL: it is no ELF file. */
const char *library_file_what(const struct library_file *file, struct arena *arena);

/* "x86-64", "AArch64"; static. NULL: not known. */
const char *library_machine_name(uint16_t machine);

#endif
