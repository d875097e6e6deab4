/* SPDX-License-Identifier: MIT
 *
 * The system calls of x86_64, from syscalls.def: names, arguments, classes, effects. */
#ifndef LEAKWATCH_ABI_SYSCALL_TABLE_H
#define LEAKWATCH_ABI_SYSCALL_TABLE_H

#include <stdint.h>

#include "description.h"

/* Every number below is a valid index; most rows from about 470 on are empty. */
#define SYSCALL_TABLE_SIZE    1024
#define SYSCALL_ARGUMENTS_MAX 6

/* The sets that `-e trace=%NAME` selects. */
enum syscall_class {
    CLASS_FILE = 1 << 0, /* takes a path */
    CLASS_DESC = 1 << 1, /* takes or makes a descriptor */
    CLASS_NETWORK = 1 << 2,
    CLASS_PROCESS = 1 << 3,
    CLASS_SIGNAL = 1 << 4,
    CLASS_IPC = 1 << 5,
    CLASS_MEMORY = 1 << 6,
    CLASS_CREDS = 1 << 7,
    CLASS_STAT = 1 << 8,
    CLASS_LSTAT = 1 << 9,
    CLASS_FSTAT = 1 << 10,
    CLASS_STAT_LIKE = 1 << 11, /* %%stat */
    CLASS_STATFS = 1 << 12,
    CLASS_FSTATFS = 1 << 13,
    CLASS_STATFS_LIKE = 1 << 14, /* %%statfs */
    CLASS_CLOCK = 1 << 15,
    CLASS_PURE = 1 << 16, /* no arguments, always succeeds */
};

/* What a successful call does to what its process holds. */
enum syscall_effect {
    EFFECT_FD_OPENS = 1 << 0,
    EFFECT_FD_CLOSES = 1 << 1,
    EFFECT_FD_CHANGES = 1 << 2,
    EFFECT_MAPS = 1 << 3,
    EFFECT_UNMAPS = 1 << 4,
    EFFECT_REMAPS = 1 << 5,
    EFFECT_LOCKS = 1 << 6,
    EFFECT_UNLOCKS = 1 << 7,
    EFFECT_SHM_MAKES = 1 << 8,
    EFFECT_SHM_REMOVES = 1 << 9,
    EFFECT_SEM_MAKES = 1 << 10,
    EFFECT_SEM_REMOVES = 1 << 11,
    EFFECT_QUEUE_MAKES = 1 << 12,
    EFFECT_QUEUE_REMOVES = 1 << 13,
    EFFECT_TIMER_MAKES = 1 << 14,
    EFFECT_TIMER_REMOVES = 1 << 15,
    EFFECT_FORKS = 1 << 16,
    EFFECT_REAPS = 1 << 17,
    EFFECT_EXECS = 1 << 18,
    EFFECT_EXITS = 1 << 19,
    EFFECT_NEVER_FAILS = 1 << 20, /* whatever it returns is a value */
};

struct syscall_argument {
    const char *name;
    const struct type *type;
    unsigned char reg; /* where it is: arguments may be shown in another order than they are passed */
};

struct syscall_variant;

struct syscall_row {
    const char *name; /* NULL: there is no such call */
    uint32_t classes; /* of enum syscall_class */
    uint32_t effects; /* of enum syscall_effect */
    const struct type *result;
    const char *result_note; /* a word before what the result means: "flags"; or NULL */
    unsigned argument_count;
    struct syscall_argument arguments[SYSCALL_ARGUMENTS_MAX];
    /* What the call is where (argument & variant_mask) has a certain value: fcntl is twenty calls in one. */
    const struct syscall_variant *variants;
    unsigned variant_count;
    unsigned variant_argument;
    uint32_t variant_mask;
};

struct syscall_variant {
    uint32_t value;
    struct syscall_row row; /* without variants of its own */
};

extern const struct syscall_row syscall_rows[SYSCALL_TABLE_SIZE];

/* Returns NULL if there is no such call. */
const struct syscall_row *syscall_table_row(uint64_t number);
/* Returns the row of a call with these arguments: a variant of `row`, or `row` itself. */
const struct syscall_row *syscall_row_variant(const struct syscall_row *row, const uint64_t arguments[SYSCALL_ARGUMENTS_MAX]);
/* Returns the number of the call of this name, -1 if there is none. */
int syscall_table_find(const char *name);
/* Returns the class of this name, without its first "%" ("file", "%stat"); 0 if there is none. */
uint32_t syscall_class_find(const char *name);

#endif
