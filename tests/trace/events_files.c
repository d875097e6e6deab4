/* SPDX-License-Identifier: MIT
 * What happens to files: inotify, fanotify. */
#include <fcntl.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>

#include "trace_program.h"

static void inotify(void)
{
    const int fd = (int)CALL(inotify_init1, IN_CLOEXEC | IN_NONBLOCK);
    char bytes[4096];

    CALL(inotify_init);
    CALL(inotify_init1, 0x1234);
    CALL(inotify_add_watch, fd, ".", IN_CREATE | IN_DELETE | IN_ONLYDIR);
    CALL(inotify_add_watch, fd, ".", IN_ALL_EVENTS | IN_MASK_ADD);
    CALL(inotify_add_watch, fd, "missing", IN_ALL_EVENTS);
    CALL(inotify_add_watch, fd, NULL, IN_ONESHOT | IN_EXCL_UNLINK | IN_DONT_FOLLOW);
    CALL(inotify_add_watch, fd, ".", 0);
    CALL(inotify_add_watch, fd, ".", 0x10000);
    CALL(inotify_add_watch, -1, ".", 0xffffffff);
    CALL(read, fd, bytes, sizeof bytes);
    CALL(inotify_rm_watch, fd, 1);
    CALL(inotify_rm_watch, fd, -1);
}

/* Of a descriptor that is none, as not everybody may have one. */
static void fanotify(void)
{
    CALL(fanotify_init, 0xffff0000, O_RDONLY);
    CALL(fanotify_init, FAN_CLASS_PRE_CONTENT | FAN_CLOEXEC | 0x10000000, O_RDWR | O_LARGEFILE);
    CALL(fanotify_init, FAN_CLASS_CONTENT | FAN_UNLIMITED_QUEUE | 0x10000000, 0x3);
    CALL(fanotify_init, 0xc | 0x10000000, O_WRONLY);
    CALL(fanotify_init, FAN_REPORT_FID | FAN_REPORT_DIR_FID | FAN_REPORT_NAME | 0x10000000, 0);
    CALL(fanotify_mark, -1, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN | FAN_ONDIR, AT_FDCWD, ".");
    CALL(fanotify_mark, -1, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_CREATE | FAN_EVENT_ON_CHILD, 5, "x");
    CALL(fanotify_mark, -1, FAN_MARK_REMOVE | FAN_MARK_DONT_FOLLOW | FAN_MARK_ONLYDIR, FAN_CLOSE | FAN_MODIFY, FAN_NOFD, NULL);
    CALL(fanotify_mark, -1, FAN_MARK_FLUSH, 0, -1, NOWHERE);
    CALL(fanotify_mark, -1, 0x10000, 0xffffffff00000000, -5, NULL);
    CALL(fanotify_mark, -1, 0, 0, 0, NULL);
}

int main(void)
{
    inotify();
    fanotify();
    return 0;
}
