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
    pc ^= pc >> 29;
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
}

/* ---- One step ---------------------------------------------------------------------------------------------------------------- */

struct stack_walk {
    struct walk_memory *memory;
    struct walk_frame frame;
    uint64_t high;      /* frames lie below */
    uint64_t stack_top; /* of the thread's own stack */
};

static uint64_t stack_limit(uint64_t sp, uint64_t stack_top)
{
    return sp < stack_top && stack_top - sp <= OWN_STACK_SPAN ? stack_top : sp + FOREIGN_STACK_SPAN;
}

static inline bool readable(const struct stack_walk *walk, uint64_t address)
{
    return address >= walk->frame.sp && address <= walk->high - 8 && (address & 7) == 0;
}

static inline uint64_t word_at(uint64_t address)
{
    __asm__("" : "+r"(address)); /* an address, not a pointer into anything the compiler knows */
    return *(const volatile uint64_t *)address;
}

/* Steps to the frame with the given CFA, where rbp is saved at `rbp_slot` (0: it is not). */
static inline bool step_to(struct stack_walk *walk, uint64_t cfa, uint64_t rbp_slot)
{
    struct walk_frame *frame = &walk->frame;
    if (!readable(walk, cfa - 8))
        return false;
    if (rbp_slot != 0 && !readable(walk, rbp_slot))
        return false;
    frame->pc = word_at(cfa - 8);
    frame->sp = cfa;
    frame->rbp = rbp_slot ? word_at(rbp_slot) : frame->rbp;
    frame->rbp_slot = rbp_slot; /* 0 is SLOT_NONE */
    return frame->pc > 4096;
}

/* The kernel pushed a ucontext: the interrupted code goes on at its registers, possibly on another stack. */
static bool step_signal(struct stack_walk *walk)
{
    struct walk_frame *frame = &walk->frame;
    uint64_t registers = frame->sp + offsetof(ucontext_t, uc_mcontext.gregs);
    if (!readable(walk, registers + 8 * REG_RIP))
        return false;
    frame->rbp_slot = SLOT_UNKNOWN;
    frame->rbp = word_at(registers + 8 * REG_RBP);
    frame->sp = word_at(registers + 8 * REG_RSP);
    /* Exact, not a return address: one more, so that "the call before" is the interrupted instruction. */
    frame->pc = word_at(registers + 8 * REG_RIP) + 1;
    walk->high = stack_limit(frame->sp, walk->stack_top);
    return frame->pc > 4096;
}

/* No unwind table: generated code mostly keeps frame pointers. A return address is hard to tell from other values, so only what
 * looks like a chain upward is followed. */
static bool step_guess(struct stack_walk *walk)
{
    uint64_t rbp = walk->frame.rbp;
    if (walk->high != walk->stack_top || !readable(walk, rbp) || !readable(walk, rbp + 8))
        return false;
    return step_to(walk, rbp + 16, rbp);
}

static bool step_slow(struct stack_walk *walk)
{
    struct walk_memory *memory = walk->memory;
    struct walk_frame *frame = &walk->frame;
    if (row_whole(frame->pc, &memory->row, &memory->scratch) != 0)
        return false;
    /* Only what a compact walk knows; rows that need more (callee-saved registers other than rbp) end the stack here. */
    memory->registers.valid = 1u << CFI_RBP | 1u << CFI_RSP | 1u << CFI_RA;
    memory->registers.value[CFI_RBP] = frame->rbp;
    memory->registers.value[CFI_RSP] = frame->sp;
    memory->registers.value[CFI_RA] = frame->pc - 1;
    bool exact = memory->row.signal_frame;
    if (cfi_step(&memory->row, &memory->registers, frame->sp, walk->high) != 0 || !(memory->registers.valid >> CFI_RSP & 1) ||
        !(memory->registers.valid >> CFI_RBP & 1))
        return false;
    uint64_t sp = memory->registers.value[CFI_RSP];
    if (!exact && (sp <= frame->sp || sp > walk->high))
        return false;
    frame->pc = memory->registers.value[CFI_RA] + exact;
    frame->sp = sp;
    frame->rbp = memory->registers.value[CFI_RBP];
    frame->rbp_slot = SLOT_UNKNOWN;
    if (exact)
        walk->high = stack_limit(sp, walk->stack_top);
    return frame->pc > 4096;
}

