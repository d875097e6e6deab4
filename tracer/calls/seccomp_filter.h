/* SPDX-License-Identifier: MIT
 *
 * The seccomp filter that makes the kernel stop a tracee at the calls that matter, while all others run at full speed. Written by
 * hand rather than with libseccomp: the filter must let every other architecture pass, and its stops must carry a value of ours. */
#ifndef LEAKWATCH_TRACER_CALLS_SECCOMP_FILTER_H
#define LEAKWATCH_TRACER_CALLS_SECCOMP_FILTER_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>

/* What a stop of our filter carries (SECCOMP_RET_DATA). Any other value belongs to a filter of the target's own. */
#define SECCOMP_FILTER_MARK 0x4c57
/* Room for a filter that selects any set of calls. */
#define SECCOMP_FILTER_CAPACITY 2240

struct call_set;

/* What the filter of a search for leaks selects beyond what it always does. */
struct seccomp_filter_wishes {
    const struct call_set *calls; /* all of these; NULL: none */
    bool descriptors;             /* where descriptors may be opened, or are no longer shared */
};

/* Writes the program and returns its length. It selects supervised_calls, prctl(LW_REQUEST, ...), and what the program
 * confines itself with: prctl(PR_SET_SECCOMP, ...) and seccomp(2). */
size_t seccomp_filter_build(const struct seccomp_filter_wishes *wishes, struct sock_filter program[SECCOMP_FILTER_CAPACITY]);

/* The same for a log of system calls: selects the calls of `set`, execve and execveat, clone with CLONE_UNTRACED, and all calls of
 * other architectures and of x32. */
size_t call_filter_build(const struct call_set *set, struct sock_filter program[SECCOMP_FILTER_CAPACITY]);

/* Installs a filter in the calling thread, for good. Without CAP_SYS_ADMIN this needs no_new_privs, which is then set and stored
 * in
 * `*no_new_privileges`. Async-signal-safe. Returns 0 or -errno. */
int seccomp_filter_install(const struct sock_fprog *program, bool *no_new_privileges);

#endif
