/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "shim.h"

/* The cache: buckets of one cache line. An entry packs a row with as much of its pc as the bucket number does not tell. The pc is
 * first spread by a multiplication that can be undone (odd factor modulo 2^47), so bucket and tag together are exactly the pc.
 *
 *   bits 0-2 kind, bits 3-23 cfa (signed), bits 24-28 saved, bits 29-63 tag (35 bits)
 *
 * rbp is pushed near the top of a frame, if at all, so few bits do for `saved`; frames may be megabytes. */
#define PC_BITS     47
#define BUCKET_BITS 12
#define WAYS        8
#define TAG_BITS    (PC_BITS - BUCKET_BITS)
#define CFA_BITS    21
#define CFA_MAX     ((1 << (CFA_BITS - 1)) - 1)
#define SAVED_MAX   31
static uint64_t row_cache[1 << BUCKET_BITS][WAYS] __attribute__((aligned(64)));

static uint64_t pc_spread(uint64_t pc)
{
    return (pc * UINT64_C(0x9e3779b97f4a7c15)) & ((UINT64_C(1) << PC_BITS) - 1);
}

static struct row row_unpack(uint64_t entry)
{
    return (struct row){
        .kind = entry & 7,
        .cfa = (int32_t)((uint32_t)(entry >> 3) << (32 - CFA_BITS)) >> (32 - CFA_BITS),
        .saved = (uint32_t)(entry >> 24 & SAVED_MAX),
    };
}

static uint64_t row_pack(const struct row *row)
{
    return (uint64_t)row->kind | (uint64_t)((uint32_t)row->cfa & ((1u << CFA_BITS) - 1)) << 3 | (uint64_t)row->saved << 24;
}

/* ---- From a whole row to a compact one --------------------------------------------------------------------------------------- */

/* `DW_OP_breg6 offset; DW_OP_deref`: what gcc and clang emit where they realigned the stack. */
static bool expression_is_rbp_deref(const struct cfi_rule *rule, int32_t *offset)
{
    const uint8_t *expression = rule->expression;
    if (rule->length != 3 || expression[0] != 0x76 || (expression[1] & 0x80) || expression[2] != 0x06)
        return false;
    *offset = (int32_t)((uint32_t)expression[1] << 25) >> 25;
    return *offset % 8 == 0;
}

static bool expression_is_rbp(const struct cfi_rule *rule)
{
    return rule->kind == CFI_EXPRESSION && rule->length == 2 && rule->expression[0] == 0x76 && rule->expression[1] == 0;
}

/* mov $15,%rax; syscall: the code to which the kernel lets a signal handler return. */
static bool is_signal_return(const struct cfi_image *image, uint64_t pc)
{
    static const uint8_t code[] = {0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00, 0x0f, 0x05};
    const uint8_t *at = (const uint8_t *)pc;
    return at >= image->start && at < image->end && (uint64_t)(image->end - at) >= sizeof code &&
           memcmp(at, code, sizeof code) == 0;
}

static struct row row_compact(const struct cfi_row *whole)
{
    const struct row slow = {.kind = ROW_SLOW};
    const struct cfi_rule *ra = &whole->registers[CFI_RA], *rbp = &whole->registers[CFI_RBP];
    struct row row = {.saved = 1};
    int32_t offset;

    if (ra->kind == CFI_UNDEFINED)
        return (struct row){.kind = ROW_STOP, .cfa = ROW_STOP_OUTERMOST};
    if (whole->signal_frame || ra->kind != CFI_OFFSET || ra->value != -8)
        return slow;
    if (whole->cfa.kind == CFI_VALUE_EXPRESSION && expression_is_rbp_deref(&whole->cfa, &offset) && expression_is_rbp(rbp))
        return (struct row){.kind = ROW_DEREF, .cfa = offset / 8};
    if (whole->cfa.kind != CFI_VALUE_OFFSET || whole->cfa.value % 8 != 0 || whole->cfa.value < 0 || whole->cfa.value / 8 > CFA_MAX)
        return slow;
    row.kind = whole->cfa_register == CFI_RSP ? ROW_RSP : whole->cfa_register == CFI_RBP ? ROW_RBP : ROW_SLOW;
    row.cfa = (int32_t)(whole->cfa.value / 8);
    if (rbp->kind == CFI_OFFSET && rbp->value < 0 && rbp->value % 8 == 0 && -rbp->value / 8 <= SAVED_MAX)
        row.saved = (uint32_t)(-rbp->value / 8);
    else if (rbp->kind != CFI_UNSPECIFIED && rbp->kind != CFI_SAME && rbp->kind != CFI_UNDEFINED)
        return slow;
    return row;
}

