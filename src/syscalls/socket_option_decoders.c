/* SPDX-License-Identifier: MIT
 *
 * getsockopt(2) and setsockopt(2). */
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "socket_decoders.h"

/* ---- Names ----------------------------------------------------------------------------------------------------------------- */

static const struct {
    int level;
    const struct constant_set *set;
} names[] = {
    {SOL_IP, &set_ip_options},     {SOL_SOCKET, &set_socket_options}, {SOL_TCP, &set_tcp_options}, {17, &set_udp_options},
    {40, &set_vsock_options},      {SOL_IPV6, &set_ipv6_options},     {132, &set_sctp_options},    {255, &set_raw_options},
    {257, &set_ax25_options},      {263, &set_packet_options},        {268, &set_llc_options},     {269, &set_dccp_options},
    {270, &set_netlink_options},   {271, &set_tipc_options},          {272, &set_rxrpc_options},   {273, &set_pppol2tp_options},
    {274, &set_bluetooth_options}, {276, &set_rds_options},           {277, &set_iucv_options},    {278, &set_caif_options},
    {279, &set_alg_options},       {280, &set_nfc_options},           {281, &set_kcm_options},     {282, &set_tls_options},
    {283, &set_xdp_options},       {101, &set_can_raw_options},       {256, &set_ipx_options},     {275, &set_pnpipe_options},
};

static struct value *option_name(struct decoder *decoder, uint64_t number, bool read)
{
    const int level = (int)decoder->call->arguments[1];

    if (read && level == SOL_SOCKET && (uint32_t)number == SO_ATTACH_FILTER)
        return value_enum(decoder, &set_socket_options_read, (uint32_t)number);
    if (read && level == SOL_IP && constant_set_name(&set_ip_options_read, (uint32_t)number))
        return value_enum(decoder, &set_ip_options_read, (uint32_t)number);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].level == level)
            return value_enum(decoder, names[i].set, (uint32_t)number);
    return value_unsigned(decoder, (uint32_t)number);
}

DECODE(option_set)
{
    return option_name(decoder, number, false);
}

DECODE(option_got)
{
    return option_name(decoder, number, true);
}

/* ---- Values ---------------------------------------------------------------------------------------------------------------- */

static struct value *number_in_brackets(struct decoder *decoder, uint64_t address)
{
    int32_t number;

    if (!decoder_read(decoder, address, &number, sizeof number))
        return value_address(decoder, address);
    struct value *array = value_array(decoder);
    value_add(array, NULL, value_signed(decoder, number));
    return array;
}

static struct value *rehash(struct decoder *decoder, uint64_t address)
{
    uint32_t number;

    if (!decoder_read(decoder, address, &number, sizeof number))
        return value_address(decoder, address);
    struct value *array = value_array(decoder);
    value_add(array, NULL, value_enum(decoder, &set_txrehash, number));
    return array;
}

static struct value *any(struct decoder *decoder, uint64_t address, int32_t size)
{
    return size == sizeof(int32_t) ? number_in_brackets(decoder, address) : decode_buffer(decoder, address, (uint32_t)size);
}

static struct value *membership(struct decoder *decoder, uint64_t address)
{
    struct in_addr pair[2];

    if (!decoder_read(decoder, address, pair, sizeof pair))
        return value_address(decoder, address);
    struct value *value = value_struct(decoder);
    value_add(value, "imr_multiaddr", value_inet_address(decoder, pair[0].s_addr));
    value_add(value, "imr_interface", value_inet_address(decoder, pair[1].s_addr));
    return value;
}

static struct value *membership6(struct decoder *decoder, uint64_t address)
{
    struct ipv6_mreq request;

    if (!decoder_read(decoder, address, &request, sizeof request))
        return value_address(decoder, address);
    struct value *value = value_struct(decoder);
    value_add(value, NULL, value_inet6_address(decoder, &request.ipv6mr_multiaddr, "&ipv6mr_multiaddr"));
    value_add(value, "ipv6mr_interface", value_interface(decoder, request.ipv6mr_interface));
    return value;
}

