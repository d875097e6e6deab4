/* SPDX-License-Identifier: MIT */
#include "report/encoding/gzip_stream.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { LINES = 200000, LINE_SIZE = 8 };

/* Numbers that compress badly: more than all buffers hold. */
static int write_lines(void *context, FILE *stream)
{
    unsigned state = 1;

    for (int i = 0; i < LINES; i++) {
        state = state * 1103515245 + 12345;
        fprintf(stream, "%07u\n", state % 10000000);
    }
    return 0;
}

static int fail(void *context, FILE *stream)
{
    fputs("half", stream);
    return -ENAMETOOLONG;
}

Test(gzip_stream, has_the_same_contents_when_read_by_zlib)
{
    FILE *target = tmpfile();
    char line[LINE_SIZE + 1] = "", expected[LINE_SIZE + 1];
    unsigned state = 1;

    cr_assert_eq(gzip_stream_write(target, write_lines, NULL), 0);
    rewind(target);
    gzFile file = gzdopen(dup(fileno(target)), "r");
    for (int i = 0; i < LINES; i++) {
        state = state * 1103515245 + 12345;
        snprintf(expected, sizeof expected, "%07u\n", state % 10000000);
        cr_assert_eq(gzread(file, line, LINE_SIZE), LINE_SIZE);
        cr_assert_str_eq(line, expected);
    }
    cr_expect_eq(gzread(file, line, 1), 0);
    cr_expect_eq(gzclose(file), Z_OK, "the checksum is right");
    fclose(target);
}

Test(gzip_stream, fails_where_the_target_does)
{
    FILE *target = fopen("/dev/full", "w");

    cr_expect_eq(gzip_stream_write(target, write_lines, NULL), -ENOSPC);
    fclose(target);
}

Test(gzip_stream, fails_where_the_writer_does)
{
    FILE *target = tmpfile();

    cr_expect_eq(gzip_stream_write(target, fail, NULL), -ENAMETOOLONG);
    fclose(target);
}
