/* SPDX-License-Identifier: MIT
 * Filters of system calls that programs give themselves. */
#ifndef LEAKWATCH_TESTS_HARD_SECCOMP_H
#define LEAKWATCH_TESTS_HARD_SECCOMP_H

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

#include "hard.h"

/* A program that has this outcome for the system call `number`, and the other one for all others. */
#define HARD_FILTER(number, outcome, others)                                                                                       \
    {                                                                                                                              \
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),  \
            BPF_STMT(BPF_RET | BPF_K, outcome), BPF_STMT(BPF_RET | BPF_K, others),                                                 \
    }

/* From here on the system call `number` has this outcome, all others are allowed. */
static inline void hard_filter(unsigned number, unsigned outcome)
{
    struct sock_filter program[] = HARD_FILTER(number, outcome, SECCOMP_RET_ALLOW);
    struct sock_fprog all = {.len = sizeof program / sizeof *program, .filter = program};

    REQUIRE(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no new privileges");
    REQUIRE(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) == 0, "no filter");
}

#endif
