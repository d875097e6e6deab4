/* SPDX-License-Identifier: MIT
 *
 * What `leakwatch libs` has to say: for each program, which libraries the dynamic linker loads, by which rule it finds them, and
 * what is the matter with those that it does not find. Writers (report/) only print it. All texts are as the system gave them; they
 * and all arrays live in the arena of the program they belong to, or of the report. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_MODEL_H
#define LEAKWATCH_LIBRARIES_LIBRARY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"

/* What became of a file at one place where a library may be. */
enum library_verdict {
    LIBRARY_FITS,
    LIBRARY_ABSENT,
    LIBRARY_DANGLING, /* a symbolic link to nothing */
    LIBRARY_DENIED,
    LIBRARY_FAILED, /* it could not be opened or read: `error` */
    /* Passed over in silence: the search goes on. */
    LIBRARY_OTHER_CLASS,
    LIBRARY_OTHER_MACHINE,
    LIBRARY_OTHER_SYSTEM, /* by its ABI tag it is not for Linux, or for a newer kernel */
    LIBRARY_EXCLUDED,     /* in a folder of the system, which its object does without (DF_1_NODEFLIB) */
    /* Taken, and then refused: the search ends here. */
    LIBRARY_DIRECTORY,
    LIBRARY_SPECIAL, /* a device, a socket, a FIFO */
    LIBRARY_TOO_SHORT,
    LIBRARY_NOT_ELF,
    LIBRARY_BAD_HEADER, /* `complaint` */
    LIBRARY_EXECUTABLE, /* a program, not a library */
    LIBRARY_PIE,
    LIBRARY_NO_DYNAMIC,
    LIBRARY_DAMAGED,   /* what its dynamic section refers to cannot be */
    LIBRARY_TRUNCATED, /* the file ends before its segments do */
    LIBRARY_NOEXEC,    /* on a file system mounted with noexec */
    LIBRARY_UNTRUSTED, /* may not be preloaded into a program with more rights than its user */
};

/* By which rule of ld.so(8) a place was looked at. */
enum library_rule {
    LIBRARY_BY_NAME, /* the name has a slash: it is a path */
    LIBRARY_BY_RPATH,
    LIBRARY_BY_ENVIRONMENT, /* LD_LIBRARY_PATH */
    LIBRARY_BY_RUNPATH,
    LIBRARY_BY_CACHE,
    LIBRARY_BY_DEFAULT,     /* the folders built into the dynamic linker */
    LIBRARY_BY_INTERPRETER, /* it is the program's interpreter */
};

/* What a library is loaded for. */
enum library_cause {
    LIBRARY_IS_PROGRAM,
    LIBRARY_NEEDED,         /* DT_NEEDED */
    LIBRARY_FILTER,         /* DT_FILTER */
    LIBRARY_AUXILIARY,      /* DT_AUXILIARY: done without, if it is not there */
    LIBRARY_PRELOADED,      /* LD_PRELOAD; likewise */
    LIBRARY_PRELOADED_FILE, /* /etc/ld.so.preload; likewise */
};

/* A place where a library was looked for and not found. */
struct library_place {
    enum library_rule rule;
    size_t owner;      /* of RPATH and RUNPATH: whose it is, an index of program->objects */
    const char *path;  /* of the file */
    const char *empty; /* LIBRARY_ABSENT: the folder is not there either, or another remark; NULL: none */
    enum library_verdict verdict;
    int error;             /* of LIBRARY_FAILED */
    const char *complaint; /* of LIBRARY_BAD_HEADER, LIBRARY_DAMAGED; static */
    const char *what;      /* what is there: "ELF 32-bit, Intel 80386", or where a link leads; or NULL */
};

enum library_mend_kind {
    LIBRARY_MEND_INSTALL,    /* a package that has it */
    LIBRARY_MEND_REINSTALL,  /* an installed package had it */
    LIBRARY_MEND_NEAR,       /* another version of it is there */
    LIBRARY_MEND_PATH,       /* it is in a folder that is not searched */
    LIBRARY_MEND_LDCONFIG,   /* the cache does not know a folder that it should */
    LIBRARY_MEND_MULTIARCH,  /* packages of another architecture are to be enabled */
    LIBRARY_MEND_PERMISSION, /* chmod */
    LIBRARY_MEND_FILE,       /* a file is to be repaired or taken away */
    LIBRARY_MEND_REBUILD,
};

/* What would help. */
struct library_mend {
    enum library_mend_kind kind;
    const char *text;    /* a sentence */
    const char *command; /* to be given to a shell, or NULL */
};

/* A version of its interface that an object needs of a library and does not get. */
struct library_version {
    size_t needed_by, library; /* indices of program->objects */
    const char *version;
    const char **symbols; /* of this version, that it uses; symbol_count */
    size_t symbol_count;
    const char *newest; /* of the same family ("GLIBC_2.36"), that the library has; or NULL */
    bool unversioned;   /* the library has no versions at all */
    bool fatal;         /* false: the loader says so, and goes on */
};

struct library_symbol {
    size_t needed_by;
    const char *name, *version; /* version: NULL if none */
    const char *provider;       /* the file that the version was to come from, or NULL */
};

