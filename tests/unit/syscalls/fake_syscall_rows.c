/* SPDX-License-Identifier: MIT
 * A small table in the place of the generated one. */
#include <sys/syscall.h>

#include "abi/syscall_table.h"

const struct syscall_row syscall_rows[SYSCALL_TABLE_SIZE] = {
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
