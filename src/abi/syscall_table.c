/* SPDX-License-Identifier: MIT
 * A stand-in with the rows that the tests of sets need, until the generated table is here. */
#include "abi/syscall_table.h"

#include <string.h>
#include <sys/syscall.h>

static const struct syscall_row rows[SYSCALL_TABLE_SIZE] = {
    [__NR_read] = {"read", CLASS_DESC},
    [__NR_write] = {"write", CLASS_DESC},
    [__NR_open] = {"open", CLASS_FILE | CLASS_DESC},
    [__NR_close] = {"close", CLASS_DESC},
    [__NR_stat] = {"stat", CLASS_FILE | CLASS_STAT | CLASS_STAT_LIKE},
    [__NR_fstat] = {"fstat", CLASS_DESC | CLASS_FSTAT | CLASS_STAT_LIKE},
    [__NR_lstat] = {"lstat", CLASS_FILE | CLASS_LSTAT | CLASS_STAT_LIKE},
    [__NR_mmap] = {"mmap", CLASS_DESC | CLASS_MEMORY},
    [__NR_munmap] = {"munmap", CLASS_MEMORY},
    [__NR_brk] = {"brk", CLASS_MEMORY},
    [__NR_rt_sigaction] = {"rt_sigaction", CLASS_SIGNAL},
    [__NR_getpid] = {"getpid", CLASS_PURE},
    [__NR_socket] = {"socket", CLASS_NETWORK | CLASS_DESC},
    [__NR_connect] = {"connect", CLASS_NETWORK | CLASS_DESC},
    [__NR_clone] = {"clone", CLASS_PROCESS},
    [__NR_execve] = {"execve", CLASS_FILE | CLASS_PROCESS},
    [__NR_shmget] = {"shmget", CLASS_IPC},
    [__NR_chdir] = {"chdir", CLASS_FILE},
    [__NR_getuid] = {"getuid", CLASS_CREDS | CLASS_PURE},
    [__NR_geteuid] = {"geteuid", CLASS_CREDS | CLASS_PURE},
    [__NR_statfs] = {"statfs", CLASS_FILE | CLASS_STATFS | CLASS_STATFS_LIKE},
    [__NR_fstatfs] = {"fstatfs", CLASS_DESC | CLASS_FSTATFS | CLASS_STATFS_LIKE},
    [__NR_clock_settime] = {"clock_settime", CLASS_CLOCK},
    [__NR_openat] = {"openat", CLASS_FILE | CLASS_DESC},
    [__NR_execveat] = {"execveat", CLASS_FILE | CLASS_DESC | CLASS_PROCESS},
};

static const struct {
    const char *name;
    uint32_t bit;
} classes[] = {
    {"file", CLASS_FILE},       {"desc", CLASS_DESC},       {"network", CLASS_NETWORK}, {"net", CLASS_NETWORK},
    {"process", CLASS_PROCESS}, {"signal", CLASS_SIGNAL},   {"ipc", CLASS_IPC},         {"memory", CLASS_MEMORY},
    {"creds", CLASS_CREDS},     {"stat", CLASS_STAT},       {"lstat", CLASS_LSTAT},     {"fstat", CLASS_FSTAT},
    {"%stat", CLASS_STAT_LIKE}, {"statfs", CLASS_STATFS},   {"fstatfs", CLASS_FSTATFS}, {"%statfs", CLASS_STATFS_LIKE},
    {"clock", CLASS_CLOCK},     {"pure", CLASS_PURE},
};

const struct syscall_row *syscall_table_row(uint64_t number)
{
    return number < SYSCALL_TABLE_SIZE && rows[number].name ? &rows[number] : NULL;
}

int syscall_table_find(const char *name)
{
    for (int number = 0; number < SYSCALL_TABLE_SIZE; number++)
        if (rows[number].name && strcmp(rows[number].name, name) == 0)
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
