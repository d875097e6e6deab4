/* SPDX-License-Identifier: MIT
 * Calls with registers and memory made up, decoded and shown. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>
#include <sys/syscall.h>

#include "report/calls/call_text.h"
#include "syscalls/decoder.h"
#include "fake_memory.h"

static const struct decode_options usual = {.string_limit = 32, .abbreviate = true, .dereference = true};

struct scene {
    struct fake_memory memory;
    struct system_call call;
    struct text_buffer text;
};

static struct decoder decoder_of(struct scene *scene, const struct memory_view *view, const struct decode_options *options)
{
    return (struct decoder){.call = &scene->call, .memory = view, .options = options, .arena = &scene->call.arena};
}

static void enter(struct scene *scene, uint64_t number, const uint64_t arguments[6], const struct decode_options *options)
{
    const struct memory_view view = fake_memory_view(&scene->memory);

    scene->call.number = number;
    scene->call.row = syscall_table_row(number);
    memcpy(scene->call.arguments, arguments, sizeof scene->call.arguments);
    struct decoder decoder = decoder_of(scene, &view, options);
    decode_entry(&decoder);
}

static void leave(struct scene *scene, int64_t result, const struct decode_options *options)
{
    const struct memory_view view = fake_memory_view(&scene->memory);

    scene->call.returned = true;
    scene->call.result = result;
    scene->call.failed = result < 0;
    struct decoder decoder = decoder_of(scene, &view, options);
    decode_exit(&decoder);
}

/* What the call looks like when it is over. The scene is done with. */
static void expect(struct scene *scene, const char *text)
{
    call_text_entry(&scene->text, &scene->call);
    call_text_rest(&scene->text, &scene->call, call_text_count(&scene->call));
    text_buffer_add(&scene->text, " ");
    call_text_result(&scene->text, &scene->call);
    cr_expect(eq(str, scene->text.text, (char *)text));
    text_buffer_finish(&scene->text);
    arena_finish(&scene->call.arena);
    fake_memory_finish(&scene->memory);
}

static void expect_call(uint64_t number, const uint64_t arguments[6], int64_t result, const char *text)
{
    struct scene scene = {0};

    enter(&scene, number, arguments, &usual);
    leave(&scene, result, &usual);
    expect(&scene, text);
}

Test(decoding, flags_are_named)
{
    expect_call(SYS_mmap, (const uint64_t[6]){0, 8192, 3, 0x22, (uint32_t)-1, 0}, 0x7f0000000000,
                "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000");
}

Test(decoding, unknown_flags_are_told_from_known_ones)
{
    expect_call(SYS_mmap, (const uint64_t[6]){0, 1, 0, 0x202, 5, 0x1000}, -22,
                "mmap(NULL, 1, PROT_NONE, MAP_PRIVATE|0x200, 5, 0x1000) = -1 EINVAL (Invalid argument)");
}

Test(decoding, unknown_call_shows_all_registers)
{
    expect_call(472 + 100, (const uint64_t[6]){1, 2, 3, 4, 5, 6}, -38,
                "syscall_0x23c(0x1, 0x2, 0x3, 0x4, 0x5, 0x6) = -1 ENOSYS (Function not implemented)");
}

Test(decoding, output_is_shown_after_the_call)
{
    struct scene scene = {0};

    memcpy(fake_memory_add(&scene.memory, 0x1000, 16), "a\0b\n\1777", 6);
    enter(&scene, SYS_read, (const uint64_t[6]){3, 0x1000, 16}, &usual);
    cr_expect(eq(sz, call_text_count(&scene.call), 1));
    cr_expect(not(scene.call.done));
    leave(&scene, 6, &usual);
    expect(&scene, "read(3, \"a\\0b\\n\\1777\", 16) = 6");
}

Test(decoding, output_of_a_failed_call_is_an_address)
{
    expect_call(SYS_read, (const uint64_t[6]){3, 0x1000, 16}, -9, "read(3, 0x1000, 16) = -1 EBADF (Bad file descriptor)");
}

Test(decoding, long_data_is_cut_and_paths_are_not)
{
    struct scene scene = {0};
    char *bytes = fake_memory_add(&scene.memory, 0x1000, 4096);

    memset(bytes, 'x', 40);
    const struct decode_options short_strings = {.string_limit = 3, .abbreviate = true, .dereference = true};
    enter(&scene, SYS_write, (const uint64_t[6]){1, 0x1000, 40}, &short_strings);
    leave(&scene, 40, &short_strings);
    expect(&scene, "write(1, \"xxx\"..., 40) = 40");

    scene = (struct scene){0};
    strcpy(fake_memory_add(&scene.memory, 0x2000, 4096), "/long/path");
    enter(&scene, SYS_openat, (const uint64_t[6]){(uint32_t)-100, 0x2000, 0x80000, 0}, &short_strings);
    leave(&scene, 3, &short_strings);
    expect(&scene, "openat(AT_FDCWD, \"/long/path\", O_RDONLY|O_CLOEXEC) = 3");
}

Test(decoding, mode_is_there_only_where_a_file_may_be_made)
{
    struct scene scene = {0};

    strcpy(fake_memory_add(&scene.memory, 0x2000, 4096), "f");
    enter(&scene, SYS_openat, (const uint64_t[6]){(uint32_t)-100, 0x2000, 0101, 0644}, &usual);
    leave(&scene, -13, &usual);
    expect(&scene, "openat(AT_FDCWD, \"f\", O_WRONLY|O_CREAT, 0644) = -1 EACCES (Permission denied)");
}

Test(decoding, memory_that_cannot_be_read_is_an_address)
{
    expect_call(SYS_openat, (const uint64_t[6]){(uint32_t)-100, 0x2000, 0, 0}, -14,
                "openat(AT_FDCWD, 0x2000, O_RDONLY) = -1 EFAULT (Bad address)");
}

Test(decoding, a_string_that_runs_into_missing_memory_is_an_address)
{
    struct scene scene = {0};

    memset(fake_memory_add(&scene.memory, 0x1ff8, 8), 'x', 8);
    enter(&scene, SYS_openat, (const uint64_t[6]){(uint32_t)-100, 0x1ff8, 0, 0}, &usual);
    leave(&scene, -14, &usual);
    expect(&scene, "openat(AT_FDCWD, 0x1ff8, O_RDONLY) = -1 EFAULT (Bad address)");
}

Test(decoding, argument_vectors_are_shown_and_environments_counted)
{
    struct scene scene = {0};
    uint64_t *pointers = fake_memory_add(&scene.memory, 0x1000, 64);

    strcpy(fake_memory_add(&scene.memory, 0x2000, 4096), "/bin/ls");
    pointers[0] = 0x2000;
    pointers[2] = pointers[3] = 0x2000;
    enter(&scene, SYS_execve, (const uint64_t[6]){0x2000, 0x1000, 0x1010}, &usual);
    leave(&scene, 0, &usual);
    expect(&scene, "execve(\"/bin/ls\", [\"/bin/ls\"], 0x1010 /* 2 vars */) = 0");
}

Test(decoding, interrupted_calls_have_no_result)
{
    struct scene scene = {0};

    enter(&scene, SYS_read, (const uint64_t[6]){3, 0x1000, 16}, &usual);
    leave(&scene, -512, &usual);
    expect(&scene, "read(3, 0x1000, 16) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)");
}
