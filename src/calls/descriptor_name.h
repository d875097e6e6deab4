/* SPDX-License-Identifier: MIT
 *
 * What a descriptor of a process refers to, as the kernel tells it, and how much of that is asked for. */
#ifndef LEAKWATCH_CALLS_DESCRIPTOR_NAME_H
#define LEAKWATCH_CALLS_DESCRIPTOR_NAME_H

#include <stdbool.h>

/* What is said of descriptors, as bits of `decode_fds`. */
enum trace_decode_fd {
    TRACE_FD_PATH = 1 << 0,
    TRACE_FD_SOCKET = 1 << 1,
    TRACE_FD_DEVICE = 1 << 2,
    TRACE_FD_PIDFD = 1 << 3,
    TRACE_FD_EVENTFD = 1 << 4,
    TRACE_FD_SIGNALFD = 1 << 5,
    TRACE_FD_ALL = (1 << 6) - 1,
};

struct descriptor_name {
    const char *path;  /* foreign bytes; NULL: none, or `about` says it all */
    bool deleted;      /* nothing has that name any more */
    const char *about; /* "char 1:3", "TCP:[127.0.0.1:80]", "pid:12": shown as it is; or NULL */
};

#endif
