/* SPDX-License-Identifier: MIT
 * Programs of the packet filter. They are shown where output is not abbreviated. */
#include <criterion/criterion.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "call_scene.h"

static const struct sock_filter steps[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 5, 0, 1),     BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 1),
    BPF_STMT(BPF_MISC | BPF_TAX, 0),       BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
};
#define SHOWN                                                                                                                      \
    "BPF_STMT(BPF_LD|BPF_W|BPF_ABS, 0x4), BPF_JUMP(BPF_JMP|BPF_K|BPF_JEQ, 0x5, 0, 0x1), BPF_STMT(BPF_ALU|BPF_X|BPF_ADD, 0x1), "    \
    "BPF_STMT(BPF_MISC|BPF_TAX, 0), "

/* A struct sock_fprog, and behind it the steps. */
static void expect_program(uint64_t number, const uint64_t arguments[6], const char *text)
{
    const struct sock_fprog program = {sizeof steps / sizeof *steps, (struct sock_filter *)(SCENE_MEMORY + sizeof program)};
    struct call_scene scene = {.verbose = true};
    unsigned char *memory = fake_memory_add(&scene.memory, SCENE_MEMORY, sizeof program + sizeof steps);

    memcpy(memory, &program, sizeof program);
    memcpy(memory + sizeof program, steps, sizeof steps);
    call_scene_enter(&scene, number, arguments);
    call_scene_leave(&scene, 0);
    call_scene_expect(&scene, text);
}

Test(filter_decoders, a_filter_of_calls_returns_an_action)
{
    expect_program(SYS_seccomp, (const uint64_t[6]){SECCOMP_SET_MODE_FILTER, 0, SCENE_MEMORY},
                   "seccomp(SECCOMP_SET_MODE_FILTER, 0, {len=5, filter=[" SHOWN
                   "BPF_STMT(BPF_RET|BPF_K, SECCOMP_RET_ERRNO|0x1)]}) = 0");
}

Test(filter_decoders, a_filter_of_packets_returns_a_number)
{
    expect_program(SYS_setsockopt, (const uint64_t[6]){3, SOL_SOCKET, SO_ATTACH_FILTER, SCENE_MEMORY, 16},
                   "setsockopt(3, SOL_SOCKET, SO_ATTACH_FILTER, {len=5, filter=[" SHOWN
                   "BPF_STMT(BPF_RET|BPF_K, 0x50001)]}, 16) = 0");
}

Test(filter_decoders, an_abbreviated_filter_is_an_address)
{
    const uint64_t program[] = {5, 0x1234};

    expect_decoded(SYS_seccomp, (const uint64_t[6]){SECCOMP_SET_MODE_FILTER, 0, SCENE_MEMORY}, program, sizeof program, 0,
                   "seccomp(SECCOMP_SET_MODE_FILTER, 0, {len=5, filter=0x1234}) = 0");
}
