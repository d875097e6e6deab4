/* SPDX-License-Identifier: MIT */
#include "walker.h"

#include <stddef.h>
#include <string.h>
#include <ucontext.h>

#include "rows.h"

/* How far above the first frame a walk may read when it is not on the thread's own stack (a coroutine, a signal stack). */
#define FOREIGN_STACK_SPAN ((uint64_t)1 << 20)
/* A stack pointer this close below stack_top is on the thread's own stack. */
#define OWN_STACK_SPAN ((uint64_t)1 << 26)
/* A walk from scratch goes this much further out than asked, so that the next ones find the frames when the stack gets shallower.
 */
#define WALK_AHEAD 16

/* Hash of a stack: sum of mixed pcs times HASH_BASE^position from the innermost, modulo 2^64. So the hash of any window follows
 * from two remembered ones, whatever lies further out. */
#define HASH_BASE UINT64_C(0x9fb21c651e98df25)
static uint64_t hash_power[LW_MAX_FRAMES + 1];

static inline uint64_t pc_mix(uint64_t pc)
{
    pc *= UINT64_C(0xbf58476d1ce4e5b9);
    return pc ^ pc >> 32;
}

void walk_init(void)
{
    hash_power[0] = 1;
    for (unsigned i = 1; i <= LW_MAX_FRAMES; i++)
        hash_power[i] = hash_power[i - 1] * HASH_BASE;
}

void walk_forget(struct walk_memory *memory)
{
    memory->top = WALK_CAPACITY;
    memory->complete = false;
    memory->site = 0;
    memory->frames[WALK_CAPACITY].pc_at = UINT64_MAX; /* ends the search outward */
}

/* ---- One step ---------------------------------------------------------------------------------------------------------------- */

struct stack_walk {
    struct walk_memory *memory;
    struct walk_frame frame; /* where the walk is */
    uint64_t high;           /* frames lie below */
    uint64_t stack_top;      /* of the thread's own stack */
};

static inline uint64_t frame_sp(const struct walk_frame *frame)
{
    return frame->pc_at + 8;
}

static uint64_t stack_limit(uint64_t sp, uint64_t stack_top)
{
    return sp < stack_top && stack_top - sp <= OWN_STACK_SPAN ? stack_top : sp + FOREIGN_STACK_SPAN;
}

/* Whether the word at `address` lies in the part of the stack further out than the current frame's callee. */
static inline bool readable(const struct stack_walk *walk, uint64_t address)
{
    uint64_t sp = frame_sp(&walk->frame);
    return address - sp < walk->high - sp && (address & 7) == 0;
}

static inline uint64_t word_at(uint64_t address)
{
    __asm__("" : "+r"(address)); /* an address, not a pointer into anything the compiler knows */
    return *(const volatile uint64_t *)address;
}

/* The lowest page is never mapped, so no code is there. */
static inline bool plausible_pc(uint64_t pc)
{
    return pc >= 4096;
}

/* Steps to the frame whose return address lies just below `cfa`; `saved`: where rbp is saved, at or below `cfa` - 8 and cfa - 8
 * itself if it is not saved. */
static inline bool step_to(struct stack_walk *walk, uint64_t cfa, uint64_t saved)
{
    struct walk_frame *frame = &walk->frame;
    uint64_t pc_at = cfa - 8;
    /* saved <= pc_at, so both lie on the stack if the lower is not below, and the upper not beyond. */
    if (unlikely(saved < frame_sp(frame) || pc_at >= walk->high || ((saved | pc_at) & 7) != 0))
        return false;
    frame->pc_at = pc_at;
    frame->pc = word_at(pc_at);
    frame->rbp_at = saved;
    frame->rbp_there = word_at(saved);
    if (saved != pc_at)
        frame->rbp = frame->rbp_there;
    return plausible_pc(frame->pc);
}

/* Steps to a frame that was not found in the ordinary way: it cannot be verified later, and is walked again each time. */
static bool step_unverifiable(struct stack_walk *walk, uint64_t pc, uint64_t sp, uint64_t rbp)
{
    static const uint64_t never = 0;
    walk->frame = (struct walk_frame){.pc_at = sp - 8, .rbp_at = (uint64_t)&never, .pc = pc, .rbp_there = 1, .rbp = rbp};
    return plausible_pc(pc);
}

/* The kernel pushed a ucontext: the interrupted code goes on at its registers, possibly on another stack. */
static bool step_signal(struct stack_walk *walk)
{
    uint64_t registers = frame_sp(&walk->frame) + offsetof(ucontext_t, uc_mcontext.gregs);
    if (!readable(walk, registers + 8 * REG_RIP))
        return false;
    uint64_t sp = word_at(registers + 8 * REG_RSP);
    walk->high = stack_limit(sp, walk->stack_top);
    /* Exact, not a return address: one more, so that "the call before" is the interrupted instruction. */
    return step_unverifiable(walk, word_at(registers + 8 * REG_RIP) + 1, sp, word_at(registers + 8 * REG_RBP));
}

