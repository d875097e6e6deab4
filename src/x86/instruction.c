/* SPDX-License-Identifier: MIT */
#include "instruction.h"

#include <errno.h>
#include <string.h>

/* What follows an opcode:
 *   .  nothing               m  ModRM               x  no such instruction in 64-bit mode
 *   b  8 bits                B  ModRM, 8 bits       w  16 bits           e  16 bits, 8 bits (enter)
 *   z  32 bits (16)          Z  ModRM, 32 bits (16)                      v  32 bits (16, 64)
 *   r  8 bits, a distance    R  32 bits, a distance o  an address
 *   g  ModRM, and 8 bits if it is test          G  ModRM, and 32 bits (16) if it is test
 *   p  a prefix              P  REX                 V  VEX, 2 bytes      W  VEX, 3 bytes     E  EVEX     F  second table
 *   3  third table (0f 38)   4  fourth table (0f 3a) */
static const char one_byte[16][17] = {
    "mmmmbzxxmmmmbzxF", /* 0 */
    "mmmmbzxxmmmmbzxx", /* 1 */
    "mmmmbzpxmmmmbzpx", /* 2 */
    "mmmmbzpxmmmmbzpx", /* 3 */
    "PPPPPPPPPPPPPPPP", /* 4 */
    "................", /* 5 */
    "xxEmppppzZbB....", /* 6 */
    "rrrrrrrrrrrrrrrr", /* 7 */
    "BZxBmmmmmmmmmmmm", /* 8 */
    "..........x.....", /* 9 */
    "oooo....bz......", /* a */
    "bbbbbbbbvvvvvvvv", /* b */
    "BBw.WVBZe.w..bx.", /* c */
    "mmmmxxx.mmmmmmmm", /* d */
    "rrrrbbbbRRxr....", /* e */
    "p.pp..gG......mm", /* f */
};
static const char two_bytes[16][17] = {
    "mmmmx.....x.xm.B", /* 0 */
    "mmmmmmmmmmmmmmmm", /* 1 */
    "mmmmxxxxmmmmmmmm", /* 2 */
    "........3x4xxxxx", /* 3 */
    "mmmmmmmmmmmmmmmm", /* 4 */
    "mmmmmmmmmmmmmmmm", /* 5 */
    "mmmmmmmmmmmmmmmm", /* 6 */
    "BBBBmmm.mmxxmmmm", /* 7 */
    "RRRRRRRRRRRRRRRR", /* 8 */
    "mmmmmmmmmmmmmmmm", /* 9 */
    "...mBmxx...mBmmm", /* a */
    "mmmmmmmmmmBmmmmm", /* b */
    "mmBmBBBm........", /* c */
    "mmmmmmmmmmmmmmmm", /* d */
    "mmmmmmmmmmmmmmmm", /* e */
    "mmmmmmmmmmmmmmmm", /* f */
};

enum opcode_map { MAP_ONE_BYTE, MAP_TWO_BYTES, MAP_38, MAP_3A };

struct decoder {
    const uint8_t *code;
    size_t size, at;
    bool cut_off;
    bool operand_16, address_32, wide, repeat; /* prefixes 66, 67, REX.W, f3 */
    bool vector;                               /* VEX or EVEX */
    enum opcode_map map;
    unsigned opcode, modrm;
    struct instruction *instruction;
};

static unsigned next_byte(struct decoder *decoder)
{
    if (decoder->at < decoder->size && decoder->at < INSTRUCTION_MAX)
        return decoder->code[decoder->at++];
    decoder->cut_off = true;
    return 0;
}

static void skip(struct decoder *decoder, size_t count)
{
    while (count-- > 0)
        next_byte(decoder);
}

static int64_t read_distance(struct decoder *decoder, size_t size)
{
    uint32_t value = 0;

    for (size_t i = 0; i < size; i++)
        value |= (uint32_t)next_byte(decoder) << 8 * i;
    return size == 1 ? (int8_t)value : (int32_t)value;
}

/* ---- Prefixes and opcodes -------------------------------------------------------------------------------------------------- */

static void take_prefix(struct decoder *decoder, unsigned byte)
{
    decoder->operand_16 |= byte == 0x66;
    decoder->address_32 |= byte == 0x67;
    decoder->repeat |= byte == 0xf3;
    decoder->wide = false; /* REX counts only right in front of the opcode */
}

static char what_follows(const struct decoder *decoder)
{
    switch (decoder->map) {
    case MAP_ONE_BYTE:
        return one_byte[decoder->opcode >> 4][decoder->opcode & 15];
    case MAP_TWO_BYTES:
        return two_bytes[decoder->opcode >> 4][decoder->opcode & 15];
    case MAP_38:
        return 'm';
    case MAP_3A:
        return 'B';
    }
    return 'x';
}

static char take_map(struct decoder *decoder, enum opcode_map map)
{
    decoder->map = map;
    decoder->opcode = next_byte(decoder);
    return what_follows(decoder);
}

/* The opcode behind VEX or EVEX. Which map it is in stands in the low bits of the prefix's first byte. */
static char take_vector_opcode(struct decoder *decoder, unsigned map)
{
    decoder->vector = true;
    if (map < MAP_TWO_BYTES || map > MAP_3A)
        return 'x';
    const char form = take_map(decoder, (enum opcode_map)map);
    return form == 'm' || form == 'B' || (form == '.' && decoder->opcode == 0x77) ? form : 'x';
}

