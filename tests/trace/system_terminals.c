/* SPDX-License-Identifier: MIT
 * ioctl of terminals: of both ends of a pseudo terminal. */
#include <asm/termbits.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include "trace_program.h"

/* No job control: the program must not be stopped. */
static const unsigned requests[] = {
    TCGETS,   TCSETS,     TCSETSW,   TCSETSF,      TCGETA,         TCSETA,         TCGETS2,    TCSETS2,     TCSBRK,      TCXONC,
    TCFLSH,   TIOCEXCL,   TIOCNXCL,  TIOCSCTTY,    TIOCGPGRP,      TIOCSPGRP,      TIOCOUTQ,   TIOCGWINSZ,  TIOCSWINSZ,  TIOCMGET,
    TIOCMBIS, TIOCMBIC,   TIOCMSET,  TIOCGSOFTCAR, TIOCSSOFTCAR,   FIONREAD,       TIOCCONS,   TIOCGSERIAL, TIOCSSERIAL, TIOCPKT,
    FIONBIO,  TIOCSETD,   TIOCGETD,  TCSBRKP,      TIOCSBRK,       TIOCCBRK,       TIOCGSID,   TIOCGPTN,    TIOCSPTLCK,  TIOCGDEV,
    TIOCGPKT, TIOCGPTLCK, TIOCGEXCL, FIOASYNC,     TIOCGLCKTRMIOS, TIOCSLCKTRMIOS, TIOCGRS485, TIOCGICOUNT, TIOCMIWAIT,  0x5999,
};

static void on(int fd)
{
    /* In a place that is the same every time, as some requests take it for a number. */
    char *bytes = mmap((void *)0x10000000, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        if (requests[i] == TIOCCONS && fd >= 0)
            continue;
        memset(bytes, 0, 256);
        CALL(ioctl, fd, requests[i], bytes);
        CALL(ioctl, -1, requests[i], NULL);
        CALL(ioctl, -1, requests[i], NOWHERE);
    }
    munmap(bytes, PAGE_BYTES);
}

int main(void)
{
    struct termios settings;
    struct winsize size = {25, 80, 1, 2};
    const int fd = open("/dev/ptmx", O_RDWR | O_NOCTTY), unlocked = 0;

    CALL(ioctl, fd, TIOCSPTLCK, &unlocked);
    const int terminal = (int)CALL(ioctl, fd, TIOCGPTPEER, O_RDWR | O_NOCTTY);
    CALL(ioctl, terminal, TCGETS, &settings);
    settings.c_iflag = 0xffffffff;
    settings.c_oflag = 0xffffffff;
    settings.c_cflag = 0xffffffff;
    settings.c_lflag = 0xffffffff;
    CALL(ioctl, -1, TCSETS, &settings);
    settings.c_cflag = B9600 | CS7 | (B300 << 16);
    settings.c_iflag = 0;
    settings.c_lflag = 0;
    CALL(ioctl, -1, TCSETSW, &settings);
    CALL(ioctl, -1, TCSETS2, &settings);
    CALL(ioctl, terminal, TIOCSWINSZ, &size);
    CALL(ioctl, terminal, TIOCGWINSZ, &size);
    on(terminal);
    on(fd);
    on(-1);
    return 0;
}
