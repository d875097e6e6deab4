/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "x86/instruction.h"

struct sample {
    const char *text; /* as an assembler writes it */
    uint8_t bytes[INSTRUCTION_MAX];
    unsigned length;
    enum instruction_kind kind;
    int64_t target;
    unsigned displacement_at;
};

static const struct sample samples[] = {
    {"push %r12", {0x41, 0x54}, 2, INSTRUCTION_PLAIN, 0, 0},
    {"endbr64", {0xf3, 0x0f, 0x1e, 0xfa}, 4, INSTRUCTION_PLAIN, 0, 0},
    {"mov %rdi,%rbx", {0x48, 0x89, 0xfb}, 3, INSTRUCTION_PLAIN, 0, 0},
    {"cmpb $0x0,0x140201(%rip)", {0x80, 0x3d, 0x01, 0x02, 0x14, 0x00, 0x00}, 7, INSTRUCTION_PLAIN, 0, 2},
    {"movl $0x1,0x10(%rip)", {0xc7, 0x05, 0x10, 0, 0, 0, 1, 0, 0, 0}, 10, INSTRUCTION_PLAIN, 0, 2},
    {"mov 0x8(%rsp),%rax", {0x48, 0x8b, 0x44, 0x24, 0x08}, 5, INSTRUCTION_PLAIN, 0, 0},
    {"mov (%rax,%rbp,8),%eax", {0x8b, 0x04, 0xe8}, 3, INSTRUCTION_PLAIN, 0, 0},
    {"mov 0x1000(,%rax,8),%eax", {0x8b, 0x04, 0xc5, 0, 0x10, 0, 0}, 7, INSTRUCTION_PLAIN, 0, 0},
    {"movabs $0x1,%rax", {0x48, 0xb8, 1}, 10, INSTRUCTION_PLAIN, 0, 0},
    {"mov $0x1,%ax", {0x66, 0xb8, 1, 0}, 4, INSTRUCTION_PLAIN, 0, 0},
    {"movabs 0x1,%al", {0xa0, 1}, 9, INSTRUCTION_PLAIN, 0, 0},
    {"test $0x1,%dil", {0x40, 0xf6, 0xc7, 0x01}, 4, INSTRUCTION_PLAIN, 0, 0},
    {"not %dil", {0x40, 0xf6, 0xd7}, 3, INSTRUCTION_PLAIN, 0, 0},
    {"testl $0x1,(%rax)", {0xf7, 0x00, 1, 0, 0, 0}, 6, INSTRUCTION_PLAIN, 0, 0},
    {"mov %cr0,%rax", {0x0f, 0x20, 0x00}, 3, INSTRUCTION_PLAIN, 0, 0},
    {"enter $0x10,$0x1", {0xc8, 0x10, 0, 1}, 4, INSTRUCTION_PLAIN, 0, 0},
    {"lock cmpxchg %ecx,(%rdx)", {0xf0, 0x0f, 0xb1, 0x0a}, 4, INSTRUCTION_PLAIN, 0, 0},
    {"pshufb %xmm1,%xmm0", {0x66, 0x0f, 0x38, 0x00, 0xc1}, 5, INSTRUCTION_PLAIN, 0, 0},
    {"palignr $0x1,%xmm1,%xmm0", {0x66, 0x0f, 0x3a, 0x0f, 0xc1, 0x01}, 6, INSTRUCTION_PLAIN, 0, 0},
    {"vmovdqu (%rsi),%ymm0", {0xc5, 0xfe, 0x6f, 0x06}, 4, INSTRUCTION_PLAIN, 0, 0},
    {"vzeroupper", {0xc5, 0xf8, 0x77}, 3, INSTRUCTION_PLAIN, 0, 0},
    {"vpbroadcastb %xmm0,%ymm0", {0xc4, 0xe2, 0x7d, 0x78, 0xc0}, 5, INSTRUCTION_PLAIN, 0, 0},
    {"vmovdqu64 0x40(%rsi),%zmm1", {0x62, 0xf1, 0xfe, 0x48, 0x6f, 0x4e, 0x01}, 7, INSTRUCTION_PLAIN, 0, 0},
    {"jmp 0x10 ahead", {0xeb, 0x10}, 2, INSTRUCTION_JUMP, 0x10, 0},
    {"jmp back", {0xe9, 0xf0, 0xff, 0xff, 0xff}, 5, INSTRUCTION_JUMP, -16, 0},
    {"je 0x10 ahead", {0x74, 0x10}, 2, INSTRUCTION_BRANCH, 0x10, 0},
    {"je 0xbf ahead", {0x0f, 0x84, 0xbf, 0, 0, 0}, 6, INSTRUCTION_BRANCH, 0xbf, 0},
    {"loop back", {0xe2, 0xfe}, 2, INSTRUCTION_LOOP, -2, 0},
    {"jrcxz", {0xe3, 0x05}, 2, INSTRUCTION_LOOP, 5, 0},
    {"call", {0xe8, 1, 0, 0, 0}, 5, INSTRUCTION_CALL, 1, 0},
    {"jmp *0x10(%rip)", {0xff, 0x25, 0x10, 0, 0, 0}, 6, INSTRUCTION_GOES_AWAY, 0, 2},
    {"call *0x10(%rip)", {0xff, 0x15, 0x10, 0, 0, 0}, 6, INSTRUCTION_PLAIN, 0, 2},
    {"ret", {0xc3}, 1, INSTRUCTION_GOES_AWAY, 0, 0},
    {"ud2", {0x0f, 0x0b}, 2, INSTRUCTION_GOES_AWAY, 0, 0},
    {"nop", {0x90}, 1, INSTRUCTION_PADDING, 0, 0},
    {"pause", {0xf3, 0x90}, 2, INSTRUCTION_PLAIN, 0, 0},
    {"xchg %r8,%rax", {0x49, 0x90}, 2, INSTRUCTION_PLAIN, 0, 0},
    {"cs nopw 0x0(%rax,%rax,1)", {0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0}, 10, INSTRUCTION_PADDING, 0, 0},
    {"int3", {0xcc}, 1, INSTRUCTION_PADDING, 0, 0},
};

