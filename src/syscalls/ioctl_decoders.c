/* SPDX-License-Identifier: MIT
 *
 * ioctl(2): what its requests are called and what they take. */
#include <asm/termbits.h>
#include <linux/fs.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "decoder.h"

/* ---- Names ----------------------------------------------------------------------------------------------------------------- */

static struct value *direction_of(struct decoder *decoder, uint32_t request)
{
    static const char *const words[] = {"_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE"};

    return value_word(decoder, words[_IOC_DIR(request)], _IOC_DIR(request));
}

DECODE(ioctl_request)
{
    const uint32_t request = (uint32_t)number;
    const char *name = constant_set_name(&set_ioctl_requests, request);

    if (name)
        return value_enum(decoder, &set_ioctl_requests, request);
    struct value *value = value_call(decoder, "_IOC");
    value->number = request;
    value_add(value, NULL, direction_of(decoder, request));
    value_add(value, NULL, value_hex(decoder, _IOC_TYPE(request)));
    value_add(value, NULL, value_hex(decoder, _IOC_NR(request)));
    value_add(value, NULL, value_hex(decoder, _IOC_SIZE(request)));
    return value;
}

/* ---- Terminals (termios(3)) ------------------------------------------------------------------------------------------------ */

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

static struct value *terminal(struct decoder *decoder, const uint32_t modes[4])
{
    struct value *value = value_struct(decoder);

    value_add(value, "c_iflag", terminal_flags(decoder, &set_terminal_input, modes[0]));
    value_add(value, "c_oflag", output_modes(decoder, modes[1]));
    value_add(value, "c_cflag", control_modes(decoder, modes[2]));
    value_add(value, "c_lflag", terminal_flags(decoder, &set_terminal_local, modes[3]));
    value_add(value, NULL, value_more(decoder));
    return value;
}

static struct value *termios(struct decoder *decoder, uint64_t address)
{
    struct termios settings;

    if (!decoder_read(decoder, address, &settings, sizeof settings))
        return value_address(decoder, address);
    return terminal(decoder, (const uint32_t[]){settings.c_iflag, settings.c_oflag, settings.c_cflag, settings.c_lflag});
}

/* The old form, with half of the bits. */
static struct value *termio(struct decoder *decoder, uint64_t address)
{
    struct {
        uint16_t modes[4];
        unsigned char line, characters[8];
    } settings;

    if (!decoder_read(decoder, address, &settings, 18))
        return value_address(decoder, address);
    const uint16_t *modes = settings.modes;
    return terminal(decoder, (const uint32_t[]){modes[0], modes[1], modes[2], modes[3]});
}

/* ---- Simple contents ------------------------------------------------------------------------------------------------------- */

static struct value *in_brackets(struct decoder *decoder, struct value *value)
{
    struct value *array = value_array(decoder);

    value_add(array, NULL, value);
    return array;
}

static struct value *an_int(struct decoder *decoder, uint64_t address)
{
    int32_t number;

    if (!decoder_read(decoder, address, &number, sizeof number))
        return value_address(decoder, address);
    return in_brackets(decoder, value_signed(decoder, number));
}

static struct value *a_long(struct decoder *decoder, uint64_t address)
{
    int64_t number;

    if (!decoder_read(decoder, address, &number, sizeof number))
        return value_address(decoder, address);
    return in_brackets(decoder, value_signed(decoder, number));
}

static struct value *a_pid(struct decoder *decoder, uint64_t address)
{
    int32_t number;

    if (!decoder_read(decoder, address, &number, sizeof number))
        return value_address(decoder, address);
    return in_brackets(decoder, value_pid(decoder, number));
}

static struct value *modem_lines(struct decoder *decoder, uint64_t address)
{
    uint32_t number;

    if (!decoder_read(decoder, address, &number, sizeof number))
        return value_address(decoder, address);
    return in_brackets(decoder, value_flags(decoder, &set_modem_lines, number));
}

static struct value *window_size(struct decoder *decoder, uint64_t address)
{
    return decode_struct(decoder, &struct_winsize, address);
}

/* ---- Arguments ------------------------------------------------------------------------------------------------------------- */

enum argument_form { FORM_NONE, FORM_NUMBER, FORM_FLOW, FORM_FLUSH, FORM_IN, FORM_OUT, FORM_ADDRESS };

