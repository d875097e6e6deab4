/* SPDX-License-Identifier: MIT
 * How processes are made and waited for. */
#include <criterion/criterion.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "call_scene.h"

static void expect_status(uint32_t status, const char *text)
{
    expect_decoded(SYS_wait4, (const uint64_t[6]){(uint64_t)-1, SCENE_MEMORY, 0, 0}, &status, sizeof status, 7, text);
}

Test(process_decoders, a_status_says_how_a_process_ended)
{
    expect_status(0x300, "wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 7");
    expect_status(SIGKILL, "wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], 0, NULL) = 7");
    expect_status(SIGSEGV | 0x80, "wait4(-1, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)}], 0, NULL) = 7");
    expect_status(SIGSTOP << 8 | 0x7f, "wait4(-1, [{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}], 0, NULL) = 7");
    expect_status((SIGTRAP | 0x80) << 8 | 0x7f, "wait4(-1, [{WIFSTOPPED(s) && WSTOPSIG(s) == SIGTRAP | 0x80}], 0, NULL) = 7");
    expect_status(4 << 16 | SIGTRAP << 8 | 0x7f, "wait4(-1, [{WIFSTOPPED(s) && WSTOPSIG(s) == SIGTRAP | 0x4 << 16}], 0, NULL) = 7");
    expect_status(0xffff, "wait4(-1, [{WIFCONTINUED(s)}], 0, NULL) = 7");
}

Test(process_decoders, nobody_has_no_status)
{
    const uint32_t status = 0;

    expect_decoded(SYS_wait4, (const uint64_t[6]){(uint64_t)-1, SCENE_MEMORY, 1, SCENE_MEMORY}, &status, sizeof status, 0,
                   "wait4(-1, 0x10000, WNOHANG, 0x10000) = 0");
}

Test(process_decoders, clone_shows_what_its_flags_ask_for)
{
    const uint32_t tid = 9;

    expect_decoded(SYS_clone, (const uint64_t[6]){SIGCHLD, 0, 1, 2, 3}, NULL, 0, 9, "clone(child_stack=NULL, flags=SIGCHLD) = 9");
    expect_decoded(SYS_clone, (const uint64_t[6]){CLONE_VM | CLONE_PARENT_SETTID, 0x5000, SCENE_MEMORY, 0, 0}, &tid, sizeof tid, 9,
                   "clone(child_stack=0x5000, flags=CLONE_VM|CLONE_PARENT_SETTID, parent_tid=[9]) = 9");
    expect_decoded(SYS_clone, (const uint64_t[6]){CLONE_SETTLS | CLONE_CHILD_CLEARTID | SIGCHLD, 0, 0, 0x20, 0x30}, NULL, 0, -11,
                   "clone(child_stack=NULL, flags=CLONE_SETTLS|CLONE_CHILD_CLEARTID|SIGCHLD, tls=0x30, child_tidptr=0x20) = "
                   "-1 EAGAIN (Resource temporarily unavailable)");
}

Test(process_decoders, clone3_says_what_it_has_stored)
{
    struct clone_args args = {.flags = CLONE_PIDFD, .pidfd = SCENE_MEMORY + sizeof args, .exit_signal = SIGCHLD};
    struct call_scene scene = {0};
    unsigned char *memory = fake_memory_add(&scene.memory, SCENE_MEMORY, sizeof args + 4);

    memcpy(memory, &args, sizeof args);
    call_scene_enter(&scene, SYS_clone3, (const uint64_t[6]){SCENE_MEMORY, sizeof args});
    memory[sizeof args] = 5;
    call_scene_leave(&scene, 9);
    call_scene_expect(&scene, "clone3({flags=CLONE_PIDFD, pidfd=0x10058, exit_signal=SIGCHLD, stack=NULL, stack_size=0} => "
                              "{pidfd=[5]}, 88) = 9");
    expect_decoded(SYS_clone3, (const uint64_t[6]){SCENE_MEMORY, 8}, &args, sizeof args, -22,
                   "clone3(0x10000, 8) = -1 EINVAL (Invalid argument)");
}
