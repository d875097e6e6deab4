/* SPDX-License-Identifier: MIT
 * Opening files, handles, offsets. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "call_scene.h"

Test(file_decoders, access_is_a_number_and_the_rest_are_bits)
{
    expect_decoded(SYS_open, (const uint64_t[6]){SCENE_MEMORY, O_RDWR | O_APPEND}, "f", 2, 3, "open(\"f\", O_RDWR|O_APPEND) = 3");
    expect_decoded(SYS_open, (const uint64_t[6]){SCENE_MEMORY, O_RDONLY}, "f", 2, 3, "open(\"f\", O_RDONLY) = 3");
    expect_decoded(SYS_open, (const uint64_t[6]){SCENE_MEMORY, O_ACCMODE | 0x20000000}, "f", 2, -22,
                   "open(\"f\", O_ACCMODE|0x20000000) = -1 EINVAL (Invalid argument)");
}

Test(file_decoders, mode_is_there_if_a_file_may_be_made)
{
    expect_decoded(SYS_open, (const uint64_t[6]){SCENE_MEMORY, O_WRONLY | O_CREAT, 0600}, "f", 2, 3,
                   "open(\"f\", O_WRONLY|O_CREAT, 0600) = 3");
    expect_decoded(SYS_openat, (const uint64_t[6]){(uint64_t)AT_FDCWD, SCENE_MEMORY, O_RDWR | O_TMPFILE, 0640}, "d", 2, 3,
                   "openat(AT_FDCWD, \"d\", O_RDWR|O_TMPFILE, 0640) = 3");
}

Test(file_decoders, flags_of_a_descriptor_are_named_behind_their_number)
{
    expect_decoded(SYS_fcntl, (const uint64_t[6]){3, F_GETFL}, NULL, 0, O_RDWR | O_NONBLOCK,
                   "fcntl(3, F_GETFL) = 0x802 (flags O_RDWR|O_NONBLOCK)");
    expect_decoded(SYS_fcntl, (const uint64_t[6]){3, F_GETLEASE}, NULL, 0, F_UNLCK, "fcntl(3, F_GETLEASE) = 0x2 (F_UNLCK)");
}

Test(file_decoders, how_to_open_may_be_larger_than_we_know)
{
    const uint64_t how[] = {O_RDONLY, 0, 8, 5};
    char memory[sizeof how + 2] = "";

    memcpy(memory, how, sizeof how);
    memcpy(memory + sizeof how, "f", 2);
    const uint64_t path = SCENE_MEMORY + sizeof how;
    expect_decoded(SYS_openat2, (const uint64_t[6]){3, path, SCENE_MEMORY, 24}, memory, sizeof memory, 4,
                   "openat2(3, \"f\", {flags=O_RDONLY, resolve=RESOLVE_BENEATH}, 24) = 4");
    expect_decoded(SYS_openat2, (const uint64_t[6]){3, path, SCENE_MEMORY, 32}, memory, sizeof memory, -7,
                   "openat2(3, \"f\", {flags=O_RDONLY, resolve=RESOLVE_BENEATH, /* bytes 24..31 */ "
                   "\"\\x05\\x00\\x00\\x00\\x00\\x00\\x00\\x00\"}, 32) = -1 E2BIG (Argument list too long)");
    expect_decoded(SYS_openat2, (const uint64_t[6]){3, path, SCENE_MEMORY, 16}, memory, sizeof memory, -22,
                   "openat2(3, \"f\", 0x10000, 16) = -1 EINVAL (Invalid argument)");
}

Test(file_decoders, only_devices_have_a_device)
{
    expect_decoded(SYS_mknod, (const uint64_t[6]){SCENE_MEMORY, S_IFCHR | 0600, makedev(1, 3)}, "f", 2, 0,
                   "mknod(\"f\", S_IFCHR|0600, makedev(0x1, 0x3)) = 0");
    expect_decoded(SYS_mknod, (const uint64_t[6]){SCENE_MEMORY, S_IFIFO | 0600, makedev(1, 3)}, "f", 2, 0,
                   "mknod(\"f\", S_IFIFO|0600) = 0");
}

Test(file_decoders, fanotify_has_classes_and_marks)
{
    expect_decoded(SYS_fanotify_init, (const uint64_t[6]){FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY}, NULL, 0, 3,
                   "fanotify_init(FAN_CLASS_CONTENT|FAN_CLOEXEC, O_RDONLY) = 3");
    expect_decoded(SYS_fanotify_mark, (const uint64_t[6]){3, FAN_MARK_ADD, FAN_OPEN, (uint64_t)FAN_NOFD, SCENE_MEMORY}, "f", 2, 0,
                   "fanotify_mark(3, FAN_MARK_ADD, FAN_OPEN, FAN_NOFD, \"f\") = 0");
}

Test(file_decoders, a_handle_is_made_with_the_size_that_it_needs)
{
    const uint32_t offered[] = {2, 0, 0}, made[] = {4, 7, 0x04030201};
    struct call_scene scene = {0};
    unsigned char *memory = fake_memory_add(&scene.memory, SCENE_MEMORY, 20);

    memcpy(memory, "f", 2);
    memcpy(memory + 4, offered, sizeof offered);
    call_scene_enter(&scene, SYS_name_to_handle_at, (const uint64_t[6]){3, SCENE_MEMORY, SCENE_MEMORY + 4, SCENE_MEMORY + 16, 0});
    memcpy(memory + 4, made, sizeof made);
    memory[16] = 9;
    call_scene_leave(&scene, 0);
    call_scene_expect(&scene,
                      "name_to_handle_at(3, \"f\", {handle_bytes=2 => 4, handle_type=7, f_handle=\"\\x01\\x02\\x03\\x04\"}, "
                      "[9], 0) = 0");
}

Test(file_decoders, sendfile_moves_the_offset)
{
    struct call_scene scene = {0};
    uint64_t *offset = fake_memory_add(&scene.memory, SCENE_MEMORY, sizeof *offset);

    *offset = 5;
    call_scene_enter(&scene, SYS_sendfile, (const uint64_t[6]){1, 2, SCENE_MEMORY, 10});
    *offset = 12;
    call_scene_leave(&scene, 7);
    call_scene_expect(&scene, "sendfile(1, 2, [5] => [12], 10) = 7");
    expect_decoded(SYS_sendfile, (const uint64_t[6]){1, 2, 0, 10}, NULL, 0, 7, "sendfile(1, 2, NULL, 10) = 7");
}

Test(file_decoders, names_of_attributes_are_stored_only_if_there_is_room)
{
    const char memory[] = "user.a\0user.b";
    const uint64_t path = SCENE_MEMORY + 7;

    expect_decoded(SYS_listxattr, (const uint64_t[6]){path, SCENE_MEMORY, 7}, memory, sizeof memory, 7,
                   "listxattr(\"user.b\", \"user.a\\0\", 7) = 7");
    expect_decoded(SYS_listxattr, (const uint64_t[6]){path, SCENE_MEMORY, 0}, memory, sizeof memory, 7,
                   "listxattr(\"user.b\", 0x10000, 0) = 7");
    expect_decoded(SYS_listxattr, (const uint64_t[6]){path, SCENE_MEMORY, 1}, memory, sizeof memory, -34,
                   "listxattr(\"user.b\", 0x10000, 1) = -1 ERANGE (Numerical result out of range)");
}
