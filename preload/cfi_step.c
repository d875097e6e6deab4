/* SPDX-License-Identifier: MIT
 * Evaluation of rows: DWARF expressions and the step to the caller with all registers. */
#include "cfi.h"

#include <string.h>

#define STACK_MAX      16
#define OPERATIONS_MAX 256

struct evaluation {
    const uint8_t *at, *end;
    const struct cfi_registers *registers;
    uint64_t low, high; /* memory that may be read */
    uint64_t stack[STACK_MAX];
    unsigned depth;
    bool failed;
};

static void push(struct evaluation *evaluation, uint64_t value)
{
    if (evaluation->depth == STACK_MAX)
        evaluation->failed = true;
    else
        evaluation->stack[evaluation->depth++] = value;
}

static uint64_t pop(struct evaluation *evaluation)
{
    if (evaluation->depth == 0) {
        evaluation->failed = true;
        return 0;
    }
    return evaluation->stack[--evaluation->depth];
}

static bool load(uint64_t address, uint64_t low, uint64_t high, void *value, unsigned size)
{
    if (address < low || address >= high || high - address < size)
        return false;
    memcpy(value, (const void *)address, size); /* NOLINT(clang-analyzer-core.NonNullParamChecker): `low` is never 0 */
    return true;
}

static int64_t operand_fixed(struct evaluation *evaluation, unsigned size, bool is_signed)
{
    uint64_t value = 0;
    if ((uint64_t)(evaluation->end - evaluation->at) < size) {
        evaluation->failed = true;
        return 0;
    }
    memcpy(&value, evaluation->at, size);
    evaluation->at += size;
    unsigned unused = 64 - 8 * size;
    return is_signed ? (int64_t)(value << unused) >> unused : (int64_t)value;
}

