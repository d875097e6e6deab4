/* SPDX-License-Identifier: MIT
 * Calls on the system as a whole. */
#include <criterion/criterion.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "call_scene.h"

static const char words[] = "a\0/b\0ext4\0x=1";
enum { A = SCENE_MEMORY, B = A + 2, TYPE = A + 5, DATA = A + 10 };

Test(system_decoders, what_a_mount_does_not_look_at_is_an_address)
{
    expect_decoded(SYS_mount, (const uint64_t[6]){A, B, TYPE, 0xc0ed0000 | MS_RDONLY, DATA}, words, sizeof words, 0,
                   "mount(\"a\", \"/b\", \"ext4\", MS_MGC_VAL|MS_RDONLY, \"x=1\") = 0");
    expect_decoded(SYS_mount, (const uint64_t[6]){A, B, TYPE, MS_BIND, DATA}, words, sizeof words, 0,
                   "mount(\"a\", \"/b\", 0x10005, MS_BIND, 0x1000a) = 0");
}

Test(system_decoders, fsconfig_by_command)
{
    expect_decoded(SYS_fsconfig, (const uint64_t[6]){3, 1, A, DATA, 0}, words, sizeof words, 0,
                   "fsconfig(3, FSCONFIG_SET_STRING, \"a\", \"x=1\", 0) = 0");
    expect_decoded(SYS_fsconfig, (const uint64_t[6]){3, 3, A, B, (uint32_t)-100}, words, sizeof words, 0,
                   "fsconfig(3, FSCONFIG_SET_PATH, \"a\", \"/b\", AT_FDCWD) = 0");
}

Test(system_decoders, arguments_depend_on_the_command)
{
    expect_decoded(SYS_reboot, (const uint64_t[6]){0xfee1dead, 672274793, 0xcdef0123, A}, NULL, 0, -1,
                   "reboot(LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_HALT) = -1 EPERM (Operation not permitted)");
    expect_decoded(SYS_syslog, (const uint64_t[6]){3, A, 1}, words, sizeof words, 1,
                   "syslog(3 /* SYSLOG_ACTION_READ_ALL */, \"a\", 1) = 1");
    expect_decoded(SYS_syslog, (const uint64_t[6]){10}, NULL, 0, 9, "syslog(10 /* SYSLOG_ACTION_SIZE_BUFFER */) = 9");
    expect_decoded(SYS_quotactl, (const uint64_t[6]){0x80000101, B}, words, sizeof words, 0,
                   "quotactl(QCMD(Q_SYNC, GRPQUOTA), \"/b\") = 0");
    expect_decoded(SYS_quotactl, (const uint64_t[6]){0x80000200, B, 2, B}, words, sizeof words, 0,
                   "quotactl(QCMD(Q_QUOTAON, USRQUOTA), \"/b\", QFMT_VFS_V0, \"/b\") = 0");
}

Test(system_decoders, flags_with_a_number_within)
{
    expect_decoded(SYS_swapon, (const uint64_t[6]){B, 0x8005}, words, sizeof words, 0, "swapon(\"/b\", SWAP_FLAG_PREFER|5) = 0");
    expect_decoded(SYS_kexec_load, (const uint64_t[6]){0x1000, 0, 0, 0x3e0001}, NULL, 0, 0,
                   "kexec_load(0x1000, 0, NULL, KEXEC_ARCH_X86_64|KEXEC_ON_CRASH) = 0");
}

Test(system_decoders, structures_that_have_grown)
{
    const uint64_t handled[] = {1, 2};

    expect_decoded(SYS_landlock_create_ruleset, (const uint64_t[6]){A, 8}, handled, sizeof handled, 3,
                   "landlock_create_ruleset({handled_access_fs=LANDLOCK_ACCESS_FS_EXECUTE}, 8, 0) = 3");
    expect_decoded(SYS_landlock_create_ruleset, (const uint64_t[6]){A, 16}, handled, sizeof handled, 3,
                   "landlock_create_ruleset({handled_access_fs=LANDLOCK_ACCESS_FS_EXECUTE, ...}, 16, 0) = 3");
    expect_decoded(SYS_landlock_create_ruleset, (const uint64_t[6]){A, 4}, handled, sizeof handled, -22,
                   "landlock_create_ruleset(0x10000, 4, 0) = -1 EINVAL (Invalid argument)");
}
