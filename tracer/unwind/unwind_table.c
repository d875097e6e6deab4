/* SPDX-License-Identifier: MIT */
#include "unwind_table.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "elf/unwind_section.h"
#include "preload/cfi.h"
#include "unwind_index.h"

#define CACHE_SIZE 4096

struct unwind_table {
    struct unwind_section section;
    struct cfi_image image;    /* the section */
    struct unwind_index index; /* where the file has no table to search in */
    struct cfi_scratch scratch;
    struct cached_row {
        uint64_t key; /* offset in the file + 1; 0: empty */
        struct unwind_row row;
    } cache[CACHE_SIZE]; /* directly mapped: the same few call sites open most of what is opened */
};

static struct cfi_image image_of(const struct unwind_section *section)
{
    return (struct cfi_image){
        .start = section->bytes,
        .end = section->bytes + section->size,
        .header = section->searchable ? section->bytes + section->header : NULL,
        .bias = section->address - (uintptr_t)section->bytes,
    };
}

struct unwind_table *unwind_table_load(int fd)
{
    struct unwind_table *table = xcalloc(1, sizeof *table);

    if (unwind_section_load(fd, &table->section) != 0) {
        free(table);
        return NULL;
    }
    table->image = image_of(&table->section);
    if (!table->section.searchable)
        unwind_index_build(&table->index, &table->image);
    return table;
}

void unwind_table_destroy(struct unwind_table *table)
{
    if (!table)
        return;
    unwind_index_finish(&table->index);
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

static int find_whole_row(struct unwind_table *table, uint64_t address, struct cfi_row *row)
{
    if (table->section.searchable)
        return cfi_find_row(&table->image, address, row, &table->scratch);
    const uint8_t *entry = unwind_index_find(&table->index, address);
    return entry ? cfi_entry_row(&table->image, entry, address, row, &table->scratch) : -1;
}

static struct unwind_row find_row(struct unwind_table *table, uint64_t file_offset)
{
    struct cfi_row row;
    uint64_t address;

    if (unwind_section_address(&table->section, file_offset, &address) == 0 && find_whole_row(table, address, &row) == 0)
        return simplify(&row);
    return (struct unwind_row){UNWIND_UNKNOWN, 0, 0};
}

struct unwind_row unwind_table_row(struct unwind_table *table, uint64_t file_offset)
{
    struct cached_row *cached = &table->cache[(file_offset ^ file_offset >> 12) % CACHE_SIZE];

    if (cached->key != file_offset + 1)
        *cached = (struct cached_row){file_offset + 1, find_row(table, file_offset)};
    return cached->row;
}
