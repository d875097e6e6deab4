/* SPDX-License-Identifier: MIT */
#include "seccomp_verdict.h"

#include <stdbool.h>
#include <string.h>

struct machine {
    uint32_t accumulator, index;
    uint32_t scratch[BPF_MEMWORDS];
    const struct seccomp_data *call;
};

/* A load into either register. Returns false where the instruction is none. */
static bool load(const struct machine *machine, const struct sock_filter *instruction, uint32_t *target)
{
    switch (BPF_MODE(instruction->code)) {
    case BPF_IMM:
        *target = instruction->k;
        return true;
    case BPF_LEN:
        *target = sizeof *machine->call;
        return true;
    case BPF_MEM:
        if (instruction->k >= BPF_MEMWORDS)
            return false;
        *target = machine->scratch[instruction->k];
        return true;
    case BPF_ABS:
        if (BPF_CLASS(instruction->code) != BPF_LD || instruction->k % 4 != 0 || instruction->k >= sizeof *machine->call)
            return false;
        memcpy(target, (const char *)machine->call + instruction->k, sizeof *target);
        return true;
    default:
        return false;
    }
}

static bool store(struct machine *machine, uint32_t k, uint32_t value)
{
    if (k >= BPF_MEMWORDS)
        return false;
    machine->scratch[k] = value;
    return true;
}

/* Returns false at a division by zero, and where the instruction is none. */
static bool calculate(struct machine *machine, const struct sock_filter *instruction)
{
    const uint32_t operand = BPF_SRC(instruction->code) == BPF_X ? machine->index : instruction->k;
    uint32_t *accumulator = &machine->accumulator;

    switch (BPF_OP(instruction->code)) {
    case BPF_ADD:
        *accumulator += operand;
        return true;
    case BPF_SUB:
        *accumulator -= operand;
        return true;
    case BPF_MUL:
        *accumulator *= operand;
        return true;
    case BPF_DIV:
        *accumulator = operand != 0 ? *accumulator / operand : 0;
        return operand != 0;
    case BPF_AND:
        *accumulator &= operand;
        return true;
    case BPF_OR:
        *accumulator |= operand;
        return true;
    case BPF_XOR:
        *accumulator ^= operand;
        return true;
    case BPF_LSH:
        *accumulator <<= operand & 31;
        return true;
    case BPF_RSH:
        *accumulator >>= operand & 31;
        return true;
    case BPF_NEG:
        *accumulator = -*accumulator;
        return true;
    default:
        return false;
    }
}

/* Stores how many instructions are skipped. Returns false where the instruction is none. */
static bool jump(const struct machine *machine, const struct sock_filter *instruction, size_t *skipped)
{
    const uint32_t operand = BPF_SRC(instruction->code) == BPF_X ? machine->index : instruction->k;
    bool holds;

    switch (BPF_OP(instruction->code)) {
    case BPF_JA:
        *skipped = instruction->k;
        return true;
    case BPF_JEQ:
        holds = machine->accumulator == operand;
        break;
    case BPF_JGT:
        holds = machine->accumulator > operand;
        break;
    case BPF_JGE:
        holds = machine->accumulator >= operand;
        break;
    case BPF_JSET:
        holds = (machine->accumulator & operand) != 0;
        break;
    default:
        return false;
    }
    *skipped = holds ? instruction->jt : instruction->jf;
    return true;
}

static bool step(struct machine *machine, const struct sock_filter *instruction, size_t *skipped)
{
    switch (BPF_CLASS(instruction->code)) {
    case BPF_LD:
        return load(machine, instruction, &machine->accumulator);
    case BPF_LDX:
        return load(machine, instruction, &machine->index);
    case BPF_ST:
        return store(machine, instruction->k, machine->accumulator);
    case BPF_STX:
        return store(machine, instruction->k, machine->index);
    case BPF_ALU:
        return calculate(machine, instruction);
    case BPF_JMP:
        return jump(machine, instruction, skipped);
    case BPF_MISC:
        if (BPF_MISCOP(instruction->code) == BPF_TAX)
            machine->index = machine->accumulator;
        else
            machine->accumulator = machine->index;
        return true;
    default:
        return false;
    }
}

uint32_t seccomp_verdict(const struct sock_filter *program, size_t length, const struct seccomp_data *call)
{
    struct machine machine = {.call = call};

    for (size_t at = 0; at < length; at++) {
        size_t skipped = 0;
        if (BPF_CLASS(program[at].code) == BPF_RET)
            return BPF_RVAL(program[at].code) == BPF_A ? machine.accumulator : program[at].k;
        if (!step(&machine, &program[at], &skipped))
            break;
        at += skipped;
    }
    return SECCOMP_RET_KILL_THREAD;
}
