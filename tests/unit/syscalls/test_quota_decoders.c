/* SPDX-License-Identifier: MIT
 * Quotas. */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/quota.h>
#include <sys/syscall.h>

#include "call_scene.h"

enum { XFS_ON = 0x5801, XFS_LIMITS = 0x5804, XFS_REMOVE = 0x5806 };

static uint64_t command(unsigned number)
{
    return (uint32_t)QCMD(number, USRQUOTA);
}

Test(quota_decoders, each_command_has_its_arguments)
{
    expect_decoded(SYS_quotactl, (const uint64_t[6]){command(Q_SYNC), 0, 7, 8}, NULL, 0, 0,
                   "quotactl(QCMD(Q_SYNC, USRQUOTA), NULL) = 0");
    expect_decoded(SYS_quotactl, (const uint64_t[6]){command(Q_QUOTAON), 0, 2, SCENE_MEMORY}, "file", 5, 0,
                   "quotactl(QCMD(Q_QUOTAON, USRQUOTA), NULL, QFMT_VFS_V0, \"file\") = 0");
    expect_decoded(SYS_quotactl_fd, (const uint64_t[6]){3, command(77), 5, 0x99}, NULL, 0, -22,
                   "quotactl_fd(3, QCMD(0x4d /* Q_??? */, USRQUOTA), 5, 0x99) = -1 EINVAL (Invalid argument)");
}

Test(quota_decoders, limits_are_set_before_and_got_after_the_call)
{
    const struct dqblk quota = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    expect_decoded(SYS_quotactl, (const uint64_t[6]){command(Q_SETQUOTA), 0, 7, SCENE_MEMORY}, &quota, sizeof quota, -1,
                   "quotactl(QCMD(Q_SETQUOTA, USRQUOTA), NULL, 7, {dqb_bhardlimit=1, dqb_bsoftlimit=2, dqb_curspace=3, "
                   "dqb_ihardlimit=4, dqb_isoftlimit=5, dqb_curinodes=6, ...}) = -1 EPERM (Operation not permitted)");
    expect_decoded(SYS_quotactl, (const uint64_t[6]){command(Q_GETQUOTA), 0, 7, SCENE_MEMORY}, &quota, sizeof quota, -1,
                   "quotactl(QCMD(Q_GETQUOTA, USRQUOTA), NULL, 7, 0x10000) = -1 EPERM (Operation not permitted)");
}

Test(quota_decoders, xfs_has_bits)
{
    const uint32_t bits = 3;

    expect_decoded(SYS_quotactl, (const uint64_t[6]){command(XFS_ON), 0, 7, SCENE_MEMORY}, &bits, sizeof bits, 0,
                   "quotactl(QCMD(Q_XQUOTAON, USRQUOTA), NULL, [FS_QUOTA_UDQ_ACCT|FS_QUOTA_UDQ_ENFD]) = 0");
    expect_decoded(SYS_quotactl, (const uint64_t[6]){command(XFS_REMOVE), 0, 7, SCENE_MEMORY}, &bits, sizeof bits, 0,
                   "quotactl(QCMD(Q_XQUOTARM, USRQUOTA), NULL, [FS_USER_QUOTA|FS_PROJ_QUOTA]) = 0");
    expect_decoded(SYS_quotactl, (const uint64_t[6]){command(XFS_LIMITS), 0, 7, SCENE_MEMORY}, &bits, sizeof bits, 0,
                   "quotactl(QCMD(Q_XSETQLIM, USRQUOTA), NULL, 7, 0x10000) = 0");
}
