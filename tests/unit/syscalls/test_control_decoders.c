/* SPDX-License-Identifier: MIT
 * What a process is and may do. */
#include <criterion/criterion.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "call_scene.h"

Test(control_decoders, capabilities_have_as_many_bits_as_their_version)
{
    uint32_t memory[2 + 6] = {_LINUX_CAPABILITY_VERSION_3, 0, 1 << CAP_CHOWN, 0, 0, 1 << (CAP_BPF - 32), 0, 0};
    const uint64_t arguments[6] = {SCENE_MEMORY, SCENE_MEMORY + 8};

    expect_decoded(SYS_capset, arguments, memory, sizeof memory, 0,
                   "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_CHOWN|1<<CAP_BPF, permitted=0, "
                   "inheritable=0}) = 0");
    memory[0] = _LINUX_CAPABILITY_VERSION_1;
    expect_decoded(
        SYS_capset, arguments, memory, sizeof memory, 0,
        "capset({version=_LINUX_CAPABILITY_VERSION_1, pid=0}, {effective=1<<CAP_CHOWN, permitted=0, inheritable=0}) = 0");
}

Test(control_decoders, names_of_threads_have_fifteen_bytes)
{
    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_SET_NAME, SCENE_MEMORY}, "a name that is too long", 24, 0,
                   "prctl(PR_SET_NAME, \"a name that is \"...) = 0");
    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_SET_NAME, SCENE_MEMORY}, "short", 6, 0, "prctl(PR_SET_NAME, \"short\") = 0");
}

Test(control_decoders, arguments_of_prctl_depend_on_the_first)
{
    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_SET_SECCOMP, 1, 5}, NULL, 0, 0,
                   "prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0x5) = 0");
    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0}, NULL, 0, 0,
                   "prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0) = 0");
    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0}, NULL, 0, 0,
                   "prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0) = 0");
    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_SET_PTRACER, UINT64_MAX}, NULL, 0, 0,
                   "prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY) = 0");
    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0x1000, 4096, SCENE_MEMORY}, "heap", 5, 0,
                   "prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, 0x1000, 4096, \"heap\") = 0");
    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_SET_TAGGED_ADDR_CTRL, 1 << 3, 0, 0, 0}, NULL, 0, 0,
                   "prctl(PR_SET_TAGGED_ADDR_CTRL, !PR_TAGGED_ADDR_ENABLE|PR_MTE_TCF_NONE|0x1<<PR_MTE_TAG_SHIFT, 0, 0, 0) = 0");
}

Test(control_decoders, a_cookie_is_stored_if_it_is_asked_for)
{
    const uint64_t cookie = 0x77;

    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_SCHED_CORE, PR_SCHED_CORE_GET, 5, 0, SCENE_MEMORY}, &cookie, sizeof cookie, 0,
                   "prctl(PR_SCHED_CORE, PR_SCHED_CORE_GET, 5, 0 /* PIDTYPE_PID */, [0x77]) = 0");
    expect_decoded(SYS_prctl, (const uint64_t[6]){PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 5, 0, 0}, NULL, 0, 0,
                   "prctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 5, 0 /* PIDTYPE_PID */, NULL) = 0");
}

Test(control_decoders, lists_and_names_are_bounded)
{
    const uint32_t groups[] = {1, 2};

    expect_decoded(SYS_setgroups, (const uint64_t[6]){2, SCENE_MEMORY}, groups, sizeof groups, 0, "setgroups(2, [1, 2]) = 0");
    expect_decoded(SYS_setgroups, (const uint64_t[6]){65537, SCENE_MEMORY}, groups, sizeof groups, -22,
                   "setgroups(65537, 0x10000) = -1 EINVAL (Invalid argument)");
    expect_decoded(SYS_sethostname, (const uint64_t[6]){SCENE_MEMORY, 3}, "box", 3, 0, "sethostname(\"box\", 3) = 0");
    expect_decoded(SYS_sethostname, (const uint64_t[6]){SCENE_MEMORY, 65}, "box", 3, -22,
                   "sethostname(0x10000, 65) = -1 EINVAL (Invalid argument)");
}

Test(control_decoders, a_personality_has_bits)
{
    expect_decoded(SYS_personality, (const uint64_t[6]){0x0040000}, NULL, 0, 0,
                   "personality(PER_LINUX|ADDR_NO_RANDOMIZE) = 0 (PER_LINUX)");
    expect_decoded(SYS_personality, (const uint64_t[6]){0xffffffff}, NULL, 0, 0x40000,
                   "personality(0xffffffff) = 0x40000 (PER_LINUX|ADDR_NO_RANDOMIZE)");
}

Test(control_decoders, registers_of_a_tracee_are_named)
{
    expect_decoded(SYS_ptrace, (const uint64_t[6]){PTRACE_POKEUSER, 5, 8 * 10, 7}, NULL, 0, 0,
                   "ptrace(PTRACE_POKEUSER, 5, 8*RAX, 0x7) = 0");
    expect_decoded(SYS_ptrace, (const uint64_t[6]){PTRACE_POKEUSER, 5, 8 * 10 + 1, 7}, NULL, 0, -5,
                   "ptrace(PTRACE_POKEUSER, 5, 8*RAX+1, 0x7) = -1 EIO (Input/output error)");
}
