/* SPDX-License-Identifier: MIT
 * The system calls of x86_64: names and classes. */
#ifndef LEAKWATCH_ABI_SYSCALL_TABLE_H
#define LEAKWATCH_ABI_SYSCALL_TABLE_H

#include <stdint.h>

#define SYSCALL_TABLE_SIZE 1024

enum syscall_class {
    CLASS_FILE = 1 << 0,
    CLASS_DESC = 1 << 1,
    CLASS_NETWORK = 1 << 2,
    CLASS_PROCESS = 1 << 3,
    CLASS_SIGNAL = 1 << 4,
    CLASS_IPC = 1 << 5,
    CLASS_MEMORY = 1 << 6,
    CLASS_CREDS = 1 << 7,
    CLASS_STAT = 1 << 8,
    CLASS_LSTAT = 1 << 9,
    CLASS_FSTAT = 1 << 10,
    CLASS_STAT_LIKE = 1 << 11,
    CLASS_STATFS = 1 << 12,
    CLASS_FSTATFS = 1 << 13,
    CLASS_STATFS_LIKE = 1 << 14,
    CLASS_CLOCK = 1 << 15,
    CLASS_PURE = 1 << 16,
};

struct syscall_row {
    const char *name;
    uint32_t classes;
};

/* Returns NULL if there is no such call. */
const struct syscall_row *syscall_table_row(uint64_t number);
/* Returns the number of the call of this name, -1 if there is none. */
int syscall_table_find(const char *name);
/* Returns the class of this name, without its first "%" ("file", "%stat"); 0 if there is none. */
uint32_t syscall_class_find(const char *name);

#endif
