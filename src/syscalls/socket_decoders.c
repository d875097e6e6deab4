/* SPDX-License-Identifier: MIT
 *
 * Sockets and their addresses (unix(7), ip(7), ipv6(7), netlink(7), packet(7), vsock(7)). */
#include "socket_decoders.h"

#include <arpa/inet.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/if_xdp.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* ---- Parts of addresses ---------------------------------------------------------------------------------------------------- */

struct value *value_inet_address(struct decoder *decoder, uint32_t address)
{
    char text[INET_ADDRSTRLEN];
    struct value *value = value_call(decoder, "inet_addr");

    value->number = address;
    value_add(value, NULL, value_text(decoder, inet_ntop(AF_INET, &address, text, sizeof text)));
    return value;
}

struct value *value_port(struct decoder *decoder, uint16_t port)
{
    struct value *value = value_call(decoder, "htons");

    value_add(value, NULL, value_unsigned(decoder, ntohs(port)));
    return value;
}

struct value *value_inet6_address(struct decoder *decoder, const void *bytes, const char *field)
{
    char text[INET6_ADDRSTRLEN];
    struct value *value = value_call(decoder, "inet_pton");

    value_add(value, NULL, value_word(decoder, "AF_INET6", AF_INET6));
    value_add(value, NULL, value_text(decoder, inet_ntop(AF_INET6, bytes, text, sizeof text)));
    value_add(value, NULL, value_word(decoder, field, 0));
    return value;
}

/* The names are those of the tracer's own network namespace, as strace shows them. */
struct value *value_interface(struct decoder *decoder, uint32_t number)
{
    char name[IF_NAMESIZE];

    if (number == 0 || !if_indextoname(number, name))
        return value_signed(decoder, (int32_t)number);
    struct value *value = value_call(decoder, "if_nametoindex");
    value->number = number;
    value_add(value, NULL, value_text(decoder, name));
    return value;
}

static struct value *ethernet_protocol(struct decoder *decoder, uint16_t number)
{
    struct value *value = value_call(decoder, "htons");

    value_add(value, NULL, value_enum(decoder, &set_ethernet_protocols, ntohs(number)));
    return value;
}

/* ---- Addresses by family --------------------------------------------------------------------------------------------------- */

static void add_unix(struct decoder *decoder, struct value *value, const char *bytes, size_t size)
{
    const char *path = bytes + offsetof(struct sockaddr_un, sun_path);
    const size_t rest = size - offsetof(struct sockaddr_un, sun_path), most = sizeof((struct sockaddr_un *)NULL)->sun_path;
    const size_t room = rest < most ? rest : most;

    if (room == 0)
        return;
    const bool abstract = path[0] == '\0';
    struct value *name = abstract ? value_name(decoder, path + 1, room - 1) : value_name(decoder, path, strnlen(path, room));
    name->abstract = name->binary = abstract;
    value_add(value, "sun_path", name);
}

static void add_inet(struct decoder *decoder, struct value *value, const char *bytes, size_t size)
{
    struct sockaddr_in address;

    memcpy(&address, bytes, sizeof address);
    value_add(value, "sin_port", value_port(decoder, address.sin_port));
    value_add(value, "sin_addr", value_inet_address(decoder, address.sin_addr.s_addr));
}

/* The scope came later than the rest (RFC 2553). A part of it is shown as if the rest were 0. */
static void add_inet6(struct decoder *decoder, struct value *value, const char *bytes, size_t size)
{
    struct sockaddr_in6 address = {0};

    memcpy(&address, bytes, size < sizeof address ? size : sizeof address);
    value_add(value, "sin6_port", value_port(decoder, address.sin6_port));
    struct value *flow = value_add(value, "sin6_flowinfo", value_call(decoder, "htonl"));
    value_add(flow, NULL, value_unsigned(decoder, ntohl(address.sin6_flowinfo)));
    value_add(value, NULL, value_inet6_address(decoder, &address.sin6_addr, "&sin6_addr"));
    if (size <= offsetof(struct sockaddr_in6, sin6_scope_id))
        return;
    const bool local = IN6_IS_ADDR_LINKLOCAL(&address.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&address.sin6_addr);
    value_add(value, "sin6_scope_id",
              local ? value_interface(decoder, address.sin6_scope_id) : value_unsigned(decoder, address.sin6_scope_id));
}

static void add_netlink(struct decoder *decoder, struct value *value, const char *bytes, size_t size)
{
    struct sockaddr_nl address;

    memcpy(&address, bytes, sizeof address);
    if (address.nl_pad)
        value_add(value, "nl_pad", value_hex(decoder, address.nl_pad));
    value_add(value, "nl_pid", value_signed(decoder, (int32_t)address.nl_pid));
    value_add(value, "nl_groups", value_padded_hex(decoder, address.nl_groups, 8));
}

