/* SPDX-License-Identifier: MIT
 * Sockets and addresses. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "call_scene.h"

#define BAD_DESCRIPTOR " = -1 EBADF (Bad file descriptor)"

static void expect_bind(const void *address, size_t size, const char *text)
{
    expect_decoded(SYS_bind, (const uint64_t[6]){5, SCENE_MEMORY, size}, address, size, -9, text);
}

Test(socket_decoders, types_are_a_number_and_flags)
{
    expect_decoded(SYS_socket, (const uint64_t[6]){AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC}, NULL, 0, 3,
                   "socket(AF_UNIX, SOCK_DGRAM|SOCK_CLOEXEC, 0) = 3");
    expect_decoded(SYS_socket, (const uint64_t[6]){AF_UNIX, 0x81003}, NULL, 0, -22,
                   "socket(AF_UNIX, SOCK_RAW|SOCK_CLOEXEC|0x1000, 0) = -1 EINVAL (Invalid argument)");
    expect_decoded(SYS_socket, (const uint64_t[6]){99, 15}, NULL, 0, -22,
                   "socket(0x63 /* AF_??? */, 0xf /* SOCK_??? */, 0) = -1 EINVAL (Invalid argument)");
}

Test(socket_decoders, protocols_are_those_of_the_family)
{
    expect_decoded(SYS_socket, (const uint64_t[6]){AF_INET, SOCK_STREAM, 6}, NULL, 0, 3,
                   "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3");
    expect_decoded(SYS_socket, (const uint64_t[6]){AF_NETLINK, SOCK_RAW, 6}, NULL, 0, 3,
                   "socket(AF_NETLINK, SOCK_RAW, NETLINK_XFRM) = 3");
    expect_decoded(SYS_socket, (const uint64_t[6]){AF_PACKET, SOCK_RAW, 0x300}, NULL, 0, 3,
                   "socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)) = 3");
}

Test(socket_decoders, unix_names_are_paths_or_abstract)
{
    expect_bind("\1\0/tmp/x", 9, "bind(5, {sa_family=AF_UNIX, sun_path=\"/tmp/x\"}, 9)" BAD_DESCRIPTOR);
    expect_bind("\1\0\0a\0b", 6, "bind(5, {sa_family=AF_UNIX, sun_path=@\"a\\0b\"}, 6)" BAD_DESCRIPTOR);
    expect_bind("\1", 2, "bind(5, {sa_family=AF_UNIX}, 2)" BAD_DESCRIPTOR);
}

Test(socket_decoders, a_path_is_never_cut)
{
    char bytes[110] = "\1", text[200] = "bind(5, {sa_family=AF_UNIX, sun_path=\"";

    memset(bytes + 2, 'a', sizeof bytes - 2);
    memset(text + strlen(text), 'a', sizeof bytes - 2);
    strcat(text, "\"}, 110)" BAD_DESCRIPTOR);
    expect_bind(bytes, sizeof bytes, text);
}

Test(socket_decoders, internet_addresses_are_written_out)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 address6 = {.sin6_family = AF_INET6, .sin6_port = htons(443), .sin6_addr = IN6ADDR_LOOPBACK_INIT};

    expect_bind(&address, sizeof address,
                "bind(5, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}, 16)" BAD_DESCRIPTOR);
    expect_bind(&address, 8, "bind(5, {sa_family=AF_INET, sa_data=\"\\0P\\177\\0\\0\\1\"}, 8)" BAD_DESCRIPTOR);
    expect_bind(&address6, sizeof address6,
                "bind(5, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), "
                "inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}, 28)" BAD_DESCRIPTOR);
}

Test(socket_decoders, addresses_of_netlink_and_packets)
{
    const struct sockaddr_nl netlink = {.nl_family = AF_NETLINK, .nl_pid = 123, .nl_groups = 5};
    const struct sockaddr_ll packet = {.sll_family = AF_PACKET,
                                       .sll_protocol = htons(0x800),
                                       .sll_ifindex = 0,
                                       .sll_hatype = 1,
                                       .sll_pkttype = PACKET_OUTGOING,
                                       .sll_halen = 9,
                                       .sll_addr = {1, 2}};

    expect_bind(&netlink, sizeof netlink, "bind(5, {sa_family=AF_NETLINK, nl_pid=123, nl_groups=0x000005}, 12)" BAD_DESCRIPTOR);
    expect_bind(&packet, sizeof packet,
                "bind(5, {sa_family=AF_PACKET, sll_protocol=htons(ETH_P_IP), sll_ifindex=0, sll_hatype=ARPHRD_ETHER, "
                "sll_pkttype=PACKET_OUTGOING, sll_halen=9, sll_addr=[0x1, 0x2, 00, 00, 00, 00, 00, 00, ...]}, 20)" BAD_DESCRIPTOR);
}

Test(socket_decoders, addresses_that_cannot_be_read)
{
    expect_decoded(SYS_connect, (const uint64_t[6]){5, 0, 16}, NULL, 0, -14, "connect(5, NULL, 16) = -1 EFAULT (Bad address)");
    expect_decoded(SYS_connect, (const uint64_t[6]){5, SCENE_MEMORY, 16}, "\2\0", 2, -14,
                   "connect(5, 0x10000, 16) = -1 EFAULT (Bad address)");
    expect_decoded(SYS_connect, (const uint64_t[6]){5, SCENE_MEMORY, UINT64_MAX}, "\2\0", 2, -22,
                   "connect(5, 0x10000, -1) = -1 EINVAL (Invalid argument)");
}

static void accept_with(int32_t room, int32_t size, int64_t result, const char *text)
{
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(80)};
    struct call_scene scene = {0};
    unsigned char *bytes = fake_memory_add(&scene.memory, SCENE_MEMORY, 64);

    memcpy(bytes + 32, &room, sizeof room);
    call_scene_enter(&scene, SYS_accept, (const uint64_t[6]){5, SCENE_MEMORY, SCENE_MEMORY + 32});
    memcpy(bytes, &address, sizeof address);
    memcpy(bytes + 32, &size, sizeof size);
    call_scene_leave(&scene, result);
    call_scene_expect(&scene, text);
}

Test(socket_decoders, the_length_of_a_name_is_shown_before_and_after)
{
    accept_with(128, 16, 6, "accept(5, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, [128 => 16]) = 6");
    accept_with(16, 16, 6, "accept(5, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"0.0.0.0\")}, [16]) = 6");
    accept_with(4, 16, 6, "accept(5, {sa_family=AF_INET, sa_data=\"\\0P\"}, [4 => 16]) = 6");
    accept_with(16, 16, -11, "accept(5, 0x10000, [16]) = -1 EAGAIN (Resource temporarily unavailable)");
}
