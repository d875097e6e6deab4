/* SPDX-License-Identifier: MIT
 *
 * What a description in a .def file becomes: types of arguments and fields, sets of constants, layouts of structures. Data only;
 * src/syscalls interprets it. The grammar is in README.md, the tables are made by generate_tables.py. */
#ifndef LEAKWATCH_ABI_DESCRIPTION_H
#define LEAKWATCH_ABI_DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct constant {
    uint64_t value;
    const char *name;
};

/* The names of an enumeration (sorted by value) or of the bits of a word (in the order in which they are shown). */
struct constant_set {
    const struct constant *constants;
    size_t count;
    const char *unknown; /* how a value without name is marked: "PROT_???"; NULL: not at all */
};

enum type_kind {
    TYPE_NONE, /* the call does not return */
    TYPE_SIGNED,
    TYPE_UNSIGNED,
    TYPE_HEX,
    TYPE_OCTAL,
    TYPE_ADDRESS,   /* shown, not followed */
    TYPE_FD,        /* descriptor */
    TYPE_DIRFD,     /* descriptor, or AT_FDCWD */
    TYPE_PID,       /* process or thread */
    TYPE_ID,        /* of a user or group; -1: leave as it is */
    TYPE_SIGNAL,    /* number of a signal */
    TYPE_MODE,      /* permission bits of a mode_t */
    TYPE_FILE_MODE, /* mode_t with the kind of file */
    TYPE_DEVICE,    /* dev_t */
    TYPE_FLAGS,     /* bits of `set` */
    TYPE_ENUM,      /* one of `set` */
    TYPE_PATH,      /* pointer to a NUL-terminated path, shown whole */
    TYPE_STRING,    /* pointer to a NUL-terminated string */
    TYPE_BYTES,     /* pointer to `length` bytes */
    TYPE_SIGSET,    /* pointer to a set of signals of `length` bytes */
    TYPE_POINTER,   /* pointer to one `element` */
    TYPE_CHARS,     /* `length` bytes in place, up to a NUL */
    TYPE_ARRAY,     /* `length` elements in place; behind a TYPE_POINTER in an argument */
    TYPE_STRUCT,    /* in place; likewise */
    TYPE_CUSTOM,    /* shown by a function, `decoder` */
};

/* When the kernel gives memory its contents: what is out can be shown only after the call. */
enum direction { DIRECTION_IN, DIRECTION_OUT, DIRECTION_INOUT };

enum length_kind {
    LENGTH_NONE,
    LENGTH_CONSTANT,
    LENGTH_MEMBER,  /* the value of argument or field number `value` */
    LENGTH_POINTED, /* the 32-bit number that argument `value` points to */
    LENGTH_RESULT,  /* what the call returned */
};

struct length {
    enum length_kind kind;
    int value;
};

/* The name of `number` in `set`, or NULL. */
const char *constant_set_name(const struct constant_set *set, uint64_t number);

struct type {
    enum type_kind kind;
    unsigned char size; /* bytes in memory, of scalars and pointers */
    unsigned char direction;
    unsigned char condition; /* enum condition_id: the argument is there only if this holds */
    bool named;              /* the argument is shown with its name */
    unsigned short decoder;  /* enum decoder_id, of TYPE_CUSTOM */
    struct length length;
    const struct constant_set *set;
    const struct struct_layout *layout;
    const struct type *element;
};

struct struct_field {
    const char *name;
    const struct type *type;
    unsigned offset;
    bool detail; /* left out of abbreviated output */
};

struct struct_layout {
    const char *name;
    const struct struct_field *fields;
    size_t field_count;
    size_t size; /* bytes */
};

#endif