static const struct ioctl_row {
    uint32_t request;
    enum argument_form form;
    struct value *(*decode)(struct decoder *decoder, uint64_t address);
} rows[] = {
    {TCGETS, FORM_OUT, termios},
    {TCSETS, FORM_IN, termios},
    {TCSETSW, FORM_IN, termios},
    {TCSETSF, FORM_IN, termios},
    {TCGETS2, FORM_OUT, termios},
    {TCSETS2, FORM_IN, termios},
    {TCSETSW2, FORM_IN, termios},
    {TCSETSF2, FORM_IN, termios},
    {TIOCGLCKTRMIOS, FORM_OUT, termios},
    {TIOCSLCKTRMIOS, FORM_IN, termios},
    {TCGETA, FORM_OUT, termio},
    {TCSETA, FORM_IN, termio},
    {TCSETAW, FORM_IN, termio},
    {TCSETAF, FORM_IN, termio},
    {TIOCGWINSZ, FORM_OUT, window_size},
    {TIOCSWINSZ, FORM_IN, window_size},
    {TIOCGPGRP, FORM_OUT, a_pid},
    {TIOCSPGRP, FORM_IN, a_pid},
    {TIOCGSID, FORM_OUT, a_pid},
    {FIONREAD, FORM_OUT, an_int},
    {TIOCOUTQ, FORM_OUT, an_int},
    {FIONBIO, FORM_IN, an_int},
    {FIOASYNC, FORM_IN, an_int},
    {TIOCPKT, FORM_IN, an_int},
    {TIOCSETD, FORM_IN, an_int},
    {TIOCGETD, FORM_OUT, an_int},
    {TIOCGSOFTCAR, FORM_OUT, an_int},
    {TIOCSSOFTCAR, FORM_IN, an_int},
    {TIOCSPTLCK, FORM_IN, an_int},
    {TIOCGPTN, FORM_OUT, an_int},
    {TIOCGDEV, FORM_OUT, an_int},
    {TIOCMGET, FORM_OUT, modem_lines},
    {TIOCMBIS, FORM_IN, modem_lines},
    {TIOCMBIC, FORM_IN, modem_lines},
    {TIOCMSET, FORM_IN, modem_lines},
    {TIOCEXCL, FORM_NONE, NULL},
    {TIOCNXCL, FORM_NONE, NULL},
    {TIOCCONS, FORM_NONE, NULL},
    {TIOCSSERIAL, FORM_NONE, NULL},
    {TIOCNOTTY, FORM_NONE, NULL},
    {TIOCSBRK, FORM_NONE, NULL},
    {TIOCCBRK, FORM_NONE, NULL},
    {TIOCVHANGUP, FORM_NONE, NULL},
    {FIOCLEX, FORM_NONE, NULL},
    {FIONCLEX, FORM_NONE, NULL},
    {TCSBRK, FORM_NUMBER, NULL},
    {TCSBRKP, FORM_NUMBER, NULL},
    {TIOCSCTTY, FORM_NUMBER, NULL},
    {TCXONC, FORM_FLOW, NULL},
    {TCFLSH, FORM_FLUSH, NULL},
    {FIFREEZE, FORM_NONE, NULL},
    {FITHAW, FORM_NONE, NULL},
    {BLKFLSBUF, FORM_NONE, NULL},
    {BLKRRPART, FORM_NONE, NULL},
    {FS_IOC_GETFLAGS, FORM_OUT, an_int},
    {FS_IOC_SETFLAGS, FORM_IN, an_int},
    {BLKROSET, FORM_IN, an_int},
    {BLKROGET, FORM_OUT, an_int},
    {BLKSSZGET, FORM_OUT, an_int},
    {BLKGETSIZE, FORM_OUT, a_long},
    {BLKGETSIZE64, FORM_OUT, a_long},
    {BLKPBSZGET, FORM_OUT, an_int},
    {BLKIOOPT, FORM_OUT, an_int},
    {BLKALIGNOFF, FORM_OUT, an_int},
    {BLKDISCARDZEROES, FORM_OUT, an_int},
    {BLKROTATIONAL, FORM_OUT, an_int},
    {BLKRAGET, FORM_OUT, a_long},
    {BLKRASET, FORM_NUMBER, NULL},
    {FICLONE, FORM_NUMBER, NULL},
    {SIOCSPGRP, FORM_IN, an_int},
    {SIOCGPGRP, FORM_OUT, an_int},
    {SIOCATMARK, FORM_OUT, an_int},
    {FS_IOC_FSGETXATTR, FORM_ADDRESS, NULL},
    {TIOCSTI, FORM_ADDRESS, NULL},
    {TIOCGSERIAL, FORM_ADDRESS, NULL},
    {TIOCGRS485, FORM_ADDRESS, NULL},
    {TIOCSRS485, FORM_ADDRESS, NULL},
};

static const struct ioctl_row *find(uint32_t request)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].request == request)
            return &rows[i];
    return NULL;
}

CONDITION(ioctl_has_argument)
{
    const struct ioctl_row *row = find((uint32_t)decoder->call->arguments[1]);

    return !row || row->form != FORM_NONE;
}

DECODE(ioctl_argument)
{
    const struct ioctl_row *row = find((uint32_t)decoder->call->arguments[1]);
    const enum argument_form form = row ? row->form : FORM_NUMBER;

    if (!row)
        return value_hex(decoder, number);
    if (form == FORM_NUMBER)
        return value_signed(decoder, (int32_t)number);
    if (form == FORM_FLOW || form == FORM_FLUSH)
        return value_enum(decoder, form == FORM_FLOW ? &set_terminal_flow : &set_terminal_flush, number);
    if (form == FORM_OUT && !decoder->exiting)
        return NULL;
    if (number == 0 || form == FORM_ADDRESS || !decoder->options->dereference || (form == FORM_OUT && decoder->call->failed))
        return value_address(decoder, number);
    return row->decode(decoder, number);
}
