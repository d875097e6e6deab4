/* SPDX-License-Identifier: MIT
 * Any bytes as a module's .eh_frame_hdr and .eh_frame: reading them and stepping by what they say stays inside its bounds. The same
 * bytes as .eh_frame alone, whose entries are listed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "preload/cfi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void step(const struct cfi_row *row, uint64_t pc)
{
    static uint64_t stack[64];
    struct cfi_registers registers = {.valid = 1u << CFI_RBP | 1u << CFI_RSP | 1u << CFI_RA};

    registers.value[CFI_RBP] = (uint64_t)&stack[32];
    registers.value[CFI_RSP] = (uint64_t)&stack[0];
    registers.value[CFI_RA] = pc;
    for (unsigned i = 0; i < 64; i++)
        stack[i] = (uint64_t)&stack[(i * 7 + 1) % 64];
    cfi_step(row, &registers, (uint64_t)stack, (uint64_t)(stack + 64));
}

/* Each entry lies within, and the next one behind it. */
static void list(const struct cfi_image *image)
{
    const uint8_t *at = image->start, *next;
    struct cfi_entry entry;
    struct cfi_row row;
    struct cfi_scratch scratch;

    for (; (next = cfi_next_entry(image, at, &entry)) != NULL; at = next) {
        if (entry.at < at || entry.at >= next || next > image->end)
            abort();
        if (cfi_entry_row(image, entry.at, entry.start + entry.size / 2, &row, &scratch) == 0)
            step(&row, entry.start);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4)
        return 0;
    /* A copy of exact size, so that the sanitizer sees each byte read too far. */
    uint8_t *copy = malloc(size);
    memcpy(copy, data, size);
    const struct cfi_image image = {.start = copy, .end = copy + size, .header = copy + 2};
    uint64_t pc = (uint64_t)copy + (uint64_t)(data[0] | data[1] << 8) - 4096;
    struct cfi_row row;
    struct cfi_scratch scratch;
    if (cfi_find_row(&image, pc, &row, &scratch) == 0)
        step(&row, pc);
    list(&(struct cfi_image){.start = copy, .end = copy + size, .bias = (uint64_t)data[0] << 32});
    free(copy);
    return 0;
}
