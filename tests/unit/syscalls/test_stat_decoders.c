/* SPDX-License-Identifier: MIT
 * What files are. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "call_scene.h"

Test(stat_decoders, a_file_has_a_size_and_a_device_a_number)
{
    struct stat status = {.st_mode = S_IFREG | 0644, .st_size = 77};

    expect_decoded(SYS_fstat, (const uint64_t[6]){3, SCENE_MEMORY}, &status, sizeof status, 0,
                   "fstat(3, {st_mode=S_IFREG|0644, st_size=77, ...}) = 0");
    status = (struct stat){.st_mode = S_IFCHR | 0600, .st_rdev = makedev(5, 1)};
    expect_decoded(SYS_fstat, (const uint64_t[6]){3, SCENE_MEMORY}, &status, sizeof status, 0,
                   "fstat(3, {st_mode=S_IFCHR|0600, st_rdev=makedev(0x5, 0x1), ...}) = 0");
    expect_decoded(SYS_fstat, (const uint64_t[6]){3, SCENE_MEMORY}, &status, sizeof status, -9,
                   "fstat(3, 0x10000) = -1 EBADF (Bad file descriptor)");
}

Test(stat_decoders, statx_says_how_fresh_it_is_to_be)
{
    struct statx status = {.stx_mask = STATX_SIZE | STATX_TYPE, .stx_mode = S_IFDIR | 0755, .stx_size = 9};
    const uint64_t arguments[6] = {3, 0, AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_SIZE, SCENE_MEMORY};

    expect_decoded(SYS_statx, arguments, &status, sizeof status, 0,
                   "statx(3, NULL, AT_STATX_DONT_SYNC|AT_EMPTY_PATH, STATX_SIZE, {stx_mask=STATX_TYPE|STATX_SIZE, "
                   "stx_attributes=0, stx_mode=S_IFDIR|0755, stx_size=9, ...}) = 0");
}

Test(stat_decoders, entries_of_a_directory_are_counted)
{
    struct {
        uint64_t inode, offset;
        uint16_t length;
        char kind, name[5];
    } entries[2] = {{1, 24, 24, DT_DIR, "."}, {2, 48, 24, DT_REG, "file"}};

    expect_decoded(SYS_getdents64, (const uint64_t[6]){3, SCENE_MEMORY, 100}, entries, sizeof entries, sizeof entries,
                   "getdents64(3, 0x10000 /* 2 entries */, 100) = 48");
    entries[1].length = 3; /* shorter than an entry can be: it is none */
    expect_decoded(SYS_getdents64, (const uint64_t[6]){3, SCENE_MEMORY, 100}, entries, sizeof entries, sizeof entries,
                   "getdents64(3, 0x10000 /* 1 entry */, 100) = 48");
    expect_decoded(SYS_getdents64, (const uint64_t[6]){3, SCENE_MEMORY, 100}, NULL, 0, -9,
                   "getdents64(3, 0x10000, 100) = -1 EBADF (Bad file descriptor)");
}
