/* SPDX-License-Identifier: MIT */
#include "elf/allocator_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "fixture.h"

TestSuite(allocator_names, .init = fixture_begin, .fini = fixture_end);

static bool same(const char *left, const char *right)
{
    return left && right ? strcmp(left, right) == 0 : left == right;
}

Test(allocator_names, files_are_known_by_their_names)
{
    static const struct {
        const char *path, *allocator, *runtime;
    } cases[] = {
        {"/usr/lib/x86_64-linux-gnu/libjemalloc.so.2", "jemalloc", NULL},
        {"/opt/libtcmalloc_minimal.so.4.5.10", "tcmalloc", NULL},
        {"/usr/lib/libmimalloc-secure.so.2.1", "mimalloc", NULL},
        {"/lib/ld-musl-x86_64.so.1", "musl's malloc", NULL},
        {"/usr/lib/x86_64-linux-musl/libc.so", "musl's malloc", NULL},
        {"/usr/lib/jvm/lib/server/libjvm.so", NULL, "Java"},
        {"libpython3.11.so.1.0", NULL, "Python"},
        {"/usr/lib/x86_64-linux-gnu/libc.so.6", NULL, NULL},
        {"/srv/libjemalloc/data", NULL, NULL},
        {"/usr/lib/libc.so", NULL, NULL},
        {"", NULL, NULL},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct allocator_names names = {0};
        cr_expect_eq(allocator_names_of_file(cases[i].path, &names), cases[i].allocator != NULL, "%s", cases[i].path);
        cr_expect(same(names.allocator, cases[i].allocator) && same(names.runtime, cases[i].runtime), "%s: %s, %s", cases[i].path,
                  names.allocator, names.runtime);
    }
}

Test(allocator_names, what_is_known_stays)
{
    struct allocator_names names = {.allocator = "jemalloc"};

    cr_expect_not(allocator_names_of_file("/usr/lib/libtcmalloc.so.4", &names));
    cr_expect_str_eq(names.allocator, "jemalloc");
    cr_expect_not(allocator_names_of_file("/usr/lib/libjvm.so", &names));
    cr_expect_str_eq(names.runtime, "Java");
}

static struct allocator_names examine(const char *source, const char *command)
{
    struct allocator_names names = {0};

    fixture_write("program.c", source, strlen(source));
    if (!fixture_run(command))
        cr_skip_test("'%s' does not work here", command);
    int fd = fixture_open("program");
    cr_assert_eq(allocator_names_of_program(fd, &names), 0);
    close(fd);
    return names;
}

static const char plain[] = "int main(void) { return 0; }\n";

Test(allocator_names, a_plain_program_has_none)
{
    struct allocator_names names = examine(plain, "gcc -o program program.c");

    cr_expect_null(names.allocator);
    cr_expect_null(names.runtime);
    cr_expect_not(names.own_malloc);
}

Test(allocator_names, programs_are_known_by_symbols)
{
    struct allocator_names names =
        examine("int mallctl(void) { return 0; }\nint main(void) { return mallctl(); }\n", "gcc -o program program.c");

    cr_expect(same(names.allocator, "jemalloc"), "%s", names.allocator);
}

Test(allocator_names, exported_symbols_stay_when_others_are_stripped)
{
    struct allocator_names names = examine("int mi_version(void) { return 0; }\nint main(void) { return mi_version(); }\n",
                                           "gcc -rdynamic -s -o program program.c");

    cr_expect(same(names.allocator, "mimalloc"), "%s", names.allocator);
}

Test(allocator_names, a_malloc_of_its_own_is_seen)
{
    struct allocator_names names = examine("#include <stddef.h>\nvoid *malloc(size_t n) { return (void *)(n & 0); }\n"
                                           "int main(void) { return malloc(1) != NULL; }\n",
                                           "gcc -fno-builtin -o program program.c");

    cr_expect(names.own_malloc);
    cr_expect_null(names.allocator);
}

/* As the linker of Go leaves it, stripped and static. */
Test(allocator_names, go_is_known_by_its_build_information)
{
    struct allocator_names names = examine(plain, "gcc -static -s -o other program.c && head -c 32 other >information && "
                                                  "objcopy --add-section .go.buildinfo=information other program");

    cr_expect(same(names.runtime, "Go"), "%s", names.runtime);
}

Test(allocator_names, damaged_files_are_errors)
{
    struct allocator_names names = {0};
    size_t size;

    examine(plain, "gcc -o program program.c");
    char *bytes = fixture_read("program", &size);
    fixture_write("cut", bytes, 100);
    fixture_write("text", "hello", 5);
    int cut = fixture_open("cut"), text = fixture_open("text");
    cr_expect_lt(allocator_names_of_program(cut, &names), 0);
    cr_expect_eq(allocator_names_of_program(text, &names), -ENOEXEC);
    /* Section headers that lead out of the file: as if there were none. */
    memset(bytes + 40, 0x7f, 7);
    fixture_write("headers", bytes, size);
    int headers = fixture_open("headers");
    cr_expect_leq(allocator_names_of_program(headers, &names), 0);
    cr_expect_null(names.runtime);
    close(cut);
    close(text);
    close(headers);
    free(bytes);
}
