/* SPDX-License-Identifier: MIT
 *
 * Typed values: what the arguments and the result of a system call say. Decoders make them, and whoever shows or counts them reads
 * them. They live in an arena and are gone with it; strings and sets that they point to are either there too, or static. */
#ifndef LEAKWATCH_CALLS_CALL_VALUE_H
#define LEAKWATCH_CALLS_CALL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/description.h"
#include "descriptor_name.h"

enum value_kind {
    VALUE_SIGNED,   /* number.signed */
    VALUE_UNSIGNED, /* number */
    VALUE_HEX,      /* number; 0x... always, 0 as 0; or as in text, if there is one */
    VALUE_OCTAL,    /* number; with a leading 0; likewise */
    VALUE_ADDRESS,  /* number; 0 is NULL */
    VALUE_FD,       /* number, a descriptor; descriptor: what it refers to, or NULL */
    VALUE_PID,      /* number, a process or thread; text: its name, or NULL */
    VALUE_ENUM,     /* number, one of `set` */
    VALUE_FLAGS,    /* number, bits of `set` */
    VALUE_BYTES,    /* text, size: a string of bytes, quoted; truncated: there are more */
    VALUE_WORD,     /* text: a name that is not in a set, shown as it is; number, if it stands for one */
    VALUE_STRUCT,   /* children, by name */
    VALUE_ARRAY,    /* children */
    VALUE_BITSET,   /* children: the members; inverted: those that are not */
    VALUE_CALL,     /* text(children): htons(80), makedev(8, 1) */
    VALUE_UNION,    /* children: flags of several sets, joined with | */
    VALUE_CHANGE,   /* children: before, and after the call */
    VALUE_PRODUCT,  /* children: factors */
    VALUE_LIST,     /* children, each behind its name: in [3], left {...} */
    VALUE_MORE,     /* something is left out here */
};

struct value {
    enum value_kind kind;
    bool truncated;      /* VALUE_BYTES, VALUE_ARRAY: there are more */
    bool inverted;       /* VALUE_BITSET */
    bool detail;         /* in a struct: left out of abbreviated output */
    bool negative;       /* VALUE_SIGNED: number is a negative int64_t */
    bool whole;          /* VALUE_BYTES: a path, whatever its length */
    bool binary;         /* VALUE_BYTES: no text, a NUL at its end counts */
    bool hex;            /* VALUE_BYTES: no text at all, every byte is shown as a number */
    bool named;          /* an argument that is shown with its name */
    bool abstract;       /* VALUE_BYTES: a name of a socket that is no path */
    unsigned char bytes; /* size of the number in the program's memory or register */
    uint64_t number;
    const char *name; /* of the argument or field; NULL: none */
    const char *text;
    size_t size;
    const struct constant_set *set;
    const struct descriptor_name *descriptor;
    const char *remark;         /* shown before, as a comment; or NULL */
    const char *comment;        /* shown behind, as a comment; or NULL */
    struct value *first, *last; /* children */
    struct value *next;         /* sibling */
};

#endif
