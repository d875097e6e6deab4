/* SPDX-License-Identifier: MIT */
#include "socket_name.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_SIZE = 8192, UNIX_PATH_SIZE = 108 };

struct query {
    struct arena *arena;
    unsigned long inode;
    int family;
    const void *request;
    size_t request_size;
    bool all; /* the kernel is to tell of all sockets of that kind */
    /* What is in the brackets, from one message of `size` bytes; NULL: it is about another socket. */
    const char *(*describe)(const struct query *query, const void *message, size_t size);
};

/* ---- Asking ---------------------------------------------------------------------------------------------------------------- */

static bool ask(int fd, const struct query *query)
{
    struct nlmsghdr header = {.nlmsg_len = (uint32_t)(sizeof header + query->request_size),
                              .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                              .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | (query->all ? NLM_F_DUMP : 0))};
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)query->request, query->request_size}};
    const struct msghdr message = {.msg_name = &kernel, .msg_namelen = sizeof kernel, .msg_iov = parts, .msg_iovlen = 2};

    return sendmsg(fd, &message, 0) == (ssize_t)header.nlmsg_len;
}

/* Returns false when there is no more to come. */
static bool read_answers(int fd, const struct query *query, const char **text)
{
    _Alignas(struct nlmsghdr) char buffer[ANSWER_SIZE];
    const ssize_t got = recv(fd, buffer, sizeof buffer, 0);
    size_t left = got > 0 ? (size_t)got : 0;

    if (left == 0)
        return false;
    for (const struct nlmsghdr *header = (const void *)buffer; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
        if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY)
            return false;
        *text = query->describe(query, NLMSG_DATA(header), NLMSG_PAYLOAD(header, 0));
        if (*text || !query->all)
            return false;
    }
    return true;
}

static const char *run_query(const struct query *query)
{
    const char *text = NULL;
    const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

    if (fd < 0)
        return NULL;
    if (ask(fd, query))
        while (read_answers(fd, query, &text))
            ;
    close(fd);
    return text;
}

/* ---- Internet -------------------------------------------------------------------------------------------------------------- */

static const char *endpoint(struct arena *arena, int family, const void *address, uint16_t port)
{
    char text[INET6_ADDRSTRLEN];

    if (!inet_ntop(family, address, text, sizeof text))
        return "?";
    return arena_printf(arena, family == AF_INET6 ? "[%s]:%u" : "%s:%u", text, ntohs(port));
}

static const char *describe_inet(const struct query *query, const void *message, size_t size)
{
    static const uint32_t nowhere[4];
    const struct inet_diag_msg *diag = message;
    const size_t address_size = query->family == AF_INET6 ? 16 : 4;

    if (size < sizeof *diag || diag->idiag_inode != query->inode)
        return NULL;
    const char *source = endpoint(query->arena, query->family, diag->id.idiag_src, diag->id.idiag_sport);
    if (diag->id.idiag_dport == 0 && memcmp(diag->id.idiag_dst, nowhere, address_size) == 0)
        return source;
    return arena_printf(query->arena, "%s->%s", source,
                        endpoint(query->arena, query->family, diag->id.idiag_dst, diag->id.idiag_dport));
}

static const char *name_inet(struct arena *arena, int family, int protocol, unsigned long inode)
{
    const struct inet_diag_req_v2 request = {
        .sdiag_family = (uint8_t)family, .sdiag_protocol = (uint8_t)protocol, .idiag_states = UINT32_MAX};

    return run_query(&(struct query){arena, inode, family, &request, sizeof request, true, describe_inet});
}

/* ---- Unix ------------------------------------------------------------------------------------------------------------------ */

/* In quotes, with escapes; an abstract name begins with a NUL. */
static const char *quoted(struct arena *arena, const char *path, size_t size)
{
    char text[4 * UNIX_PATH_SIZE + 1];
    size_t used = 0;
    const bool abstract = size > 0 && path[0] == '\0';

    for (size_t i = abstract; i < size && i < UNIX_PATH_SIZE; i++) {
        const unsigned char byte = (unsigned char)path[i];
        if (byte == '\0' && !abstract)
            break;
        const char *special = memchr("\"\\\t\n\v\f\r", byte, 7);
        if (byte != '\0' && special)
            used += (size_t)snprintf(text + used, sizeof text - used, "\\%c",
                                     "\"\\tnvfr"[strcspn("\"\\\t\n\v\f\r", (char[]){(char)byte, '\0'})]);
        else if (byte >= ' ' && byte <= '~')
            text[used++] = (char)byte;
        else
            used += (size_t)snprintf(text + used, sizeof text - used, "\\%03o", byte);
    }
    text[used] = '\0';
    return arena_printf(arena, "%s\"%s\"", abstract ? "@" : "", text);
}

