/* SPDX-License-Identifier: MIT
 *
 * ioctl(2): what its requests are called and what they take. */
#include <asm/termbits.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/random.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "ioctl_decoders.h"

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

/* ---- Simple contents ------------------------------------------------------------------------------------------------------- */

static struct value *an_int(struct decoder *decoder, uint64_t address)
{
    int32_t number;

    if (!decoder_read(decoder, address, &number, sizeof number))
        return value_address(decoder, address);
    return value_pointed(decoder, value_signed(decoder, number));
}

static struct value *a_long(struct decoder *decoder, uint64_t address)
{
    int64_t number;

    if (!decoder_read(decoder, address, &number, sizeof number))
        return value_address(decoder, address);
    return value_pointed(decoder, value_signed(decoder, number));
}

static struct value *a_pid(struct decoder *decoder, uint64_t address)
{
    int32_t number;

    if (!decoder_read(decoder, address, &number, sizeof number))
        return value_address(decoder, address);
    return value_pointed(decoder, value_pid(decoder, number));
}

static struct value *modem_lines(struct decoder *decoder, uint64_t address)
{
    uint32_t number;

    if (!decoder_read(decoder, address, &number, sizeof number))
        return value_address(decoder, address);
    return value_pointed(decoder, value_flags(decoder, &set_modem_lines, number));
}

static struct value *window_size(struct decoder *decoder, uint64_t address)
{
    return decode_struct(decoder, &struct_winsize, address);
}

static struct value *a_range(struct decoder *decoder, uint64_t address)
{
    uint64_t range[2];

    if (!decoder_read(decoder, address, range, sizeof range))
        return value_address(decoder, address);
    struct value *array = value_array(decoder);
    value_add(array, NULL, value_unsigned(decoder, range[0]));
    value_add(array, NULL, value_unsigned(decoder, range[1]));
    return array;
}

/* ---- Files ------------------------------------------------------------------------------------------------------------------ */

static struct value *file_flags(struct decoder *decoder, uint64_t address)
{
    uint32_t bits;

    if (!decoder_read(decoder, address, &bits, sizeof bits))
        return value_address(decoder, address);
    return value_pointed(decoder, value_flags(decoder, &set_file_attribute_flags, bits));
}

static struct value *trimmed(struct decoder *decoder, uint64_t address)
{
    return decode_struct(decoder, &struct_fstrim_range, address);
}

static struct value *extents(struct decoder *decoder, uint64_t address)
{
    return decode_struct(decoder, &struct_fiemap, address);
}

static struct value *file_attributes(struct decoder *decoder, uint64_t address)
{
    return decode_struct(decoder, &struct_fsxattr, address);
}

static struct value *cloned_range(struct decoder *decoder, uint64_t address)
{
    return decode_struct(decoder, &struct_file_clone_range, address);
}

static struct value *same_range(struct decoder *decoder, const void *element, size_t index)
{
    return decode_struct_bytes(decoder, &struct_file_dedupe_range_info, element, struct_file_dedupe_range_info.size);
}

static struct value *same_ranges(struct decoder *decoder, uint64_t address)
{
    const size_t size = sizeof(struct file_dedupe_range);
    struct file_dedupe_range range;
    struct value *value = decode_struct(decoder, &struct_file_dedupe_range, address);

    if (value->kind == VALUE_STRUCT && decoder_read(decoder, address, &range, size))
        value_add(value, "info",
                  decode_array(decoder, address + size, range.dest_count, struct_file_dedupe_range_info.size, same_range));
    return value;
}

/* ---- Arguments ------------------------------------------------------------------------------------------------------------- */

enum argument_form { FORM_NONE, FORM_NUMBER, FORM_LONG, FORM_FD, FORM_FLOW, FORM_FLUSH, FORM_IN, FORM_OUT, FORM_ADDRESS };

