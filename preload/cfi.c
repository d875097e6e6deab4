/* SPDX-License-Identifier: MIT */
#include "cfi.h"

#include <string.h>

/* ---- Bytes ------------------------------------------------------------------------------------------------------------------- */

struct cursor {
    const uint8_t *at, *end;
    uint64_t bias; /* of the image */
    bool failed;   /* ran past the end; reads give 0 from then on */
};

static bool cursor_need(struct cursor *cursor, uint64_t size)
{
    if (!cursor->failed && (uint64_t)(cursor->end - cursor->at) >= size)
        return true;
    cursor->failed = true;
    return false;
}

static uint64_t cursor_fixed(struct cursor *cursor, unsigned size)
{
    uint64_t value = 0;
    if (cursor_need(cursor, size)) {
        memcpy(&value, cursor->at, size);
        cursor->at += size;
    }
    return value;
}

static int64_t cursor_signed(struct cursor *cursor, unsigned size)
{
    unsigned unused_bits = 64 - 8 * size;
    return (int64_t)(cursor_fixed(cursor, size) << unused_bits) >> unused_bits;
}

/* A number of 64 bits has at most ten bytes; more would be there to cost time. */
#define LEB_SHIFT_MAX 63

static uint64_t cursor_uleb(struct cursor *cursor)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift <= LEB_SHIFT_MAX; shift += 7) {
        uint64_t byte = cursor_fixed(cursor, 1);
        value |= (byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return value;
    }
    cursor->failed = true;
    return 0;
}