/* ---- Modules ----------------------------------------------------------------------------------------------------------------- */

/* glibc 2.35 and later; lock-free and async-signal-safe, unlike dl_iterate_phdr. */
extern int _dl_find_object(void *pc, struct dl_find_object *result) __attribute__((weak));

struct image_search {
    uint64_t pc;
    struct cfi_image *image;
};

static int image_visit(struct dl_phdr_info *info, size_t size __attribute__((unused)), void *data)
{
    struct image_search *search = data;
    const uint8_t *header = NULL;
    uint64_t low = UINT64_MAX, high = 0;
    bool inside = false;
    for (unsigned i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uint64_t start = info->dlpi_addr + segment->p_vaddr, end = start + segment->p_memsz;
        if (segment->p_type == PT_GNU_EH_FRAME)
            header = (const uint8_t *)start;
        if (segment->p_type != PT_LOAD)
            continue;
        inside |= search->pc >= start && search->pc < end;
        low = start < low ? start : low;
        high = end > high ? end : high;
    }
    if (!inside)
        return 0;
    *search->image = (struct cfi_image){(const uint8_t *)low, (const uint8_t *)high, header};
    return 1;
}

/* Finds the module around `pc`. Returns false if there is none; image->header is NULL if it has no unwind table. */
static bool image_find(uint64_t pc, struct cfi_image *image)
{
    if (_dl_find_object != NULL) {
        struct dl_find_object object;
        if (_dl_find_object((void *)pc, &object) != 0)
            return false;
        *image = (struct cfi_image){object.dlfo_map_start, object.dlfo_map_end, object.dlfo_eh_frame};
        return true;
    }
    struct image_search search = {pc, image};
    return dl_iterate_phdr(image_visit, &search) == 1;
}

/* ---- Lookup ------------------------------------------------------------------------------------------------------------------ */

int row_whole(uint64_t pc, struct cfi_row *row, struct cfi_scratch *scratch)
{
    struct cfi_image image;
    /* A return address may lie past the end of its function (a call that never returns): the call itself is at pc - 1. */
    if (!image_find(pc - 1, &image) || image.header == NULL)
        return -1;
    return cfi_find_row(&image, pc - 1, row, scratch);
}

/* A frame of its own, which the hot path does not have on its stack. */
static __attribute__((noinline, cold)) struct row row_resolve(uint64_t pc, struct cfi_scratch *scratch)
{
    struct cfi_image image;
    struct cfi_row *whole = &scratch->result;
    if (!image_find(pc - 1, &image))
        return (struct row){.kind = ROW_GUESS};
    if (is_signal_return(&image, pc))
        return (struct row){.kind = ROW_SIGNAL};
    if (image.header == NULL || cfi_find_row(&image, pc - 1, whole, scratch) != 0)
        return (struct row){.kind = ROW_STOP};
    return row_compact(whole);
}

struct row row_lookup(uint64_t pc, struct cfi_scratch *scratch)
{
    uint64_t spread = pc_spread(pc), tag = spread & ((UINT64_C(1) << TAG_BITS) - 1);
    uint64_t *bucket = row_cache[spread >> TAG_BITS];
    for (unsigned way = 0; way < WAYS; way++) {
        uint64_t entry = __atomic_load_n(&bucket[way], __ATOMIC_RELAXED);
        if (entry >> (64 - TAG_BITS) == tag && (entry & 7) != ROW_NONE)
            return row_unpack(entry);
    }
    struct row row = row_resolve(pc, scratch);
    uint64_t entry = row_pack(&row) | tag << (64 - TAG_BITS);
    for (unsigned way = 0; way < WAYS; way++)
        if (__atomic_load_n(&bucket[way], __ATOMIC_RELAXED) == 0) {
            __atomic_store_n(&bucket[way], entry, __ATOMIC_RELAXED);
            return row;
        }
    __atomic_store_n(&bucket[tag % WAYS], entry, __ATOMIC_RELAXED); /* full: any victim will do */
    return row;
}

void rows_flush(void)
{
    for (unsigned bucket = 0; bucket < 1 << BUCKET_BITS; bucket++)
        for (unsigned way = 0; way < WAYS; way++)
            if (row_cache[bucket][way] != 0) /* leave untouched pages untouched */
                __atomic_store_n(&row_cache[bucket][way], 0, __ATOMIC_RELAXED);
}