/* No unwind table: generated code mostly keeps frame pointers. A return address is hard to tell from other values, so only what
 * looks like a chain upward is followed. */
static bool step_guess(struct stack_walk *walk)
{
    uint64_t rbp = walk->frame.rbp;
    if (walk->high != walk->stack_top || !readable(walk, rbp))
        return false;
    return step_to(walk, rbp + 16, rbp);
}

static bool step_slow(struct stack_walk *walk)
{
    struct walk_memory *memory = walk->memory;
    struct cfi_registers *registers = &memory->registers;
    uint64_t sp = frame_sp(&walk->frame);
    if (row_whole(walk->frame.pc, &memory->row, &memory->scratch) != 0)
        return false;
    /* Only what a compact walk knows; rows that need more (callee-saved registers other than rbp) end the stack here. */
    registers->valid = 1u << CFI_RBP | 1u << CFI_RSP | 1u << CFI_RA;
    registers->value[CFI_RBP] = walk->frame.rbp;
    registers->value[CFI_RSP] = sp;
    registers->value[CFI_RA] = walk->frame.pc - 1;
    const uint32_t wanted = 1u << CFI_RBP | 1u << CFI_RSP;
    if (cfi_step(&memory->row, registers, sp, walk->high) != 0 || (registers->valid & wanted) != wanted)
        return false;
    bool interrupted = memory->row.signal_frame;
    uint64_t caller_sp = registers->value[CFI_RSP];
    if (!interrupted && (caller_sp <= sp || caller_sp > walk->high))
        return false;
    if (interrupted)
        walk->high = stack_limit(caller_sp, walk->stack_top);
    return step_unverifiable(walk, registers->value[CFI_RA] + interrupted, caller_sp, registers->value[CFI_RBP]);
}

static __attribute__((noinline)) bool step_rare(struct stack_walk *walk, struct row row, bool *outermost)
{
    uint64_t rbp = walk->frame.rbp;
    switch (row.kind) {
    case ROW_DEREF: {
        uint64_t slot = rbp + 8 * (uint64_t)(int64_t)row.cfa;
        uint64_t cfa = readable(walk, slot) ? word_at(slot) : 0;
        return rbp < cfa - 8 && step_to(walk, cfa, rbp);
    }
    case ROW_SIGNAL:
        return step_signal(walk);
    case ROW_GUESS:
        return step_guess(walk);
    case ROW_SLOW:
        return step_slow(walk);
    default:
        *outermost = row.cfa == ROW_STOP_OUTERMOST;
        return false;
    }
}

/* Steps out of walk->frame. Returns false at the end of the stack; *outermost tells a proper end from an odd one. */
static inline bool step(struct stack_walk *walk, bool *outermost)
{
    const struct walk_frame *frame = &walk->frame;
    struct row row = row_lookup(frame->pc, &walk->memory->scratch);
    if (unlikely(row.kind > ROW_RBP))
        return step_rare(walk, row, outermost);
    uint64_t cfa = (row.kind == ROW_RSP ? frame_sp(frame) : frame->rbp) + 8 * (uint64_t)row.cfa;
    return step_to(walk, cfa, cfa - 8 * (uint64_t)row.saved);
}

/* ---- The mirror -------------------------------------------------------------------------------------------------------------- */

/* The outermost frame in (from, to) whose words have changed; `from` if none has. By induction: if a frame has the same pc, sp and
 * rbp as remembered, its CFA is the same, so is the place of the next return address and of the saved rbp; if both still hold the
 * same values, so has the next frame, and so on. So a frame that matches at or beyond the returned one needs no walk further out.
 */
static inline const struct walk_frame *last_change(const struct walk_frame *from, const struct walk_frame *to)
{
    const struct walk_frame *frame = to;
    /* The hottest loop of the shim: four loads, two compares a frame. */
    while (--frame > from)
        if (word_at(frame->pc_at) != frame->pc || word_at(frame->rbp_at) != frame->rbp_there)
            break;
    return frame;
}

/* Room for `fresh` frames in front of the remembered ones from index `kept` on; gives up outer frames if it must. Returns the index
 * in front of which they go. */
static uint32_t make_room(struct walk_memory *memory, uint32_t kept, uint32_t fresh)
{
    if (likely(kept >= fresh))
        return kept;
    uint32_t keep = (WALK_CAPACITY - fresh) / 2;
    if (keep > WALK_CAPACITY - kept)
        keep = WALK_CAPACITY - kept;
    uint32_t target = WALK_CAPACITY - keep;
    memmove(&memory->frames[target], &memory->frames[kept], keep * sizeof memory->frames[0]);
    memory->complete = false;
    for (uint32_t i = WALK_CAPACITY; i-- > target;) {
        memory->pc[i] = memory->frames[i].pc;
        memory->hash[i] = pc_mix(memory->pc[i]) + HASH_BASE * memory->hash[i + 1];
    }
    return target;
}

