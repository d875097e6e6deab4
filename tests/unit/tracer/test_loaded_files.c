/* SPDX-License-Identifier: MIT */
#include "tracer/modules/loaded_files.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static const char text[] = "00400000-00401000 r--p 00000000 08:01 11 /x/app\n"
                           "00401000-00402000 r-xp 00001000 08:01 11 /x/app\n"
                           "00402000-00404000 rw-p 00002000 08:01 11 /x/app\n"
                           "00404000-00406000 rw-p 00000000 00:00 0 \n"
                           "00406000-00506000 rw-p 00000000 00:00 0 \n"
                           "00600000-00700000 rw-p 00000000 00:00 0 [heap]\n"
                           "7f0000000000-7f0000001000 rw-p 00000000 08:01 12 /x/data\n"
                           "7f0000001000-7f0000002000 rw-p 00000000 00:00 0 \n"
                           "7f0000002000-7f0000003000 r-xp 00000000 08:01 13 /x/lib.so\n"
                           "7f0000003000-7f0000004000 ---p 00001000 08:01 13 /x/lib.so\n"
                           "7f0000004000-7f0000005000 rw-p 00001000 08:01 13 /x/lib.so\n"
                           "7f0000005000-7f0000006000 rw-s 00000000 00:00 0 /dev/zero\n";

static void expect_file(const struct loaded_file *file, uint64_t start, uint64_t end, const char *path)
{
    cr_expect_eq(file->start, start);
    cr_expect_eq(file->end, end, "%s ends at %#lx", path, (unsigned long)file->end);
    cr_expect_str_eq(file->path, path);
}

Test(loaded_files, are_those_with_code_and_the_memory_behind_their_data)
{
    struct memory_maps maps;
    struct loaded_file *files;

    cr_assert_eq(memory_maps_parse(text, sizeof text - 1, &maps), 0);
    const size_t count = loaded_files_list(&maps, &files);
    cr_assert_eq(count, 3);
    expect_file(&files[0], 0x400000, 0x406000, "/x/app");
    expect_file(&files[1], 0x7f0000002000, 0x7f0000003000, "/x/lib.so");
    expect_file(&files[2], 0x7f0000004000, 0x7f0000005000, "/x/lib.so");
    for (size_t i = 0; i < count; i++)
        free(files[i].path);
    free(files);
    memory_maps_finish(&maps);
}