/* Steps out of walk->frame. Returns false at the end of the stack; *outermost tells a proper end from an odd one. */
static inline bool step(struct stack_walk *walk, bool *outermost)
{
    const struct walk_frame *frame = &walk->frame;
    struct row row = row_lookup(frame->pc, &walk->memory->scratch);
    uint64_t cfa;
    if (likely(row.kind == ROW_RSP || row.kind == ROW_RBP)) {
        cfa = (row.kind == ROW_RSP ? frame->sp : frame->rbp) + 8 * (uint64_t)row.cfa;
        return step_to(walk, cfa, row.saved ? cfa - 8 * (uint64_t)row.saved : 0);
    }
    switch (row.kind) {
    case ROW_DEREF: {
        uint64_t slot = frame->rbp + 8 * (uint64_t)(int64_t)row.cfa;
        return readable(walk, slot) && step_to(walk, word_at(slot), frame->rbp);
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

/* ---- The mirror -------------------------------------------------------------------------------------------------------------- */

/* The outermost index in (from, to) whose words have changed; `from` if none has. By induction: if frame `j` has the same pc, sp
 * and rbp as remembered, its CFA is the same, so is the place of the next return address and of the saved rbp; if both still hold
 * the same values, so has the next frame, and so on. So a frame that matches at or beyond the returned index needs no walk further
 * out. */
static inline uint32_t last_change(const struct walk_memory *memory, uint32_t from, uint32_t to)
{
    const struct walk_check *check = &memory->check[to], *first = &memory->check[from];
    /* The hottest loop of the shim: four loads, two compares a frame. */
    while (--check > first)
        if (*check->pc_at != check->pc || *check->rbp_at != check->rbp)
            break;
    return (uint32_t)(check - memory->check);
}

static void set_check(struct walk_memory *memory, uint32_t index, const struct walk_frame *frame)
{
    static const uint64_t never = 0;
    struct walk_check *check = &memory->check[index];
    check->pc_at = (const uint64_t *)(frame->sp - 8);
    check->pc = frame->pc;
    check->rbp = frame->rbp;
    check->rbp_at = frame->rbp_slot == SLOT_NONE ? &check->rbp : (const uint64_t *)frame->rbp_slot;
    if (frame->rbp_slot == SLOT_UNKNOWN) {
        check->pc_at = check->rbp_at = &never;
        check->rbp = 1;
    }
}

/* rbp of a remembered frame; what is not known never matches, because `never` frames are walked again. */
static inline uint64_t remembered_rbp(const struct walk_memory *memory, uint32_t index)
{
    return memory->check[index].rbp;
}

/* Room for `fresh` frames in front of the remembered ones from index `kept` on; gives up outer frames if it must. */
static uint32_t make_room(struct walk_memory *memory, uint32_t kept, uint32_t fresh)
{
    if (kept >= fresh)
        return kept;
    uint32_t keep = (WALK_CAPACITY - fresh) / 2;
    if (keep > WALK_CAPACITY - kept)
        keep = WALK_CAPACITY - kept;
    uint32_t target = WALK_CAPACITY - keep;
    memmove(&memory->pc[target], &memory->pc[kept], keep * sizeof memory->pc[0]);
    memmove(&memory->sp[target], &memory->sp[kept], keep * sizeof memory->sp[0]);
    memmove(&memory->check[target], &memory->check[kept], keep * sizeof memory->check[0]);
    for (uint32_t i = target; i < WALK_CAPACITY; i++) /* references to themselves have moved along */
        if (memory->check[i].rbp_at == &memory->check[i - target + kept].rbp)
            memory->check[i].rbp_at = &memory->check[i].rbp;
    memory->complete = false;
    for (uint32_t i = WALK_CAPACITY; i-- > target;)
        memory->hash[i] = pc_mix(memory->pc[i]) + HASH_BASE * memory->hash[i + 1];
    return target;
}

/* Puts fresh[0..count) in front of the remembered frames from index `kept` on. */
static void remember(struct walk_memory *memory, uint32_t kept, uint32_t count)
{
    uint32_t top = make_room(memory, kept, count) - count;
    uint64_t hash = memory->hash[top + count];
    for (uint32_t i = count; i-- > 0;) {
        const struct walk_frame *frame = &memory->fresh[i];
        memory->pc[top + i] = frame->pc;
        memory->sp[top + i] = frame->sp;
        set_check(memory, top + i, frame);
        hash = pc_mix(frame->pc) + HASH_BASE * hash;
        memory->hash[top + i] = hash;
    }
    memory->top = top;
}

/* Whether the current frame is the remembered one at `*at`, after skipping those further in. */
static inline bool is_remembered(const struct walk_memory *memory, const struct walk_frame *frame, uint32_t *at)
{
    while (*at < WALK_CAPACITY && memory->sp[*at] < frame->sp)
        ++*at;
    return *at < WALK_CAPACITY && memory->sp[*at] == frame->sp && memory->pc[*at] == frame->pc &&
           memory->check[*at].rbp == frame->rbp;
}

/* Slots checked beyond the window, for a stack that has become shallower. */
#define CHECK_AHEAD 8

static inline uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Walks until a remembered frame is met whose outer frames are still there, or to the end. Stores the number of fresh frames.
 * Returns the index of the remembered frame, WALK_CAPACITY if none. */
static inline uint32_t walk_fresh(struct stack_walk *walk, uint32_t limit, uint32_t *fresh)
{
    struct walk_memory *memory = walk->memory;
    uint32_t count = 0, at = memory->top, changed = WALK_CAPACITY, checked = 0;
    bool outermost = false;
    is_remembered(memory, &walk->frame, &at);
    if (at < WALK_CAPACITY) {
        checked = smaller(at + limit + CHECK_AHEAD, WALK_CAPACITY);
        changed = last_change(memory, at, checked);
    }
    for (;;) {
        if (is_remembered(memory, &walk->frame, &at) && at >= changed) {
            uint32_t end = limit > count ? at + limit - count : at;
            bool remembered = memory->complete || end <= WALK_CAPACITY;
            if (remembered && smaller(end, WALK_CAPACITY) <= checked) {
                *fresh = count;
                return at;
            }
        }
        memory->fresh[count++] = walk->frame;
        if (count == limit + WALK_AHEAD)
            break;
        if (!step(walk, &outermost)) {
            memory->complete = true;
            memory->odd_end = !outermost;
            *fresh = count;
            return WALK_CAPACITY;
        }
    }
    memory->complete = false;
    *fresh = count;
    return WALK_CAPACITY;
}

static inline struct walk_result result_of(const struct walk_memory *memory, uint32_t limit)
{
    uint32_t top = memory->top, count = WALK_CAPACITY - top;
    bool cut = count > limit;
    if (cut)
        count = limit;
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
        .frame = {.pc = caller->pc, .sp = caller->sp, .rbp = caller->rbp},
        .high = stack_limit(caller->sp, stack_top),
        .stack_top = stack_top,
    };
    uint32_t met = walk_fresh(&walk, limit, &fresh);
    if (fresh == 0 && met == memory->top && memory->site != 0)
        return (struct walk_result){.unchanged = true};
    remember(memory, met, fresh);
    memory->site = 0;
    return result_of(memory, limit);
}