/* A number of which only some bytes are there. */
static struct value *part_of_number(struct decoder *decoder, uint64_t address, int32_t size)
{
    char bytes[sizeof(int)];

    if (!decoder_read(decoder, address, bytes, (size_t)size))
        return value_address(decoder, address);
    return value_hex_bytes(decoder, bytes, (size_t)size);
}

/* The same of a structure whose fields are of 4 bytes each. */
static struct value *part_of_struct(struct decoder *decoder, const struct struct_layout *layout, uint64_t address, int32_t size)
{
    const size_t whole = (size_t)size / sizeof(int) * sizeof(int);
    struct value *value = whole ? decode_sized_struct(decoder, layout, address, whole) : value_struct(decoder);

    if (value->kind == VALUE_STRUCT && (size_t)size > whole && (size_t)size < layout->size)
        value_add(value, layout->fields[whole / sizeof(int)].name, part_of_number(decoder, address + whole, size - (int32_t)whole));
    return value;
}

/* Options of SOL_SOCKET that are a number even if more bytes are given. */
static bool is_number(int option)
{
    static const unsigned char numbers[] = {1,  2,  5,  6,  7,  8,  9,  10, 11, 12, 14, 15, 16, 18, 19, 27, 29, 30, 32, 33, 34, 35,
                                            36, 37, 40, 41, 42, 43, 44, 45, 46, 49, 53, 56, 60, 63, 64, 65, 68, 69, 70, 73, 75};
    for (size_t i = 0; i < sizeof numbers; i++)
        if (numbers[i] == option)
            return true;
    return false;
}

static struct value *socket_option(struct decoder *decoder, int option, uint64_t address, int32_t size)
{
    switch (option) {
    case SO_LINGER:
        return size < (int32_t)struct_linger.size ? value_address(decoder, address)
                                                  : decode_struct(decoder, &struct_linger, address);
    case SO_ATTACH_FILTER:
    case SO_ATTACH_REUSEPORT_CBPF:
        return size == (int32_t)struct_sock_fprog.size ? decode_struct(decoder, &struct_sock_fprog, address)
                                                       : value_address(decoder, address);
    case 74: /* SO_TXREHASH */
        return size < (int32_t)sizeof(int) ? value_address(decoder, address) : rehash(decoder, address);
    default:
        if (!is_number(option))
            return any(decoder, address, size);
        return size < (int32_t)sizeof(int) ? value_address(decoder, address) : number_in_brackets(decoder, address);
    }
}

static struct value *packet_membership(struct decoder *decoder, uint64_t address)
{
    struct packet_mreq request;

    if (!decoder_read(decoder, address, &request, sizeof request))
        return value_address(decoder, address);
    struct value *value = value_struct(decoder);
    value_add(value, "mr_ifindex", value_interface(decoder, (uint32_t)request.mr_ifindex));
    value_add(value, "mr_type", value_enum(decoder, &set_packet_memberships, request.mr_type));
    value_add(value, "mr_alen", value_unsigned(decoder, request.mr_alen));
    const size_t length = request.mr_alen < sizeof request.mr_address ? request.mr_alen : sizeof request.mr_address;
    char *text = arena_alloc(decoder->arena, 3 * sizeof request.mr_address);
    text[0] = '\0';
    for (size_t i = 0; i < length; i++)
        snprintf(text + 3 * i - (i > 0), 4, i ? ":%02x" : "%02x", request.mr_address[i]);
    value_add(value, "mr_address", value_word(decoder, text, 0));
    return value;
}

static struct value *packet_option(struct decoder *decoder, int option, uint64_t address, int32_t size)
{
    switch (option) {
    case PACKET_ADD_MEMBERSHIP:
    case PACKET_DROP_MEMBERSHIP:
        return size < (int32_t)sizeof(struct packet_mreq) ? value_address(decoder, address) : packet_membership(decoder, address);
    case PACKET_RX_RING:
    case PACKET_TX_RING:
        return size < (int32_t)struct_tpacket_req.size ? value_address(decoder, address)
                                                       : decode_struct(decoder, &struct_tpacket_req, address);
    default:
        return any(decoder, address, size);
    }
}

