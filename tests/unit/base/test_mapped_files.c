/* SPDX-License-Identifier: MIT */
#include "base/mapped_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "fixture.h"

static char path[4096];

/* "library", as it is now. */
static struct mapped_file library;

static void set_up(void)
{
    struct stat status;

    fixture_begin();
    fixture_write("library", "first", 5);
    strcpy(path, fixture_path("library"));
    cr_assert_eq(stat(path, &status), 0);
    library = (struct mapped_file){path, status.st_dev, status.st_ino};
}

TestSuite(mapped_files, .init = set_up, .fini = fixture_end);

static void expect_content(int descriptor, const char *content)
{
    char text[16] = "";

    cr_assert_geq(descriptor, 0, "%s", strerror(-descriptor));
    cr_expect_eq(read(descriptor, text, sizeof text - 1), (ssize_t)strlen(content));
    cr_expect_str_eq(text, content);
    cr_expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
    close(descriptor);
}

Test(mapped_files, the_file_that_is_mapped_is_opened)
{
    expect_content(mapped_file_open(path, &library), "first");
    expect_content(mapped_files_open(NULL, &library), "first");
}

Test(mapped_files, another_file_in_its_place_is_not)
{
    fixture_write("new", "second", 6);
    cr_assert_eq(rename("new", "library"), 0);
    cr_expect_eq(mapped_file_open(path, &library), -ESTALE);
    library.inode = 0;
    expect_content(mapped_file_open(path, &library), "second");
}

Test(mapped_files, a_fifo_in_its_place_is_not_waited_for, .timeout = 20)
{
    cr_assert_eq(unlink("library"), 0);
    cr_assert_eq(mkfifo("library", 0600), 0);
    cr_expect_eq(mapped_file_open(path, &library), -ESTALE);
    library.inode = 0;
    cr_expect_eq(mapped_file_open(path, &library), -EINVAL);
}

Test(mapped_files, neither_devices_nor_folders_are_opened)
{
    const struct mapped_file any = {0};

    cr_expect_eq(mapped_file_open("/dev/null", &any), -EINVAL);
    cr_expect_eq(mapped_file_open("/", &any), -EINVAL);
    cr_expect_eq(mapped_file_open("missing", &any), -ENOENT);
}

Test(mapped_files, what_is_too_large_is_not_opened)
{
    cr_assert_eq(truncate("library", (off_t)MAPPED_FILE_SIZE_MAX + 1), 0);
    cr_expect_eq(mapped_file_open(path, &library), -EFBIG);
    cr_assert_eq(truncate("library", 5), 0);
    expect_content(mapped_file_open(path, &library), "first");
}

Test(mapped_files, a_file_that_is_held_is_there_when_it_is_gone)
{
    struct mapped_files *files = mapped_files_create();

    cr_assert(mapped_files_wants(files, library.device, library.inode));
    mapped_files_add(files, library.device, library.inode, mapped_file_open(path, &library));
    cr_expect_not(mapped_files_wants(files, library.device, library.inode), "once is enough");
    cr_assert_eq(unlink("library"), 0);
    fixture_write("library", "second", 6);
    expect_content(mapped_files_open(files, &library), "first");
    library.inode = 0;
    expect_content(mapped_files_open(files, &library), "second");
    mapped_files_destroy(files);
}

Test(mapped_files, only_so_many_are_held)
{
    struct rlimit limit;
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = 64;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    struct mapped_files *files = mapped_files_create();

    for (uint64_t inode = 1; inode <= 16; inode++) {
        cr_assert(mapped_files_wants(files, 1, inode));
        mapped_files_add(files, 1, inode, open(path, O_RDONLY));
    }
    cr_expect_not(mapped_files_wants(files, 1, 17));
    const int refused = open(path, O_RDONLY);
    mapped_files_add(files, 1, 17, refused);
    cr_expect_eq(fcntl(refused, F_GETFD), -1, "it was taken over all the same");
    mapped_files_destroy(files);
}
