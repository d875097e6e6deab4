/* SPDX-License-Identifier: MIT */
#include "relocated_code.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "instruction.h"

/* Code being written. */
struct emitter {
    uint8_t *bytes;
    size_t used;
    uint64_t address; /* of bytes[0] */
    int error;
};

static void emit(struct emitter *emitter, const void *bytes, size_t size)
{
    if (emitter->used + size > CODE_RELOCATED_MAX) {
        emitter->error = -ENOTSUP;
        return;
    }
    memcpy(emitter->bytes + emitter->used, bytes, size);
    emitter->used += size;
}

static void emit_distance(struct emitter *emitter, uint64_t from, uint64_t target)
{
    const int64_t distance = (int64_t)(target - from);
    const int32_t narrow = (int32_t)distance;

    if (narrow != distance)
        emitter->error = -ERANGE;
    emit(emitter, &narrow, sizeof narrow);
}

static void emit_jump(struct emitter *emitter, uint64_t target)
{
    static const uint8_t jump = 0xe9;

    emit(emitter, &jump, sizeof jump);
    emit_distance(emitter, emitter->address + emitter->used + 4, target);
}

static void emit_branch(struct emitter *emitter, unsigned condition, uint64_t target)
{
    const uint8_t branch[] = {0x0f, (uint8_t)(0x80 | condition)};

    emit(emitter, branch, sizeof branch);
    emit_distance(emitter, emitter->address + emitter->used + 4, target);
}

/* A call that comes back to where it was before: unwinders know that place, and what catches exceptions there. The return address
 * is pushed as two halves. */
static void emit_call(struct emitter *emitter, uint64_t back, uint64_t target)
{
    static const uint8_t push = 0x68, store_high[] = {0xc7, 0x44, 0x24, 0x04};
    const uint32_t low = (uint32_t)back, high = (uint32_t)(back >> 32);

    emit(emitter, &push, sizeof push);
    emit(emitter, &low, sizeof low);
    emit(emitter, store_high, sizeof store_high);
    emit(emitter, &high, sizeof high);
    emit_jump(emitter, target);
}

/* A copy, whose operand relative to the instruction pointer is counted from where it is now. */
static void emit_copy(struct emitter *emitter, const uint8_t *code, const struct instruction *instruction, uint64_t end)
{
    const unsigned at = instruction->displacement_at;
    int32_t displacement;

    if (at == 0) {
        emit(emitter, code, instruction->length);
        return;
    }
    memcpy(&displacement, code + at, sizeof displacement);
    const uint64_t new_end = emitter->address + emitter->used + instruction->length;
    emit(emitter, code, at);
    emit_distance(emitter, new_end, end + (uint64_t)(int64_t)displacement);
    emit(emitter, code + at + sizeof displacement, instruction->length - at - sizeof displacement);
}

/* Returns whether the code goes on behind the instruction. `end`: the address there. */
static bool move_instruction(struct emitter *emitter, const uint8_t *code, const struct instruction *instruction, uint64_t end)
{
    const uint64_t target = end + (uint64_t)instruction->target;

    switch (instruction->kind) {
    case INSTRUCTION_JUMP:
        emit_jump(emitter, target);
        return false;
    case INSTRUCTION_BRANCH:
        emit_branch(emitter, instruction->opcode & 15, target);
        return true;
    case INSTRUCTION_CALL:
        emit_call(emitter, end, target);
        return false;
    case INSTRUCTION_LOOP:
        emitter->error = -ENOTSUP;
        return false;
    case INSTRUCTION_GOES_AWAY:
        emit_copy(emitter, code, instruction, end);
        return false;
    case INSTRUCTION_PLAIN:
    case INSTRUCTION_PADDING:
        emit_copy(emitter, code, instruction, end);
        return true;
    }
    return false;
}

/* Behind the end of a very short function there must be nothing that anybody runs. */
static bool is_padding(const uint8_t *code, size_t size, size_t from)
{
    struct instruction instruction;

    while (from < CODE_JUMP_SIZE) {
        if (instruction_decode(code + from, size - from, &instruction) != 0 || instruction.kind != INSTRUCTION_PADDING)
            return false;
        from += instruction.length;
    }
    return true;
}

/* Whether something in the function jumps into what is overwritten, behind its first byte; also if that cannot be told. */
static bool is_jumped_into(const uint8_t *code, size_t size)
{
    struct instruction instruction;

    for (size_t at = 0; at < size; at += instruction.length) {
        if (instruction_decode(code + at, size - at, &instruction) != 0)
            return true;
        if (!instruction.has_target)
            continue;
        const int64_t target = (int64_t)(at + instruction.length) + instruction.target;
        if (target > 0 && target < CODE_JUMP_SIZE)
            return true;
    }
    return false;
}

int code_relocate(const uint8_t *code, size_t size, size_t function_size, uint64_t address, uint64_t where, uint8_t *relocated)
{
    struct emitter emitter = {.bytes = relocated, .address = where};
    struct instruction instruction;
    size_t taken = 0;
    bool goes_on = true;

    if (function_size > size || is_jumped_into(code, function_size))
        return -ENOTSUP;
    while (taken < CODE_JUMP_SIZE && goes_on && !emitter.error) {
        if (instruction_decode(code + taken, size - taken, &instruction) != 0)
            return -ENOTSUP;
        goes_on = move_instruction(&emitter, code + taken, &instruction, address + taken + instruction.length);
        taken += instruction.length;
    }
    /* What comes back from a call that is overwritten would find the jump. */
    if (taken < CODE_JUMP_SIZE && (instruction.kind == INSTRUCTION_CALL || !is_padding(code, size, taken)))
        return -ENOTSUP;
    if (goes_on)
        emit_jump(&emitter, address + taken);
    return emitter.error ? emitter.error : (int)emitter.used;
}

int code_write_jump(uint8_t *bytes, uint64_t address, uint64_t target)
{
    struct emitter emitter = {.bytes = bytes, .address = address};

    emit_jump(&emitter, target);
    return emitter.error;
}

void code_write_far_jump(uint8_t *bytes, uint64_t target)
{
    static const uint8_t through_next[] = {0xff, 0x25, 0, 0, 0, 0};

    memcpy(bytes, through_next, sizeof through_next);
    memcpy(bytes + sizeof through_next, &target, sizeof target);
}
