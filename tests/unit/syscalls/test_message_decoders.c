/* SPDX-License-Identifier: MIT
 * Messages and what comes with them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "call_scene.h"

/* A message at the beginning of memory; behind it one vector, its data, and control data. */
struct picture {
    struct msghdr message;
    struct iovec vector;
    char data[16];
    struct {
        size_t size;
        int level, type;
        uint32_t numbers[6];
    } control;
};

#define AT(member) ((void *)(uintptr_t)(SCENE_MEMORY + offsetof(struct picture, member)))

static struct picture picture_of(const char *data)
{
    struct picture picture = {.message = {.msg_iov = AT(vector), .msg_iovlen = 1}, .vector = {AT(data), strlen(data)}};

    strcpy(picture.data, data);
    return picture;
}

static void expect_sent(const struct picture *picture, const char *text)
{
    expect_decoded(SYS_sendmsg, (const uint64_t[6]){5, SCENE_MEMORY, MSG_NOSIGNAL}, picture, sizeof *picture, 5, text);
}

Test(message_decoders, the_vectors_are_followed)
{
    const struct picture picture = picture_of("hello");

    expect_sent(&picture, "sendmsg(5, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"hello\", iov_len=5}], msg_iovlen=1, "
                          "msg_controllen=0, msg_flags=0}, MSG_NOSIGNAL) = 5");
}

static void expect_control(size_t size, int level, int type, const char *text)
{
    struct picture picture = picture_of("x");
    char whole[500];

    picture.message.msg_control = AT(control);
    picture.message.msg_controllen = sizeof picture.control;
    picture.control.size = size;
    picture.control.level = level;
    picture.control.type = type;
    for (uint32_t i = 0; i < 6; i++)
        picture.control.numbers[i] = i + 1;
    snprintf(whole, sizeof whole,
             "sendmsg(5, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"x\", iov_len=1}], msg_iovlen=1, msg_control=[%s], "
             "msg_controllen=40, msg_flags=0}, MSG_NOSIGNAL) = 5",
             text);
    expect_sent(&picture, whole);
}

Test(message_decoders, control_messages_are_decoded_by_type)
{
    expect_control(40, SOL_SOCKET, SCM_RIGHTS,
                   "{cmsg_len=40, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[1, 2, 3, 4, 5, 6]}");
    expect_control(40, SOL_SOCKET, SCM_CREDENTIALS,
                   "{cmsg_len=40, cmsg_level=SOL_SOCKET, cmsg_type=SCM_CREDENTIALS, cmsg_data={pid=1, uid=2, gid=3}}");
    expect_control(40, 99, 7, "{cmsg_len=40, cmsg_level=0x63 /* SOL_??? */, cmsg_type=0x7}");
    expect_control(100, 0, 2, "{cmsg_len=100, cmsg_level=SOL_IP, cmsg_type=IP_TTL, cmsg_data=[1]}");
}

Test(message_decoders, a_control_message_shorter_than_its_head_ends_the_list)
{
    expect_control(5, SOL_SOCKET, SCM_RIGHTS, "{cmsg_len=5, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS}, ... /* 0x10068 */");
}

Test(message_decoders, of_what_was_received_only_that_is_shown)
{
    struct picture picture = picture_of("hello");
    struct call_scene scene = {0};
    struct picture *there = fake_memory_add(&scene.memory, SCENE_MEMORY, sizeof picture);

    *there = picture;
    there->message.msg_namelen = 110;
    call_scene_enter(&scene, SYS_recvmsg, (const uint64_t[6]){5, SCENE_MEMORY, 0});
    there->message.msg_namelen = 0;
    call_scene_leave(&scene, 2);
    call_scene_expect(&scene,
                      "recvmsg(5, {msg_name=NULL, msg_namelen=110 => 0, msg_iov=[{iov_base=\"he\", iov_len=5}], msg_iovlen=1, "
                      "msg_controllen=0, msg_flags=0}, 0) = 2");
    expect_decoded(SYS_recvmsg, (const uint64_t[6]){5, SCENE_MEMORY, 0}, &picture, sizeof picture, -11,
                   "recvmsg(5, {msg_namelen=0}, 0) = -1 EAGAIN (Resource temporarily unavailable)");
    expect_decoded(SYS_recvmsg, (const uint64_t[6]){5, 0x5000, 0}, NULL, 0, -14, "recvmsg(5, 0x5000, 0) = -1 EFAULT (Bad address)");
}

Test(message_decoders, several_messages_have_their_lengths)
{
    struct {
        struct mmsghdr messages[2];
    } several = {.messages[0].msg_len = 5};

    expect_decoded(
        SYS_sendmmsg, (const uint64_t[6]){5, SCENE_MEMORY, 2, 0}, &several, sizeof several, 1,
        "sendmmsg(5, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=NULL, msg_iovlen=0, msg_controllen=0, msg_flags=0}, "
        "msg_len=5}, {msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=NULL, msg_iovlen=0, msg_controllen=0, msg_flags=0}}], "
        "2, 0) = 1");
}
