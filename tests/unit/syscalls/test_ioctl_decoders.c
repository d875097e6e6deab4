/* SPDX-License-Identifier: MIT
 * ioctl. */
#include <asm/termbits.h>
#include <criterion/criterion.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <string.h>
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

Test(ioctl_decoders, characters_of_a_terminal_are_details)
{
    const struct termios2 settings = {.c_cflag = B9600 | CS8, .c_line = 0, .c_cc = {[VINTR] = 3, [VMIN] = 1}, .c_ispeed = 9600};
    struct call_scene scene = {.verbose = true};

    memcpy(fake_memory_add(&scene.memory, SCENE_MEMORY, sizeof settings), &settings, sizeof settings);
    call_scene_enter(&scene, SYS_ioctl, (const uint64_t[6]){0, TCGETS2, SCENE_MEMORY});
    call_scene_leave(&scene, 0);
    call_scene_expect(&scene,
                      "ioctl(0, TCGETS2, {c_iflag=, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|, c_cflag=B9600|CS8|, c_lflag=, c_line=N_TTY, "
                      "c_cc=[[VINTR]=0x3, [VQUIT]=0, [VERASE]=0, [VKILL]=0, [VEOF]=0, [VTIME]=0, [VMIN]=0x1, [VSWTC]=0, "
                      "[VSTART]=0, [VSTOP]=0, [VSUSP]=0, [VEOL]=0, [VREPRINT]=0, [VDISCARD]=0, [VWERASE]=0, [VLNEXT]=0, "
                      "[VEOL2]=0, [17]=0, [18]=0], c_ispeed=9600, c_ospeed=0}) = 0");
}

Test(ioctl_decoders, numbers_are_not_followed)
{
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, FICLONE, 5}, NULL, 0, 0, "ioctl(3, BTRFS_IOC_CLONE or FICLONE, 5) = 0");
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, BLKRASET, 1ul << 40}, NULL, 0, 0, "ioctl(3, BLKRASET, 1099511627776) = 0");
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, LOOP_CLR_FD, 5}, NULL, 0, 0, "ioctl(3, LOOP_CLR_FD) = 0");
}

Test(ioctl_decoders, files_have_flags_and_ranges)
{
    const uint64_t numbers[] = {1, 2, 1, 5, 6, 7, 8};
    const uint32_t flags = FS_IMMUTABLE_FL | FS_NOATIME_FL;

    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, FS_IOC_GETFLAGS, SCENE_MEMORY}, &flags, sizeof flags, 0,
                   "ioctl(3, FS_IOC_GETFLAGS, [FS_IMMUTABLE_FL|FS_NOATIME_FL]) = 0");
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, BLKDISCARD, SCENE_MEMORY}, numbers, sizeof numbers, 0,
                   "ioctl(3, BLKDISCARD, [1, 2]) = 0");
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, FIDEDUPERANGE, SCENE_MEMORY}, numbers, sizeof numbers, 0,
                   "ioctl(3, BTRFS_IOC_FILE_EXTENT_SAME or FIDEDUPERANGE, {src_offset=1, src_length=2, dest_count=1, "
                   "info=[{dest_fd=5, dest_offset=6}]}) = 0");
}