static int64_t cursor_sleb(struct cursor *cursor)
{
    uint64_t value = 0, byte;
    unsigned shift = 0;
    do {
        byte = cursor_fixed(cursor, 1);
        value |= (byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80 && shift <= LEB_SHIFT_MAX);
    if (byte & 0x80)
        cursor->failed = true;
    if (shift < 64 && (byte & 0x40))
        value |= ~UINT64_C(0) << shift;
    return (int64_t)value;
}

static void cursor_skip(struct cursor *cursor, uint64_t size)
{
    if (cursor_need(cursor, size))
        cursor->at += size;
}

/* Pointer encodings (LSB, "DWARF Exception Header Encoding"). */
enum { PE_OMIT = 0xff, PE_FORMAT = 0x0f, PE_RELATION = 0x70, PE_PCREL = 0x10, PE_DATAREL = 0x30, PE_INDIRECT = 0x80 };

static uint64_t cursor_encoded(struct cursor *cursor, uint8_t encoding, uint64_t data_base)
{
    uint64_t base = 0, value;
    if ((encoding & PE_RELATION) == PE_PCREL)
        base = (uint64_t)cursor->at + cursor->bias;
    else if ((encoding & PE_RELATION) == PE_DATAREL)
        base = data_base;
    else if (encoding & PE_RELATION)
        cursor->failed = true;
    switch (encoding & PE_FORMAT) {
    case 0x00:
    case 0x04:
    case 0x0c:
        value = cursor_fixed(cursor, 8);
        break;
    case 0x01:
        value = cursor_uleb(cursor);
        break;
    case 0x02:
        value = cursor_fixed(cursor, 2);
        break;
    case 0x03:
        value = cursor_fixed(cursor, 4);
        break;
    case 0x09:
        value = (uint64_t)cursor_sleb(cursor);
        break;
    case 0x0a:
        value = (uint64_t)cursor_signed(cursor, 2);
        break;
    case 0x0b:
        value = (uint64_t)cursor_signed(cursor, 4);
        break;
    default:
        cursor->failed = true;
        return 0;
    }
    return value + base;
}

/* ---- Entries ----------------------------------------------------------------------------------------------------------------- */

/* More augmentation letters, or bytes of instructions, than any compiler writes: they bound what a hostile file can cost. */
#define LETTERS_MAX      16
#define INSTRUCTIONS_MAX 65536

struct cie {
    uint64_t code_align;
    int64_t data_align;
    uint8_t fde_encoding;
    bool signal_frame, augmented;
    struct cursor instructions;
};

/* Reads the length field of an entry; the cursor then ends with the entry. A length of 0 ends what one object file has brought. */
static struct cursor entry_open(const struct cfi_image *image, const uint8_t *at)
{
    struct cursor cursor = {at, image->end, image->bias, at < image->start || at >= image->end};
    uint64_t length = cursor_fixed(&cursor, 4);
    if (length == 0xffffffff)
        length = cursor_fixed(&cursor, 8);
    if (cursor_need(&cursor, length))
        cursor.end = cursor.at + length;
    return cursor;
}

static int cie_augmentation(struct cursor *cursor, const char *letters, struct cie *cie)
{
    if (letters[0] == '\0')
        return 0;
    if (letters[0] != 'z')
        return -1;
    cie->augmented = true;
    uint64_t size = cursor_uleb(cursor);
    if (!cursor_need(cursor, size))
        return -1;
    struct cursor data = {cursor->at, cursor->at + size, cursor->bias, false};
    cursor->at += size;
    for (const char *letter = letters + 1; *letter && !data.failed; letter++) {
        if (*letter == 'R')
            cie->fde_encoding = (uint8_t)cursor_fixed(&data, 1);
        else if (*letter == 'L')
            cursor_skip(&data, 1);
        else if (*letter == 'P')
            cursor_encoded(&data, (uint8_t)cursor_fixed(&data, 1) & (uint8_t)~PE_INDIRECT, 0);
        else if (*letter == 'S')
            cie->signal_frame = true;
        else
            break; /* letters not known have data of unknown size, which `size` skipped */
    }
    return data.failed ? -1 : 0;
}

static int cie_parse(const struct cfi_image *image, const uint8_t *at, struct cie *cie)
{
    struct cursor cursor = entry_open(image, at);
    if (cursor_fixed(&cursor, 4) != 0)
        return -1;
    unsigned version = (unsigned)cursor_fixed(&cursor, 1);
    const char *letters = (const char *)cursor.at;
    while (cursor_fixed(&cursor, 1) != 0)
        if ((const char *)cursor.at - letters > LETTERS_MAX)
            return -1;
    if (cursor.failed || (version != 1 && version != 3))
        return -1;
    *cie = (struct cie){.code_align = cursor_uleb(&cursor)};
    cie->data_align = cursor_sleb(&cursor);
    uint64_t return_register = version == 1 ? cursor_fixed(&cursor, 1) : cursor_uleb(&cursor);
    if (return_register != CFI_RA || cie_augmentation(&cursor, letters, cie) != 0)
        return -1;
    cie->instructions = cursor;
    return cursor.failed ? -1 : 0;
}

/* The entry of the binary search table for pc: .eh_frame_hdr with its usual encodings, sorted pairs of 32-bit offsets from itself.
 */
static const uint8_t *header_search(const struct cfi_image *image, uint64_t pc)
{
    struct cursor cursor = {image->header, image->end, image->bias, image->header < image->start || image->header >= image->end};
    const uint64_t base = (uint64_t)image->header + image->bias;
    unsigned version = (unsigned)cursor_fixed(&cursor, 1);
    uint8_t frame_encoding = (uint8_t)cursor_fixed(&cursor, 1), count_encoding = (uint8_t)cursor_fixed(&cursor, 1);
    if (version != 1 || cursor_fixed(&cursor, 1) != (PE_DATAREL | 0x0b) || count_encoding == PE_OMIT)
        return NULL;
    cursor_encoded(&cursor, frame_encoding, base);
    uint64_t count = cursor_encoded(&cursor, count_encoding, base);
    if (cursor.failed || count == 0 || count > (uint64_t)(cursor.end - cursor.at) / 8)
        return NULL;
    int64_t wanted = (int64_t)(pc - base);
    uint64_t low = 0, high = count;
    int32_t pair[2];
    while (high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        memcpy(pair, cursor.at + 8 * middle, sizeof pair);
        if (pair[0] <= wanted)
            low = middle;
        else
            high = middle;
    }
    memcpy(pair, cursor.at + 8 * low, sizeof pair);
    return pair[0] <= wanted ? image->header + pair[1] : NULL;
}

/* ---- Instructions ------------------------------------------------------------------------------------------------------------ */

struct machine {
    const struct cie *cie;
    struct cfi_row *row;
    struct cfi_scratch *scratch;
    uint64_t location;
    unsigned remembered;
};

static void set_rule(struct machine *machine, uint64_t number, enum cfi_rule_kind kind, int64_t value)
{
    if (number < CFI_REGISTERS)
        machine->row->registers[number] = (struct cfi_rule){.kind = kind, .value = value};
}

static void set_expression(struct cursor *cursor, struct cfi_rule *rule, enum cfi_rule_kind kind)
{
    uint64_t length = cursor_uleb(cursor);
    struct cfi_rule expression = {.kind = kind, .length = (uint32_t)length, .expression = cursor->at};
    cursor_skip(cursor, length);
    if (length > UINT16_MAX)
        cursor->failed = true;
    if (rule != NULL)
        *rule = expression;
}

static struct cfi_rule *rule_of(struct machine *machine, uint64_t number)
{
    return number < CFI_REGISTERS ? &machine->row->registers[number] : NULL;
}

static void set_cfa(struct machine *machine, uint64_t number, int64_t offset)
{
    machine->row->cfa_register = number < CFI_REGISTERS ? (unsigned)number : CFI_REGISTERS;
    machine->row->cfa = (struct cfi_rule){.kind = CFI_VALUE_OFFSET, .value = offset};
}

static void restore_rule(struct machine *machine, uint64_t number)
{
    if (number < CFI_REGISTERS)
        machine->row->registers[number] = machine->scratch->initial.registers[number];
}

static bool remember_or_restore(struct machine *machine, bool restore)
{
    if (restore) {
        if (machine->remembered == 0)
            return false;
        *machine->row = machine->scratch->remembered[--machine->remembered];
        return true;
    }
    if (machine->remembered == CFI_REMEMBER_MAX)
        return false;
    machine->scratch->remembered[machine->remembered++] = *machine->row;
    return true;
}

/* Instructions that set the rule of one register. Returns false if `opcode` is none of them. */
static bool execute_register(struct machine *machine, struct cursor *cursor, unsigned opcode)
{
    int64_t align = machine->cie->data_align;
    uint64_t number;
    switch (opcode) {
    case 0x05: /* offset_extended */
        number = cursor_uleb(cursor);
        set_rule(machine, number, CFI_OFFSET, (int64_t)(cursor_uleb(cursor) * (uint64_t)align));
        return true;
    case 0x06: /* restore_extended */
        restore_rule(machine, cursor_uleb(cursor));
        return true;
    case 0x07:
        set_rule(machine, cursor_uleb(cursor), CFI_UNDEFINED, 0);
        return true;
    case 0x08:
        set_rule(machine, cursor_uleb(cursor), CFI_SAME, 0);
        return true;
    case 0x09: /* register */
        number = cursor_uleb(cursor);
        set_rule(machine, number, CFI_REGISTER, (int64_t)cursor_uleb(cursor));
        return true;
    case 0x10: /* expression */
        number = cursor_uleb(cursor);
        set_expression(cursor, rule_of(machine, number), CFI_EXPRESSION);
        return true;
    case 0x11: /* offset_extended_sf */
        number = cursor_uleb(cursor);
        set_rule(machine, number, CFI_OFFSET, (int64_t)((uint64_t)cursor_sleb(cursor) * (uint64_t)align));
        return true;
    case 0x14: /* val_offset */
        number = cursor_uleb(cursor);
        set_rule(machine, number, CFI_VALUE_OFFSET, (int64_t)(cursor_uleb(cursor) * (uint64_t)align));
        return true;
    case 0x15: /* val_offset_sf */
        number = cursor_uleb(cursor);
        set_rule(machine, number, CFI_VALUE_OFFSET, (int64_t)((uint64_t)cursor_sleb(cursor) * (uint64_t)align));
        return true;
    case 0x16: /* val_expression */
        number = cursor_uleb(cursor);
        set_expression(cursor, rule_of(machine, number), CFI_VALUE_EXPRESSION);
        return true;
    case 0x2f: /* GNU_negative_offset_extended */
        number = cursor_uleb(cursor);
        set_rule(machine, number, CFI_OFFSET, -(int64_t)(cursor_uleb(cursor) * (uint64_t)align));
        return true;
    default:
        return false;
    }
}

/* Instructions that set the rule of the CFA. Returns false if `opcode` is none of them. */
static bool execute_cfa(struct machine *machine, struct cursor *cursor, unsigned opcode)
{
    int64_t align = machine->cie->data_align;
    struct cfi_row *row = machine->row;
    uint64_t number;
    switch (opcode) {
    case 0x0c: /* def_cfa */
        number = cursor_uleb(cursor);
        set_cfa(machine, number, (int64_t)cursor_uleb(cursor));
        return true;
    case 0x0d: /* def_cfa_register */
        set_cfa(machine, cursor_uleb(cursor), row->cfa.kind == CFI_VALUE_OFFSET ? row->cfa.value : 0);
        return true;
    case 0x0e: /* def_cfa_offset */
        set_cfa(machine, row->cfa_register, (int64_t)cursor_uleb(cursor));
        return true;
    case 0x0f: /* def_cfa_expression */
        set_expression(cursor, &row->cfa, CFI_VALUE_EXPRESSION);
        return true;
    case 0x12: /* def_cfa_sf */
        number = cursor_uleb(cursor);
        set_cfa(machine, number, (int64_t)((uint64_t)cursor_sleb(cursor) * (uint64_t)align));
        return true;
    case 0x13: /* def_cfa_offset_sf */
        set_cfa(machine, row->cfa_register, (int64_t)((uint64_t)cursor_sleb(cursor) * (uint64_t)align));
        return true;
    default:
        return false;
    }
}

/* Instructions that advance the location. Returns false if `opcode` is none of them. */
static bool execute_advance(struct machine *machine, struct cursor *cursor, unsigned opcode)
{
    uint64_t align = machine->cie->code_align;
    switch (opcode) {
    case 0x01: /* set_loc */
        machine->location = cursor_encoded(cursor, machine->cie->fde_encoding, 0);
        return true;
    case 0x02:
        machine->location += cursor_fixed(cursor, 1) * align;
        return true;
    case 0x03:
        machine->location += cursor_fixed(cursor, 2) * align;
        return true;
    case 0x04:
        machine->location += cursor_fixed(cursor, 4) * align;
        return true;
    default:
        return false;
    }
}

/* Executes until the location passes `pc`. Returns 0, or -1 if the instructions make no sense. */
static int execute(struct machine *machine, struct cursor cursor, uint64_t pc)
{
    if (cursor.end - cursor.at > INSTRUCTIONS_MAX)
        return -1;
    while (cursor.at < cursor.end && !cursor.failed) {
        unsigned byte = (unsigned)cursor_fixed(&cursor, 1), opcode = byte & 0xc0, operand = byte & 0x3f;
        if (opcode == 0x40) {
            machine->location += operand * machine->cie->code_align;
        } else if (opcode == 0x80) {
            set_rule(machine, operand, CFI_OFFSET, (int64_t)(cursor_uleb(&cursor) * (uint64_t)machine->cie->data_align));
        } else if (opcode == 0xc0) {
            restore_rule(machine, operand);
        } else if (operand == 0x0a || operand == 0x0b) {
            if (!remember_or_restore(machine, operand == 0x0b))
                return -1;
        } else if (operand == 0x2e) { /* GNU_args_size */
            cursor_uleb(&cursor);
        } else if (operand != 0 && !execute_advance(machine, &cursor, operand) && !execute_cfa(machine, &cursor, operand) &&
                   !execute_register(machine, &cursor, operand)) {
            return -1;
        }
        if (machine->location > pc)
            break;
    }
    return cursor.failed ? -1 : 0;
}

/* ---- Functions --------------------------------------------------------------------------------------------------------------- */

/* An FDE with what it refers to; the cursor stands at its instructions. */
struct fde {
    struct cie cie;
    struct cursor instructions;
    uint64_t start, size;
};

static int fde_parse(const struct cfi_image *image, const uint8_t *at, struct fde *fde)
{
    struct cursor cursor = entry_open(image, at);
    const uint8_t *cie_field = cursor.at;
    uint64_t back = cursor_fixed(&cursor, 4);
    struct cie *cie = &fde->cie;
    if (cursor.failed || back == 0 || back > (uint64_t)(cie_field - image->start) || cie_parse(image, cie_field - back, cie) != 0)
        return -1;
    fde->start = cursor_encoded(&cursor, cie->fde_encoding, 0);
    fde->size = cursor_encoded(&cursor, cie->fde_encoding & PE_FORMAT, 0);
    if (cie->augmented)
        cursor_skip(&cursor, cursor_uleb(&cursor));
    fde->instructions = cursor;
    return cursor.failed ? -1 : 0;
}

int cfi_entry_row(const struct cfi_image *image, const uint8_t *entry, uint64_t pc, struct cfi_row *row,
                  struct cfi_scratch *scratch)
{
    struct fde fde;
    if (fde_parse(image, entry, &fde) != 0 || pc < fde.start || pc - fde.start >= fde.size)
        return -1;
    memset(row, 0, sizeof *row);
    row->cfa_register = CFI_REGISTERS;
    row->signal_frame = fde.cie.signal_frame;
    scratch->initial = *row; /* what a restore among the initial instructions, which makes no sense, gets */
    struct machine machine = {.cie = &fde.cie, .row = row, .scratch = scratch, .location = fde.start};
    if (execute(&machine, fde.cie.instructions, UINT64_MAX) != 0)
        return -1;
    scratch->initial = *row;
    machine.location = fde.start;
    return execute(&machine, fde.instructions, pc);
}

int cfi_find_row(const struct cfi_image *image, uint64_t pc, struct cfi_row *row, struct cfi_scratch *scratch)
{
    const uint8_t *entry = header_search(image, pc);
    return entry == NULL ? -1 : cfi_entry_row(image, entry, pc, row, scratch);
}

const uint8_t *cfi_next_entry(const struct cfi_image *image, const uint8_t *at, struct cfi_entry *entry)
{
    struct fde fde;
    struct cursor cursor;
    while (cursor = entry_open(image, at), !cursor.failed) {
        if (fde_parse(image, at, &fde) == 0) {
            *entry = (struct cfi_entry){at, fde.start, fde.size};
            return cursor.end;
        }
        at = cursor.end;
    }
    return NULL;
}
