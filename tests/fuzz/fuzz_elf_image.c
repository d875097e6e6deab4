/* SPDX-License-Identifier: MIT
 * ELF files: whatever is in them, there is an answer or an error. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "elf/elf_image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    struct elf_image image;
    uint64_t value, symbol_size;

    if (fd < 0)
        fd = memfd_create("fuzz", 0);
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        return 0;
    int error = elf_image_examine(fd, &image);
    if (error > 0 || (error == 0 && (int)image.kind > ELF_PRELOADABLE))
        abort();
    if (elf_image_symbol(fd, "main", &value, &symbol_size) > 0 || elf_image_address(fd, 0x1000, &value) > 0)
        abort();
    return 0;
}
