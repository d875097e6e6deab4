/* SPDX-License-Identifier: MIT
 *
 * The beginning of a function, moved elsewhere so that a jump can take its place. Pure. */
#ifndef LEAKWATCH_X86_RELOCATED_CODE_H
#define LEAKWATCH_X86_RELOCATED_CODE_H

#include <stddef.h>
#include <stdint.h>

enum {
    CODE_JUMP_SIZE = 5,       /* of a jump to within 2 GiB, which takes the place of the beginning */
    CODE_FAR_JUMP_SIZE = 14,  /* of one to anywhere */
    CODE_RELOCATED_MAX = 128, /* of a beginning that was moved, the jump back included */
};

/* Moves the instructions of the function at `address` that a jump would overwrite to `where`, so that they do there what they did
 * here, and go on behind what is overwritten. `code`: the function, of which `size` bytes are readable; `function_size`: how many
 * belong to it, 0 if that is not known. Stores up to CODE_RELOCATED_MAX bytes. Returns how many; -ENOTSUP if the code is not
 * understood, or something in the function jumps to what would be overwritten; -ERANGE if `where` is too far from what it uses. */
int code_relocate(const uint8_t *code, size_t size, size_t function_size, uint64_t address, uint64_t where, uint8_t *relocated);

/* Stores a jump from `address` to `target`, CODE_JUMP_SIZE bytes. Returns 0, or -ERANGE if that is too far. */
int code_write_jump(uint8_t *bytes, uint64_t address, uint64_t target);
/* Stores a jump to anywhere that changes no register, CODE_FAR_JUMP_SIZE bytes. */
void code_write_far_jump(uint8_t *bytes, uint64_t target);

#endif
