/* SPDX-License-Identifier: MIT */
#include "stack_walk.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <ucontext.h>

/* The stack is read in pieces, for a read is a system call. */
#define WINDOW_SIZE 4096
/* Of code that nothing is known of, a frame pointer further up than this is taken for chance. */
#define GUESS_SPAN (UINT64_C(1) << 20)
/* No code is below. */
#define LOWEST_PC 4096

struct walk {
    const struct memory_view *memory;
    struct walk_place at;
    uint64_t window_start;
    size_t window_size;
    unsigned char window[WINDOW_SIZE];
};

static bool read_word(struct walk *walk, uint64_t address, uint64_t *word)
{
    if (address < walk->window_start || address - walk->window_start > WINDOW_SIZE - sizeof *word ||
        address - walk->window_start + sizeof *word > walk->window_size) {
        walk->window_start = address;
        walk->window_size = memory_read(walk->memory, address, walk->window, sizeof walk->window);
    }
    if (walk->window_size < sizeof *word || address - walk->window_start > walk->window_size - sizeof *word)
        return false;
    memcpy(word, walk->window + (address - walk->window_start), sizeof *word);
    return true;
}

/* The stack grows down: a caller's frame that is not above is none, and would be walked for ever. */
static bool step_to(struct walk *walk, uint64_t cfa, uint64_t saved_bp)
{
    uint64_t pc;

    if (cfa <= walk->at.sp || !read_word(walk, cfa - 8, &pc) || pc < LOWEST_PC)
        return false;
    if (saved_bp != 0 && !read_word(walk, saved_bp, &walk->at.bp))
        return false;
    walk->at.pc = pc;
    walk->at.sp = cfa;
    return true;
}

static bool step_at_bp(struct walk *walk, int32_t offset)
{
    uint64_t cfa;

    return read_word(walk, walk->at.bp + (uint64_t)(int64_t)offset, &cfa) && step_to(walk, cfa, walk->at.bp);
}

/* What was interrupted may be on another stack. Its address is exact: one more makes it like a return address. */
static bool step_signal(struct walk *walk)
{
    const uint64_t registers = walk->at.sp + offsetof(ucontext_t, uc_mcontext.gregs);
    struct walk_place place;

    if (!read_word(walk, registers + 8 * REG_RSP, &place.sp) || !read_word(walk, registers + 8 * REG_RBP, &place.bp) ||
        !read_word(walk, registers + 8 * REG_RIP, &place.pc) || place.pc < LOWEST_PC)
        return false;
    place.pc++;
    walk->at = place;
    return true;
}

/* Generated code mostly keeps frame pointers. */
static bool step_guess(struct walk *walk)
{
    const uint64_t bp = walk->at.bp;

    return bp >= walk->at.sp && bp - walk->at.sp < GUESS_SPAN && bp % 8 == 0 && step_to(walk, bp + 16, bp);
}

static bool step(struct walk *walk, struct unwind_row row)
{
    const uint64_t base = row.kind == UNWIND_FROM_BP ? walk->at.bp : walk->at.sp;
    const uint64_t cfa = base + (uint64_t)(int64_t)row.cfa;

    switch (row.kind) {
    case UNWIND_FROM_SP:
    case UNWIND_FROM_BP:
        return step_to(walk, cfa, row.saved_bp ? cfa + (uint64_t)(int64_t)row.saved_bp : 0);
    case UNWIND_AT_BP:
        return step_at_bp(walk, row.cfa);
    case UNWIND_SIGNAL:
        return step_signal(walk);
    case UNWIND_UNKNOWN:
        return step_guess(walk);
    default:
        return false;
    }
}

size_t stack_walk(const struct memory_view *memory, const struct walk_code *code, struct walk_place start, uint64_t *frames,
                  size_t limit)
{
    struct walk walk = {.memory = memory, .at = start};
    size_t count = 0;

    while (count < limit) {
        frames[count++] = walk.at.pc;
        if (!step(&walk, code->row(code->context, walk.at.pc - 1)))
            break;
    }
    return count;
}
