/* SPDX-License-Identifier: MIT */
#include "frame_rules.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <libelf.h>
#include <stdlib.h>

#include "xalloc.h"

enum { DWARF_RBP = 6, DWARF_RA = 16 };

struct frame_rules {
    Elf *elf;
    Dwarf_CFI *cfi; /* the elf's */
};

struct frame_rules *frame_rules_open(int fd)
{
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    Dwarf_CFI *cfi = elf ? dwarf_getcfi_elf(elf) : NULL;

    if (!cfi) {
        elf_end(elf);
        return NULL;
    }
    struct frame_rules *rules = xmalloc(sizeof *rules);
    *rules = (struct frame_rules){elf, cfi};
    return rules;
}

void frame_rules_close(struct frame_rules *rules)
{
    if (!rules)
        return;
    dwarf_cfi_end(rules->cfi);
    elf_end(rules->elf);
    free(rules);
}

static int find_cfa(Dwarf_Frame *frame, struct frame_rule *rule)
{
    Dwarf_Op *operations;
    size_t count;

    if (dwarf_frame_cfa(frame, &operations, &count) != 0 || count != 1 || operations[0].atom != DW_OP_bregx)
        return -1;
    rule->base = (unsigned)operations[0].number;
    rule->offset = (int64_t)operations[0].number2;
    return 0;
}

/* libdw writes "saved at CFA + N" as two operations. */
static int64_t find_saved(Dwarf_Frame *frame, int reg)
{
    Dwarf_Op memory[3], *operations;
    size_t count;

    if (dwarf_frame_register(frame, reg, memory, &operations, &count) != 0 || count != 2 ||
        operations[0].atom != DW_OP_call_frame_cfa || operations[1].atom != DW_OP_plus_uconst)
        return 0;
    return (int64_t)operations[1].number;
}

static bool is_undefined(Dwarf_Frame *frame, int reg)
{
    Dwarf_Op memory[3], *operations;
    size_t count;

    return dwarf_frame_register(frame, reg, memory, &operations, &count) == 0 && operations == memory && count == 0;
}

int frame_rules_find(struct frame_rules *rules, uint64_t address, struct frame_rule *rule)
{
    Dwarf_Frame *frame;
    bool signal_frame;

    *rule = (struct frame_rule){0};
    if (dwarf_cfi_addrframe(rules->cfi, address, &frame) != 0)
        return -1;
    const int return_address = dwarf_frame_info(frame, NULL, NULL, &signal_frame);
    int error = return_address == DWARF_RA ? 0 : -1;
    rule->signal_frame = signal_frame;
    rule->outermost = is_undefined(frame, DWARF_RA);
    if (!error && !rule->signal_frame && !rule->outermost) {
        error = find_cfa(frame, rule);
        rule->saved_bp = find_saved(frame, DWARF_RBP);
        if (find_saved(frame, DWARF_RA) != -8)
            error = -1;
    }
    free(frame);
    return error;
}
