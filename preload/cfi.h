/* SPDX-License-Identifier: MIT
 *
 * Call frame information: what .eh_frame says about the frame of a function at one instruction (System V ABI for x86-64,
 * chapter 3.7; DWARF 5, section 6.4; Linux Standard Base, "Exception Frames"). Reads only within the image it is given, needs no
 * heap, no lock. */
#ifndef LW_CFI_H
#define LW_CFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* DWARF numbers of the registers that matter (psABI, figure 3.36). */
enum cfi_register { CFI_RBX = 3, CFI_RBP = 6, CFI_RSP = 7, CFI_R12 = 12, CFI_R15 = 15, CFI_RA = 16, CFI_REGISTERS = 17 };

enum cfi_rule_kind {
    CFI_UNSPECIFIED, /* no instruction named it: callee-saved registers keep their value */
    CFI_UNDEFINED,   /* cannot be recovered; for the return address: this is the outermost frame */
    CFI_SAME,
    CFI_OFFSET,           /* saved at CFA + value */
    CFI_VALUE_OFFSET,     /* is CFA + value */
    CFI_REGISTER,         /* is in register `value` */
    CFI_EXPRESSION,       /* saved at the address that the expression yields */
    CFI_VALUE_EXPRESSION, /* is what the expression yields */
};

struct cfi_rule {
    enum cfi_rule_kind kind;
    uint32_t length; /* of the expression, in bytes */
    union {
        int64_t value;
        const uint8_t *expression;
    };
};

struct cfi_row {
    struct cfi_rule cfa; /* CFI_VALUE_OFFSET: register cfa_register + value; CFI_VALUE_EXPRESSION */
    unsigned cfa_register;
    bool signal_frame; /* the caller was interrupted: its address is exact, not a return address */
    struct cfi_rule registers[CFI_REGISTERS];
};

#define CFI_REMEMBER_MAX 4
/* Working memory of cfi_find_row(), too large for a foreign stack. */
struct cfi_scratch {
    struct cfi_row result; /* for callers that keep no row of their own */
    struct cfi_row initial;
    struct cfi_row remembered[CFI_REMEMBER_MAX];
};

/* A module: the bytes that may be read, and where its .eh_frame_hdr stands, if cfi_find_row() is to search in that. */
struct cfi_image {
    const uint8_t *start, *end, *header;
    uint64_t bias; /* its address of a byte less the address where we have that byte; 0: it is loaded here */
};

/* Finds the row for the instruction at `pc`. Returns 0; -1: no entry covers pc, or the data is damaged or of a kind not understood.
 */
int cfi_find_row(const struct cfi_image *image, uint64_t pc, struct cfi_row *row, struct cfi_scratch *scratch);
/* The same where the entry is known that may cover pc. */
int cfi_entry_row(const struct cfi_image *image, const uint8_t *entry, uint64_t pc, struct cfi_row *row,
                  struct cfi_scratch *scratch);

/* An entry of .eh_frame that describes a function (FDE): where it stands, and what code it covers. */
struct cfi_entry {
    const uint8_t *at;
    uint64_t start, size;
};
/* Finds the first such entry at or behind `at`, where an entry of any kind must begin; those that are not understood are passed
 * over. Returns where the next one begins; NULL: there is none. */
const uint8_t *cfi_next_entry(const struct cfi_image *image, const uint8_t *at, struct cfi_entry *entry);

/* Registers of a frame; bit N of `valid`: value[N] is known. */
struct cfi_registers {
    uint64_t value[CFI_REGISTERS];
    uint32_t valid;
};

/* Steps to the caller's frame by `row`. Memory is read only in [low, high). Returns 0, or -1 if that cannot be done. */
int cfi_step(const struct cfi_row *row, struct cfi_registers *registers, uint64_t low, uint64_t high);

#endif
