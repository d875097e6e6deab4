/* SPDX-License-Identifier: MIT
 *
 * Control messages (cmsg(3), unix(7), ip(7)). */
#include "message_decoders.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

enum { CONTROL_MAX = 128 << 10, MESSAGE_MAX = 1024 };

/* struct cmsghdr, without the data that may stand behind it. */
struct control_header {
    size_t cmsg_len;
    int cmsg_level, cmsg_type;
};

/* One message. */
struct control {
    struct control_header header;
    const char *data;
    size_t size; /* of the data; what is there, not what the header says */
};

typedef struct value *decode_control(struct decoder *decoder, const struct control *control);

static struct value *incomplete(struct decoder *decoder)
{
    return value_word(decoder, "???", 0);
}

/* ---- Of sockets ------------------------------------------------------------------------------------------------------------ */

static struct value *numbers(struct decoder *decoder, const struct control *control, size_t size)
{
    const size_t count = control->size / size;
    struct value *array = value_array(decoder);

    for (size_t i = 0; i < count; i++) {
        int32_t number = (uint8_t)control->data[i * size];
        if (decoder->options->abbreviate && i == decoder->options->string_limit) {
            value_add(array, NULL, value_more(decoder));
            break;
        }
        if (size == sizeof number)
            memcpy(&number, control->data + i * size, size);
        value_add(array, NULL, size == sizeof number ? value_fd(decoder, number) : value_hex(decoder, (uint64_t)number));
    }
    return array;
}

static struct value *rights(struct decoder *decoder, const struct control *control)
{
    return control->size < sizeof(int) ? NULL : numbers(decoder, control, sizeof(int));
}

static struct value *credentials(struct decoder *decoder, const struct control *control)
{
    if (control->size < struct_ucred.size)
        return NULL;
    return decode_struct_bytes(decoder, &struct_ucred, control->data, control->size);
}

static struct value *security(struct decoder *decoder, const struct control *control)
{
    return value_bytes(decoder, control->data, control->size);
}

static struct value *timestamp(struct decoder *decoder, const struct control *control)
{
    if (control->size < struct_timeval.size)
        return incomplete(decoder);
    return decode_struct_bytes(decoder, &struct_timeval, control->data, struct_timeval.size);
}

static struct value *timestamp_ns(struct decoder *decoder, const struct control *control)
{
    if (control->size < struct_timespec.size)
        return incomplete(decoder);
    return decode_struct_bytes(decoder, &struct_timespec, control->data, struct_timespec.size);
}

static struct value *timestamping(struct decoder *decoder, const struct control *control)
{
    enum { STAMPS = 3 };
    struct value *array = value_array(decoder);

    if (control->size < STAMPS * struct_timespec.size)
        return incomplete(decoder);
    for (size_t i = 0; i < STAMPS; i++)
        value_add(array, NULL,
                  decode_struct_bytes(decoder, &struct_timespec, control->data + i * struct_timespec.size, struct_timespec.size));
    return array;
}

/* ---- Of IP ----------------------------------------------------------------------------------------------------------------- */

static struct value *packet_info(struct decoder *decoder, const struct control *control)
{
    struct in_pktinfo info;

    if (control->size < sizeof info)
        return incomplete(decoder);
    memcpy(&info, control->data, sizeof info);
    struct value *value = value_struct(decoder);
    value_add(value, "ipi_ifindex", value_interface(decoder, (uint32_t)info.ipi_ifindex));
    value_add(value, "ipi_spec_dst", value_inet_address(decoder, info.ipi_spec_dst.s_addr));
    value_add(value, "ipi_addr", value_inet_address(decoder, info.ipi_addr.s_addr));
    return value;
}

static struct value *one_number(struct decoder *decoder, const struct control *control)
{
    uint32_t number;

    if (control->size < sizeof number)
        return incomplete(decoder);
    memcpy(&number, control->data, sizeof number);
    struct value *array = value_array(decoder);
    value_add(array, NULL, value_unsigned(decoder, number));
    return array;
}

static struct value *all_bytes(struct decoder *decoder, const struct control *control)
{
    return numbers(decoder, control, 1);
}

static struct value *receive_error(struct decoder *decoder, const struct control *control)
{
    const size_t size = struct_sock_extended_err.size;

    if (control->size < size + sizeof(struct sockaddr_in))
        return incomplete(decoder);
    struct value *value = decode_struct_bytes(decoder, &struct_sock_extended_err, control->data, size);
    value_add(value, "offender", decode_socket_address_bytes(decoder, control->data + size, sizeof(struct sockaddr_in)));
    return value;
}

