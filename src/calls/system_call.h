/* SPDX-License-Identifier: MIT
 *
 * One system call of a traced thread, from its entry to its end: what decoding made of it, and what those need who show it. */
#ifndef LEAKWATCH_CALLS_SYSTEM_CALL_H
#define LEAKWATCH_CALLS_SYSTEM_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "abi/syscall_table.h"
#include "base/arena.h"
#include "call_value.h"

enum call_abi { CALL_ABI_64, CALL_ABI_32, CALL_ABI_X32 };

/* How the result is shown, where the description leaves a choice to a decoder. */
enum result_form { RESULT_AS_DESCRIBED, RESULT_DECIMAL, RESULT_HEX, RESULT_OCTAL, RESULT_FD, RESULT_PID, RESULT_ADDRESS };

struct decode_options;

struct system_call {
    enum call_abi abi;
    bool known;      /* false: no call has been seen yet */
    uint64_t number; /* as the program gave it, x32's mark included */
    uint64_t arguments[SYSCALL_ARGUMENTS_MAX];
    uint64_t stack_pointer;        /* at the entry */
    const struct syscall_row *row; /* NULL: not known, or of another ABI */

    uint64_t before[SYSCALL_ARGUMENTS_MAX]; /* the number that an inout argument pointed to at the entry; 0: none could be read */
    void *note;                             /* what a decoder found at the entry, for itself at the exit; in the arena */

    /* What has been decoded. */
    const struct decode_options *options;      /* how */
    struct value values;                       /* its children: the arguments, by name */
    struct value *kept[SYSCALL_ARGUMENTS_MAX]; /* what decoders saw at the entry and need at the exit, by argument; or NULL */
    unsigned decoded;                          /* arguments of the row that are done, the ones that are not there included */
    bool entered;                              /* the part that can be shown before the call is done */
    bool done;                                 /* all is */

    /* The result, valid once `returned`. */
    bool returned;
    int64_t result; /* as in the register: -errno if `failed` */
    bool failed;
    enum result_form result_form;
    struct value *result_note; /* behind it in parentheses, after its name if it has one: (Timeout), (flags O_RDWR); or NULL */
    const char *result_text;   /* the name of the process that the result is; or NULL */
    const struct descriptor_name *result_descriptor; /* what the descriptor refers to that the result is; or NULL */
    const char *resumes;                             /* of restart_syscall: the name of the call that goes on; or NULL */

    bool detached;          /* it goes on, and the thread is no longer traced */
    bool injected, delayed; /* its result was made up; it was held for a time */

    uint64_t instruction_pointer; /* behind the instruction that made the call */
    /* Only if somebody asked for times. */
    uint64_t entered_wall_ns;     /* since 1970 */
    uint64_t entered_ns, left_ns; /* of a clock that nobody sets; left_ns 0: it has not returned */
    uint64_t system_ns;           /* that the kernel has worked for the process meanwhile */

    /* Only if somebody asked for stacks: the callers, innermost first; in the arena. */
    struct call_frame {
        uint64_t address;         /* behind the call */
        uint64_t file_offset;     /* of that */
        uint64_t device, inode;   /* of the file that is mapped there; 0: of none, or not known */
        const char *path;         /* of what is mapped there; "": of no file; NULL: nothing is known to be */
        const char *function;     /* by the log: its name; NULL: not known, or not looked up yet */
        uint64_t function_offset; /* of the address; 0: not known */
    } * stack;
    size_t stack_size;

    size_t shown;     /* arguments that are in the log */
    bool unwanted;    /* by the log: nothing of it is shown or counted */
    bool undecided;   /* by the log: whether it is wanted depends on its result */
    const char *held; /* by the log: what the beginning of its line is; or NULL */
    size_t held_size, held_unseen;
    struct arena arena; /* of all the above */
};

/* What the call does to what its process holds: of enum syscall_effect, as its row says, less what depends on its arguments (shmctl
 * and its kin release only with IPC_RMID). */
uint32_t effects_of(const struct system_call *call);

/* The number by which a call is chosen, counted and looked up: that of x86_64. Of a call by another table it is one that is in no
 * table, as its own number means another call here. */
static inline uint64_t system_call_key(const struct system_call *call)
{
    return call->abi == CALL_ABI_64 ? call->number : UINT64_MAX;
}

/* What may be asked of the process that made the call while it stands there. Each function may be NULL, and returns NULL if there
 * is no answer; texts are made in `arena`. */
struct process_view {
    const struct descriptor_name *(*fd_name)(void *context, struct arena *arena, int fd); /* AT_FDCWD: the working directory */
    const char *(*fd_path)(void *context, struct arena *arena, int fd); /* as the kernel has it, whether it is to be shown or not */
    const char *(*pid_text)(void *context, struct arena *arena, int pid); /* likewise behind a process id */
    void *context;
};

#endif
