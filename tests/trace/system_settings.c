/* SPDX-License-Identifier: MIT
 * Calls that set up the machine, with arguments that the kernel must refuse. */
#include <linux/reboot.h>

#include "trace_program.h"

static void names(void)
{
    CALL(sethostname, "a name", -1);
    CALL(sethostname, NOWHERE, 100000);
    CALL(sethostname, NULL, 1000);
    CALL(setdomainname, "a name", -5);
    CALL(uname, NULL);
    CALL(uname, NOWHERE);
}

static void power(void)
{
    CALL(reboot, 1, 2, LINUX_REBOOT_CMD_RESTART, NULL);
    CALL(reboot, 1, LINUX_REBOOT_MAGIC2A, LINUX_REBOOT_CMD_HALT, NULL);
    CALL(reboot, 1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART2, "command");
    CALL(reboot, 1, LINUX_REBOOT_MAGIC2C, LINUX_REBOOT_CMD_RESTART2, NOWHERE);
    CALL(reboot, LINUX_REBOOT_MAGIC1, 1, 99, NULL);
}

static void swaps(void)
{
    CALL(swapon, "/does/not/exist", 0);
    CALL(swapon, "/does/not/exist", 0x8000 | 5 | 0x10000);
    CALL(swapon, "/does/not/exist", 5);
    CALL(swapon, NULL, 0x100000);
    CALL(swapoff, "/does/not/exist");
    CALL(acct, "/does/not/exist");
}

static void modules(void)
{
    CALL(init_module, NOWHERE, 0, "parameters");
    CALL(init_module, NULL, 5, NOWHERE);
    CALL(finit_module, -1, "parameters", 1 | 2);
    CALL(finit_module, -1, NULL, 0x100);
    CALL(delete_module, "no_such_module_of_leakwatch", 04000);
    CALL(delete_module, NULL, 01000 | 0x100000);
    CALL(kexec_load, NOWHERE, 99, NOWHERE, 0xffff0000);
    CALL(kexec_load, NOWHERE, 99, NULL, 0x3e0000 | 3);
    CALL(kexec_file_load, -1, -1, 5, "line", 1 | 2 | 4 | 0x100);
}

static void logs(void)
{
    char bytes[8];

    CALL(syslog, 2, NULL, 5);
    CALL(syslog, 3, bytes, -1);
    CALL(syslog, 4, NULL, 3);
    CALL(syslog, 8, NULL, 77);
    CALL(syslog, 99, bytes, 3);
    CALL(syslog, -1, NULL, 0);
}

static void others(void)
{
    CALL(iopl, 77);
    CALL(ioperm, -1, 5, 1);
    CALL(ustat, 0x999999, NULL);
    CALL(sysfs, 99, 1, 2);
    CALL(sysfs, 3);
    CALL(modify_ldt, 99, NULL, 5);
    CALL(personality, 0xffffffff);
    CALL(lookup_dcookie, 5, NOWHERE, 10);
    CALL(uselib, "/does/not/exist");
    CALL(get_mempolicy, NULL, NULL, 0, NULL, 0x100);
}

int main(void)
{
    names();
    power();
    swaps();
    modules();
    logs();
    others();
    return 0;
}
