/* SPDX-License-Identifier: MIT
 *
 * What the decoders of messages share. */
#ifndef LEAKWATCH_SYSCALLS_MESSAGE_DECODERS_H
#define LEAKWATCH_SYSCALLS_MESSAGE_DECODERS_H

#include "socket_decoders.h"

/* Control messages in `size` bytes at an address: [{cmsg_len=20, ...}]; or the address. */
struct value *decode_control_messages(struct decoder *decoder, uint64_t address, uint64_t size);
/* An array of struct iovec with its contents; of them, decoder->budget bytes are there. */
struct value *decode_io_vectors(struct decoder *decoder, uint64_t address, uint64_t count);

#endif