static const struct ioctl_row {
    uint32_t request;
    enum argument_form form;
    struct value *(*decode)(struct decoder *decoder, uint64_t address);
} rows[] = {
    {TCGETS, FORM_OUT, decode_termios},
    {TCSETS, FORM_IN, decode_termios},
    {TCSETSW, FORM_IN, decode_termios},
    {TCSETSF, FORM_IN, decode_termios},
    {TCGETS2, FORM_OUT, decode_termios2},
    {TCSETS2, FORM_IN, decode_termios2},
    {TCSETSW2, FORM_IN, decode_termios2},
    {TCSETSF2, FORM_IN, decode_termios2},
    {TIOCGLCKTRMIOS, FORM_OUT, decode_termios},
    {TIOCSLCKTRMIOS, FORM_IN, decode_termios},
    {TCGETA, FORM_OUT, decode_termio},
    {TCSETA, FORM_IN, decode_termio},
    {TCSETAW, FORM_IN, decode_termio},
    {TCSETAF, FORM_IN, decode_termio},
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
    {FS_IOC_GETFLAGS, FORM_OUT, file_flags},
    {FS_IOC_SETFLAGS, FORM_IN, file_flags},
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
    {BLKRASET, FORM_LONG, NULL},
    {FICLONE, FORM_FD, NULL},
    {FITRIM, FORM_IN, trimmed},
    {FS_IOC_FIEMAP, FORM_IN, extents},
    {FS_IOC_FSGETXATTR, FORM_OUT, file_attributes},
    {FICLONERANGE, FORM_IN, cloned_range},
    {FIDEDUPERANGE, FORM_IN, same_ranges},
    {FS_IOC_GETFSLABEL, FORM_OUT, decode_string},
    {FS_IOC_SETFSLABEL, FORM_IN, decode_string},
    {BLKFRASET, FORM_LONG, NULL},
    {BLKBSZSET, FORM_IN, an_int},
    {BLKBSZGET, FORM_OUT, an_int},
    {BLKDISCARD, FORM_IN, a_range},
    {BLKSECDISCARD, FORM_IN, a_range},
    {BLKZEROOUT, FORM_IN, a_range},
    {LOOP_SET_FD, FORM_FD, NULL},
    {LOOP_CHANGE_FD, FORM_FD, NULL},
    {LOOP_CLR_FD, FORM_NONE, NULL},
    {LOOP_SET_CAPACITY, FORM_NONE, NULL},
    {LOOP_CTL_GET_FREE, FORM_NONE, NULL},
    {LOOP_CTL_ADD, FORM_NUMBER, NULL},
    {LOOP_CTL_REMOVE, FORM_NUMBER, NULL},
    {RNDGETENTCNT, FORM_OUT, an_int},
    {RNDADDTOENTCNT, FORM_IN, an_int},
    {RNDZAPENTCNT, FORM_NONE, NULL},
    {RNDCLEARPOOL, FORM_NONE, NULL},
    {RNDRESEEDCRNG, FORM_NONE, NULL},
    {TIOCGEXCL, FORM_OUT, an_int},
    {FIOSETOWN, FORM_IN, an_int},
    {FIOGETOWN, FORM_OUT, an_int},
    {SIOCSIFENCAP, FORM_IN, an_int},
    {SIOCBRADDBR, FORM_IN, decode_string},
    {SIOCBRDELBR, FORM_IN, decode_string},
    {SIOCGIFCONF, FORM_IN, decode_interface_list},
    {SIOCSPGRP, FORM_IN, an_int},
    {SIOCGPGRP, FORM_OUT, an_int},
    {SIOCATMARK, FORM_OUT, an_int},
    {TIOCSTI, FORM_ADDRESS, NULL},
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

/* What is a number in itself. */
static struct value *ioctl_number(struct decoder *decoder, enum argument_form form, uint64_t number)
{
    switch (form) {
    case FORM_LONG:
        return value_unsigned(decoder, number);
    case FORM_FD:
        return value_fd(decoder, (int32_t)number);
    case FORM_FLOW:
    case FORM_FLUSH:
        return value_enum(decoder, form == FORM_FLOW ? &set_terminal_flow : &set_terminal_flush, number);
    default:
        return value_signed(decoder, (int32_t)number);
    }
}

static bool is_address(enum argument_form form)
{
    return form == FORM_IN || form == FORM_OUT || form == FORM_ADDRESS;
}

/* Of a request that is not described: those of sockets all take addresses. */
static struct value *undescribed(struct decoder *decoder, uint32_t request, uint64_t number)
{
    return request >> 8 == 0x89 && constant_set_name(&set_ioctl_requests, request) ? value_address(decoder, number)
                                                                                   : value_hex(decoder, number);
}

/* Shown even if the request failed, without the answer. */
static struct value *interface(struct decoder *decoder, uint64_t address, bool is_answered)
{
    if (is_answered && !decoder->exiting)
        return NULL;
    return address && decoder->options->dereference ? decode_interface_request(decoder, address) : value_address(decoder, address);
}

DECODE(ioctl_argument)
{
    const uint32_t request = (uint32_t)decoder->call->arguments[1];
    const struct ioctl_row *row = find(request);
    bool is_answered;

    if (is_interface_request(request, &is_answered))
        return interface(decoder, number, is_answered);
    if (!row)
        return undescribed(decoder, request, number);
    if (!is_address(row->form))
        return ioctl_number(decoder, row->form, number);
    if (row->form == FORM_OUT && !decoder->exiting)
        return NULL;
    if (number == 0 || row->form == FORM_ADDRESS || !decoder->options->dereference ||
        (row->form == FORM_OUT && decoder->call->failed))
        return value_address(decoder, number);
    return row->decode(decoder, number);
}
