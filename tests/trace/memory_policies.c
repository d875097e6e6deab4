/* SPDX-License-Identifier: MIT
 * Where memory is, keys and other things about it. */
#include <linux/memfd.h>

#include "trace_program.h"

static void descriptors(void)
{
    CALL(memfd_create, "a name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    CALL(memfd_create, "a name", 0);
    CALL(memfd_create, "a name", MFD_HUGETLB | (21 << 26));
    CALL(memfd_create, "a name", 0x80000000);
    CALL(memfd_create, NULL, 0x8);
    CALL(memfd_secret, 0x80000000);
    CALL(userfaultfd, 02004000);
    CALL(userfaultfd, 1);
    CALL(userfaultfd, 0x80);
}

int main(void)
{
    unsigned long mask[16] = {1};
    int mode;
    char *page = at_the_edge("", 1);

    page -= PAGE_BYTES - 1;
    CALL(mbind, page, PAGE_BYTES, 1, mask, 8, 0);
    CALL(mbind, page, PAGE_BYTES, 2 | 0x8000, mask, 64, 3);
    CALL(mbind, page, PAGE_BYTES, 9, NULL, 0, 8);
    CALL(mbind, page, PAGE_BYTES, 0, NOWHERE, 64, 0);
    CALL(set_mempolicy, 0, NULL, 0);
    CALL(set_mempolicy, 3, mask, 128);
    CALL(set_mempolicy, 0x4003, mask, 0);
    CALL(get_mempolicy, &mode, mask, 1024, 0, 0);
    CALL(get_mempolicy, &mode, NULL, 0, page, 3);
    CALL(get_mempolicy, NULL, mask, 64, 0, 4);
    CALL(get_mempolicy, NULL, NULL, 0, NULL, 0x10);
    CALL(set_mempolicy_home_node, page, PAGE_BYTES, 0, 0);
    CALL(migrate_pages, 0, 64, mask, mask);
    CALL(migrate_pages, 0, 64, NULL, NOWHERE);
    void *pages[2] = {page, NULL};
    int nodes[2] = {0, 1}, status[2] = {0};
    CALL(move_pages, 0, 2, pages, nodes, status, 2);
    CALL(move_pages, 0, 2, pages, NULL, status, 0);
    CALL(move_pages, 0, 0, pages, NULL, NULL, 4 | 8);
    CALL(pkey_alloc, 0, 0);
    CALL(pkey_alloc, 0, 3);
    CALL(pkey_alloc, 0, 7);
    CALL(pkey_free, 5);
    CALL(process_madvise, -1, NULL, 0, 4, 0);
    struct {
        void *base;
        unsigned long size;
    } vector = {page, 5};
    CALL(process_madvise, -1, &vector, 1, 20, 1);
    CALL(process_mrelease, -1, 0);
    descriptors();
    return 0;
}
