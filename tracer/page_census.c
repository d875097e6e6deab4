/* SPDX-License-Identifier: MIT */
#include "page_census.h"

#include <errno.h>
#include <unistd.h>

#include "tracee_memory.h"

enum { PAGE = 4096, BATCH = 4096 };
#define ENTRY_PRESENT   (UINT64_C(1) << 63)
#define ENTRY_EXCLUSIVE (UINT64_C(1) << 56)

int page_census_add(const struct tracee_memory *memory, uint64_t start, uint64_t end, struct page_census *census)
{
    uint64_t entries[BATCH];

    if (memory->pagemap < 0)
        return -EBADF;
    for (uint64_t page = start / PAGE; page < end / PAGE;) {
        const uint64_t wanted = end / PAGE - page < BATCH ? end / PAGE - page : BATCH;
        const ssize_t size = pread(memory->pagemap, entries, wanted * sizeof *entries, (off_t)(page * sizeof *entries));
        if (size <= 0)
            return size < 0 ? -errno : -EIO;
        const uint64_t got = (uint64_t)size / sizeof *entries;
        for (uint64_t i = 0; i < got; i++) {
            const uint64_t bytes = entries[i] & ENTRY_PRESENT ? PAGE : 0;
            census->present += bytes;
            census->exclusive += entries[i] & ENTRY_EXCLUSIVE ? bytes : 0;
        }
        page += got;
    }
    return 0;
}
