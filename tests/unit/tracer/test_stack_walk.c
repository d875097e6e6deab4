/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <ucontext.h>

#include "tracer/unwind/stack_walk.h"
#include "fake_memory.h"

#define STACK      UINT64_C(0x7ffe0000)
#define STACK_SIZE 0x4000

/* What stands at which instruction: filled by each test. */
static struct known_row {
    uint64_t pc;
    struct unwind_row row;
} rows[8];

static struct unwind_row row_at(void *context, uint64_t pc)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].pc == pc + 1)
            return rows[i].row;
    return (struct unwind_row){UNWIND_OUTERMOST, 0, 0};
}

static struct fake_memory memory;

static uint64_t *word_at(uint64_t address)
{
    return fake_memory_at(&memory, address);
}

static void begin(void)
{
    fake_memory_add(&memory, STACK, STACK_SIZE);
}

static void end(void)
{
    fake_memory_finish(&memory);
}

TestSuite(stack_walk, .init = begin, .fini = end);

static size_t walk(struct walk_place start, uint64_t *frames, size_t limit)
{
    const struct memory_view view = fake_memory_view(&memory);
    const struct walk_code code = {row_at, NULL};

    return stack_walk(&view, &code, start, frames, limit);
}

Test(stack_walk, frames_follow_each_other_by_stack_and_frame_pointer)
{
    uint64_t frames[8];

    rows[0] = (struct known_row){0x401000, {UNWIND_FROM_SP, 0x20, -16}};
    rows[1] = (struct known_row){0x402000, {UNWIND_FROM_BP, 16, -16}};
    *word_at(STACK + 0x18) = 0x402000;
    *word_at(STACK + 0x10) = STACK + 0x2000; /* rbp of the caller, further up than one piece of the stack */
    *word_at(STACK + 0x2008) = 0x403000;
    cr_assert_eq(walk((struct walk_place){0x401000, STACK, 1}, frames, 8), 3);
    cr_assert_eq(frames[0], 0x401000);
    cr_assert_eq(frames[1], 0x402000);
    cr_assert_eq(frames[2], 0x403000);
}

Test(stack_walk, no_more_frames_than_asked_for)
{
    uint64_t frames[2];

    rows[0] = (struct known_row){0x401000, {UNWIND_FROM_SP, 16, 0}};
    for (uint64_t at = STACK; at < STACK + STACK_SIZE; at += 8)
        *word_at(at) = 0x401000;
    cr_assert_eq(walk((struct walk_place){0x401000, STACK, 0}, frames, 2), 2);
}

Test(stack_walk, a_realigned_frame_is_found_through_what_rbp_points_to)
{
    uint64_t frames[4];

    rows[0] = (struct known_row){0x401000, {UNWIND_AT_BP, -8, 0}};
    *word_at(STACK + 0xf8) = STACK + 0x200; /* the CFA */
    *word_at(STACK + 0x1f8) = 0x402000;
    cr_assert_eq(walk((struct walk_place){0x401000, STACK, STACK + 0x100}, frames, 4), 2);
    cr_assert_eq(frames[1], 0x402000);
}

Test(stack_walk, behind_a_signal_comes_what_it_interrupted)
{
    const uint64_t registers = STACK + offsetof(ucontext_t, uc_mcontext.gregs);
    uint64_t frames[4];

    rows[0] = (struct known_row){0x401000, {UNWIND_SIGNAL, 0, 0}};
    *word_at(registers + 8 * REG_RIP) = 0x402000;
    *word_at(registers + 8 * REG_RSP) = STACK + 0x3000;
    cr_assert_eq(walk((struct walk_place){0x401000, STACK, 0}, frames, 4), 2);
    cr_assert_eq(frames[1], 0x402001);
}

Test(stack_walk, unknown_code_is_taken_to_keep_frame_pointers)
{
    uint64_t frames[4];

    rows[0] = (struct known_row){0x401000, {UNWIND_UNKNOWN, 0, 0}};
    *word_at(STACK + 0x108) = 0x402000;
    cr_assert_eq(walk((struct walk_place){0x401000, STACK, STACK + 0x100}, frames, 4), 2);
    cr_assert_eq(walk((struct walk_place){0x401000, STACK, STACK - 8}, frames, 4), 1);
    cr_assert_eq(walk((struct walk_place){0x401000, STACK, STACK + 0x101}, frames, 4), 1);
}

Test(stack_walk, a_damaged_stack_ends_the_walk)
{
    uint64_t frames[4];

    rows[0] = (struct known_row){0x401000, {UNWIND_FROM_SP, 16, 0}};
    cr_assert_eq(walk((struct walk_place){0x401000, STACK, 0}, frames, 4), 1);                   /* no code at address 0 */
    cr_assert_eq(walk((struct walk_place){0x401000, STACK + STACK_SIZE, 0}, frames, 4), 1);      /* not mapped */
    cr_assert_eq(walk((struct walk_place){0x401000, STACK + STACK_SIZE - 12, 0}, frames, 4), 1); /* half of it */
    rows[0].row = (struct unwind_row){UNWIND_FROM_BP, 16, 0};
    cr_assert_eq(walk((struct walk_place){0x401000, STACK + 0x100, STACK}, frames, 4), 1); /* downward */
}
