/* SPDX-License-Identifier: MIT */
#include "elf/elf_image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "fixture.h"

TestSuite(elf_image, .init = fixture_begin, .fini = fixture_end);

static const char plain_source[] = "int marker[5]; int main(void) { return marker[0]; }\n";
static const char malloc_source[] = "#include <stdlib.h>\n"
                                    "void *malloc(size_t n) { return (void *)(n & 0); }\n"
                                    "void free(void *p) { (void)p; }\n"
                                    "int main(void) { free(malloc(1)); return 0; }\n";

/* Compiles `source` to the file "program" with the compiler and options in `compiler`. */
static bool compile(const char *compiler, const char *source)
{
    char command[1024];

    fixture_write("program.c", source, strlen(source));
    snprintf(command, sizeof command, "%s -o program program.c 2>/dev/null", compiler);
    return fixture_run(command);
}

static struct elf_image examine(const char *name)
{
    struct elf_image image;
    int fd = fixture_open(name);

    cr_assert_eq(lseek(fd, 3, SEEK_SET), 3);
    cr_assert_eq(elf_image_examine(fd, &image), 0);
    cr_expect_eq(lseek(fd, 0, SEEK_CUR), 3, "the offset was moved");
    close(fd);
    return image;
}

static struct elf_image examine_compiled(const char *compiler, const char *source)
{
    if (!compile(compiler, source))
        cr_skip_test("'%s' does not work here", compiler);
    return examine("program");
}

static struct elf_image examine_bytes(const void *bytes, size_t size)
{
    fixture_write("bytes", bytes, size);
    return examine("bytes");
}

Test(elf_image, a_plain_dynamic_program_can_be_preloaded)
{
    struct elf_image image = examine_compiled("cc", plain_source);

    cr_expect_eq(image.kind, ELF_PRELOADABLE);
    cr_expect_str_eq(image.interpreter, "/lib64/ld-linux-x86-64.so.2");
    cr_expect_not(image.leak_sanitizer);
}

Test(elf_image, position_dependent_and_stripped_make_no_difference)
{
    cr_expect_eq(examine_compiled("cc -no-pie -s", plain_source).kind, ELF_PRELOADABLE);
}

Test(elf_image, static_programs_are_recognised)
{
    cr_expect_eq(examine_compiled("cc -static", plain_source).kind, ELF_STATIC);
    cr_expect_eq(examine_compiled("cc -static-pie", plain_source).kind, ELF_STATIC);
}

Test(elf_image, another_c_library_is_recognised_by_its_loader)
{
    fixture_require("musl-gcc");
    cr_expect_eq(examine_compiled("musl-gcc", plain_source).kind, ELF_OTHER_LIBC);
}

Test(elf_image, glibc_may_live_anywhere)
{
    struct elf_image image =
        examine_compiled("cc -Wl,--dynamic-linker=/nix/store/abc-glibc-2.38/lib/ld-linux-x86-64.so.2", plain_source);

    cr_expect_eq(image.kind, ELF_PRELOADABLE);
    cr_expect_str_eq(image.interpreter, "/nix/store/abc-glibc-2.38/lib/ld-linux-x86-64.so.2");
}

