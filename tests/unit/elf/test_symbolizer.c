/* SPDX-License-Identifier: MIT */
#include "elf/symbolizer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "elf/elf_image.h"
#include "fixture.h"

static struct symbolizer *symbolizer;

static void set_up(void)
{
    fixture_begin();
    symbolizer = symbolizer_create(&(struct symbolizer_settings){0});
}

static void tear_down(void)
{
    symbolizer_destroy(symbolizer);
    fixture_end();
}

TestSuite(symbolizer, .init = set_up, .fini = tear_down);

/* The label `spot` marks an instruction in innermost(), which is inlined into middle(), which is inlined into outer(). */
static const char inlined_source[] = "static inline __attribute__((always_inline)) int innermost(int n)\n"
                                     "{\n"
                                     "    __asm__ volatile(\".globl spot\\nspot: nop\" : \"+r\"(n));\n"
                                     "    return n;\n"
                                     "}\n"
                                     "static inline __attribute__((always_inline)) int middle(int n)\n"
                                     "{\n"
                                     "    return innermost(n) + 1;\n"
                                     "}\n"
                                     "__attribute__((noinline)) int outer(int n)\n"
                                     "{\n"
                                     "    return middle(n) + 2;\n"
                                     "}\n"
                                     "int main(int argc, char **argv)\n"
                                     "{\n"
                                     "    return outer(argc);\n"
                                     "}\n";

static void compile(const char *compiler, const char *file, const char *source)
{
    char command[256];

    fixture_write(file, source, strlen(source));
    snprintf(command, sizeof command, "%s -o program %s 2>/dev/null", compiler, file);
    cr_assert(fixture_run(command), "%s", command);
}

/* Where a symbol is in the file. The programs here have their first segment at offset 0, address 0. */
static uint64_t offset_of(const char *file, const char *name)
{
    uint64_t value, size;
    int fd = fixture_open(file);

    cr_assert_eq(elf_image_symbol(fd, name, &value, &size), 0, "%s", name);
    close(fd);
    return value;
}

/* Valid until the next call. */
static struct mapped_file fixture_file(const char *name)
{
    return (struct mapped_file){.path = fixture_path(name)};
}

static size_t look_up(const char *file, uint64_t offset, struct symbol_module *module, struct symbol_frame frames[8])
{
    const struct mapped_file mapped = fixture_file(file);

    return symbolizer_lookup(symbolizer, &mapped, offset, module, frames, 8);
}

static void expect_frame(const struct symbol_frame *frame, const char *function, unsigned line, bool inlined)
{
    cr_expect_str_eq(frame->function, function);
    cr_assert_not_null(frame->file);
    cr_expect_str_eq(frame->file, fixture_path("inlined.c"));
    cr_expect_eq(frame->line, line, "%s: line %u", function, frame->line);
    cr_expect_eq(frame->inlined, inlined, "%s", function);
}

static void expect_inlined_frames(const char *compiler)
{
    struct symbol_frame frames[8];
    struct symbol_module module;

    compile(compiler, "inlined.c", inlined_source);
    uint64_t offset = offset_of("program", "spot");
    cr_assert_eq(look_up("program", offset, &module, frames), 3);
    expect_frame(&frames[0], "innermost", 3, true);
    expect_frame(&frames[1], "middle", 8, true);
    expect_frame(&frames[2], "outer", 12, false);
    cr_expect_eq(module.bias_offset, offset);
}

Test(symbolizer, inlined_functions_are_frames_with_the_lines_of_their_calls)
{
    expect_inlined_frames("cc -g -O2 -Wl,-z,noseparate-code");
}

Test(symbolizer, clang_writes_no_index_of_addresses_and_is_understood_all_the_same)
{
    fixture_require("clang");
    expect_inlined_frames("clang -g -O2 -Wl,-z,noseparate-code");
}

Test(symbolizer, old_debugging_information_is_understood)
{
    expect_inlined_frames("cc -gdwarf-4 -O2 -Wl,-z,noseparate-code");
}