static struct value *original_address(struct decoder *decoder, const struct control *control)
{
    if (control->size < sizeof(struct sockaddr_in))
        return NULL;
    return decode_socket_address_bytes(decoder, control->data, sizeof(struct sockaddr_in));
}

/* ---- Messages -------------------------------------------------------------------------------------------------------------- */

static const struct {
    int level, type;
    decode_control *decode;
} kinds[] = {
    {SOL_SOCKET, 1, rights},
    {SOL_SOCKET, 2, credentials},
    {SOL_SOCKET, 3, security},
    {SOL_SOCKET, 29, timestamp},
    {SOL_SOCKET, 35, timestamp_ns},
    {SOL_SOCKET, 37, timestamping},
    {SOL_SOCKET, 63, timestamp},
    {SOL_SOCKET, 64, timestamp_ns},
    {SOL_SOCKET, 65, timestamping},
    {SOL_IP, IP_TOS, all_bytes},
    {SOL_IP, IP_TTL, one_number},
    {SOL_IP, IP_RECVOPTS, all_bytes},
    {SOL_IP, IP_RETOPTS, all_bytes},
    {SOL_IP, IP_PKTINFO, packet_info},
    {SOL_IP, IP_RECVERR, receive_error},
    {SOL_IP, 19, security},
    {SOL_IP, IP_ORIGDSTADDR, original_address},
    {SOL_IP, IP_CHECKSUM, one_number},
    {SOL_IP, 25, one_number},
};

static struct value *control_data(struct decoder *decoder, const struct control *control)
{
    if (control->size == 0)
        return NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].level == control->header.cmsg_level && kinds[i].type == control->header.cmsg_type)
            return kinds[i].decode(decoder, control);
    return NULL;
}

static struct value *control_level(struct decoder *decoder, uint32_t level)
{
    struct value *value = value_enum(decoder, &set_socket_levels, level);
    struct constant_set *set = arena_alloc(decoder->arena, sizeof *set);

    *set = set_socket_levels;
    set->unknown = "SOL_???";
    value->set = set;
    return value;
}

static struct value *control_type(struct decoder *decoder, const struct control_header *header)
{
    const uint32_t type = (uint32_t)header->cmsg_type;

    if (header->cmsg_level == SOL_SOCKET)
        return value_enum(decoder, &set_control_of_sockets, type);
    return header->cmsg_level == SOL_IP ? value_enum(decoder, &set_control_of_ip, type) : value_hex(decoder, type);
}

static struct value *decode_one(struct decoder *decoder, const struct control *control)
{
    struct value *value = value_struct(decoder);

    value_add(value, "cmsg_len", value_unsigned(decoder, control->header.cmsg_len));
    value_add(value, "cmsg_level", control_level(decoder, (uint32_t)control->header.cmsg_level));
    value_add(value, "cmsg_type", control_type(decoder, &control->header));
    struct value *data = control_data(decoder, control);
    if (data)
        value_add(value, "cmsg_data", data);
    return value;
}

struct value *decode_control_messages(struct decoder *decoder, uint64_t address, uint64_t size)
{
    const size_t room = size < CONTROL_MAX ? (size_t)size : CONTROL_MAX;
    char *bytes = arena_alloc(decoder->arena, room + 1);

    if (room < sizeof(struct control_header) || !decoder_read(decoder, address, bytes, room))
        return value_address(decoder, address);
    struct value *array = value_array(decoder);
    size_t at = 0;
    for (size_t count = 0; room - at >= sizeof(struct control_header); count++) {
        struct control control = {.data = bytes + at + sizeof(struct control_header)};
        memcpy(&control.header, bytes + at, sizeof control.header);
        const size_t length = control.header.cmsg_len < room - at ? control.header.cmsg_len : room - at;
        control.size = length > sizeof(struct control_header) ? length - sizeof(struct control_header) : 0;
        value_add(array, NULL, decode_one(decoder, &control));
        const size_t step = CMSG_ALIGN(length);
        if (length < sizeof(struct control_header) || count == MESSAGE_MAX) {
            value_add(array, NULL, value_more(decoder))->comment =
                arena_printf(decoder->arena, "%#lx", address + at + sizeof(struct control_header));
            break;
        }
        at += step < room - at ? step : room - at;
    }
    return array;
}
