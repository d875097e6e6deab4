/* SPDX-License-Identifier: MIT
 * Users and groups. */
#include "trace_program.h"

int main(void)
{
    unsigned a, b, c, groups[40];

    CALL(getuid);
    CALL(geteuid);
    CALL(getgid);
    CALL(getegid);
    CALL(getresuid, &a, &b, &c);
    CALL(getresgid, &a, &b, NULL);
    CALL(getresuid, NULL, &b, &c);
    CALL(setuid, a);
    CALL(setgid, b);
    CALL(setreuid, -1, -1);
    CALL(setregid, -1, b);
    CALL(setresuid, -1, -1, -1);
    CALL(setresgid, -1, 0xfffffffe, -1);
    CALL(setfsuid, -1);
    CALL(setfsgid, -1);
    CALL(getgroups, 0, NULL);
    CALL(getgroups, 40, groups);
    CALL(getgroups, -1, groups);
    CALL(getgroups, 40, NOWHERE);
    for (unsigned i = 0; i < 40; i++)
        groups[i] = i * 10;
    CALL(setgroups, 0, NULL);
    CALL(setgroups, 3, groups);
    CALL(getgroups, 40, groups);
    CALL(setgroups, 40, groups);
    CALL(getgroups, 40, groups);
    CALL(setgroups, 2, NOWHERE);
    CALL(setgroups, -1, groups);
    CALL(setgroups, 0x10001, groups);
    CALL(setgroups, 3, at_the_edge(groups, 8));
    return 0;
}
