/* SPDX-License-Identifier: MIT */
#include "reporting/object_namer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "elf/elf_image.h"
#include "elf/symbolizer.h"
#include "heap/snapshot.h"
#include "model/report_names.h"
#include "records/process_record.h"
#include "fixture.h"

/* One file that is loaded twice. All of it is at offset 0 of the file, and the data 64 KiB behind the code. */
enum { CODE_SIZE = 0x1000, FILE_SIZE = 0x40000 };
static const uint64_t first_base = 0x10000000, second_base = 0x20000000;

static struct snapshot snapshot;
static struct module modules[2];
static struct process_record record = {.modules = modules, .module_count = 2};
static struct object_namer namer;

static const char source[] = "struct ops { int (*run)(void); };\n"
                             "int run(void) { return 1; }\n"
                             "struct ops operations[2] = {{run}, {run}};\n"
                             "struct Shape { virtual ~Shape(); };\n"
                             "long empty[4];\n"
                             "Shape::~Shape() {}\n"
                             "extern \"C\" int begin(void) { return operations[1].run() + (int)empty[1]; }\n"
                             "int main() { return begin(); }\n";

static uint64_t address_of(const char *name)
{
    uint64_t value, size;
    int fd = fixture_open("program");

    cr_assert_eq(elf_image_symbol(fd, name, &value, &size), 0, "%s", name);
    close(fd);
    return value;
}

static void load_at(size_t index, uint64_t base, const char *path)
{
    const uint64_t code = address_of("begin") & ~UINT64_C(0xfff);

    modules[index] = (struct module){.path = (char *)path,
                                     .start = base + code,
                                     .end = base + code + CODE_SIZE,
                                     .file_offset = code,
                                     .last_generation = UINT32_MAX};
    snapshot.loaded_files[index] = (struct loaded_file){base, base + FILE_SIZE, strdup(path)};
    snapshot.executable[index] = (struct code_range){base + code, base + code + CODE_SIZE};
}

static void set_up(void)
{
    fixture_begin();
    fixture_require("c++");
    fixture_write("program.cc", source, strlen(source));
    cr_assert(fixture_run("c++ -O1 -fno-pie -no-pie -Wl,-z,noseparate-code -Wl,-Ttext-segment=0 -o program program.cc"));
    snapshot = (struct snapshot){.loaded_files = calloc(2, sizeof *snapshot.loaded_files), .loaded_file_count = 2};
    snapshot.executable = calloc(2, sizeof *snapshot.executable);
    snapshot.executable_count = 2;
    load_at(0, first_base, fixture_path("program"));
    load_at(1, second_base, fixture_path("program"));
    namer = (struct object_namer){symbolizer_create(&(struct symbolizer_settings){0}), report_names_create(), &record, &snapshot};
}

static void tear_down(void)
{
    symbolizer_destroy(namer.symbolizer);
    report_names_destroy(namer.names);
    snapshot_finish(&snapshot);
    fixture_end();
}

TestSuite(object_namer, .init = set_up, .fini = tear_down);

static void expect_name(uint64_t base, const char *symbol, uint64_t offset)
{
    const uint64_t place = address_of(symbol) + offset;
    struct object_name name;

    cr_assert(object_namer_find(&namer, base + place, &name));
    cr_assert_not_null(name.symbol, "%s", symbol);
    cr_expect_str_eq(name.symbol, symbol);
    cr_expect_eq(name.symbol_offset, offset);
    cr_expect_eq(name.offset, place);
    cr_expect_str_eq(name.module, fixture_path("program"));
}

Test(object_namer, data_and_code_are_named_in_each_copy_of_a_file)
{
    expect_name(first_base, "operations", 8);
    expect_name(second_base, "operations", 0);
    expect_name(second_base, "empty", 31);
    expect_name(second_base, "begin", 0);
}

Test(object_namer, groups_have_a_name_with_an_offset_where_there_is_one)
{
    const uint64_t operations = first_base + address_of("operations");

    cr_expect_str_eq(object_namer_group(&namer, operations), "first word points to operations");
    cr_expect_str_eq(object_namer_group(&namer, operations + 8), "first word points to operations+0x8");
    cr_expect_eq(object_namer_group(&namer, operations), object_namer_group(&namer, operations), "one copy of each text");
    cr_expect_str_eq(object_namer_group(&namer, first_base + address_of("_ZTV5Shape") + 16), "Shape", "a vtable is a type");
}

Test(object_namer, what_has_no_name_is_a_place_in_its_file)
{
    struct object_name name;

    cr_assert(object_namer_find(&namer, first_base, &name));
    cr_expect_null(name.symbol);
    cr_expect_eq(name.offset, 0);
    cr_expect_str_eq(object_namer_group(&namer, first_base + 0x10), "first word points to program+0x10");
    cr_expect(!object_namer_find(&namer, first_base + FILE_SIZE, &name));
    cr_expect_null(object_namer_group(&namer, 0x10));
}