Test(symbolizer, split_debugging_information_is_understood)
{
    expect_inlined_frames("cc -g -gsplit-dwarf -O2 -Wl,-z,noseparate-code");
}

Test(symbolizer, inlined_functions_have_their_full_name_and_the_plain_one_that_valgrind_uses)
{
    static const char source[] = "namespace ns {\n"
                                 "struct Pool { static inline __attribute__((always_inline)) int take(int n)\n"
                                 "{ __asm__ volatile(\".globl spot\\nspot: nop\" : \"+r\"(n)); return n; } };\n"
                                 "}\n"
                                 "__attribute__((noinline)) int outer(int n) { return ns::Pool::take(n); }\n"
                                 "int main(int argc, char **argv) { return outer(argc); }\n";
    struct symbol_frame frames[8];

    fixture_require("c++");
    compile("c++ -g -O2 -Wl,-z,noseparate-code", "pool.cc", source);
    cr_assert_eq(look_up("program", offset_of("program", "spot"), NULL, frames), 2);
    cr_expect_str_eq(frames[0].function, "ns::Pool::take(int)");
    cr_expect_str_eq(frames[0].linkage_name, "take");
    cr_expect_str_eq(frames[1].function, "outer(int)");
    cr_expect_str_eq(frames[1].linkage_name, "_Z5outeri");
}

Test(symbolizer, of_several_names_for_one_function_the_common_one_is_told)
{
    static const char source[] = "int __common(int n) { return n; }\n"
                                 "int __attribute__((weak, alias(\"__common\"))) common(int n);\n";
    struct symbol_frame frames[8];

    compile("cc -g -O2 -shared -fPIC -Wl,-z,noseparate-code", "names.c", source);
    cr_assert_eq(look_up("program", offset_of("program", "__common"), NULL, frames), 1);
    cr_expect_str_eq(frames[0].function, "common");
    cr_expect_str_eq(frames[0].linkage_name, "common");
}

Test(symbolizer, clones_that_the_compiler_made_have_the_name_in_the_source)
{
    static const char source[] =
        "static __attribute__((noinline)) int part(int n, int k) { __asm__ volatile(\"nop\" : \"+r\"(n)); return n + k; }\n"
        "int main(int argc, char **argv) { return part(argc, 3) + part(argc + 1, 3); }\n";
    struct symbol_frame frames[8];

    compile("gcc -g -O2 -Wl,-z,noseparate-code", "names.c", source);
    cr_assert_eq(look_up("program", offset_of("program", "part.constprop.0"), NULL, frames), 1);
    cr_expect_str_eq(frames[0].function, "part");
    cr_expect_str_eq(frames[0].linkage_name, "part.constprop.0");
}

Test(symbolizer, addresses_follow_the_segments)
{
    struct symbol_frame frames[8];
    struct symbol_module module;
    uint64_t value, size, address;

    compile("cc -g -O2 -no-pie -Wl,-Ttext-segment=0x10000000", "inlined.c", inlined_source);
    int fd = fixture_open("program");
    cr_assert_eq(elf_image_symbol(fd, "spot", &value, &size), 0);
    uint64_t offset = value - 0x10000000;
    cr_assert_eq(elf_image_address(fd, offset, &address), 0);
    cr_assert_eq(address, value);
    close(fd);
    cr_expect_eq(look_up("program", offset, &module, frames), 3);
    cr_expect_eq(module.bias_offset, value);
}

Test(symbolizer, few_frames_are_the_innermost_ones)
{
    struct symbol_frame frame;

    compile("cc -g -O2 -Wl,-z,noseparate-code", "inlined.c", inlined_source);
    const struct mapped_file program = fixture_file("program");
    cr_assert_eq(symbolizer_lookup(symbolizer, &program, offset_of("program", "spot"), NULL, &frame, 1), 1);
    expect_frame(&frame, "innermost", 3, true);
}

