/* SPDX-License-Identifier: MIT */
#include "shim_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf/elf_image.h"
#include "preload/ledger.h"

int shim_file_init(struct shim_file *shim, const char *path)
{
    struct stat status;
    uint64_t size;

    *shim = (struct shim_file){.path = path};
    if (!path)
        return 0;
    if (strpbrk(path, ": ")) /* LD_PRELOAD cannot name such a file */
        return -EINVAL;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -errno;
    int error = fstat(file, &status) != 0 ? -errno : elf_image_symbol(file, LW_LEDGER_SYMBOL, &shim->ledger, &size);
    if (!error)
        error = elf_image_symbol(file, LW_LATE_SYMBOL, &shim->late, &size);
    close(file);
    shim->device = status.st_dev;
    shim->inode = status.st_ino;
    return error;
}
