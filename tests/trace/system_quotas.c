/* SPDX-License-Identifier: MIT
 * Quotas of a device that is not there. */
#include <sys/quota.h>

#include "trace_program.h"

int main(void)
{
    static const unsigned commands[] = {0x800001, 0x800002, 0x800003, 0x800004, 0x800005, 0x800006, 0x800007,
                                        0x800008, 0x800009, 0x5801,   0x5802,   0x5803,   0x5804,   0x5805,
                                        0x5806,   0x5807,   0x5808,   0x5809,   77};
    struct dqblk quota = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    char bytes[256] = "format";

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        CALL(quotactl, QCMD(commands[i], USRQUOTA), "/dev/no such device", 1000, bytes);
        CALL(quotactl, QCMD(commands[i], GRPQUOTA), "/dev/no such device", -1, NULL);
        CALL(quotactl_fd, -1, QCMD(commands[i], 2), 5, NOWHERE);
    }
    CALL(quotactl, QCMD(Q_SETQUOTA, 77), "/dev/no such device", 7, &quota);
    CALL(quotactl, QCMD(Q_QUOTAON, USRQUOTA), "/dev/no such device", 2, "/quota");
    CALL(quotactl, 0xffffffff, NULL, 7, &quota);
    return 0;
}
