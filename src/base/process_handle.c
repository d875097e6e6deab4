/* SPDX-License-Identifier: MIT */
#include "process_handle.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

struct process_handle process_handle_open(pid_t pid)
{
    return (struct process_handle){.pid = pid, .descriptor = (int)syscall(SYS_pidfd_open, pid, 0)};
}

void process_handle_close(struct process_handle *handle)
{
    if (handle->pid != 0 && handle->descriptor >= 0)
        close(handle->descriptor);
    *handle = (struct process_handle){.descriptor = -1};
}

bool process_handle_has_ended(const struct process_handle *handle)
{
    struct pollfd process = {.fd = handle->descriptor, .events = POLLIN};

    return handle->descriptor >= 0 && poll(&process, 1, 0) > 0;
}