static void add_packet(struct decoder *decoder, struct value *value, const char *bytes, size_t size)
{
    struct sockaddr_ll address;

    memcpy(&address, bytes, sizeof address);
    value_add(value, "sll_protocol", ethernet_protocol(decoder, address.sll_protocol));
    value_add(value, "sll_ifindex", value_interface(decoder, (uint32_t)address.sll_ifindex));
    value_add(value, "sll_hatype", value_enum(decoder, &set_hardware_types, address.sll_hatype));
    value_add(value, "sll_pkttype", value_enum(decoder, &set_packet_kinds, address.sll_pkttype));
    value_add(value, "sll_halen", value_unsigned(decoder, address.sll_halen));
    if (address.sll_halen == 0)
        return;
    struct value *hardware = value_add(value, "sll_addr", value_array(decoder));
    for (size_t i = 0; i < address.sll_halen && i < sizeof address.sll_addr; i++)
        value_add(hardware, NULL, value_padded_hex(decoder, address.sll_addr[i], 2));
    if (address.sll_halen > sizeof address.sll_addr)
        value_add(hardware, NULL, value_more(decoder));
}

static void add_vsock(struct decoder *decoder, struct value *value, const char *bytes, size_t size)
{
    struct sockaddr_vm address;

    memcpy(&address, bytes, sizeof address);
    const char *name = constant_set_name(&set_vsock_ids, address.svm_cid);
    value_add(value, "svm_cid", name ? value_word(decoder, name, address.svm_cid) : value_hex(decoder, address.svm_cid));
    name = constant_set_name(&set_vsock_ports, address.svm_port);
    value_add(value, "svm_port", name ? value_word(decoder, name, address.svm_port) : value_hex(decoder, address.svm_port));
    value_add(value, "svm_flags", value_hex(decoder, (uint8_t)bytes[offsetof(struct sockaddr_vm, svm_port) + 8]));
}

static struct value *algorithm_flags(struct decoder *decoder, uint32_t flags)
{
    struct value *value = value_hex(decoder, flags);

    if (flags)
        value->comment = constant_set_text(decoder->arena, &set_algorithm_flags, flags);
    return value;
}

static void add_algorithm(struct decoder *decoder, struct value *value, const char *bytes, size_t size)
{
    struct sockaddr_alg address = {0};

    memcpy(&address, bytes, size < sizeof address ? size : sizeof address);
    const char *type = (const char *)address.salg_type, *name = (const char *)address.salg_name;
    value_add(value, "salg_type", value_name(decoder, type, strnlen(type, sizeof address.salg_type)));
    value_add(value, "salg_feat", algorithm_flags(decoder, address.salg_feat));
    value_add(value, "salg_mask", algorithm_flags(decoder, address.salg_mask));
    value_add(value, "salg_name", value_name(decoder, name, strnlen(name, sizeof address.salg_name)));
}

/* The fields of a family that has nothing to be told but them. */
static void add_fields(struct decoder *decoder, struct value *value, const struct struct_layout *layout, const char *bytes)
{
    struct value *fields = decode_struct_bytes(decoder, layout, bytes, layout->size);

    for (struct value *field = fields->first, *next; field; field = next) {
        next = field->next;
        value_add(value, field->name, field);
    }
}

static void add_nfc(struct decoder *decoder, struct value *value, const char *bytes, size_t size)
{
    add_fields(decoder, value, &struct_sockaddr_nfc, bytes);
    if (size > struct_sockaddr_nfc.size)
        value_add(value, NULL, value_more(decoder));
}

static void add_router(struct decoder *decoder, struct value *value, const char *bytes, size_t size)
{
    add_fields(decoder, value, &struct_sockaddr_qrtr, bytes);
}

static void add_express(struct decoder *decoder, struct value *value, const char *bytes, size_t size)
{
    add_fields(decoder, value, &struct_sockaddr_xdp, bytes);
}

static const struct {
    int family;
    size_t size; /* the least that is decoded */
    void (*add)(struct decoder *decoder, struct value *value, const char *bytes, size_t size);
} families[] = {
    {AF_UNIX, offsetof(struct sockaddr_un, sun_path), add_unix},
    {AF_INET, sizeof(struct sockaddr_in), add_inet},
    {AF_INET6, offsetof(struct sockaddr_in6, sin6_scope_id), add_inet6},
    {AF_NETLINK, sizeof(struct sockaddr_nl), add_netlink},
    {AF_PACKET, sizeof(struct sockaddr_ll), add_packet},
    {AF_VSOCK, sizeof(struct sockaddr_vm), add_vsock},
    {AF_ALG, sizeof(struct sockaddr_alg), add_algorithm},
    {AF_NFC, 16, add_nfc},
    {AF_QIPCRTR, 12, add_router},
    {AF_XDP, 16, add_express},
};

