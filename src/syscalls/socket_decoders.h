/* SPDX-License-Identifier: MIT
 *
 * What the decoders of socket calls share. */
#ifndef LEAKWATCH_SYSCALLS_SOCKET_DECODERS_H
#define LEAKWATCH_SYSCALLS_SOCKET_DECODERS_H

#include "decoder.h"

/* A struct sockaddr of `size` bytes at an address: {sa_family=AF_INET, ...}; or the address. */
struct value *decode_socket_address(struct decoder *decoder, uint64_t address, int64_t size);
/* The same of bytes that have been read, at least two. */
struct value *decode_socket_address_bytes(struct decoder *decoder, const void *bytes, size_t size);

/* inet_addr("127.0.0.1"), of an address in network order. */
struct value *value_inet_address(struct decoder *decoder, uint32_t address);
/* htons(80), of a number in network order. */
struct value *value_port(struct decoder *decoder, uint16_t port);
/* inet_pton(AF_INET6, "::1", &FIELD), of 16 bytes. */
struct value *value_inet6_address(struct decoder *decoder, const void *bytes, const char *field);
/* if_nametoindex("lo"), or the number where there is no such interface. */
struct value *value_interface(struct decoder *decoder, uint32_t number);

/* `number` in brackets, or [before => number] if they differ. */
struct value *value_changed_length(struct decoder *decoder, int before, int number);

#endif