/* An object in the order of loading; the first is the program. */
struct library_object {
    const char *name; /* as it was asked for */
    const char *path; /* NULL: it was not found */
    const char *soname;
    enum library_cause cause;
    enum library_rule rule;
    size_t owner;  /* of RPATH and RUNPATH: whose it is */
    size_t parent; /* who asked first */
    size_t *needs; /* indices, in the order of its dynamic section; need_count */
    size_t need_count;
    const char **folders; /* of its RUNPATH, or else of its RPATH, as the loader takes them; folder_count */
    size_t folder_count;
    bool has_runpath;
    /* Of one that was not found, in the order of the search. */
    struct library_place *places;
    size_t place_count;
    struct library_mend *mends;
    size_t mend_count;
};

/* Why execve(2) refuses a program, or would. */
enum program_problem {
    PROGRAM_FINE,
    PROGRAM_ABSENT,
    PROGRAM_DANGLING,
    PROGRAM_UNREACHABLE, /* a folder on the way may not be entered, or is none */
    PROGRAM_DIRECTORY,
    PROGRAM_SPECIAL,
    PROGRAM_NOT_EXECUTABLE,
    PROGRAM_NOEXEC,
    PROGRAM_BUSY, /* somebody has it open for writing */
    PROGRAM_UNREADABLE,
    PROGRAM_EMPTY,
    PROGRAM_NO_FORMAT,
    PROGRAM_NOT_PROGRAM, /* ELF, but an object file or a core */
    PROGRAM_DAMAGED,
    PROGRAM_OTHER_MACHINE,
    PROGRAM_LOADER_ABSENT,
    PROGRAM_LOADER_UNFIT,  /* it is there, and cannot be executed: `detail` */
    PROGRAM_SCRIPT_EMPTY,  /* nothing behind #! */
    PROGRAM_SCRIPT_CR,     /* the interpreter's name ends with a carriage return */
    PROGRAM_SCRIPT_ABSENT, /* the interpreter is not there */
    PROGRAM_SCRIPT_UNFIT,  /* it is there, and cannot be executed: `detail` */
    PROGRAM_SCRIPT_LOOP,
};

enum program_kind {
    PROGRAM_KIND_UNKNOWN,
    PROGRAM_KIND_SCRIPT,
    PROGRAM_KIND_STATIC,
    PROGRAM_KIND_DYNAMIC,
    PROGRAM_KIND_LIBRARY, /* a shared object without an interpreter */
    PROGRAM_KIND_OTHER,   /* ELF, but nothing that is loaded */
};

/* One file that was asked about, and all it loads. */
struct library_program {
    const char *path;
    enum program_kind kind;
    enum program_problem problem;
    const char *subject; /* of the problem: the interpreter; or NULL */
    const char *detail;  /* of the problem; or NULL */
    struct library_mend *mends;
    size_t mend_count;
    const char *script;      /* the script that led here, if `path` is its interpreter; or NULL */
    const char *machine;     /* "x86-64"; static, or NULL */
    unsigned bits;           /* 32, 64; 0: not known */
    const char *interpreter; /* the dynamic linker; NULL: none */
    const char *loader;      /* what that is: "glibc 2.36", "musl"; or NULL */
    bool privileged;         /* it gets more rights than its user: the environment counts less */
    const char *hwcaps;      /* which subfolders for processors were taken into account; or NULL */
    struct library_object *objects;
    size_t object_count;
    struct library_version *versions;
    size_t version_count;
    struct library_symbol *symbols;
    size_t symbol_count;
    const char **notes; /* what could not be seen, or was assumed */
    size_t note_count;
    size_t missing; /* objects that are, and are needed */
    bool failed;    /* it does not start, or not with all it needs */
    struct arena arena;
};

/* A file that a process has asked for at run time. */
struct library_attempt {
    const char *path;
    int error; /* 0: it was there */
    enum library_verdict verdict;
    const char *complaint, *what;
};
enum library_request_kind { LIBRARY_REQUEST_LIBRARY, LIBRARY_REQUEST_PROGRAM, LIBRARY_REQUEST_FILE };
struct library_request {
    enum library_request_kind kind;
    const char *name; /* without its folder */
    pid_t pid;
    const char *program; /* that asked */
    bool found;
    bool startup;          /* by the dynamic linker, before the program itself began */
    const char *path;      /* of a library that was found: where; else NULL */
    const char *needed_by; /* of one that was not: a library that the process had loaded before, and that needs it; or NULL */
    struct library_attempt *attempts;
    size_t attempt_count;
    struct library_mend *mends;
    size_t mend_count;
};

struct library_report {
    char *const *command; /* of a program that was run, NULL-terminated; NULL: none was. Lent */
    const char *root;     /* NULL: "/" */
    const char *version;  /* of leakwatch; static */
    struct library_program **programs;
    size_t program_count;
    struct library_request *requests; /* that came to nothing */
    size_t request_count;
    size_t answered; /* libraries asked for at run time and found */
    int status;      /* wait status of the program that was run */
    struct arena arena;
};

/* What people asked to see. */
struct library_view {
    bool tree, all; /* the libraries that are found, too; also what those of the system need */
    bool color;
    int verbosity;
};

/* Whether the loader does without. */
static inline bool library_is_optional(enum library_cause cause)
{
    return cause == LIBRARY_AUXILIARY || cause == LIBRARY_PRELOADED || cause == LIBRARY_PRELOADED_FILE;
}

/* Whether the dynamic linker takes such a file, and gives up. */
static inline bool library_verdict_is_final(enum library_verdict verdict)
{
    return verdict >= LIBRARY_DIRECTORY;
}

#endif