static const char *describe_unix(const struct query *query, const void *message, size_t size)
{
    const struct unix_diag_msg *diag = message;
    const char *name = "", *peer = "", *comma = "";

    if (size < sizeof *diag || diag->udiag_ino != query->inode)
        return NULL;
    size_t left = size - NLMSG_ALIGN(sizeof *diag);
    const struct rtattr *attribute = (const void *)((const char *)message + NLMSG_ALIGN(sizeof *diag));
    for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
        if (attribute->rta_type == UNIX_DIAG_NAME) {
            name = quoted(query->arena, RTA_DATA(attribute), RTA_PAYLOAD(attribute));
            comma = ",";
        } else if (attribute->rta_type == UNIX_DIAG_PEER && RTA_PAYLOAD(attribute) >= sizeof(uint32_t)) {
            peer = arena_printf(query->arena, "->%u", *(const uint32_t *)RTA_DATA(attribute));
        }
    }
    return arena_printf(query->arena, "%lu%s%s%s", query->inode, peer, comma, name);
}

static const char *name_unix(struct arena *arena, unsigned long inode)
{
    const struct unix_diag_req request = {.sdiag_family = AF_UNIX,
                                          .udiag_states = UINT32_MAX,
                                          .udiag_ino = (uint32_t)inode,
                                          .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER,
                                          .udiag_cookie = {UINT32_MAX, UINT32_MAX}};

    return run_query(&(struct query){arena, inode, AF_UNIX, &request, sizeof request, false, describe_unix});
}

/* ---- Netlink --------------------------------------------------------------------------------------------------------------- */

static const char *netlink_protocol(unsigned protocol)
{
    static const char *const names[] = {
        [NETLINK_ROUTE] = "ROUTE",
        [NETLINK_UNUSED] = "UNUSED",
        [NETLINK_USERSOCK] = "USERSOCK",
        [NETLINK_FIREWALL] = "FIREWALL",
        [NETLINK_SOCK_DIAG] = "SOCK_DIAG",
        [NETLINK_NFLOG] = "NFLOG",
        [NETLINK_XFRM] = "XFRM",
        [NETLINK_SELINUX] = "SELINUX",
        [NETLINK_ISCSI] = "ISCSI",
        [NETLINK_AUDIT] = "AUDIT",
        [NETLINK_FIB_LOOKUP] = "FIB_LOOKUP",
        [NETLINK_CONNECTOR] = "CONNECTOR",
        [NETLINK_NETFILTER] = "NETFILTER",
        [NETLINK_IP6_FW] = "IP6_FW",
        [NETLINK_DNRTMSG] = "DNRTMSG",
        [NETLINK_KOBJECT_UEVENT] = "KOBJECT_UEVENT",
        [NETLINK_GENERIC] = "GENERIC",
        [NETLINK_SCSITRANSPORT] = "SCSITRANSPORT",
        [NETLINK_ECRYPTFS] = "ECRYPTFS",
        [NETLINK_RDMA] = "RDMA",
        [NETLINK_CRYPTO] = "CRYPTO",
        [NETLINK_SMC] = "SMC",
    };

    return protocol < sizeof names / sizeof *names ? names[protocol] : NULL;
}

static const char *describe_netlink(const struct query *query, const void *message, size_t size)
{
    const struct netlink_diag_msg *diag = message;

    if (size < sizeof *diag || diag->ndiag_ino != query->inode)
        return NULL;
    const char *name = netlink_protocol(diag->ndiag_protocol);
    return name ? arena_printf(query->arena, "%s:%u", name, diag->ndiag_portid)
                : arena_printf(query->arena, "%u:%u", diag->ndiag_protocol, diag->ndiag_portid);
}

static const char *name_netlink(struct arena *arena, unsigned long inode)
{
    const struct netlink_diag_req request = {.sdiag_family = AF_NETLINK, .sdiag_protocol = NDIAG_PROTO_ALL};

    return run_query(&(struct query){arena, inode, AF_NETLINK, &request, sizeof request, true, describe_netlink});
}

/* ---- All ------------------------------------------------------------------------------------------------------------------- */

static const char *describe(struct arena *arena, const char *protocol, unsigned long inode)
{
    static const struct {
        const char *name;
        int family, protocol;
    } inet[] = {
        {"TCP", AF_INET, IPPROTO_TCP},      {"TCPv6", AF_INET6, IPPROTO_TCP},       {"UDP", AF_INET, IPPROTO_UDP},
        {"UDPv6", AF_INET6, IPPROTO_UDP},   {"UDP-Lite", AF_INET, IPPROTO_UDPLITE}, {"UDPLITEv6", AF_INET6, IPPROTO_UDPLITE},
        {"DCCP", AF_INET, IPPROTO_DCCP},    {"DCCPv6", AF_INET6, IPPROTO_DCCP},     {"SCTP", AF_INET, IPPROTO_SCTP},
        {"SCTPv6", AF_INET6, IPPROTO_SCTP},
    };

    if (strncmp(protocol, "UNIX", 4) == 0)
        return name_unix(arena, inode);
    if (strcmp(protocol, "NETLINK") == 0)
        return name_netlink(arena, inode);
    for (size_t i = 0; i < sizeof inet / sizeof *inet; i++)
        if (strcmp(protocol, inet[i].name) == 0)
            return name_inet(arena, inet[i].family, inet[i].protocol, inode);
    return NULL;
}

const char *socket_name(struct arena *arena, const char *protocol, unsigned long inode)
{
    const char *text = describe(arena, protocol, inode);

    return text ? arena_printf(arena, "%s:[%s]", protocol, text) : arena_printf(arena, "%s:[%lu]", protocol, inode);
}