Test(symbolizer, without_debugging_information_there_is_the_symbol_table)
{
    struct symbol_frame frames[8];

    compile("cc -O2", "inlined.c", inlined_source);
    cr_assert_eq(look_up("program", offset_of("program", "main"), NULL, frames), 1);
    cr_expect_str_eq(frames[0].function, "main");
    cr_expect_str_eq(frames[0].linkage_name, "main");
    cr_expect_null(frames[0].file);
    cr_expect_eq(frames[0].line, 0);
}

Test(symbolizer, a_stripped_program_finds_its_debugging_information_by_link)
{
    struct symbol_frame frames[8];

    compile("cc -g -O2 -Wl,--build-id=none -Wl,-z,noseparate-code", "inlined.c", inlined_source);
    uint64_t offset = offset_of("program", "spot");
    cr_assert(fixture_run("objcopy --only-keep-debug program program.debug && objcopy -g -x --strip-all program stripped &&"
                          "objcopy --add-gnu-debuglink=program.debug stripped"));
    cr_assert_eq(look_up("stripped", offset, NULL, frames), 3);
    expect_frame(&frames[2], "outer", 12, false);
}

/* The reading process asks for the file of debugging information while it has more than one question to answer. */
Test(symbolizer, many_places_are_asked_for_at_once)
{
    struct symbol_frame frames[8];
    uint64_t offsets[4];

    compile("cc -g -O2 -Wl,--build-id=none -Wl,-z,noseparate-code", "inlined.c", inlined_source);
    offsets[0] = offset_of("program", "spot");
    offsets[1] = offset_of("program", "main");
    offsets[2] = offsets[0];
    offsets[3] = offset_of("program", "outer");
    cr_assert(fixture_run("objcopy --only-keep-debug program program.debug && objcopy -g -x --strip-all program stripped &&"
                          "objcopy --add-gnu-debuglink=program.debug stripped"));
    const struct mapped_file stripped = fixture_file("stripped");
    symbolizer_prefetch(symbolizer, &stripped, offsets, 4);
    cr_assert_eq(unlink("program.debug"), 0);
    cr_assert_eq(look_up("stripped", offsets[0], NULL, frames), 3);
    expect_frame(&frames[2], "outer", 12, false);
    cr_assert_eq(look_up("stripped", offsets[1], NULL, frames), 1);
    expect_frame(&frames[0], "main", 16, false);
    cr_expect_null(symbolizer_problem(symbolizer, &stripped));
}

Test(symbolizer, the_build_id_is_told)
{
    struct symbol_frame frames[8];
    struct symbol_module module;

    compile("cc -g -Wl,--build-id=0x00c0ffee", "inlined.c", inlined_source);
    look_up("program", offset_of("program", "main"), &module, frames);
    cr_expect_str_eq(module.build_id, "00c0ffee");
    compile("cc -g -Wl,--build-id=none", "other.c", inlined_source);
    cr_assert(fixture_run("mv program other"));
    look_up("other", offset_of("other", "main"), &module, frames);
    cr_expect_null(module.build_id);
}

/* Assembles functions of these names, each one instruction long. */
static void assemble(const char *const names[], size_t count)
{
    char source[2048];
    size_t length = 0;

    for (size_t i = 0; i < count; i++)
        length += (size_t)snprintf(source + length, sizeof source - length,
                                   ".globl \"%s\"\n.type \"%s\", @function\n\"%s\": ret\n.size \"%s\", 1\n", names[i], names[i],
                                   names[i], names[i]);
    fixture_write("names.s", source, length);
    cr_assert(fixture_run("cc -shared -nostdlib -Wl,-z,noseparate-code -o program names.s"));
}

