/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/maps.h"

static struct memory_maps parse(const char *text, size_t expected_skipped)
{
    struct memory_maps maps;

    cr_assert_eq(memory_maps_parse(text, strlen(text), &maps), expected_skipped);
    return maps;
}

Test(maps, every_field_of_a_file_mapping)
{
    struct memory_maps maps =
        parse("7f0000001000-7f0000003000 r-xp 0002a000 fe:01 1234567                    /usr/lib/libc.so.6\n", 0);

    cr_assert_eq(maps.count, 1);
    const struct memory_map *map = &maps.maps[0];
    cr_assert(map->start == 0x7f0000001000 && map->end == 0x7f0000003000);
    cr_assert(map->readable && !map->writable && map->executable && !map->shared && !map->deleted);
    cr_assert(map->offset == 0x2a000 && map->device == makedev(0xfe, 1) && map->inode == 1234567);
    cr_assert_str_eq(map->path, "/usr/lib/libc.so.6");
    cr_assert_str_eq(memory_map_file_name(map), "libc.so.6");
    cr_assert_not(memory_map_is_anonymous(map));
    memory_maps_finish(&maps);
}

Test(maps, anonymous_and_named_memory)
{
    struct memory_maps maps = parse("1000-2000 rw-p 00000000 00:00 0 \n"
                                    "2000-3000 rw-p 00000000 00:00 0                          [anon:a name]\n"
                                    "3000-4000 rw-s 00000000 00:01 2049                       /dev/zero (deleted)\n"
                                    "4000-5000 rw-p 00000000 00:06 5                          /dev/zero\n",
                                    0);

    cr_assert_eq(maps.count, 4);
    cr_assert_str_eq(maps.maps[0].path, "");
    cr_assert(memory_map_is_anonymous(&maps.maps[0]));
    cr_assert_str_eq(maps.maps[1].path, "[anon:a name]");
    cr_assert(memory_map_is_anonymous(&maps.maps[1]));
    cr_assert(maps.maps[2].shared && maps.maps[2].deleted && !memory_map_is_anonymous(&maps.maps[2]));
    cr_assert(memory_map_is_anonymous(&maps.maps[3]));
    memory_maps_finish(&maps);
}

Test(maps, odd_names)
{
    struct memory_maps maps = parse("1000-2000 r--p 00000000 00:2b 7 /tmp/with  two spaces\n"
                                    "2000-3000 r--p 00000000 00:2b 8 /tmp/new\\012line\n"
                                    "3000-4000 r--p 00000000 00:2b 9 /tmp/gone (deleted)\n"
                                    "4000-5000 r--p 00000000 00:2b 9 /tmp/twice (deleted) (deleted)\n"
                                    "5000-6000 r--p 00000000 00:2b 9 /tmp/back\\\\slash",
                                    0);

    cr_assert_eq(maps.count, 5);
    cr_assert_str_eq(maps.maps[0].path, "/tmp/with  two spaces");
    cr_assert_str_eq(maps.maps[1].path, "/tmp/new\nline");
    cr_assert_str_eq(maps.maps[2].path, "/tmp/gone");
    cr_assert(maps.maps[2].deleted);
    cr_assert_str_eq(maps.maps[3].path, "/tmp/twice (deleted)");
    cr_assert_str_eq(maps.maps[4].path, "/tmp/back\\\\slash");
    memory_maps_finish(&maps);
}

Test(maps, lines_that_make_no_sense_are_left_out)
{
    struct memory_maps maps = parse("\n"
                                    "garbage\n"
                                    "2000-1000 rw-p 00000000 00:00 0\n"
                                    "1000-2000 rw-p 00000000 00:00 99999999999999999999999\n"
                                    "11112222333344445-2000 rw-p 00000000 00:00 0\n"
                                    "1000-2000 rw-\n"
                                    "1000-2000 rw-p 00000000 00:00 0\n"
                                    "1800-2800 rw-p 00000000 00:00 0\n",
                                    7);

    cr_assert_eq(maps.count, 1);
    cr_assert_eq(maps.maps[0].start, 0x1000);
    memory_maps_finish(&maps);
}

Test(maps, an_address_is_found_in_its_mapping)
{
    struct memory_maps maps = parse("1000-2000 rw-p 00000000 00:00 0\n"
                                    "3000-5000 rw-p 00000000 00:00 0\n",
                                    0);

    cr_assert_null(memory_maps_find(&maps, 0xfff));
    cr_assert_eq(memory_maps_find(&maps, 0x1000), &maps.maps[0]);
    cr_assert_null(memory_maps_find(&maps, 0x2000));
    cr_assert_eq(memory_maps_find(&maps, 0x4fff), &maps.maps[1]);
    cr_assert_null(memory_maps_find(&maps, 0x5000));
    memory_maps_finish(&maps);
}
