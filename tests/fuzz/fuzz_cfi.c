/* SPDX-License-Identifier: MIT
 * Any bytes as a module's .eh_frame_hdr and .eh_frame: reading them and stepping by what they say stays inside its bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cfi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint64_t stack[64];
    if (size < 4)
        return 0;
    /* A copy of exact size, so that the sanitizer sees each byte read too far. */
    uint8_t *copy = malloc(size);
    memcpy(copy, data, size);
    struct cfi_image image = {copy, copy + size, copy + 2};
    uint64_t pc = (uint64_t)copy + (uint64_t)(data[0] | data[1] << 8) - 4096;
    struct cfi_row row;
    struct cfi_scratch scratch;
    if (cfi_find_row(&image, pc, &row, &scratch) == 0) {
        struct cfi_registers registers = {.valid = 1u << CFI_RBP | 1u << CFI_RSP | 1u << CFI_RA};
        registers.value[CFI_RBP] = (uint64_t)&stack[32];
        registers.value[CFI_RSP] = (uint64_t)&stack[0];
        registers.value[CFI_RA] = pc;
        for (unsigned i = 0; i < 64; i++)
            stack[i] = (uint64_t)&stack[(i * 7 + 1) % 64];
        cfi_step(&row, &registers, (uint64_t)stack, (uint64_t)(stack + 64));
    }
    free(copy);
    return 0;
}