Test(symbolizer, names_of_several_languages_are_demangled)
{
    static const char *const names[][2] = {
        {"_ZN2ns4ListIiE4pushEi", "ns::List<int>::push(int)"},
        {"_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar"},
        {"_ZN7mycrate3foo3bar17h0123456789abcdefE", "mycrate::foo::bar"},
        {"_D3foo3barFZv", "foo.bar()"},
        {"plain", "plain"},
        {"_Zbroken", "_Zbroken"},
    };
    const char *linkage[sizeof names / sizeof *names];
    struct symbol_frame frames[8];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        linkage[i] = names[i][0];
    assemble(linkage, sizeof names / sizeof *names);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cr_assert_eq(look_up("program", offset_of("program", names[i][0]), NULL, frames), 1);
        cr_expect_str_eq(frames[0].function, names[i][1]);
        cr_expect_str_eq(frames[0].linkage_name, names[i][0]);
    }
}

Test(symbolizer, names_that_come_from_no_file_are_demangled)
{
    const char *plain = symbolizer_demangle(symbolizer, "_ZTSN4core6ConfigE");

    cr_assert_not_null(plain);
    cr_expect_str_eq(plain, "typeinfo name for core::Config");
    cr_expect_eq(symbolizer_demangle(symbolizer, "_ZTSN4core6ConfigE"), plain, "it is remembered");
    cr_expect_null(symbolizer_demangle(symbolizer, "_ZTSbroken"));
    cr_expect_null(symbolizer_demangle(symbolizer, "plain"));
    cr_expect_null(symbolizer_demangle(symbolizer, ""));
}

Test(symbolizer, the_version_of_a_symbol_is_no_part_of_its_name)
{
    static const char source[] = ".globl _Z3newi_1\n.type _Z3newi_1, @function\n_Z3newi_1: ret\n.size _Z3newi_1, 1\n"
                                 ".symver _Z3newi_1, _Z3newi@@V1, remove\n";
    struct symbol_frame frames[8];
    struct symbol_module module;

    fixture_write("version.map", "V1 {};\n", 7);
    fixture_write("names.s", source, strlen(source));
    cr_assert(fixture_run("cc -shared -nostdlib -Wl,-z,noseparate-code -Wl,--version-script=version.map -o program names.s"));
    cr_assert_eq(look_up("program", offset_of("program", "_Z3newi"), &module, frames), 1);
    cr_expect_str_eq(frames[0].linkage_name, "_Z3newi");
    cr_expect_str_eq(frames[0].function, "new(int)");
}

Test(symbolizer, paths_of_sources_are_told_without_detours)
{
    struct symbol_frame frames[8];

    cr_assert(fixture_run("mkdir -p build/deep"));
    fixture_write("inlined.c", inlined_source, strlen(inlined_source));
    cr_assert(fixture_run("cd build/deep && cc -g -O2 -Wl,-z,noseparate-code -o ../../program ../.././inlined.c"));
    cr_assert_eq(look_up("program", offset_of("program", "spot"), NULL, frames), 3);
    cr_expect_str_eq(frames[0].file, fixture_path("inlined.c"));
}

Test(symbolizer, what_is_no_elf_file_has_no_names)
{
    struct symbol_module module;
    struct symbol_frame frames[8];

    fixture_write("text", "hello\n", 6);
    cr_expect_eq(look_up("text", 1, &module, frames), 0);
    cr_expect_null(module.build_id);
    cr_expect_eq(look_up("missing", 1, &module, frames), 0);
    cr_expect_eq(symbolizer_lookup(symbolizer, &(struct mapped_file){.path = "[vdso]"}, 1, &module, frames, 8), 0);
    cr_expect_eq(symbolizer_lookup(symbolizer, &(struct mapped_file){.path = "/"}, 1, &module, frames, 8), 0);
}

Test(symbolizer, a_fifo_in_the_place_of_a_file_does_not_block, .timeout = 20)
{
    struct symbol_frame frames[8];

    cr_assert_eq(mkfifo("fifo", 0600), 0);
    cr_expect_eq(look_up("fifo", 1, NULL, frames), 0);
}

Test(symbolizer, the_environment_of_the_program_is_left_as_it_was)
{
    struct symbol_frame frames[8];

    setenv("DEBUGINFOD_URLS", "http://localhost:1", 1);
    compile("cc -O2", "inlined.c", inlined_source);
    look_up("program", offset_of("program", "main"), NULL, frames);
    cr_expect_str_eq(getenv("DEBUGINFOD_URLS"), "http://localhost:1");
}

