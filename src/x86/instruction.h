/* SPDX-License-Identifier: MIT
 *
 * Lengths of x86-64 instructions, and what in them depends on where they are. Foreign bytes: whatever they are, nothing is read
 * beyond them. Tables: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, appendix A. */
#ifndef LEAKWATCH_X86_INSTRUCTION_H
#define LEAKWATCH_X86_INSTRUCTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INSTRUCTION_MAX = 15 }; /* bytes */

enum instruction_kind {
    INSTRUCTION_PLAIN,     /* the next one follows */
    INSTRUCTION_JUMP,      /* to `target`, always */
    INSTRUCTION_BRANCH,    /* to `target` on a condition, which is the low half of the opcode's last byte */
    INSTRUCTION_LOOP,      /* the same, by loop or jrcxz: there is no form with a distant target */
    INSTRUCTION_CALL,      /* of `target` */
    INSTRUCTION_GOES_AWAY, /* jump through memory or a register, return, undefined, hlt: nothing follows */
    INSTRUCTION_PADDING,   /* nop of any length, int3 */
};

struct instruction {
    enum instruction_kind kind;
    unsigned length;
    unsigned opcode;          /* the last byte of it */
    bool has_target;          /* a direct jump, branch or call */
    int64_t target;           /* of those: relative to the end of the instruction */
    unsigned displacement_at; /* of an operand relative to the instruction pointer: where its 32 bits are; 0: there is none */
};

/* Decodes the instruction at `code`, of which `size` bytes are there. Returns 0, or -EINVAL: it is none, is not known, or is cut
 * off. */
int instruction_decode(const uint8_t *code, size_t size, struct instruction *instruction);

#endif
