/* SPDX-License-Identifier: MIT
 *
 * One system call of a traced thread, from its entry to its end: what decoding made of it, and what those need who show it. */
#ifndef LEAKWATCH_SYSTEM_CALL_H
#define LEAKWATCH_SYSTEM_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/syscall_table.h"
#include "arena.h"
#include "call_value.h"

enum call_abi { CALL_ABI_64, CALL_ABI_32, CALL_ABI_X32 };

/* How the result is shown, where the description leaves a choice to a decoder. */
enum result_form { RESULT_AS_DESCRIBED, RESULT_DECIMAL, RESULT_HEX, RESULT_OCTAL, RESULT_FD, RESULT_PID, RESULT_ADDRESS };

struct system_call {
    enum call_abi abi;
    uint64_t number; /* as the program gave it, x32's mark included */
    uint64_t arguments[SYSCALL_ARGUMENTS_MAX];
    const struct syscall_row *row; /* NULL: not known, or of another ABI */

    uint64_t before[SYSCALL_ARGUMENTS_MAX]; /* the number that an inout argument pointed to at the entry; 0: none could be read */
    void *note;                             /* what a decoder found at the entry, for itself at the exit; in the arena */

    /* What has been decoded. */
    struct value values; /* its children: the arguments, by name */
    unsigned decoded;    /* arguments of the row that are done, the ones that are not there included */
    bool entered;        /* the part that can be shown before the call is done */
    bool done;           /* all is */

    /* The result, valid once `returned`. */
    bool returned;
    int64_t result; /* as in the register: -errno if `failed` */
    bool failed;
    enum result_form result_form;
    struct value *result_note; /* shown in parentheses behind it: (Timeout); or NULL */
    const char *result_text;   /* what the result refers to, of a descriptor or process: a path, a name; or NULL */

    size_t shown;       /* arguments that are in the log */
    struct arena arena; /* of all the above */
};

/* What the call does to what its process holds: of enum syscall_effect, as its row says, less what depends on its arguments (shmctl
 * and its kin release only with IPC_RMID). */
uint32_t effects_of(const struct system_call *call);

/* What may be asked of the process that made the call while it stands there. Each function may be NULL, and returns NULL if there
 * is no answer; texts are made in `arena`. */
struct process_view {
    const char *(*fd_text)(void *context, struct arena *arena, int fd);   /* what to show in <> behind a descriptor */
    const char *(*pid_text)(void *context, struct arena *arena, int pid); /* likewise behind a process id */
    void *context;
};

#endif