/* ---- Objects ---- */

static const char objects_source[] = "const char table[40] = \"x\"; long initialised[4] = {1}; long empty[8];\n"
                                     "static __thread long apart = 3;\n"
                                     "int main(void) { return (int)(table[0] + initialised[0] + empty[0] + apart); }\n";

static void expect_object(const char *name, uint64_t offset, bool code)
{
    struct symbol_object object;
    const uint64_t from = offset_of("program", "main");
    const int64_t distance = (int64_t)(offset_of("program", name) + offset - from);

    const struct mapped_file program = fixture_file("program");
    cr_assert_eq(symbolizer_object(symbolizer, &program, from, distance, code, &object), 0);
    cr_assert_not_null(object.name, "%s", name);
    cr_expect_str_eq(object.name, name);
    cr_expect_eq(object.name_offset, offset);
    cr_expect_eq(object.address, from + (uint64_t)distance);
}

Test(symbolizer, objects_are_named_by_their_distance_from_code)
{
    compile("cc -O1 -fno-pie -no-pie -Wl,-z,noseparate-code -Wl,-Ttext-segment=0", "objects.c", objects_source);
    expect_object("table", 0, false);
    expect_object("table", 39, false);
    expect_object("initialised", 8, false);
    expect_object("empty", 63, false); /* .bss: the file has no bytes for it */
    expect_object("main", 2, true);
}

Test(symbolizer, what_is_no_object_has_no_name)
{
    struct symbol_object object;

    compile("cc -O1 -fno-pie -no-pie -Wl,-z,noseparate-code -Wl,-Ttext-segment=0", "objects.c", objects_source);
    const uint64_t from = offset_of("program", "main");
    struct mapped_file file = fixture_file("program");
    cr_assert_eq(symbolizer_object(symbolizer, &file, from, 0, false, &object), 0);
    cr_expect_null(object.name, "code");
    cr_assert_eq(symbolizer_object(symbolizer, &file, from, -(int64_t)from, false, &object), 0);
    cr_expect_null(object.name, "the header of the file; apart, a thread-local variable, has a small number and no address");
    file = fixture_file("missing");
    cr_expect_eq(symbolizer_object(symbolizer, &file, from, 0, false, &object), -ENOENT);
}

/* The reading process goes on to the next file; a new one from time to time, as it has room for so many. */
static void expect_survival(unsigned number, const char *bytes, size_t size, uint64_t offset)
{
    enum { FILES_EACH = 500 };
    struct symbol_frame frames[8];
    char name[32];

    if (number % FILES_EACH == 0) {
        symbolizer_destroy(symbolizer);
        symbolizer = symbolizer_create(&(struct symbolizer_settings){0});
    }
    snprintf(name, sizeof name, "cut%u", number);
    fixture_write(name, bytes, size);
    const struct mapped_file file = fixture_file(name);
    cr_assert_leq(symbolizer_lookup(symbolizer, &file, offset, NULL, frames, 8), 8);
    cr_assert_null(symbolizer_problem(symbolizer, &file), "%s", symbolizer_problem(symbolizer, &file));
    cr_assert_eq(unlink(name), 0);
}

Test(symbolizer, damaged_files_are_survived, .timeout = 120)
{
    size_t size;
    unsigned number = 0;

    compile("cc -g -O2 -Wl,-z,noseparate-code", "inlined.c", inlined_source);
    uint64_t offset = offset_of("program", "spot");
    char *bytes = fixture_read("program", &size);
    for (size_t kept = size; kept > 64; kept -= 61)
        expect_survival(number++, bytes, kept, offset);
    srand(1);
    for (unsigned i = 0; i < 2000; i++) {
        size_t at = (size_t)rand() % size;
        char was = bytes[at];
        bytes[at] = (char)rand();
        expect_survival(number++, bytes, size, offset);
        bytes[at] = was;
    }
    free(bytes);
}