static char take_opcode(struct decoder *decoder)
{
    for (;;) {
        const char form = take_map(decoder, MAP_ONE_BYTE);
        unsigned first;
        if (decoder->cut_off)
            return 'x';
        switch (form) {
        case 'p':
            take_prefix(decoder, decoder->opcode);
            continue;
        case 'P':
            decoder->wide = decoder->opcode & 8;
            continue;
        case 'V':
            skip(decoder, 1);
            return take_vector_opcode(decoder, MAP_TWO_BYTES);
        case 'W':
            first = next_byte(decoder);
            skip(decoder, 1);
            return take_vector_opcode(decoder, first & 0x1f);
        case 'E':
            first = next_byte(decoder);
            skip(decoder, 2);
            return take_vector_opcode(decoder, first & 7);
        default:
            return form;
        }
    }
}

static char take_long_opcode(struct decoder *decoder)
{
    char form = take_opcode(decoder);

    if (form == 'F')
        form = take_map(decoder, MAP_TWO_BYTES);
    if (form == '3')
        return take_map(decoder, MAP_38);
    return form == '4' ? take_map(decoder, MAP_3A) : form;
}

/* ---- Operands -------------------------------------------------------------------------------------------------------------- */

static void take_modrm(struct decoder *decoder)
{
    const unsigned modrm = decoder->modrm = next_byte(decoder), mode = modrm >> 6, base = modrm & 7;

    if (mode == 3 || (decoder->map == MAP_TWO_BYTES && decoder->opcode >= 0x20 && decoder->opcode <= 0x23))
        return; /* registers only, control registers whatever the mode */
    if (mode == 0 && base == 5) {
        decoder->instruction->displacement_at = (unsigned)decoder->at;
        skip(decoder, 4);
        return;
    }
    const unsigned scaled_base = base == 4 ? next_byte(decoder) & 7 : 0;
    if (mode == 1)
        skip(decoder, 1);
    else if (mode == 2 || (mode == 0 && base == 4 && scaled_base == 5))
        skip(decoder, 4);
}

static void take_distance(struct decoder *decoder, size_t size)
{
    struct instruction *instruction = decoder->instruction;

    instruction->target = read_distance(decoder, size);
    instruction->has_target = true;
    if (decoder->map == MAP_TWO_BYTES || decoder->opcode >> 4 == 7)
        instruction->kind = INSTRUCTION_BRANCH;
    else if (decoder->opcode == 0xe8)
        instruction->kind = INSTRUCTION_CALL;
    else
        instruction->kind = decoder->opcode < 0xe8 ? INSTRUCTION_LOOP : INSTRUCTION_JUMP;
}

/* Returns false if there is no such instruction. */
static bool take_operands(struct decoder *decoder, char form)
{
    const size_t word = decoder->operand_16 && !decoder->wide ? 2 : 4;

    if (form != '\0' && strchr("mBZgG", form))
        take_modrm(decoder);
    switch (form) {
    case '.':
    case 'm':
        return true;
    case 'b':
    case 'B':
        skip(decoder, 1);
        return true;
    case 'w':
        skip(decoder, 2);
        return true;
    case 'e':
        skip(decoder, 3);
        return true;
    case 'z':
    case 'Z':
        skip(decoder, word);
        return true;
    case 'v':
        skip(decoder, decoder->wide ? 8 : word);
        return true;
    case 'o':
        skip(decoder, decoder->address_32 ? 4 : 8);
        return true;
    case 'g':
    case 'G':
        skip(decoder, (decoder->modrm >> 3 & 7) > 1 ? 0 : form == 'g' ? 1 : word);
        return true;
    case 'r':
    case 'R':
        take_distance(decoder, form == 'r' ? 1 : 4);
        return true;
    default:
        return false;
    }
}

static enum instruction_kind kind_of(const struct decoder *decoder)
{
    const unsigned opcode = decoder->opcode, extension = decoder->modrm >> 3 & 7;

    if (decoder->vector || decoder->map > MAP_TWO_BYTES)
        return INSTRUCTION_PLAIN;
    if (decoder->map == MAP_TWO_BYTES)
        return opcode == 0x1f ? INSTRUCTION_PADDING : opcode == 0x0b || opcode == 0xff ? INSTRUCTION_GOES_AWAY : INSTRUCTION_PLAIN;
    if ((opcode == 0x90 && !decoder->repeat && !decoder->wide) || opcode == 0xcc)
        return INSTRUCTION_PADDING;
    if (opcode == 0xff)
        return extension == 4 || extension == 5 ? INSTRUCTION_GOES_AWAY : INSTRUCTION_PLAIN;
    return opcode == 0xc2 || opcode == 0xc3 || opcode == 0xca || opcode == 0xcb || opcode == 0xcf || opcode == 0xf4
               ? INSTRUCTION_GOES_AWAY
               : INSTRUCTION_PLAIN;
}

int instruction_decode(const uint8_t *code, size_t size, struct instruction *instruction)
{
    struct decoder decoder = {.code = code, .size = size, .instruction = instruction};

    *instruction = (struct instruction){0};
    const char form = take_long_opcode(&decoder);
    if (!take_operands(&decoder, form) || decoder.cut_off)
        return -EINVAL;
    if (!instruction->has_target)
        instruction->kind = kind_of(&decoder);
    instruction->opcode = decoder.opcode;
    instruction->length = (unsigned)decoder.at;
    return 0;
}
