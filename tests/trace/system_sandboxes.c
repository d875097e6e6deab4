/* SPDX-License-Identifier: MIT
 * landlock, memfd_secret, userfaultfd, pidfds. */
#include <fcntl.h>
#include <linux/landlock.h>

#include "trace_program.h"

static void landlock(void)
{
    struct landlock_ruleset_attr ruleset = {.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_DIR};
    struct landlock_path_beneath_attr rule = {.allowed_access = LANDLOCK_ACCESS_FS_EXECUTE, .parent_fd = -1};

    CALL(landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    CALL(landlock_create_ruleset, NULL, 0, 0x10);
    CALL(landlock_create_ruleset, &ruleset, sizeof ruleset, 0x10);
    CALL(landlock_create_ruleset, &ruleset, 4, 0);
    CALL(landlock_create_ruleset, NOWHERE, 8, 0);
    ruleset.handled_access_fs = 0xffff000000000000;
    CALL(landlock_create_ruleset, &ruleset, sizeof ruleset, 0);
    CALL(landlock_add_rule, -1, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    rule.allowed_access = 0x100000000;
    CALL(landlock_add_rule, -1, LANDLOCK_RULE_PATH_BENEATH, &rule, 5);
    CALL(landlock_add_rule, -1, LANDLOCK_RULE_PATH_BENEATH, NOWHERE, 0);
    CALL(landlock_add_rule, -1, 77, &rule, 0);
    CALL(landlock_restrict_self, -1, 0);
    CALL(landlock_restrict_self, 99, 7);
}

static void descriptors(void)
{
    CALL(memfd_secret, 0x100);
    CALL(memfd_secret, O_CLOEXEC | 0x100);
    CALL(userfaultfd, 0x100);
    CALL(userfaultfd, O_CLOEXEC | O_NONBLOCK | 1 | 0x100);
    CALL(pidfd_open, 0, 0);
    CALL(pidfd_open, -5, 04000);
    CALL(pidfd_open, 1, 0x100);
    CALL(pidfd_getfd, -1, 3, 0);
    CALL(pidfd_getfd, -1, -1, 7);
    CALL(pidfd_send_signal, -1, 0, NULL, 0);
    CALL(pidfd_send_signal, -1, 15, NOWHERE, 7);
    CALL(process_madvise, -1, NULL, 0, 4, 0);
    CALL(process_mrelease, -1, 0);
    CALL(process_mrelease, -1, 5);
    CALL(setns, -1, 0x20000000 | 0x40000000);
    CALL(setns, -1, 0);
    CALL(setns, -1, 5);
    CALL(unshare, 0);
    CALL(unshare, 0x1);
}

int main(void)
{
    landlock();
    descriptors();
    return 0;
}
