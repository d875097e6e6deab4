/* SPDX-License-Identifier: MIT
 * Opening, and how it fails. */
#include <fcntl.h>
#include <linux/openat2.h>

#include "trace_program.h"

int main(void)
{
    struct open_how how = {.flags = O_RDWR | O_CREAT | O_CLOEXEC, .mode = 0640, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    struct {
        struct open_how how;
        unsigned long more;
    } longer = {{.flags = O_PATH, .resolve = 0x100}, 7};

    CALL(open, "made", O_RDWR | O_CREAT | O_EXCL, 0600);
    CALL(open, "made", O_RDONLY | O_NONBLOCK | O_SYNC);
    CALL(open, ".", O_RDWR | O_TMPFILE, 0644);
    CALL(open, NULL, O_ACCMODE);
    CALL(open, NOWHERE, 0x40000000 | O_DSYNC);
    CALL(creat, "made", 07);
    CALL(openat, AT_FDCWD, ".", O_DIRECTORY | O_PATH | O_NOFOLLOW);
    CALL(openat, -1, "", O_DIRECT | O_NOATIME | O_APPEND | O_TRUNC | O_LARGEFILE | O_NOCTTY | FASYNC);
    CALL(openat2, AT_FDCWD, "made2", &how, sizeof how);
    CALL(openat2, AT_FDCWD, "made3", &longer, sizeof longer);
    CALL(openat2, AT_FDCWD, "made3", at_the_edge(&how, sizeof how), sizeof longer);
    CALL(openat2, AT_FDCWD, "made3", &how, sizeof how - 1);
    CALL(openat2, AT_FDCWD, "made3", NULL, sizeof how);
    CALL(openat2, AT_FDCWD, "made3", NOWHERE, sizeof how);
    CALL(access, "made", R_OK | W_OK);
    CALL(access, "made", F_OK);
    CALL(access, "made", 0x17);
    CALL(access, "made", 0x8);
    CALL(faccessat, AT_FDCWD, "made", X_OK);
    CALL(faccessat2, AT_FDCWD, "made", X_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW);
    CALL(close_range, 50, 60, 0);
    CALL(close_range, 50, -1, 4);
    CALL(close_range, 50, 60, 9);
    CALL(umask, 0);
    CALL(umask, 022);
    CALL(umask, 07777);
    CALL(dup, 0);
    CALL(dup2, 0, 50);
    CALL(dup3, 0, 51, O_CLOEXEC);
    CALL(dup3, 0, 51, O_CLOEXEC | O_DIRECTORY);
    CALL(lseek, 3, 0x100000000, SEEK_SET);
    CALL(lseek, 3, -1, SEEK_HOLE);
    CALL(lseek, 3, 0, 77);
    CALL(close, -1);
    return 0;
}
