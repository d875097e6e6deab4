/* SPDX-License-Identifier: MIT
 * Mounts, old and new way, with arguments with which nothing is mounted. */
#include <fcntl.h>
#include <linux/mount.h>

#include "trace_program.h"

enum { REMOUNT = 0x20, BIND = 0x1000, MOVE = 0x2000, PRIVATE = 0x40000 };

/* What a later kernel may have. */
struct larger {
    struct mount_attr attributes;
    long more;
};

static void old_calls(void)
{
    CALL(mount, "source", "/does/not/exist", "ext4", 1 | 2 | 4 | 8 | 0x400, "data=x");
    CALL(mount, "source", "/does/not/exist", "ext4", 0xc0ed0000, "data");
    CALL(mount, "source", "/does/not/exist", "ext4", 0xc0ed0001, NULL);
    CALL(mount, "source", "/does/not/exist", NULL, BIND | 0x4000, "data");
    CALL(mount, "source", "/does/not/exist", NOWHERE, REMOUNT, "data");
    CALL(mount, "source", "/does/not/exist", NOWHERE, MOVE, NOWHERE);
    CALL(mount, "source", "/does/not/exist", NOWHERE, PRIVATE, NOWHERE);
    CALL(mount, NULL, "/does/not/exist", "nosuchfs", 0x80000000, NULL);
    CALL(mount, NOWHERE, NULL, NOWHERE, 0, NOWHERE);
    CALL(umount2, "/does/not/exist", 0);
    CALL(umount2, "/does/not/exist", 1 | 2 | 4 | 8);
    CALL(umount2, NULL, 0x100);
    CALL(pivot_root, "/does/not/exist", "/does/not/exist/either");
    CALL(pivot_root, NULL, NOWHERE);
    CALL(chroot, "/does/not/exist");
}

static void configure(void)
{
    CALL(fsopen, "nosuchfs", FSOPEN_CLOEXEC);
    CALL(fsopen, NULL, 0x10);
    CALL(fsconfig, -1, FSCONFIG_SET_FLAG, "ro", NULL, 0);
    CALL(fsconfig, -1, FSCONFIG_SET_STRING, "source", "tmpfs", 0);
    CALL(fsconfig, -1, FSCONFIG_SET_BINARY, "key", "bin\0ary", 7);
    CALL(fsconfig, -1, FSCONFIG_SET_PATH, "key", "/path", AT_FDCWD);
    CALL(fsconfig, -1, FSCONFIG_SET_PATH_EMPTY, "key", "", 5);
    CALL(fsconfig, -1, FSCONFIG_SET_FD, "key", NULL, 7);
    CALL(fsconfig, -1, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
    CALL(fsconfig, -1, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 3);
    CALL(fsconfig, -1, 99, "key", "value", 7);
    CALL(fsconfig, -1, FSCONFIG_SET_STRING, NOWHERE, NOWHERE, -1);
}

static void new_calls(void)
{
    struct mount_attr attributes = {.attr_set = 1 | 2, .attr_clr = 0x70, .propagation = PRIVATE, .userns_fd = 5};

    configure();
    CALL(fsmount, -1, 1, 1 | 2 | 4 | 8);
    CALL(fsmount, -1, 0x10, 0x10000);
    CALL(fspick, -1, "path", 1 | 2 | 4 | 8);
    CALL(fspick, AT_FDCWD, NULL, 0x100);
    CALL(move_mount, -1, "from", -1, "to", 1 | 2 | 4 | 0x10 | 0x20 | 0x40);
    CALL(move_mount, AT_FDCWD, "/does/not/exist", AT_FDCWD, NULL, 0x1000);
    CALL(open_tree, -1, "path", 1 | O_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH);
    CALL(open_tree, AT_FDCWD, "/does/not/exist", 0x10);
    CALL(mount_setattr, -1, "path", AT_RECURSIVE | AT_SYMLINK_NOFOLLOW, &attributes, sizeof attributes);
    CALL(mount_setattr, -1, "path", 0, &attributes, 8);
    CALL(mount_setattr, -1, "path", 0, &(const struct larger){attributes, 0}, 40);
    CALL(mount_setattr, -1, "path", 0, &(const struct larger){attributes, 5}, 40);
    CALL(mount_setattr, -1, "path", 0, NULL, 32);
    attributes = (struct mount_attr){.attr_set = 0x100000000, .propagation = 7};
    CALL(mount_setattr, -1, "path", 0, &attributes, 32);
    CALL(mount_setattr, -1, "path", 0, NOWHERE, 32);
}

int main(void)
{
    old_calls();
    new_calls();
    return 0;
}
