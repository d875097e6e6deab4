/* SPDX-License-Identifier: MIT */
#include "elf/symbol_message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/clock_ns.h"

static struct symbol_writer writer;
static struct symbol_place place;

static void tear_down(void)
{
    symbol_writer_finish(&writer);
}

TestSuite(symbol_message, .fini = tear_down);

static struct symbol_reader reader_of(size_t size)
{
    return (struct symbol_reader){.at = writer.bytes, .end = writer.bytes + size};
}

static void write_two_frames(void)
{
    const struct symbol_place written = {.address = 0x1234,
                                         .frame_count = 2,
                                         .frames = {{.function = "f(int)", .linkage_name = "_Z1fi", .line = 7, .inlined = true},
                                                    {.linkage_name = "", .file = "/x/y.c", .start = 0x1200}}};

    symbol_write_place(&writer, &written);
}

Test(symbol_message, a_place_arrives_as_it_was_sent)
{
    write_two_frames();
    struct symbol_reader reader = reader_of(writer.size);
    symbol_read_place(&reader, &place);
    cr_assert(symbol_reader_is_done(&reader));
    cr_expect_eq(place.address, 0x1234);
    cr_assert_eq(place.frame_count, 2);
    cr_expect_str_eq(place.frames[0].function, "f(int)");
    cr_expect_str_eq(place.frames[0].linkage_name, "_Z1fi");
    cr_expect_null(place.frames[0].file);
    cr_expect_eq(place.frames[0].line, 7);
    cr_expect(place.frames[0].inlined);
    cr_expect_null(place.frames[1].function);
    cr_expect_str_eq(place.frames[1].linkage_name, "");
    cr_expect_str_eq(place.frames[1].file, "/x/y.c");
    cr_expect_eq(place.frames[1].start, 0x1200);
}

Test(symbol_message, what_is_cut_off_or_too_long_is_wrong)
{
    write_two_frames();
    for (size_t size = 0; size < writer.size; size++) {
        char *bytes = malloc(size ? size : 1); /* so that a sanitizer sees what is read behind the end */
        memcpy(bytes, writer.bytes, size);
        struct symbol_reader reader = {.at = bytes, .end = bytes + size};
        symbol_read_place(&reader, &place);
        cr_expect_not(symbol_reader_is_done(&reader), "%zu bytes", size);
        free(bytes);
    }
    symbol_write_number(&writer, 0);
    struct symbol_reader reader = reader_of(writer.size);
    symbol_read_place(&reader, &place);
    cr_expect_not(symbol_reader_is_done(&reader), "something is left over");
}

Test(symbol_message, texts_end_where_they_say)
{
    symbol_write_text(&writer, "abc");
    writer.bytes[9] = '\0';
    struct symbol_reader reader = reader_of(writer.size);
    cr_expect_null(symbol_read_text(&reader));
    cr_expect(reader.wrong, "a NUL within");
    memcpy(writer.bytes + 9, "bcd", 3);
    reader = reader_of(writer.size);
    cr_expect_null(symbol_read_text(&reader));
    cr_expect(reader.wrong, "no NUL at the end");
}

Test(symbol_message, too_many_frames_are_wrong)
{
    symbol_write_number(&writer, 0);
    symbol_write_number(&writer, SYMBOL_FRAMES_MAX + 1);
    struct symbol_reader reader = reader_of(writer.size);
    symbol_read_place(&reader, &place);
    cr_expect(reader.wrong);
    cr_expect_eq(place.frame_count, 0);
}

Test(symbol_message, names_without_end_are_not_known)
{
    char *name = malloc(SYMBOL_TEXT_MAX + 1);

    memset(name, 'x', SYMBOL_TEXT_MAX);
    name[SYMBOL_TEXT_MAX] = '\0';
    symbol_write_text(&writer, name);
    symbol_write_text(&writer, name + 1);
    free(name);
    struct symbol_reader reader = reader_of(writer.size);
    cr_expect_null(symbol_read_text(&reader));
    const char *longest = symbol_read_text(&reader);
    cr_assert(symbol_reader_is_done(&reader));
    cr_expect_eq(strlen(longest), SYMBOL_TEXT_MAX - 1);
}

/* ---- Sending --------------------------------------------------------------------------------------------------------------- */

static int ends[2];

static void connect_ends(void)
{
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
}

Test(symbol_message, a_message_takes_its_descriptor_along)
{
    struct symbol_header header;
    char body[3], byte;
    int pipe_ends[2], descriptor;

    connect_ends();
    cr_assert_eq(pipe(pipe_ends), 0);
    cr_assert_eq(symbol_send(ends[0], SYMBOL_OPEN, "abc", 3, pipe_ends[0]), 0);
    cr_assert_eq(symbol_receive_header(ends[1], UINT64_MAX, &header, &descriptor), 0);
    cr_expect_eq(header.kind, SYMBOL_OPEN);
    cr_assert_eq(header.size, 3);
    cr_assert_eq(symbol_receive(ends[1], UINT64_MAX, body, 3), 0);
    cr_expect_arr_eq(body, "abc", 3);
    cr_assert_eq(write(pipe_ends[1], "x", 1), 1);
    cr_assert_eq(read(descriptor, &byte, 1), 1);
    cr_expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
}

/* There must be none that nobody knows of. */
Test(symbol_message, of_several_descriptors_no_more_than_one_is_received)
{
    char control[CMSG_SPACE(2 * sizeof(int))] = "";
    struct symbol_header header = {.kind = SYMBOL_PLACE};
    struct iovec part = {&header, sizeof header};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    int descriptor;

    connect_ends();
    *CMSG_FIRSTHDR(&message) = (struct cmsghdr){CMSG_LEN(2 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), (int[]){0, 0}, 2 * sizeof(int));
    cr_assert_eq(sendmsg(ends[0], &message, 0), sizeof header);
    const int free_before = dup(0);
    close(free_before);
    cr_assert_eq(symbol_receive_header(ends[1], UINT64_MAX, &header, &descriptor), 0);
    if (descriptor >= 0)
        close(descriptor);
    const int free_after = dup(0);
    cr_expect_eq(free_after, free_before);
}

Test(symbol_message, who_sends_nothing_or_is_gone_or_sends_nonsense_is_told_apart)
{
    struct symbol_header header = {.size = SYMBOL_BODY_MAX + 1};
    int descriptor;

    connect_ends();
    cr_expect_eq(symbol_receive_header(ends[1], clock_ns(CLOCK_MONOTONIC) + 1, &header, &descriptor), -ETIMEDOUT);
    cr_assert_eq(write(ends[0], &header, 5), 5);
    cr_expect_eq(symbol_receive_header(ends[1], clock_ns(CLOCK_MONOTONIC) + 1000000, &header, &descriptor), -ETIMEDOUT,
                 "half a header");
    header = (struct symbol_header){.size = SYMBOL_BODY_MAX + 1};
    cr_assert_eq(write(ends[0], &header, sizeof header), sizeof header);
    cr_expect_eq(symbol_receive_header(ends[1], UINT64_MAX, &header, &descriptor), -EPROTO);
    close(ends[0]);
    cr_expect_eq(symbol_receive_header(ends[1], UINT64_MAX, &header, &descriptor), -EPIPE);
    cr_expect_eq(symbol_send(ends[1], SYMBOL_OPEN, NULL, 0, -1), -EPIPE);
}