/* Puts fresh[0..count) in front of the remembered frames from index `kept` on. */
static inline void remember(struct walk_memory *memory, uint32_t kept, uint32_t count)
{
    uint32_t top = make_room(memory, kept, count) - count;
    uint64_t hash = memory->hash[top + count];
    for (uint32_t i = count; i-- > 0;) {
        const struct walk_frame *frame = &memory->fresh[i];
        memory->frames[top + i] = *frame;
        memory->pc[top + i] = frame->pc;
        memory->hash[top + i] = hash = pc_mix(frame->pc) + HASH_BASE * hash;
    }
    memory->top = top;
}

static inline bool same_frame(const struct walk_frame *a, const struct walk_frame *b)
{
    return a->pc_at == b->pc_at && a->pc == b->pc && a->rbp == b->rbp;
}

/* The first remembered frame from `frame` outward that is not further in than the current one; the sentinel ends the search. */
static inline const struct walk_frame *skip_inner(const struct walk_frame *frame, const struct walk_frame *current)
{
    while (frame->pc_at < current->pc_at)
        frame++;
    return frame;
}

/* Slots checked beyond the window, for a stack that has become shallower. */
#define CHECK_AHEAD 8

static inline uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Whether the frames from index `at` outward, of which those up to `checked` are known to be still there, fill a window of `limit`
 * frames after `count` fresh ones. */
static inline bool fills_window(const struct walk_memory *memory, uint32_t at, uint32_t checked, uint32_t limit, uint32_t count)
{
    uint32_t end = limit > count ? at + limit - count : at;
    return (memory->complete || end <= WALK_CAPACITY) && smaller(end, WALK_CAPACITY) <= checked;
}

/* Walks until a remembered frame is met whose outer frames are still there, or to the end. Stores the number of fresh frames.
 * Returns the index of the remembered frame, WALK_CAPACITY if none. */
static inline uint32_t walk_fresh(struct stack_walk *walk, uint32_t limit, uint32_t *fresh)
{
    struct walk_memory *memory = walk->memory;
    const struct walk_frame *frames = memory->frames, *end = frames + WALK_CAPACITY;
    const struct walk_frame *at = skip_inner(frames + memory->top, &walk->frame);
    uint32_t checked = smaller((uint32_t)(at - frames) + limit + CHECK_AHEAD, WALK_CAPACITY), count = 0;
    const struct walk_frame *changed = at < end ? last_change(at, frames + checked) : end;
    bool outermost = false;
    for (;;) {
        at = skip_inner(at, &walk->frame);
        if (at >= changed && same_frame(at, &walk->frame) && fills_window(memory, (uint32_t)(at - frames), checked, limit, count))
            break;
        memory->fresh[count++] = walk->frame;
        bool enough = count == limit + WALK_AHEAD;
        if (enough || !step(walk, &outermost)) {
            memory->complete = !enough;
            memory->odd_end = !enough && !outermost;
            at = end;
            break;
        }
    }
    *fresh = count;
    return (uint32_t)(at - frames);
}

static inline struct walk_result result_of(const struct walk_memory *memory, uint32_t limit)
{
    uint32_t top = memory->top, count = smaller(WALK_CAPACITY - top, limit);
    bool cut = count < WALK_CAPACITY - top;
    return (struct walk_result){
        .frames = &memory->pc[top],
        .count = count,
        .truncated = cut || !memory->complete || memory->odd_end,
        .hash = memory->hash[top] - memory->hash[top + count] * hash_power[count],
    };
}

struct walk_result walk(struct walk_memory *memory, const struct caller *caller, uint32_t limit, uint64_t stack_top)
{
    uint32_t generation = __atomic_load_n(&lw_ledger.generation, __ATOMIC_RELAXED), fresh;
    if (unlikely(memory->generation != generation)) {
        walk_forget(memory);
        memory->generation = generation;
    }
    struct stack_walk walk = {
        .memory = memory,
        .high = stack_limit(caller->sp, stack_top),
        .stack_top = stack_top,
    };
    /* The innermost frame is given, not found: nothing on the stack needs to hold for it. Its own words are never checked. */
    step_unverifiable(&walk, caller->pc, caller->sp, caller->rbp);
    uint32_t met = walk_fresh(&walk, limit, &fresh);
    if (fresh == 0 && met == memory->top && memory->site != 0)
        return (struct walk_result){.unchanged = true};
    remember(memory, met, fresh);
    memory->site = 0;
    return result_of(memory, limit);
}
