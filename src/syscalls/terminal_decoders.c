/* SPDX-License-Identifier: MIT
 *
 * Settings of terminals (termios(3)). */
#include <asm/termbits.h>

#include "ioctl_decoders.h"

static struct value *terminal_flags(struct decoder *decoder, const struct constant_set *set, uint32_t bits)
{
    return bits ? value_bits(decoder, set, bits) : value_word(decoder, "", 0);
}

static struct value *output_modes(struct decoder *decoder, uint32_t flags)
{
    static const struct {
        uint32_t mask;
        const struct constant_set *set;
    } delays[] = {
        {NLDLY, &set_terminal_nl_delays}, {CRDLY, &set_terminal_cr_delays}, {TABDLY, &set_terminal_tab_delays},
        {BSDLY, &set_terminal_bs_delays}, {VTDLY, &set_terminal_vt_delays}, {FFDLY, &set_terminal_ff_delays},
    };
    struct value *value = value_union(decoder);

    value->number = flags;
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++) {
        value_add(value, NULL, value_enum(decoder, delays[i].set, flags & delays[i].mask));
        flags &= ~delays[i].mask;
    }
    value_add(value, NULL, terminal_flags(decoder, &set_terminal_output, flags));
    return value;
}

static struct value *control_modes(struct decoder *decoder, uint32_t flags)
{
    struct value *value = value_union(decoder);

    value->number = flags;
    value_add(value, NULL, value_enum(decoder, &set_terminal_speeds, flags & CBAUD));
    const uint32_t input = (flags & CIBAUD) >> IBSHIFT;
    if (input) {
        const char *name = constant_set_name(&set_terminal_speeds, input);
        const char *text = name ? arena_printf(decoder->arena, "%s<<IBSHIFT", name)
                                : arena_printf(decoder->arena, "%#x /* B??? */<<IBSHIFT", input);
        value_add(value, NULL, value_word(decoder, text, input));
    }
    value_add(value, NULL, value_enum(decoder, &set_terminal_sizes, flags & CSIZE));
    value_add(value, NULL, terminal_flags(decoder, &set_terminal_control, flags & ~(uint32_t)(CBAUD | CIBAUD | CSIZE)));
    return value;
}

/* The control characters, by their place. */
static struct value *characters(struct decoder *decoder, const unsigned char *bytes, size_t count)
{
    struct value *array = value_array(decoder);

    for (size_t i = 0; i < count; i++) {
        const char *name = constant_set_name(&set_terminal_characters, i);
        const char *text = name ? arena_printf(decoder->arena, "[%s]=%#x", name, bytes[i])
                                : arena_printf(decoder->arena, "[%zu]=%#x", i, bytes[i]);
        value_add(array, NULL, value_word(decoder, text, bytes[i]));
    }
    return array;
}

/* What the old and the new structures have in common. */
struct terminal {
    uint32_t modes[4];
    unsigned char line;
    const unsigned char *characters;
    size_t count;
};

static struct value *terminal(struct decoder *decoder, const struct terminal *settings)
{
    const uint32_t *modes = settings->modes;
    struct value *value = value_struct(decoder);

    value_add(value, "c_iflag", terminal_flags(decoder, &set_terminal_input, modes[0]));
    value_add(value, "c_oflag", output_modes(decoder, modes[1]));
    value_add(value, "c_cflag", control_modes(decoder, modes[2]));
    value_add(value, "c_lflag", terminal_flags(decoder, &set_terminal_local, modes[3]));
    if (decoder->options->abbreviate) {
        value_add(value, NULL, value_more(decoder));
        return value;
    }
    value_add(value, "c_line", value_enum(decoder, &set_line_disciplines, settings->line));
    value_add(value, "c_cc", characters(decoder, settings->characters, settings->count));
    return value;
}

struct value *decode_termios(struct decoder *decoder, uint64_t address)
{
    struct termios settings;

    if (!decoder_read(decoder, address, &settings, sizeof settings))
        return value_address(decoder, address);
    return terminal(decoder, &(const struct terminal){{settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag},
                                                      settings.c_line,
                                                      settings.c_cc,
                                                      NCCS});
}

struct value *decode_termios2(struct decoder *decoder, uint64_t address)
{
    struct termios2 settings;

    if (!decoder_read(decoder, address, &settings, sizeof settings))
        return value_address(decoder, address);
    struct value *value = decode_termios(decoder, address);
    if (!decoder->options->abbreviate) {
        value_add(value, "c_ispeed", value_unsigned(decoder, settings.c_ispeed));
        value_add(value, "c_ospeed", value_unsigned(decoder, settings.c_ospeed));
    }
    return value;
}

/* The old form, with half of the bits. */
struct value *decode_termio(struct decoder *decoder, uint64_t address)
{
    struct {
        uint16_t modes[4];
        unsigned char line, characters[8];
    } settings;

    if (!decoder_read(decoder, address, &settings, 18))
        return value_address(decoder, address);
    const uint16_t *modes = settings.modes;
    return terminal(decoder,
                    &(const struct terminal){
                        {modes[0], modes[1], modes[2], modes[3]}, settings.line, settings.characters, sizeof settings.characters});
}
