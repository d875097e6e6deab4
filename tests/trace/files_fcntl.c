/* SPDX-License-Identifier: MIT
 * fcntl by its commands. */
#include <fcntl.h>
#include <signal.h>

#include "trace_program.h"

static void locks(int fd)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 20};

    CALL(fcntl, fd, F_SETLK, &lock);
    CALL(fcntl, fd, F_GETLK, &lock);
    lock.l_whence = SEEK_END;
    lock.l_type = F_RDLCK;
    CALL(fcntl, fd, F_SETLKW, &lock);
    lock.l_type = 5;
    lock.l_whence = 9;
    CALL(fcntl, fd, F_SETLK, &lock);
    CALL(fcntl, fd, F_GETLK, &lock);
    lock = (struct flock){.l_type = F_UNLCK, .l_len = -1};
    CALL(fcntl, fd, F_OFD_SETLK, &lock);
    CALL(fcntl, fd, F_OFD_GETLK, &lock);
    CALL(fcntl, fd, F_OFD_SETLKW, &lock);
    CALL(fcntl, fd, F_SETLK, NULL);
    CALL(fcntl, fd, F_GETLK, NOWHERE);
}

static void owners(int fd)
{
    struct f_owner_ex owner = {F_OWNER_TID, 1};
    unsigned long hint = 3;
    unsigned ids[2];

    CALL(fcntl, fd, F_SETOWN, 0);
    CALL(fcntl, fd, F_SETOWN, -1);
    CALL(fcntl, fd, F_GETOWN);
    CALL(fcntl, fd, F_SETOWN_EX, &owner);
    CALL(fcntl, fd, F_GETOWN_EX, &owner);
    owner.type = 7;
    CALL(fcntl, fd, F_SETOWN_EX, &owner);
    CALL(fcntl, fd, F_SETOWN_EX, NULL);
    CALL(fcntl, fd, F_GETOWN_EX, NULL);
    CALL(fcntl, fd, 17, ids);
    CALL(fcntl, fd, F_SETSIG, SIGIO);
    CALL(fcntl, fd, F_GETSIG);
    CALL(fcntl, fd, F_SETSIG, 0);
    CALL(fcntl, fd, F_GETSIG);
    CALL(fcntl, fd, F_GET_RW_HINT, &hint);
    CALL(fcntl, fd, F_SET_RW_HINT, &hint);
    hint = 99;
    CALL(fcntl, fd, F_SET_FILE_RW_HINT, &hint);
    CALL(fcntl, fd, F_GET_FILE_RW_HINT, NULL);
}

int main(void)
{
    const int fd = open("f", O_RDWR | O_CREAT | O_APPEND, 0600);
    const int memory = memfd_create("m", 2);
    int ends[2];

    CALL(fcntl, fd, F_DUPFD, 10);
    CALL(fcntl, fd, F_DUPFD_CLOEXEC, 20);
    CALL(fcntl, fd, F_GETFD);
    CALL(fcntl, fd, F_SETFD, FD_CLOEXEC);
    CALL(fcntl, fd, F_GETFD);
    CALL(fcntl, fd, F_SETFD, 6);
    CALL(fcntl, fd, F_GETFL);
    CALL(fcntl, fd, F_SETFL, O_RDONLY | O_NONBLOCK);
    CALL(fcntl, fd, F_GETFL);
    CALL(fcntl, -1, F_GETFL);
    CALL(fcntl, fd, F_SETLEASE, F_WRLCK);
    CALL(fcntl, fd, F_GETLEASE);
    CALL(fcntl, fd, F_SETLEASE, F_UNLCK);
    CALL(fcntl, fd, F_GETLEASE);
    CALL(fcntl, fd, F_NOTIFY, DN_ACCESS | DN_MULTISHOT);
    CALL(fcntl, memory, F_GET_SEALS);
    CALL(fcntl, memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_WRITE);
    CALL(fcntl, memory, F_GET_SEALS);
    CALL(fcntl, fd, F_GET_SEALS);
    CALL(fcntl, fd, F_ADD_SEALS, 0x100);
    CALL(pipe, ends);
    CALL(fcntl, ends[0], F_GETPIPE_SZ);
    CALL(fcntl, ends[0], F_SETPIPE_SZ, 65536);
    CALL(fcntl, fd, 0x12345678, 1);
    locks(fd);
    owners(fd);
    CALL(flock, fd, 2 | 4);
    CALL(flock, fd, 8);
    CALL(flock, fd, 32 | 64);
    CALL(flock, fd, 0);
    return 0;
}
