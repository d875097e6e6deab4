/* SPDX-License-Identifier: MIT
 *
 * Sockets by their inodes: addresses and peers, as the kernel tells them (sock_diag(7)). Only those of the tracer's own network
 * namespace are known. */
#ifndef LEAKWATCH_TRACER_KERNEL_SOCKET_NAME_H
#define LEAKWATCH_TRACER_KERNEL_SOCKET_NAME_H

#include "base/arena.h"

/* "TCP:[127.0.0.1:80->127.0.0.1:4711]", "UNIX-STREAM:[12->13,\"/run/socket\"]"; "TCP:[12]" if no more is known. `protocol` is the
 * name that the kernel has for it (the attribute system.sockprotoname). */
const char *socket_name(struct arena *arena, const char *protocol, unsigned long inode);

#endif
