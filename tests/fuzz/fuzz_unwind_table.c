/* SPDX-License-Identifier: MIT
 * Any bytes as an ELF file to what tells how to step out of its frames, with .eh_frame_hdr to search in and without. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tracer/unwind/unwind_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_row(struct unwind_row row)
{
    const int at_bp = row.kind == UNWIND_AT_BP;

    if (row.kind > UNWIND_AT_BP || (!at_bp && row.cfa < 0) || row.saved_bp > 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int file = -1;

    if (file < 0)
        file = memfd_create("input", MFD_CLOEXEC);
    if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != (ssize_t)size)
        abort();
    struct unwind_table *table = unwind_table_load(file);
    for (uint64_t offset = 0; table && offset < size; offset += 1 + size / 256)
        check_row(unwind_table_row(table, offset));
    if (table)
        check_row(unwind_table_row(table, UINT64_MAX - 1));
    unwind_table_destroy(table);
    return 0;
}
