/* SPDX-License-Identifier: MIT
 * The kernel's keys: those asked for are not there. */
#include <linux/keyctl.h>
#include <sys/uio.h>

#include "trace_program.h"

static void operations(void)
{
    char bytes[64];
    struct iovec parts[2] = {{(char *)"one", 3}, {(char *)"two", 3}};
    struct keyctl_dh_params parameters = {{.private = 1}, 2, 3};
    struct keyctl_kdf_params kdf = {.hashname = (char *)"sha256", .otherinfo = (char *)"info", .otherinfolen = 4};

    CALL(keyctl, KEYCTL_GET_KEYRING_ID, 0x7ffffffe, 0);
    CALL(keyctl, KEYCTL_GET_KEYRING_ID, -99, 1);
    CALL(keyctl, KEYCTL_JOIN_SESSION_KEYRING, NOWHERE);
    CALL(keyctl, KEYCTL_UPDATE, 0x7ffffffe, "payload", 7);
    CALL(keyctl, KEYCTL_REVOKE, 0x7ffffffe);
    CALL(keyctl, KEYCTL_CHOWN, 0x7ffffffe, 5, -1);
    CALL(keyctl, KEYCTL_SETPERM, 0x7ffffffe, 0x3f3f0000);
    CALL(keyctl, KEYCTL_SETPERM, 0x7ffffffe, 0x80);
    CALL(keyctl, KEYCTL_DESCRIBE, 0x7ffffffe, bytes, sizeof bytes);
    CALL(keyctl, KEYCTL_CLEAR, 0x7ffffffe);
    CALL(keyctl, KEYCTL_LINK, 0x7ffffffe, 0x7ffffffd);
    CALL(keyctl, KEYCTL_UNLINK, 0x7ffffffe, KEY_SPEC_SESSION_KEYRING);
    CALL(keyctl, KEYCTL_SEARCH, 0x7ffffffe, "user", "name", 0x7ffffffd);
    CALL(keyctl, KEYCTL_READ, 0x7ffffffe, bytes, sizeof bytes);
    CALL(keyctl, KEYCTL_INSTANTIATE, 0x7ffffffe, "payload", 7, 0x7ffffffd);
    CALL(keyctl, KEYCTL_NEGATE, 0x7ffffffe, 5, 0x7ffffffd);
    CALL(keyctl, KEYCTL_SET_REQKEY_KEYRING, 77);
    CALL(keyctl, KEYCTL_SET_TIMEOUT, 0x7ffffffe, 5);
    CALL(keyctl, KEYCTL_ASSUME_AUTHORITY, 0x7ffffffe);
    CALL(keyctl, KEYCTL_GET_SECURITY, 0x7ffffffe, bytes, sizeof bytes);
    CALL(keyctl, KEYCTL_REJECT, 0x7ffffffe, 5, 13, 0x7ffffffd);
    CALL(keyctl, KEYCTL_REJECT, 0x7ffffffe, 5, 9999, 0x7ffffffd);
    CALL(keyctl, KEYCTL_INSTANTIATE_IOV, 0x7ffffffe, parts, 2, 0x7ffffffd);
    CALL(keyctl, KEYCTL_INVALIDATE, 0x7ffffffe);
    CALL(keyctl, KEYCTL_GET_PERSISTENT, -1, 0x7ffffffd);
    CALL(keyctl, KEYCTL_DH_COMPUTE, &parameters, bytes, sizeof bytes, NULL);
    CALL(keyctl, KEYCTL_DH_COMPUTE, &parameters, bytes, sizeof bytes, &kdf);
    CALL(keyctl, KEYCTL_DH_COMPUTE, NULL, NULL, 0, NULL);
    CALL(keyctl, KEYCTL_RESTRICT_KEYRING, 0x7ffffffe, "type", "restriction");
    CALL(keyctl, 30, 1, 2, 3, 4);
    CALL(keyctl, 9999, 1, 2, 3, 4);
}

static void asymmetric(void)
{
    struct keyctl_pkey_query query = {0};
    struct keyctl_pkey_params parameters = {.key_id = 0x7ffffffe, .in_len = 3, .out_len = 5};
    char bytes[8];

    CALL(keyctl, KEYCTL_PKEY_QUERY, 0x7ffffffe, 0, "info", &query);
    CALL(keyctl, KEYCTL_PKEY_ENCRYPT, &parameters, "info", "abc", bytes);
    CALL(keyctl, KEYCTL_PKEY_DECRYPT, &parameters, "info", "abc", bytes);
    CALL(keyctl, KEYCTL_PKEY_SIGN, &parameters, "info", "abc", bytes);
    CALL(keyctl, KEYCTL_PKEY_VERIFY, &parameters, "info", "abc", "abcde");
    CALL(keyctl, KEYCTL_MOVE, 0x7ffffffe, 0x7ffffffd, 0x7ffffffc, 1);
    CALL(keyctl, KEYCTL_MOVE, 0x7ffffffe, 0x7ffffffd, 0x7ffffffc, 0x100);
}

int main(void)
{
    CALL(add_key, "no such type", "description", "payload", 7, 0x7ffffffe);
    CALL(add_key, "no such type", NULL, "payload that is longer than is shown", 36, KEY_SPEC_THREAD_KEYRING);
    CALL(add_key, NOWHERE, NOWHERE, NOWHERE, 36, -77);
    CALL(request_key, "no such type", "description", "callout", KEY_SPEC_USER_KEYRING);
    CALL(request_key, NULL, NOWHERE, NULL, 5);
    operations();
    asymmetric();
    return 0;
}
