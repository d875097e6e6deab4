/* SPDX-License-Identifier: MIT
 *
 * Where a signal struck. The C library's malloc may not be entered from a handler that interrupted it; the code around it (of the
 * program, and of whatever stands between the program and the C library) must bear that. */
#ifndef SIGNAL_CONTEXT_H
#define SIGNAL_CONTEXT_H

#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <ucontext.h>

#include "target.h"

static uintptr_t libc_start, libc_end;

static int find_libc(struct dl_phdr_info *information, size_t size, void *unused)
{
    if (!strstr(information->dlpi_name, "/libc.so.6"))
        return 0;
    for (int i = 0; i < information->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &information->dlpi_phdr[i];
        if (header->p_type == PT_LOAD && header->p_flags & PF_X) {
            libc_start = information->dlpi_addr + header->p_vaddr;
            libc_end = libc_start + header->p_memsz;
        }
    }
    return 1;
}

/* Whether the C library itself was interrupted; call dl_iterate_phdr(find_libc, NULL) first. */
static inline bool struck_libc(const void *context)
{
    uintptr_t address = ((const ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
    return libc_start <= address && address < libc_end;
}

#endif