static int64_t operand_leb(struct evaluation *evaluation, bool is_signed)
{
    uint64_t value = 0, byte;
    unsigned shift = 0;
    do {
        byte = (uint64_t)operand_fixed(evaluation, 1, false);
        if (shift < 64)
            value |= (byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    if (is_signed && shift < 64 && (byte & 0x40))
        value |= ~UINT64_C(0) << shift;
    return (int64_t)value;
}

/* Operations that put a value on the stack. Returns false if `operation` is none of them. */
static bool evaluate_value(struct evaluation *evaluation, unsigned operation)
{
    if (operation >= 0x30 && operation <= 0x4f) { /* lit0..lit31 */
        push(evaluation, operation - 0x30);
    } else if (operation >= 0x70 && operation <= 0x8f) { /* breg0..breg31 */
        unsigned number = operation - 0x70;
        if (number >= CFI_REGISTERS || !(evaluation->registers->valid >> number & 1))
            evaluation->failed = true;
        else
            push(evaluation, evaluation->registers->value[number] + (uint64_t)operand_leb(evaluation, true));
    } else if (operation >= 0x08 && operation <= 0x0f) { /* const1u, const1s, const2u, ... const8s */
        push(evaluation, (uint64_t)operand_fixed(evaluation, 1u << ((operation - 0x08) / 2), operation & 1));
    } else if (operation == 0x10 || operation == 0x11) { /* constu, consts */
        push(evaluation, (uint64_t)operand_leb(evaluation, operation == 0x11));
    } else if (operation == 0x12 || operation == 0x14) { /* dup, over */
        unsigned back = operation == 0x12 ? 1 : 2;
        if (evaluation->depth < back)
            evaluation->failed = true;
        else
            push(evaluation, evaluation->stack[evaluation->depth - back]);
    } else {
        return false;
    }
    return true;
}

/* Operations on the two topmost values. Returns false if `operation` is none of them. */
static bool evaluate_binary(struct evaluation *evaluation, unsigned operation)
{
    if (operation < 0x1a || operation > 0x2e || operation == 0x1f || operation == 0x20 || operation == 0x23 || operation == 0x28)
        return false;
    uint64_t right = pop(evaluation), left = pop(evaluation), value;
    int64_t signed_left = (int64_t)left, signed_right = (int64_t)right;
    switch (operation) {
    case 0x1a:
        value = left & right;
        break;
    case 0x1c:
        value = left - right;
        break;
    case 0x1e:
        value = left * right;
        break;
    case 0x21:
        value = left | right;
        break;
    case 0x22:
        value = left + right;
        break;
    case 0x24:
        value = right < 64 ? left << right : 0;
        break;
    case 0x25:
        value = right < 64 ? left >> right : 0;
        break;
    case 0x26:
        value = (uint64_t)(signed_left >> (right < 64 ? right : 63));
        break;
    case 0x27:
        value = left ^ right;
        break;
    case 0x29:
        value = left == right;
        break;
    case 0x2a:
        value = signed_left >= signed_right;
        break;
    case 0x2b:
        value = signed_left > signed_right;
        break;
    case 0x2c:
        value = signed_left <= signed_right;
        break;
    case 0x2d:
        value = signed_left < signed_right;
        break;
    case 0x2e:
        value = left != right;
        break;
    default:
        evaluation->failed = true; /* div, mod: never seen in unwind tables */
        return true;
    }
    push(evaluation, value);
    return true;
}

static void evaluate_other(struct evaluation *evaluation, unsigned operation)
{
    uint64_t value = 0;
    switch (operation) {
    case 0x06: /* deref */
        if (!load(pop(evaluation), evaluation->low, evaluation->high, &value, 8))
            evaluation->failed = true;
        push(evaluation, value);
        break;
    case 0x13: /* drop */
        pop(evaluation);
        break;
    case 0x1f: /* neg */
        push(evaluation, -pop(evaluation));
        break;
    case 0x20: /* not */
        push(evaluation, ~pop(evaluation));
        break;
    case 0x23: /* plus_uconst */
        value = pop(evaluation);
        push(evaluation, value + (uint64_t)operand_leb(evaluation, false));
        break;
    case 0x96: /* nop */
        break;
    default:
        evaluation->failed = true;
    }
}

/* Evaluates the expression of `rule` on what the stack holds already. */
static bool evaluate(const struct cfi_rule *rule, struct evaluation *evaluation, uint64_t *result)
{
    evaluation->at = rule->expression;
    evaluation->end = rule->expression + rule->length;
    for (unsigned count = 0; evaluation->at < evaluation->end && !evaluation->failed; count++) {
        unsigned operation = *evaluation->at++;
        if (count == OPERATIONS_MAX)
            return false;
        if (!evaluate_value(evaluation, operation) && !evaluate_binary(evaluation, operation))
            evaluate_other(evaluation, operation);
    }
    *result = pop(evaluation);
    return !evaluation->failed;
}

static bool cfa_of(const struct cfi_row *row, const struct cfi_registers *registers, uint64_t low, uint64_t high, uint64_t *cfa)
{
    if (row->cfa.kind == CFI_VALUE_EXPRESSION) {
        struct evaluation evaluation = {.registers = registers, .low = low, .high = high};
        return evaluate(&row->cfa, &evaluation, cfa);
    }
    if (row->cfa.kind != CFI_VALUE_OFFSET || row->cfa_register >= CFI_REGISTERS || !(registers->valid >> row->cfa_register & 1))
        return false;
    *cfa = registers->value[row->cfa_register] + (uint64_t)row->cfa.value;
    return true;
}

/* The caller's value of one register. Returns false if it cannot be known. */
static bool recover(const struct cfi_rule *rule, const struct cfi_registers *registers, struct evaluation *evaluation, uint64_t cfa,
                    uint64_t *value)
{
    uint64_t address;
    switch (rule->kind) {
    case CFI_OFFSET:
        return load(cfa + (uint64_t)rule->value, evaluation->low, evaluation->high, value, 8);
    case CFI_VALUE_OFFSET:
        *value = cfa + (uint64_t)rule->value;
        return true;
    case CFI_REGISTER:
        if ((uint64_t)rule->value >= CFI_REGISTERS || !(registers->valid >> rule->value & 1))
            return false;
        *value = registers->value[rule->value];
        return true;
    case CFI_EXPRESSION:
        push(evaluation, cfa);
        return evaluate(rule, evaluation, &address) && load(address, evaluation->low, evaluation->high, value, 8);
    case CFI_VALUE_EXPRESSION:
        push(evaluation, cfa);
        return evaluate(rule, evaluation, value);
    default:
        return false;
    }
}

int cfi_step(const struct cfi_row *row, struct cfi_registers *registers, uint64_t low, uint64_t high)
{
    struct cfi_registers caller = {.valid = 0};
    uint64_t cfa;
    if (row->registers[CFI_RA].kind == CFI_UNDEFINED || !cfa_of(row, registers, low, high, &cfa))
        return -1;
    for (unsigned number = 0; number < CFI_REGISTERS; number++) {
        const struct cfi_rule *rule = &row->registers[number];
        struct evaluation evaluation = {.registers = registers, .low = low, .high = high};
        bool kept = rule->kind == CFI_SAME || (rule->kind == CFI_UNSPECIFIED && number != CFI_RA);
        if (number == CFI_RSP && (rule->kind == CFI_UNSPECIFIED || rule->kind == CFI_SAME)) {
            caller.value[number] = cfa; /* by the definition of the CFA */
            caller.valid |= 1u << number;
        } else if (kept ? registers->valid >> number & 1 : recover(rule, registers, &evaluation, cfa, &caller.value[number])) {
            if (kept)
                caller.value[number] = registers->value[number];
            caller.valid |= 1u << number;
        }
    }
    if (!(caller.valid >> CFI_RA & 1))
        return -1;
    *registers = caller;
    return 0;
}
