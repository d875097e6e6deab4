/* SPDX-License-Identifier: MIT
 * ioctl of files, sockets and devices: of descriptors that are none, and some that change nothing. */
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/sockios.h>
#include <linux/loop.h>
#include <linux/random.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "trace_program.h"

static void files(int fd)
{
    static const unsigned requests[] = {
        FIONREAD,      FIONBIO,           FIOASYNC, FIOCLEX,      FIONCLEX,        FIBMAP,           FIGETBSZ,
        FIOQSIZE,      FIFREEZE,          FITHAW,   FITRIM,       FS_IOC_GETFLAGS, FS_IOC_SETFLAGS,  FS_IOC_GETVERSION,
        FS_IOC_FIEMAP, FS_IOC_FSGETXATTR, FICLONE,  FICLONERANGE, FIDEDUPERANGE,   FS_IOC_GETFSLABEL};
    char bytes[512];

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        memset(bytes, 0, sizeof bytes);
        if (requests[i] == FICLONE)
            CALL(ioctl, fd, FICLONE, -1);
        else if (requests[i] != FIFREEZE && requests[i] != FITHAW && requests[i] != FITRIM && requests[i] != FS_IOC_GETVERSION)
            CALL(ioctl, fd, requests[i], bytes);
        if (requests[i] != FICLONE)
            CALL(ioctl, -1, requests[i], bytes);
        CALL(ioctl, -1, requests[i], NULL);
    }
}

static void devices(void)
{
    static const unsigned requests[] = {
        BLKROSET,          BLKROGET,      BLKRRPART,    BLKGETSIZE,     BLKFLSBUF,    BLKRASET,        BLKRAGET,
        BLKFRASET,         BLKFRAGET,     BLKSECTSET,   BLKSECTGET,     BLKSSZGET,    BLKBSZGET,       BLKBSZSET,
        BLKGETSIZE64,      BLKDISCARD,    BLKIOMIN,     BLKIOOPT,       BLKALIGNOFF,  BLKPBSZGET,      BLKDISCARDZEROES,
        BLKSECDISCARD,     BLKROTATIONAL, BLKZEROOUT,   LOOP_SET_FD,    LOOP_CLR_FD,  LOOP_GET_STATUS, LOOP_SET_CAPACITY,
        LOOP_CTL_GET_FREE, LOOP_CTL_ADD,  RNDGETENTCNT, RNDADDTOENTCNT, RNDZAPENTCNT, RNDCLEARPOOL};
    /* In a place that is the same every time, as some requests take it for a number. */
    unsigned long *numbers =
        mmap((void *)0x10000000, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    const int null = open("/dev/null", O_RDONLY);

    numbers[0] = 1;
    numbers[1] = 2;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        CALL(ioctl, null, requests[i], numbers);
        CALL(ioctl, null, requests[i], 5);
    }
}

static void sockets(void)
{
    const int fd = (int)CALL(socket, AF_INET, SOCK_DGRAM, 0);

    for (unsigned request = 0x8900; request < 0x89c0; request++) {
        struct ifreq interface = {.ifr_name = "lo"};
        CALL(ioctl, -1, request, &interface);
        CALL(ioctl, -1, request, NULL);
        /* Questions only, whose answers are the same every time. */
        if (request >= SIOCGIFFLAGS && request <= SIOCGIFMTU && (request & 1))
            CALL(ioctl, fd, request, &interface);
    }
}

static void unknown(void)
{
    CALL(ioctl, -1, 0, 1);
    CALL(ioctl, -1, 0xffffffff, -1);
    CALL(ioctl, -1, _IO('~', 99), 0);
    CALL(ioctl, -1, _IOR('~', 99, int), 5);
    CALL(ioctl, -1, _IOW('~', 99, long), 5);
    CALL(ioctl, -1, _IOWR('~', 99, struct ifreq), 0x12345678);
}

int main(void)
{
    const int fd = open("file", O_RDWR | O_CREAT, 0600);

    files(fd);
    devices();
    sockets();
    unknown();
    return 0;
}