Test(elf_image, a_long_interpreter_path_is_judged_by_its_end)
{
    char compiler[512], path[301];

    memset(path, 'x', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    snprintf(compiler, sizeof compiler, "cc -Wl,--dynamic-linker=%s/ld-linux-x86-64.so.2", path);
    struct elf_image image = examine_compiled(compiler, plain_source);
    cr_expect_eq(image.kind, ELF_PRELOADABLE);
    cr_expect_eq(strlen(image.interpreter), sizeof image.interpreter - 1);
}

Test(elf_image, the_loader_run_as_a_program_can_be_preloaded)
{
    cr_expect_eq(examine("/lib64/ld-linux-x86-64.so.2").kind, ELF_PRELOADABLE);
}

Test(elf_image, sanitizers_are_recognised)
{
    struct elf_image image = examine_compiled("cc -fsanitize=address", plain_source);

    cr_expect_eq(image.kind, ELF_SANITIZER);
    cr_expect(image.leak_sanitizer);
    image = examine_compiled("cc -fsanitize=leak", plain_source);
    cr_expect_eq(image.kind, ELF_SANITIZER);
    cr_expect(image.leak_sanitizer);
    image = examine_compiled("cc -fsanitize=thread", plain_source);
    cr_expect_eq(image.kind, ELF_SANITIZER);
    cr_expect_not(image.leak_sanitizer);
}

Test(elf_image, sanitizers_linked_into_the_program_are_recognised)
{
    fixture_require("clang");
    struct elf_image image = examine_compiled("clang -fsanitize=address", plain_source);

    cr_expect_eq(image.kind, ELF_SANITIZER);
    cr_expect(image.leak_sanitizer);
    cr_expect_eq(examine_compiled("clang -fsanitize=memory", plain_source).kind, ELF_SANITIZER);
}

Test(elf_image, the_undefined_behaviour_sanitizer_is_harmless)
{
    cr_expect_eq(examine_compiled("cc -fsanitize=undefined", plain_source).kind, ELF_PRELOADABLE);
}

Test(elf_image, an_exported_malloc_is_the_programs_own)
{
    cr_expect_eq(examine_compiled("cc -fno-builtin", malloc_source).kind, ELF_OWN_MALLOC);
    cr_expect_eq(examine_compiled("cc -fno-builtin -s", malloc_source).kind, ELF_OWN_MALLOC);
}

Test(elf_image, an_exported_malloc_needs_no_free_to_be_called)
{
    static const char source[] =
        "void *malloc(unsigned long n) { return (void *)(n & 0); } int main(void) { return malloc(1) != 0; }\n";

    cr_expect_eq(examine_compiled("cc -fno-builtin", source).kind, ELF_OWN_MALLOC);
}

Test(elf_image, a_hidden_malloc_with_free_is_the_programs_own)
{
    cr_expect_eq(examine_compiled("cc -fno-builtin -fvisibility=hidden", malloc_source).kind, ELF_OWN_MALLOC);
}

Test(elf_image, a_local_function_called_malloc_alone_is_not)
{
    static const char source[] = "static int malloc(int n) { return n; } int main(int c, char **v) { return malloc(c) - c; }\n";

    cr_expect_eq(examine_compiled("cc -O0 -fno-builtin", source).kind, ELF_PRELOADABLE);
}

Test(elf_image, using_malloc_is_not_defining_it)
{
    static const char source[] =
        "#include <stdlib.h>\nvoid *(*taken)(size_t) = malloc; int main(void) { free(taken(1)); return 0; }\n";

    cr_expect_eq(examine_compiled("cc -no-pie", source).kind, ELF_PRELOADABLE);
}

Test(elf_image, scripts_name_their_interpreter)
{
    struct elf_image image = examine_bytes("#! \t/bin/sh -e\nexit\n", 20);

    cr_expect_eq(image.kind, ELF_NOT);
    cr_expect_str_eq(image.script, "/bin/sh");
    cr_expect_str_eq(examine_bytes("#!/bin/x", 8).script, "/bin/x");
    cr_expect_str_eq(examine_bytes("# !/bin/x\n", 10).script, "");
}

Test(elf_image, other_files_are_not_elf)
{
    cr_expect_eq(examine_bytes("", 0).kind, ELF_NOT);
    cr_expect_eq(examine_bytes("\177EL", 3).kind, ELF_NOT);
    cr_expect_eq(examine_bytes("hello\n", 6).kind, ELF_NOT);
}

Test(elf_image, other_machines_are_recognised)
{
    Elf64_Ehdr header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB}, .e_machine = EM_X86_64};

    cr_expect_eq(examine_bytes(&header, sizeof header).kind, ELF_OTHER_CLASS, "x32");
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_machine = EM_AARCH64;
    cr_expect_eq(examine_bytes(&header, sizeof header).kind, ELF_OTHER_CLASS, "aarch64");
}

Test(elf_image, what_cannot_be_read_is_an_error)
{
    struct elf_image image;
    int fd = open(".", O_RDONLY | O_DIRECTORY);
    int ends[2];

    cr_expect_eq(elf_image_examine(fd, &image), -EISDIR);
    cr_assert_eq(pipe(ends), 0);
    cr_expect_eq(elf_image_examine(ends[0], &image), -ESPIPE);
}

