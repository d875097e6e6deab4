/* SPDX-License-Identifier: MIT
 * Mappings. */
#include <linux/mman.h>
#include <sys/syscall.h>

#include "trace_program.h"

int main(void)
{
    unsigned char present[4];
    char *a = (char *)CALL(mmap, NULL, 4 * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0L);

    CALL(mmap, NULL, 0, 0, 0, 0, 0);
    CALL(mmap, NULL, PAGE_BYTES, PROT_EXEC | 0x100, MAP_SHARED | 0x200, 77, 0x1000);
    CALL(mmap, NULL, PAGE_BYTES, PROT_READ, MAP_SHARED_VALIDATE | MAP_SYNC, 77, 0xfffffffffffff000);
    CALL(mmap, NULL, PAGE_BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | (21 << 26), -1, 0L);
    CALL(mmap, NULL, PAGE_BYTES, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | (30 << 26), -1, 0L);
    CALL(mmap, NULL, PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK | MAP_GROWSDOWN, -1, 0L);
    CALL(mmap, NULL, PAGE_BYTES, PROT_NONE, MAP_ANONYMOUS, -1, 0L);
    CALL(mprotect, a, PAGE_BYTES, PROT_READ | PROT_EXEC | PROT_GROWSUP);
    CALL(mprotect, a, PAGE_BYTES, PROT_READ | 0x40);
    CALL(mprotect, a, PAGE_BYTES, PROT_READ | PROT_WRITE);
    CALL(pkey_mprotect, a, PAGE_BYTES, PROT_READ, -1);
    CALL(madvise, a, PAGE_BYTES, 4);
    CALL(madvise, a, PAGE_BYTES, 8);
    CALL(madvise, a, PAGE_BYTES, 22);
    CALL(madvise, a, PAGE_BYTES, 77);
    CALL(mincore, a, 4 * PAGE_BYTES, present);
    CALL(mincore, a, 3 * PAGE_BYTES - 5, present);
    CALL(mincore, a, PAGE_BYTES, NULL);
    CALL(mincore, 1, PAGE_BYTES, present);
    CALL(msync, a, PAGE_BYTES, MS_SYNC | MS_INVALIDATE);
    CALL(msync, a, PAGE_BYTES, 8);
    CALL(mremap, a, 4 * PAGE_BYTES, 8 * PAGE_BYTES, MREMAP_MAYMOVE);
    CALL(mremap, a, 8 * PAGE_BYTES, 8 * PAGE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, a);
    CALL(mremap, a, 0, 0, 0);
    CALL(mremap, NULL, 1, 2, 8 | MREMAP_DONTUNMAP, NULL);
    CALL(mlock, a, PAGE_BYTES);
    CALL(munlock, a, PAGE_BYTES);
    CALL(mlock2, a, PAGE_BYTES, 1);
    CALL(mlock2, a, PAGE_BYTES, 3);
    CALL(mlockall, 8);
    CALL(mlockall, 7 | 16);
    CALL(munlockall);
    CALL(remap_file_pages, a, PAGE_BYTES, 0, 0, MAP_NONBLOCK);
    CALL(munmap, a, 8 * PAGE_BYTES);
    CALL(munmap, 1, 2);
    CALL(brk, 0);
    return 0;
}
