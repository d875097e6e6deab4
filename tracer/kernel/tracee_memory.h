/* SPDX-License-Identifier: MIT
 *
 * The memory of a live address space. The files of /proc are opened once, right after the image was made, and kept: they go on
 * working when the process makes itself non-dumpable, changes its user, or when its first thread has ended. */
#ifndef LEAKWATCH_TRACER_KERNEL_TRACEE_MEMORY_H
#define LEAKWATCH_TRACER_KERNEL_TRACEE_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/memory_view.h"
#include "base/page_runs.h"
#include "pagemap.h"

struct tracee_memory {
    pid_t tid; /* a living thread of the address space; the owner keeps it up to date */
    int mem;   /* /proc/TID/mem, -1 if it could not be opened; so are the others */
    int maps;  /* /proc/TID/maps */
    struct pagemap pagemap;
    const struct page_runs *guarded; /* of these, pages that are not there are not read; NULL: no such. Lent */
};

void tracee_memory_init(struct tracee_memory *memory, pid_t tid);
void tracee_memory_finish(struct tracee_memory *memory);

/* The mappings whose missing pages the program brings itself (userfaultfd(2)): who waits for a page of a program that stands still
 * waits for ever. None if it cannot be told. Reads /proc/PID/smaps, which takes about 10 ms for each GiB in memory. The caller
 * releases them with page_runs_finish(). */
void tracee_memory_find_guarded(pid_t pid, struct page_runs *guarded);

/* A view through `memory`, which must outlive it. */
struct memory_view tracee_memory_view(struct tracee_memory *memory);

/* Overwrites memory of the tracee. Returns 0 or -errno; on an error a part may have been written. */
int tracee_memory_write(struct tracee_memory *memory, uint64_t address, const void *data, size_t size);

/* The same where the tracee itself may not write. The kernel gives the tracee pages of its own, as for a breakpoint. */
int tracee_memory_write_code(struct tracee_memory *memory, uint64_t address, const void *data, size_t size);

/* Reads a NUL-terminated string of at most `limit` bytes, the NUL included. The caller frees the result. Returns NULL if it cannot
 * be read or is longer. */
char *tracee_memory_string(struct tracee_memory *memory, uint64_t address, size_t limit);

/* Reads and parses the mappings; the caller releases them with memory_maps_finish(). Returns 0 or -errno. */
int tracee_memory_maps(struct tracee_memory *memory, struct memory_maps *maps);

#endif
