/* SPDX-License-Identifier: MIT
 * Making, naming and removing files. */
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/inotify.h>

#include "trace_program.h"

static void links(void)
{
    char buffer[64] = "";

    CALL(symlink, "target of a link", "l");
    CALL(symlinkat, "t", AT_FDCWD, "l2");
    CALL(readlink, "l", buffer, sizeof buffer);
    CALL(readlink, "l", buffer, 3);
    CALL(readlink, "f", buffer, 3);
    CALL(readlink, "l", NULL, 3);
    CALL(readlink, NULL, buffer, 3);
    CALL(readlinkat, AT_FDCWD, "l2", buffer, sizeof buffer);
    CALL(link, "f", "g");
    CALL(linkat, AT_FDCWD, "f", AT_FDCWD, "h", AT_SYMLINK_FOLLOW);
    CALL(linkat, AT_FDCWD, "f", -5, "h", AT_EMPTY_PATH | 1);
    CALL(unlink, "h");
    CALL(unlinkat, AT_FDCWD, "g", 0);
    CALL(unlinkat, AT_FDCWD, "g", AT_REMOVEDIR);
}

static void watch(void)
{
    const int fd = (int)CALL(inotify_init1, IN_NONBLOCK | IN_CLOEXEC);

    CALL(inotify_init);
    CALL(inotify_init1, 1);
    CALL(inotify_add_watch, fd, ".", IN_CREATE | IN_DELETE | IN_ONLYDIR);
    CALL(inotify_add_watch, fd, ".", IN_ALL_EVENTS);
    CALL(inotify_add_watch, fd, "n", 0x10000);
    CALL(inotify_rm_watch, fd, 1);
    CALL(inotify_rm_watch, fd, -1);
    CALL(fanotify_init, 0x3, O_RDWR);
    CALL(fanotify_init, 0x204 | 1, O_RDONLY | O_CLOEXEC);
    CALL(fanotify_init, 0x80000000, O_WRONLY);
    CALL(fanotify_mark, -1, 1, 0x8 | 0x40000000, AT_FDCWD, "f");
    CALL(fanotify_mark, -1, 0x10 | 2, 0x3b, -100, NULL);
}

int main(void)
{
    CALL(mkdir, "d", 0700);
    CALL(mkdirat, AT_FDCWD, "e", 0);
    CALL(creat, "f", 0600);
    links();
    CALL(rename, "f", "f2");
    CALL(renameat, AT_FDCWD, "f2", AT_FDCWD, "f");
    CALL(renameat2, AT_FDCWD, "d", AT_FDCWD, "e", RENAME_EXCHANGE);
    CALL(renameat2, AT_FDCWD, "d", AT_FDCWD, "e", RENAME_NOREPLACE | 8);
    CALL(rmdir, "d");
    CALL(chmod, "f", 04755);
    CALL(fchmod, 0, 01777);
    CALL(fchmodat, AT_FDCWD, "f", 0);
    CALL(chmod, "f", 0177777);
    CALL(chown, "f", -1, -1);
    CALL(lchown, "f", 0, -1);
    CALL(fchown, -1, 1000, 100);
    CALL(fchownat, AT_FDCWD, "f", -1, 0, AT_SYMLINK_NOFOLLOW);
    CALL(acct, "/does/not/exist");
    CALL(pivot_root, "a", "b");
    CALL(swapoff, "/does/not/exist");
    watch();
    return 0;
}
