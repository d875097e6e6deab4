/* SPDX-License-Identifier: MIT */
#include "syscall_table.h"

#include <string.h>

static const struct {
    const char *name;
    uint32_t bit;
} classes[] = {
    {"file", CLASS_FILE},       {"desc", CLASS_DESC},     {"network", CLASS_NETWORK}, {"net", CLASS_NETWORK},
    {"process", CLASS_PROCESS}, {"signal", CLASS_SIGNAL}, {"ipc", CLASS_IPC},         {"memory", CLASS_MEMORY},
    {"creds", CLASS_CREDS},     {"stat", CLASS_STAT},     {"lstat", CLASS_LSTAT},     {"fstat", CLASS_FSTAT},
    {"%stat", CLASS_STAT_LIKE}, {"statfs", CLASS_STATFS}, {"fstatfs", CLASS_FSTATFS}, {"%statfs", CLASS_STATFS_LIKE},
    {"clock", CLASS_CLOCK},     {"pure", CLASS_PURE},
};

const struct syscall_row *syscall_table_row(uint64_t number)
{
    return number < SYSCALL_TABLE_SIZE && syscall_rows[number].name ? &syscall_rows[number] : NULL;
}

const struct syscall_row *syscall_row_variant(const struct syscall_row *row, const uint64_t arguments[SYSCALL_ARGUMENTS_MAX])
{
    const uint32_t value = (uint32_t)arguments[row->variant_argument] & row->variant_mask;

    for (unsigned i = 0; i < row->variant_count; i++)
        if (row->variants[i].value == value)
            return &row->variants[i].row;
    return row;
}

int syscall_table_find(const char *name)
{
    for (int number = 0; number < SYSCALL_TABLE_SIZE; number++)
        if (syscall_rows[number].name && strcmp(syscall_rows[number].name, name) == 0)
            return number;
    return -1;
}

uint32_t syscall_class_find(const char *name)
{
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(classes[i].name, name) == 0)
            return classes[i].bit;
    return 0;
}
