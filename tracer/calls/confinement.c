/* SPDX-License-Identifier: MIT */
#include "confinement.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "abi/seccomp_verdict.h"
#include "base/xalloc.h"
#include "preload/ledger.h"
#include "tracer/address_space.h"
#include "tracer/process_table.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/supervisor.h"
#include "strict_mode.h"

static bool is_filter_request(uint64_t number, const uint64_t arguments[6])
{
    return (number == __NR_prctl && (uint32_t)arguments[0] == PR_SET_SECCOMP && arguments[1] == SECCOMP_MODE_FILTER) ||
           (number == __NR_seccomp && (uint32_t)arguments[0] == SECCOMP_SET_MODE_FILTER);
}

/* Whether the shim can map memory under this filter, or is told in an orderly way that it cannot: an error is one, and so is a call
 * handed to a tracer that is not there. A signal in the middle of malloc() is none, nor is an answer that somebody else has to
 * give. */
static bool lets_shim_map(const struct sock_filter *program, size_t length)
{
    /* The call of raw_mmap() in preload/rawcall.h. */
    const struct seccomp_data call = {
        .nr = __NR_mmap,
        .arch = AUDIT_ARCH_X86_64,
        .args = {0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)LW_OWN_MAPPING, 0},
    };

    switch (seccomp_verdict(program, length, &call) & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ALLOW:
    case SECCOMP_RET_LOG:
    case SECCOMP_RET_TRACE:
    case SECCOMP_RET_ERRNO:
        return true;
    default:
        return false;
    }
}

/* A filter that cannot be read, or has no length that it may have, is none: the kernel refuses it. */
static bool filter_confines(const struct thread *thread, uint64_t address)
{
    const struct memory_view view = tracee_memory_view(&thread->process->space->memory);
    struct sock_fprog header;

    if (memory_read(&view, address, &header, sizeof header) != sizeof header || header.len == 0 || header.len > BPF_MAXINSNS)
        return false;
    const size_t size = header.len * sizeof *header.filter;
    struct sock_filter *program = xmalloc(size);
    const bool confines = memory_read(&view, (uint64_t)header.filter, program, size) == size && !lets_shim_map(program, header.len);
    free(program);
    return confines;
}

/* What the kernel may still refuse for other reasons is not waited for: the shim keeps going with less memory than it might have.
 * A child that borrows its parent's memory is about to execute another program, and the parent is not confined. */
void confinement_enter(const struct session *session, const struct thread *thread, uint64_t number, const uint64_t arguments[6])
{
    if (!thread->process->is_program || process_borrows_memory(thread->process))
        return;
    if (strict_mode_is_request(number, arguments) ||
        (is_filter_request(number, arguments) && filter_confines(thread, arguments[2])))
        ledger_forbid_mapping(&session->shim, thread->process->space);
}
