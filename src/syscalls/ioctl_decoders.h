/* SPDX-License-Identifier: MIT
 *
 * What requests of ioctl point to, by topic. */
#ifndef LEAKWATCH_SYSCALLS_IOCTL_DECODERS_H
#define LEAKWATCH_SYSCALLS_IOCTL_DECODERS_H

#include "decoder.h"

/* A struct termios of the kernel at an address; struct termios2, which has the speeds besides; struct termio, the old form with
 * half of the bits. */
struct value *decode_termios(struct decoder *decoder, uint64_t address);
struct value *decode_termios2(struct decoder *decoder, uint64_t address);
struct value *decode_termio(struct decoder *decoder, uint64_t address);

/* A struct ifreq: the name of the interface, and what the request that is made asks for or sets. */
struct value *decode_interface_request(struct decoder *decoder, uint64_t address);
/* Whether a request is one that takes a struct ifreq, and if so, whether the kernel fills it in. */
bool is_interface_request(uint32_t request, bool *is_answered);
/* A struct ifconf. */
struct value *decode_interface_list(struct decoder *decoder, uint64_t address);

#endif
