/* SPDX-License-Identifier: MIT
 * What files are. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <linux/stat.h>
#include <sys/vfs.h>

#include "trace_program.h"

int main(void)
{
    struct stat status;
    struct statx_target {
        char bytes[256];
    } target;
    struct statfs fs;

    CALL(mkdir, "d", 0755);
    CALL(mknod, "fifo", S_IFIFO | 0600, 0);
    CALL(mknod, "none", 0600, 0);
    CALL(mknod, "zero", S_IFCHR | 0600, makedev(1, 5));
    CALL(mknod, "odd", 0170000 | 0600, makedev(1, 5));
    CALL(mknodat, AT_FDCWD, "zero2", S_IFBLK | S_ISUID | 0600, makedev(0x123, 0x45678));
    CALL(symlink, "nowhere", "link");
    CALL(stat, "d", &status);
    CALL(stat, "fifo", &status);
    CALL(stat, "/dev/null", &status);
    CALL(stat, "/dev/does/not/exist", &status);
    CALL(stat, "d", NULL);
    CALL(stat, "d", NOWHERE);
    CALL(lstat, "link", &status);
    CALL(fstat, 0, &status);
    CALL(fstat, -1, &status);
    CALL(newfstatat, AT_FDCWD, "link", &status, AT_SYMLINK_NOFOLLOW);
    CALL(newfstatat, 0, "", &status, AT_EMPTY_PATH | AT_NO_AUTOMOUNT);
    CALL(newfstatat, 0, NULL, &status, 0x2);
    CALL(statx, AT_FDCWD, "d", AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS, &target);
    CALL(statx, AT_FDCWD, "d", AT_STATX_FORCE_SYNC | AT_SYMLINK_NOFOLLOW, STATX_ALL, &target);
    CALL(statx, AT_FDCWD, "/dev/null", AT_STATX_DONT_SYNC, STATX_TYPE | STATX_SIZE, &target);
    CALL(statx, AT_FDCWD, "d", 0x6000, 0xfff, &target);
    CALL(statx, AT_FDCWD, "d", 0, 0x80000000, &target);
    CALL(statx, AT_FDCWD, "d", 0, 0, NULL);
    CALL(statx, AT_FDCWD, "d", 0, STATX_BTIME | STATX_MNT_ID | STATX_DIOALIGN, &target);
    CALL(statfs, "/proc", &fs);
    CALL(statfs, "/proc/nothing", &fs);
    CALL(statfs, "/proc", NULL);
    CALL(fstatfs, 0, &fs);
    CALL(fstatfs, -1, &fs);
    CALL(ustat, 0, NULL);
    CALL(ustat, status.st_dev, target.bytes);
    return 0;
}
