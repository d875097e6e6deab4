/* SPDX-License-Identifier: MIT
 * The kernel's keys. */
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/keyctl.h>
#include <string.h>
#include <sys/syscall.h>

#include "call_scene.h"

Test(key_decoders, special_keys_have_names)
{
    expect_decoded(SYS_keyctl, (const uint64_t[6]){KEYCTL_LINK, 7, (uint32_t)KEY_SPEC_SESSION_KEYRING}, NULL, 0, 0,
                   "keyctl(KEYCTL_LINK, 7, KEY_SPEC_SESSION_KEYRING) = 0");
    expect_decoded(SYS_keyctl, (const uint64_t[6]){KEYCTL_SET_REQKEY_KEYRING, 77}, NULL, 0, -22,
                   "keyctl(KEYCTL_SET_REQKEY_KEYRING, 77 /* KEY_REQKEY_DEFL_??? */) = -1 EINVAL (Invalid argument)");
    expect_decoded(SYS_keyctl, (const uint64_t[6]){9999, 1, 2, 3, 4}, NULL, 0, -95,
                   "keyctl(0x270f /* KEYCTL_??? */, 0x1, 0x2, 0x3, 0x4) = -1 EOPNOTSUPP (Operation not supported)");
}

Test(key_decoders, what_is_read_is_shown_afterwards)
{
    expect_decoded(SYS_keyctl, (const uint64_t[6]){KEYCTL_READ, 7, SCENE_MEMORY, 5}, "text!", 5, 4,
                   "keyctl(KEYCTL_READ, 7, \"text\", 5) = 4");
    expect_decoded(SYS_keyctl, (const uint64_t[6]){KEYCTL_READ, 7, SCENE_MEMORY, 5}, "text!", 5, -126,
                   "keyctl(KEYCTL_READ, 7, 0x10000, 5) = -1 ENOKEY (Required key not available)");
}

Test(key_decoders, a_rejected_key_has_an_error)
{
    expect_decoded(SYS_keyctl, (const uint64_t[6]){KEYCTL_REJECT, 7, 5, EACCES, 8}, NULL, 0, 0,
                   "keyctl(KEYCTL_REJECT, 7, 5, EACCES, 8) = 0");
    expect_decoded(SYS_keyctl, (const uint64_t[6]){KEYCTL_REJECT, 7, 5, 9999, 8}, NULL, 0, 0,
                   "keyctl(KEYCTL_REJECT, 7, 5, 9999, 8) = 0");
}

Test(key_decoders, lengths_are_in_the_parameters)
{
    const struct {
        struct keyctl_pkey_params parameters;
        char input[4], second[4];
    } memory = {{.key_id = 7, .in_len = 3, .in2_len = 2}, "abc", "de"};
    const uint64_t input = SCENE_MEMORY + sizeof memory.parameters;

    expect_decoded(SYS_keyctl, (const uint64_t[6]){KEYCTL_PKEY_VERIFY, SCENE_MEMORY, 0, input, input + 4}, &memory, sizeof memory,
                   0, "keyctl(KEYCTL_PKEY_VERIFY, {key_id=7, in_len=3, in2_len=2}, NULL, \"abc\", \"de\") = 0");
    expect_decoded(SYS_keyctl, (const uint64_t[6]){KEYCTL_PKEY_SIGN, SCENE_MEMORY, 0, input, input + 4}, &memory, sizeof memory, 2,
                   "keyctl(KEYCTL_PKEY_SIGN, {key_id=7, in_len=3, out_len=2}, NULL, \"abc\", 0x1002c) = 2");
    expect_decoded(SYS_keyctl, (const uint64_t[6]){KEYCTL_PKEY_SIGN, 0x99, 0, input, 0}, &memory, sizeof memory, -14,
                   "keyctl(KEYCTL_PKEY_SIGN, 0x99, NULL, \"\", NULL) = -1 EFAULT (Bad address)");
}

Test(key_decoders, a_key_is_derived_with_more_input)
{
    const struct {
        struct keyctl_kdf_params parameters;
        char hash[8], info[4];
    } memory = {{.hashname = (char *)(SCENE_MEMORY + sizeof memory.parameters),
                 .otherinfo = (char *)(SCENE_MEMORY + sizeof memory.parameters + 8),
                 .otherinfolen = 3},
                "sha256",
                "abc"};

    expect_decoded(SYS_keyctl, (const uint64_t[6]){KEYCTL_DH_COMPUTE, 0, 0, 0, SCENE_MEMORY}, &memory, sizeof memory, -95,
                   "keyctl(KEYCTL_DH_COMPUTE, NULL, NULL, 0, {hashname=\"sha256\", otherinfo=\"abc\", otherinfolen=3}) = "
                   "-1 EOPNOTSUPP (Operation not supported)");
}
