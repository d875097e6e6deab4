/* SPDX-License-Identifier: MIT
 * What a filter of system calls says of a call, found out without making it. Pure. */
#ifndef LEAKWATCH_ABI_SECCOMP_VERDICT_H
#define LEAKWATCH_ABI_SECCOMP_VERDICT_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

/* Runs the program of `length` instructions as seccomp(2) does (kernel: Documentation/networking/filter.rst, and kernel/seccomp.c
 * for the instructions that it takes). Returns what the program returns, SECCOMP_RET_DATA included; SECCOMP_RET_KILL_THREAD where
 * it divides by zero, which the kernel has it return then, and where the kernel would not take the program. */
uint32_t seccomp_verdict(const struct sock_filter *program, size_t length, const struct seccomp_data *call);

#endif
