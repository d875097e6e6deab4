/* SPDX-License-Identifier: MIT */
#include "unwind_table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../preload/cfi.h"
#include "elf/frame_rules.h"
#include "elf/unwind_section.h"
#include "xalloc.h"

#define CACHE_SIZE 4096

struct unwind_table {
    struct unwind_section section;
    struct frame_rules *rules; /* where there is no header to search in */
    int rules_file;
    struct cfi_scratch scratch;
    struct cached_row {
        uint64_t key; /* offset in the file + 1; 0: empty */
        struct unwind_row row;
    } cache[CACHE_SIZE]; /* directly mapped: the same few call sites open most of what is opened */
};

/* A static executable may have no .eh_frame_hdr, for nothing in it would need that. */
static bool load_rules(int fd, struct unwind_table *table)
{
    table->rules_file = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    table->rules = table->rules_file >= 0 ? frame_rules_open(table->rules_file) : NULL;
    if (!table->rules && table->rules_file >= 0)
        close(table->rules_file);
    return table->rules;
}

struct unwind_table *unwind_table_load(int fd)
{
    struct unwind_table *table = xcalloc(1, sizeof *table);
    const int error = unwind_section_load(fd, &table->section);

    if (error == 0 || (error == -ENOENT && load_rules(fd, table)))
        return table;
    free(table);
    return NULL;
}

void unwind_table_destroy(struct unwind_table *table)
{
    if (!table)
        return;
    if (table->rules) {
        frame_rules_close(table->rules);
        close(table->rules_file);
    }
    unwind_section_finish(&table->section);
    free(table);
}

/* `DW_OP_breg6 offset; DW_OP_deref`, with rbp saved at `DW_OP_breg6 0`: what compilers write where they realigned the stack. */
static struct unwind_row realigned(const struct cfi_row *row)
{
    const struct cfi_rule *cfa = &row->cfa, *bp = &row->registers[CFI_RBP];
    const struct unwind_row unknown = {UNWIND_UNKNOWN, 0, 0};

    if (cfa->length != 3 || cfa->expression[0] != 0x76 || (cfa->expression[1] & 0x80) || cfa->expression[2] != 0x06)
        return unknown;
    if (bp->kind != CFI_EXPRESSION || bp->length != 2 || bp->expression[0] != 0x76 || bp->expression[1] != 0)
        return unknown;
    return (struct unwind_row){UNWIND_AT_BP, (int32_t)((uint32_t)cfa->expression[1] << 25) >> 25, 0};
}

static struct unwind_row simplify(const struct cfi_row *row)
{
    const struct cfi_rule *ra = &row->registers[CFI_RA], *bp = &row->registers[CFI_RBP];
    struct unwind_row result = {UNWIND_UNKNOWN, 0, 0};

    if (row->signal_frame)
        return (struct unwind_row){UNWIND_SIGNAL, 0, 0};
    if (ra->kind == CFI_UNDEFINED)
        return (struct unwind_row){UNWIND_OUTERMOST, 0, 0};
    if (ra->kind != CFI_OFFSET || ra->value != -8)
        return result;
    if (row->cfa.kind == CFI_VALUE_EXPRESSION)
        return realigned(row);
    if (row->cfa.kind != CFI_VALUE_OFFSET || row->cfa.value < 0 || row->cfa.value > INT32_MAX)
        return result;
    if (bp->kind == CFI_OFFSET && bp->value < 0 && bp->value > INT32_MIN)
        result.saved_bp = (int32_t)bp->value;
    result.cfa = (int32_t)row->cfa.value;
    result.kind = row->cfa_register == CFI_RSP ? UNWIND_FROM_SP : row->cfa_register == CFI_RBP ? UNWIND_FROM_BP : UNWIND_UNKNOWN;
    return result;
}

static struct unwind_row simplify_rule(const struct frame_rule *rule)
{
    if (rule->signal_frame)
        return (struct unwind_row){UNWIND_SIGNAL, 0, 0};
    if (rule->outermost)
        return (struct unwind_row){UNWIND_OUTERMOST, 0, 0};
    const bool fits = rule->offset >= 0 && rule->offset <= INT32_MAX && rule->saved_bp <= 0 && rule->saved_bp > INT32_MIN;
    if (!fits || (rule->base != CFI_RSP && rule->base != CFI_RBP))
        return (struct unwind_row){UNWIND_UNKNOWN, 0, 0};
    return (struct unwind_row){rule->base == CFI_RSP ? UNWIND_FROM_SP : UNWIND_FROM_BP, (int32_t)rule->offset,
                               (int32_t)rule->saved_bp};
}

/* The reader takes the table to be loaded where its bytes are; so the instruction must be as far from them as in the file. */
static int find_in_section(struct unwind_table *table, uint64_t address, struct cfi_row *row)
{
    const struct unwind_section *section = &table->section;
    const struct cfi_image image = {section->bytes, section->bytes + section->size, section->bytes + section->header};

    return cfi_find_row(&image, (uint64_t)(uintptr_t)section->bytes + (address - section->address), row, &table->scratch);
}

static struct unwind_row find_row(struct unwind_table *table, uint64_t file_offset)
{
    struct frame_rule rule;
    struct cfi_row row;
    uint64_t address;

    if (unwind_section_address(&table->section, file_offset, &address) == 0) {
        if (table->rules && frame_rules_find(table->rules, address, &rule) == 0)
            return simplify_rule(&rule);
        if (!table->rules && find_in_section(table, address, &row) == 0)
            return simplify(&row);
    }
    return (struct unwind_row){UNWIND_UNKNOWN, 0, 0};
}

struct unwind_row unwind_table_row(struct unwind_table *table, uint64_t file_offset)
{
    struct cached_row *cached = &table->cache[(file_offset ^ file_offset >> 12) % CACHE_SIZE];

    if (cached->key != file_offset + 1)
        *cached = (struct cached_row){file_offset + 1, find_row(table, file_offset)};
    return cached->row;
}
