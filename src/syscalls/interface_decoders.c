/* SPDX-License-Identifier: MIT
 *
 * Requests about network interfaces (netdevice(7)). */
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "ioctl_decoders.h"
#include "socket_decoders.h"

enum { REQUEST_BYTES = 40 }; /* of struct ifreq on x86_64 */

typedef struct value *decode_member(struct decoder *decoder, const char *bytes);

/* ---- Members ---------------------------------------------------------------------------------------------------------------- */

static struct value *flags(struct decoder *decoder, const char *bytes)
{
    uint16_t number;

    memcpy(&number, bytes, sizeof number);
    return value_flags(decoder, &set_interface_flags, number);
}

static struct value *number(struct decoder *decoder, const char *bytes)
{
    int32_t value;

    memcpy(&value, bytes, sizeof value);
    return value_signed(decoder, value);
}

static struct value *name(struct decoder *decoder, const char *bytes)
{
    return value_name(decoder, bytes, strnlen(bytes, IFNAMSIZ));
}

static struct value *address(struct decoder *decoder, const char *bytes)
{
    return decode_socket_address_bytes(decoder, bytes, sizeof(struct sockaddr));
}

/* How long an address is depends on the hardware. */
static struct value *hardware(struct decoder *decoder, const char *bytes)
{
    enum { USUAL = 6, CALL_SIGN = 7 };
    uint16_t kind;

    memcpy(&kind, bytes, sizeof kind);
    const size_t length = kind == ARPHRD_NETROM || kind == ARPHRD_AX25 ? CALL_SIGN : USUAL;
    char *text = arena_alloc(decoder->arena, 3 * CALL_SIGN + 1);
    for (size_t i = 0; i < length; i++)
        sprintf(text + (i ? 3 * i - 1 : 0), i ? ":%02x" : "%02x", (unsigned char)bytes[sizeof kind + i]);
    struct value *value = value_struct(decoder);
    value_add(value, "sa_family", value_enum(decoder, &set_hardware_types, kind));
    value_add(value, "sa_data", value_word(decoder, text, 0));
    return value;
}

static struct value *map(struct decoder *decoder, const char *bytes)
{
    return decode_struct_bytes(decoder, &struct_ifmap, bytes, struct_ifmap.size);
}

/* ---- Requests --------------------------------------------------------------------------------------------------------------- */

static const struct row {
    uint16_t get, set; /* 0: there is none */
    const char *member;
    decode_member *decode;
} rows[] = {
    {SIOCGIFFLAGS, SIOCSIFFLAGS, "ifr_flags", flags},
    {SIOCGIFADDR, SIOCSIFADDR, "ifr_addr", address},
    {SIOCGIFDSTADDR, SIOCSIFDSTADDR, "ifr_dstaddr", address},
    {SIOCGIFBRDADDR, SIOCSIFBRDADDR, "ifr_broadaddr", address},
    {SIOCGIFNETMASK, SIOCSIFNETMASK, "ifr_netmask", address},
    {SIOCGIFMETRIC, SIOCSIFMETRIC, "ifr_metric", number},
    {SIOCGIFMTU, SIOCSIFMTU, "ifr_mtu", number},
    {SIOCGIFHWADDR, SIOCSIFHWADDR, "ifr_hwaddr", hardware},
    {SIOCGIFSLAVE, SIOCSIFSLAVE, "ifr_slave", name},
    {SIOCGIFINDEX, 0, "ifr_ifindex", number},
    {SIOCGIFTXQLEN, SIOCSIFTXQLEN, "ifr_qlen", number},
    {SIOCGIFMAP, SIOCSIFMAP, "ifr_map", map},
    {0, SIOCSIFNAME, "ifr_newname", name},
    {0, SIOCADDMULTI, "ifr_hwaddr", hardware},
    {0, SIOCDELMULTI, "ifr_hwaddr", hardware},
    {0, SIOCSIFHWBROADCAST, "ifr_hwaddr", hardware},
};

static const struct row *find(uint32_t request)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (request == rows[i].get || request == rows[i].set)
            return &rows[i];
    return NULL;
}

static bool is_by_number(uint32_t request)
{
    return request == SIOCGIFNAME || request == SIOCBRADDIF || request == SIOCBRDELIF;
}

bool is_interface_request(uint32_t request, bool *is_answered)
{
    const struct row *row = request ? find(request) : NULL;

    *is_answered = request == SIOCGIFNAME || (row && row->get == request);
    return row || is_by_number(request);
}

static struct value *name_of_number(struct decoder *decoder, const char *bytes)
{
    struct value *value = value_struct(decoder);

    value_add(value, "ifr_ifindex", number(decoder, bytes + IFNAMSIZ));
    if ((uint32_t)decoder->call->arguments[1] == SIOCGIFNAME && !decoder->call->failed)
        value_add(value, "ifr_name", name(decoder, bytes));
    return value;
}

struct value *decode_interface_request(struct decoder *decoder, uint64_t address)
{
    const uint32_t request = (uint32_t)decoder->call->arguments[1];
    char bytes[REQUEST_BYTES];

    if (!decoder_read(decoder, address, bytes, sizeof bytes))
        return value_address(decoder, address);
    if (is_by_number(request))
        return name_of_number(decoder, bytes);
    const struct row *row = find(request);
    struct value *value = value_struct(decoder);
    value_add(value, "ifr_name", name(decoder, bytes));
    if (request != row->get || !decoder->call->failed)
        value_add(value, row->member, row->decode(decoder, bytes + IFNAMSIZ));
    return value;
}

struct value *decode_interface_list(struct decoder *decoder, uint64_t address)
{
    struct ifconf list;

    if (!decoder_read(decoder, address, &list, sizeof list))
        return value_address(decoder, address);
    struct value *value = value_struct(decoder);
    value_add(value, "ifc_len", value_signed(decoder, list.ifc_len));
    value_add(value, "ifc_buf", value_address(decoder, (uint64_t)list.ifc_buf));
    return value;
}
