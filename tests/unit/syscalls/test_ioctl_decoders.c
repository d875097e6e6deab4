/* SPDX-License-Identifier: MIT
 * ioctl. */
#include <asm/termbits.h>
#include <criterion/criterion.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "call_scene.h"

Test(ioctl_decoders, requests_without_a_name_are_taken_apart)
{
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, 0x80047777, 5}, NULL, 0, -25,
                   "ioctl(3, _IOC(_IOC_READ, 0x77, 0x77, 0x4), 0x5) = -1 ENOTTY (Inappropriate ioctl for device)");
}

Test(ioctl_decoders, arguments_are_followed_by_request)
{
    const uint16_t size[] = {24, 80, 0, 1};

    expect_decoded(SYS_ioctl, (const uint64_t[6]){0, TIOCGWINSZ, SCENE_MEMORY}, size, sizeof size, 0,
                   "ioctl(0, TIOCGWINSZ, {ws_row=24, ws_col=80, ws_xpixel=0, ws_ypixel=1}) = 0");
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, FIONBIO, SCENE_MEMORY}, "\1\0\0\0", 4, 0, "ioctl(3, FIONBIO, [1]) = 0");
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, FIONREAD, SCENE_MEMORY}, "\1\0\0\0", 4, -9,
                   "ioctl(3, FIONREAD, 0x10000) = -1 EBADF (Bad file descriptor)");
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, FIOCLEX, 7}, NULL, 0, 0, "ioctl(3, FIOCLEX) = 0");
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, TCFLSH, 2}, NULL, 0, 0, "ioctl(3, TCFLSH, TCIOFLUSH) = 0");
}

Test(ioctl_decoders, modes_of_a_terminal)
{
    const struct termios settings = {.c_iflag = ICRNL, .c_oflag = OPOST, .c_cflag = B38400 | CS8 | CREAD, .c_lflag = 0};

    expect_decoded(SYS_ioctl, (const uint64_t[6]){0, TCGETS, SCENE_MEMORY}, &settings, sizeof settings, 0,
                   "ioctl(0, TCGETS, {c_iflag=ICRNL, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|OPOST, c_cflag=B38400|CS8|CREAD, c_lflag=, "
                   "...}) = 0");
}
