/* SPDX-License-Identifier: MIT
 * Extended attributes, and handles. */
#include <fcntl.h>
#include <sys/xattr.h>

#include "trace_program.h"

static void handles(void)
{
    struct file_handle *handle = (struct file_handle *)(char[64]){0};
    int mount;

    CALL(name_to_handle_at, AT_FDCWD, "f", handle, &mount, 0);
    handle->handle_bytes = 40;
    CALL(name_to_handle_at, AT_FDCWD, "/does/not/exist", handle, &mount, AT_SYMLINK_FOLLOW);
    CALL(name_to_handle_at, AT_FDCWD, "f", NULL, NULL, AT_EMPTY_PATH | 1);
    handle->handle_bytes = 4;
    handle->handle_type = 1;
    CALL(open_by_handle_at, -1, handle, O_RDONLY | O_CLOEXEC);
    CALL(open_by_handle_at, -1, NULL, O_RDONLY);
}

int main(void)
{
    const int fd = open("f", O_RDWR | O_CREAT, 0600);
    char value[64];

    CALL(setxattr, "f", "user.a", "some\0thing", 10, XATTR_CREATE);
    CALL(lsetxattr, "f", "user.b", "x", 1, 0);
    CALL(fsetxattr, fd, "user.c", NULL, 0, XATTR_REPLACE);
    CALL(fsetxattr, fd, "user.c", "y", 1, 5);
    CALL(setxattr, "f", NULL, NOWHERE, 10, XATTR_CREATE);
    CALL(getxattr, "f", "user.a", value, sizeof value);
    CALL(getxattr, "f", "user.a", NULL, 0);
    CALL(lgetxattr, "f", "user.a", value, 2);
    CALL(fgetxattr, fd, "user.nothing", value, sizeof value);
    CALL(fgetxattr, fd, "user.b", value, sizeof value);
    CALL(listxattr, "f", value, sizeof value);
    CALL(llistxattr, "f", NULL, 0);
    CALL(flistxattr, fd, value, 1);
    CALL(removexattr, "f", "user.a");
    CALL(lremovexattr, "f", "user.a");
    CALL(fremovexattr, fd, "user.b");
    handles();
    return 0;
}