Test(instruction, lengths_and_kinds)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const struct sample *sample = &samples[i];
        struct instruction instruction;
        cr_assert_eq(instruction_decode(sample->bytes, sizeof sample->bytes, &instruction), 0, "%s is none", sample->text);
        cr_assert_eq(instruction.length, sample->length, "%s has %u bytes", sample->text, instruction.length);
        cr_assert_eq(instruction.kind, sample->kind, "%s is of kind %d", sample->text, (int)instruction.kind);
        cr_assert_eq(instruction.target, sample->target, "%s leads to %ld", sample->text, (long)instruction.target);
        cr_assert_eq(instruction.displacement_at, sample->displacement_at, "%s has it at %u", sample->text,
                     instruction.displacement_at);
    }
}

Test(instruction, what_is_cut_off_is_none)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct instruction instruction;
        for (unsigned size = 0; size < samples[i].length; size++)
            cr_assert_neq(instruction_decode(samples[i].bytes, size, &instruction), 0, "%u bytes of %s", size, samples[i].text);
    }
}

Test(instruction, what_64_bit_mode_does_not_have)
{
    static const uint8_t none[][2] = {{0x06}, {0x27}, {0x60}, {0x9a}, {0xce}, {0xd4}, {0xea}, {0x0f, 0x04}, {0x0f, 0xff}};
    struct instruction instruction;

    for (size_t i = 0; i + 1 < sizeof none / sizeof *none; i++) {
        uint8_t bytes[INSTRUCTION_MAX] = {none[i][0], none[i][1]};
        cr_assert_neq(instruction_decode(bytes, sizeof bytes, &instruction), 0, "%02x %02x", none[i][0], none[i][1]);
    }
}

Test(instruction, prefixes_without_end)
{
    uint8_t bytes[64];
    struct instruction instruction;

    memset(bytes, 0x66, sizeof bytes);
    cr_assert_neq(instruction_decode(bytes, sizeof bytes, &instruction), 0);
}