static void add_family(struct decoder *decoder, struct value *value, const char *bytes, size_t size)
{
    sa_family_t family;

    memcpy(&family, bytes, sizeof family);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        if (families[i].family == family && size >= families[i].size) {
            families[i].add(decoder, value, bytes, size);
            return;
        }
    }
    if (size > sizeof family)
        value_add(value, "sa_data", value_name(decoder, bytes + sizeof family, size - sizeof family))->binary = true;
}

struct value *decode_socket_address_bytes(struct decoder *decoder, const void *bytes, size_t size)
{
    struct value *value = value_struct(decoder);
    sa_family_t family;

    memcpy(&family, bytes, sizeof family);
    value_add(value, "sa_family", value_enum(decoder, &set_address_families, family));
    add_family(decoder, value, bytes, size);
    return value;
}

struct value *decode_socket_address(struct decoder *decoder, uint64_t address, int64_t size)
{
    char bytes[sizeof(struct sockaddr_storage)];

    if (size > (int64_t)sizeof bytes)
        size = sizeof bytes;
    if (size < 2 || !decoder->options->dereference || !decoder_read(decoder, address, bytes, (size_t)size))
        return value_address(decoder, address);
    return decode_socket_address_bytes(decoder, bytes, (size_t)size);
}

/* ---- Arguments ------------------------------------------------------------------------------------------------------------- */

DECODE(socket_type)
{
    enum { KIND = 0xf };
    const uint32_t bits = (uint32_t)number & ~(uint32_t)KIND;
    const char *name = constant_set_name(&set_socket_types, number & KIND);

    if ((number & KIND) == 0 && bits == 0)
        return value_unsigned(decoder, 0);
    if (!name && bits)
        return value_flags(decoder, &set_socket_type_flags, (uint32_t)number);
    struct value *value = value_union(decoder);
    value->number = (uint32_t)number;
    value_add(value, NULL, value_enum(decoder, &set_socket_types, number & KIND));
    if (bits)
        value_add(value, NULL, value_flags(decoder, &set_socket_type_flags, bits));
    return value;
}

static const struct {
    int family;
    const struct constant_set *set;
} protocols[] = {
    {AF_INET, &set_inet_protocols},
    {AF_INET6, &set_inet_protocols},
    {AF_NETLINK, &set_netlink_protocols},
    {AF_CAN, &set_can_protocols},
    {AF_BLUETOOTH, &set_bluetooth_protocols},
    {AF_NFC, &set_nfc_protocols},
    {AF_CAIF, &set_caif_protocols},
    {AF_KCM, &set_kcm_protocols},
    {AF_SMC, &set_smc_protocols},
    {AF_ISDN, &set_isdn_protocols},
    {AF_PHONET, &set_phonet_protocols},
};

DECODE(socket_protocol)
{
    const int family = (int)decoder->call->arguments[0];

    if (family == AF_PACKET)
        return ethernet_protocol(decoder, (uint16_t)number);
    if (family == AF_RXRPC)
        return value_enum(decoder, &set_address_families, (uint32_t)number);
    if (family == AF_AX25) {
        struct value *value = value_hex(decoder, (uint32_t)number);
        const char *name = constant_set_name(&set_ax25_protocols, (uint32_t)number);
        value->comment = name ? name : set_ax25_protocols.unknown;
        return value;
    }
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
        if (protocols[i].family == family)
            return value_enum(decoder, protocols[i].set, (uint32_t)number);
    return value_unsigned(decoder, (uint32_t)number);
}

DECODE(socket_address)
{
    return decode_socket_address(decoder, number, (int32_t)decoder_length(decoder, type->length));
}

/* ---- Addresses that the kernel fills in ------------------------------------------------------------------------------------ */

struct value *value_changed_length(struct decoder *decoder, int before, int number)
{
    struct value *array = value_array(decoder);

    value_add(array, NULL,
              before == number ? value_signed(decoder, number)
                               : value_change(decoder, value_signed(decoder, before), value_signed(decoder, number)));
    return array;
}

/* The length is in the argument behind. What is longer than there was room for has been cut. */
DECODE(socket_name)
{
    const struct system_call *call = decoder->call;
    const int length_argument = type->length.value;
    int32_t length;

    if (!decoder->exiting)
        return NULL;
    if (call->failed || !decoder_read(decoder, call->arguments[length_argument], &length, sizeof length))
        return value_address(decoder, number);
    const int32_t room = (int32_t)call->before[length_argument];
    return decode_socket_address(decoder, number, length < room ? length : room);
}

DECODE(socket_name_length)
{
    const struct system_call *call = decoder->call;
    int32_t length;

    if (!decoder->exiting)
        return NULL;
    const unsigned self = call->decoded;
    if (call->arguments[self - 1] == 0 || !decoder_read(decoder, number, &length, sizeof length))
        return value_address(decoder, number);
    return value_changed_length(decoder, (int32_t)call->before[self], call->failed ? (int32_t)call->before[self] : length);
}
