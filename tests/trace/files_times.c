/* SPDX-License-Identifier: MIT
 * Times of files. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <utime.h>

#include "trace_program.h"

int main(void)
{
    struct utimbuf old = {1, 1700000000};
    struct timeval microseconds[2] = {{1700000000, 5}, {-1, 999999}};
    struct timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
    struct timespec times[2] = {{1700000000, 123456789}, {0, 0}};
    struct timespec wrong[2] = {{5, 1000000000}, {1700000000, -1}};

    CALL(creat, "f", 0600);
    CALL(utime, "f", &old);
    CALL(utime, "f", NULL);
    CALL(utime, "f", NOWHERE);
    CALL(utimes, "f", microseconds);
    CALL(utimes, "f", NULL);
    CALL(futimesat, AT_FDCWD, "f", microseconds);
    CALL(futimesat, -1, NULL, NOWHERE);
    CALL(utimensat, AT_FDCWD, "f", now, 0);
    CALL(utimensat, AT_FDCWD, "f", times, AT_SYMLINK_NOFOLLOW);
    CALL(utimensat, AT_FDCWD, "f", wrong, 0);
    CALL(utimensat, AT_FDCWD, "f", NULL, 0);
    CALL(utimensat, AT_FDCWD, "f", at_the_edge(times, 16), 0);
    CALL(utimensat, 0, NULL, NOWHERE, 1);
    struct stat status;
    CALL(utimensat, AT_FDCWD, "f", times, 0);
    CALL(stat, "f", &status);
    return 0;
}
