/* SPDX-License-Identifier: MIT
 *
 * Pointers that only the kernel holds: the data that a program attached to descriptors watched by epoll. */
#ifndef LEAKWATCH_TRACER_KERNEL_EPOLL_DATA_H
#define LEAKWATCH_TRACER_KERNEL_EPOLL_DATA_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Collects the data of all epoll instances that thread `tid` has open (proc_pid_fdinfo(5)). The caller frees `*words`. Returns
 * their number. */
size_t epoll_data_read(pid_t tid, uint64_t **words);

/* The `data` of one line of an epoll instance's fdinfo. Returns 0 if it is no such line or the data is zero. */
uint64_t epoll_data_of_line(const char *line);

#endif
