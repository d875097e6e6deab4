/* SPDX-License-Identifier: MIT
 * Capabilities. */
#include <linux/capability.h>

#include "trace_program.h"

int main(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];

    CALL(capget, &header, data);
    CALL(capset, &header, data);
    header.version = _LINUX_CAPABILITY_VERSION_1;
    CALL(capget, &header, data);
    header.version = _LINUX_CAPABILITY_VERSION_2;
    header.pid = 12345678;
    CALL(capget, &header, data);
    header.version = 0x12345;
    CALL(capget, &header, NULL);
    header = (struct __user_cap_header_struct){_LINUX_CAPABILITY_VERSION_3, 12345678};
    memset(data, 0, sizeof data);
    data[0].effective = 1 << CAP_CHOWN | 1 << CAP_SYS_PTRACE;
    data[1].permitted = 1 << (CAP_BPF - 32) | 0x80000000;
    CALL(capset, &header, data);
    CALL(capset, &header, NULL);
    CALL(capset, &header, NOWHERE);
    CALL(capget, NULL, NULL);
    CALL(capset, NOWHERE, data);
    return 0;
}