Test(elf_image, symbols_are_found_in_either_table)
{
    uint64_t value = 0, size = 0;

    cr_assert(compile("cc", plain_source));
    int fd = fixture_open("program");
    cr_expect_eq(elf_image_symbol(fd, "marker", &value, &size), 0, "only in .symtab");
    cr_expect_eq(size, 5 * sizeof(int));
    cr_expect_eq(elf_image_symbol(fd, "no_such_symbol", &value, &size), -ENOENT);
    cr_expect_eq(elf_image_symbol(fd, "mark", &value, &size), -ENOENT, "a part of a name is another name");
    close(fd);
    cr_assert(compile("cc -shared -fPIC -s", plain_source));
    fd = fixture_open("program");
    size = 0;
    cr_expect_eq(elf_image_symbol(fd, "marker", &value, &size), 0, "only in .dynsym");
    cr_expect_eq(size, 5 * sizeof(int));
    close(fd);
}

Test(elf_image, symbols_are_found_without_section_headers_and_with_the_old_hash_table)
{
    uint64_t value, size;
    size_t length;

    cr_assert(compile("cc -shared -fPIC -s -Wl,--hash-style=sysv", plain_source));
    char *bytes = fixture_read("program", &length);
    Elf64_Ehdr header;
    memcpy(&header, bytes, sizeof header);
    header.e_shoff = 0;
    header.e_shnum = 0;
    memcpy(bytes, &header, sizeof header);
    fixture_write("program", bytes, length);
    int fd = fixture_open("program");
    cr_expect_eq(elf_image_symbol(fd, "marker", &value, &size), 0);
    close(fd);
    free(bytes);
}

Test(elf_image, offsets_become_addresses_through_the_segments)
{
    uint64_t address, value, size;

    cr_assert(compile("cc -no-pie -Wl,-Ttext-segment=0x400000", plain_source));
    int fd = fixture_open("program");
    cr_assert_eq(elf_image_address(fd, 0, &address), 0);
    cr_expect_eq(address, 0x400000);
    cr_assert_eq(elf_image_symbol(fd, "main", &value, &size), 0);
    cr_assert_eq(elf_image_address(fd, value - 0x400000, &address), 0);
    cr_expect_eq(address, value);
    cr_expect_eq(elf_image_address(fd, UINT64_MAX, &address), -ENOENT);
    close(fd);
}

/* Whatever the answer is, there must be one. */
static void examine_anything(int fd)
{
    struct elf_image image;
    uint64_t value, size;
    int error = elf_image_examine(fd, &image);

    cr_assert_leq(error, 0);
    cr_assert_leq((int)image.kind, ELF_PRELOADABLE);
    cr_assert_leq(elf_image_symbol(fd, "marker", &value, &size), 0);
    cr_assert_leq(elf_image_address(fd, 0x1000, &value), 0);
}

static int memory_file(const char *bytes, size_t size)
{
    int fd = memfd_create("elf", 0);

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, bytes, size), (ssize_t)size);
    return fd;
}

Test(elf_image, truncation_anywhere_is_survived, .timeout = 60)
{
    size_t size;

    cr_assert(compile("cc -fsanitize=undefined", plain_source));
    char *bytes = fixture_read("program", &size);
    int fd = memory_file(bytes, size);
    while (size-- > 0) {
        cr_assert_eq(ftruncate(fd, (off_t)size), 0);
        examine_anything(fd);
    }
    close(fd);
    free(bytes);
}

/* Makes each aligned word of the headers and tables the largest number, and then zero. */
Test(elf_image, absurd_numbers_anywhere_are_survived, .timeout = 60)
{
    static const uint64_t absurd[] = {UINT64_MAX, 0, INT64_MAX, 0x0000000100000001};
    size_t size;

    cr_assert(compile("cc -s", plain_source));
    char *bytes = fixture_read("program", &size);
    int fd = memory_file(bytes, size);
    for (size_t at = 8; at + 8 <= size; at += 8)
        for (size_t i = 0; i < sizeof absurd / sizeof *absurd; i++) {
            cr_assert_eq(pwrite(fd, &absurd[i], 8, (off_t)at), 8);
            examine_anything(fd);
            cr_assert_eq(pwrite(fd, bytes + at, 8, (off_t)at), 8);
        }
    close(fd);
    free(bytes);
}