/* Kinds of ICMP messages that are not let through. */
static struct value *icmp_filter(struct decoder *decoder, uint64_t address)
{
    uint32_t bits;

    if (!decoder_read(decoder, address, &bits, sizeof bits))
        return value_address(decoder, address);
    const bool inverted = __builtin_popcount(bits) >= 22;
    struct value *value = value_bitset(decoder, inverted);
    for (uint32_t i = 0; i < 32; i++)
        if ((bits >> i & 1) != inverted)
            value_add(value, NULL, value_enum(decoder, &set_icmp_kinds, i));
    return value;
}

DECODE(option_value)
{
    const uint64_t *arguments = decoder->call->arguments;
    const int level = (int)arguments[1], option = (int)arguments[2];
    const int32_t size = (int32_t)arguments[4];

    if (number == 0)
        return value_address(decoder, number);
    if (level == SOL_SOCKET)
        return socket_option(decoder, option, number, size);
    if (level == SOL_IP && (option == IP_ADD_MEMBERSHIP || option == IP_DROP_MEMBERSHIP))
        return size < 8 ? value_address(decoder, number) : membership(decoder, number);
    if (level == SOL_IPV6 && (option == IPV6_ADD_MEMBERSHIP || option == IPV6_DROP_MEMBERSHIP || option == IPV6_JOIN_ANYCAST ||
                              option == IPV6_LEAVE_ANYCAST))
        return size < 20 ? value_address(decoder, number) : membership6(decoder, number);
    if ((level == SOL_IP || level == SOL_IPV6) && (option == MCAST_JOIN_GROUP || option == MCAST_LEAVE_GROUP))
        return value_address(decoder, number);
    if (level == SOL_PACKET)
        return packet_option(decoder, option, number, size);
    if (level == SOL_RAW && option == 1 && size >= (int32_t)sizeof(uint32_t))
        return icmp_filter(decoder, number);
    if (level == SOL_NETLINK)
        return size < (int32_t)sizeof(int) ? value_address(decoder, number) : number_in_brackets(decoder, number);
    return any(decoder, number, size);
}

/* ---- What the kernel fills in ---------------------------------------------------------------------------------------------- */

static struct value *got(struct decoder *decoder, uint64_t address, int32_t size)
{
    const uint64_t *arguments = decoder->call->arguments;
    const int level = (int)arguments[1], option = (int)arguments[2];

    if (level == SOL_SOCKET && (option == SO_LINGER || option == SO_PEERCRED)) {
        const struct struct_layout *layout = option == SO_LINGER ? &struct_linger : &struct_ucred;
        return part_of_struct(decoder, layout, address, size);
    }
    if (level == SOL_SOCKET && option == 74 && size == sizeof(int))
        return rehash(decoder, address);
    if (level == SOL_SOCKET && (is_number(option) || option == SO_ERROR || option == 74))
        return size < (int32_t)sizeof(int) ? part_of_number(decoder, address, size) : number_in_brackets(decoder, address);
    return any(decoder, address, size);
}

DECODE(option_value_got)
{
    const struct system_call *call = decoder->call;
    int32_t size;

    if (!decoder->exiting)
        return NULL;
    if (call->failed || !decoder_read(decoder, call->arguments[4], &size, sizeof size) || size <= 0)
        return value_address(decoder, number);
    return got(decoder, number, size);
}

DECODE(option_length)
{
    const struct system_call *call = decoder->call;
    int32_t size;

    if (!decoder->exiting)
        return NULL;
    if (!decoder_read(decoder, number, &size, sizeof size))
        return value_address(decoder, number);
    const int32_t before = (int32_t)call->before[4];
    return value_changed_length(decoder, before, call->failed ? before : size);
}
