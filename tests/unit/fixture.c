/* SPDX-License-Identifier: MIT */
#include "fixture.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

static char directory[] = "/tmp/leakwatch-test-XXXXXX";

void fixture_begin(void)
{
    cr_assert_not_null(mkdtemp(directory));
    cr_assert_eq(chdir(directory), 0);
}

void fixture_end(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", directory);
    cr_assert_eq(chdir("/"), 0);
    cr_assert_eq(system(command), 0);
}

const char *fixture_path(const char *name)
{
    static char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

void fixture_write(const char *name, const void *bytes, size_t size)
{
    FILE *file = fopen(name, "w");

    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
}

char *fixture_read(const char *name, size_t *size)
{
    FILE *file = fopen(name, "r");

    cr_assert_not_null(file);
    cr_assert_eq(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    cr_assert_not_null(bytes);
    cr_assert_eq(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

bool fixture_run(const char *command)
{
    return system(command) == 0;
}

void fixture_require(const char *program)
{
    char command[256];

    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    if (!fixture_run(command))
        cr_skip_test("%s is not installed", program);
}

int fixture_open(const char *name)
{
    int fd = open(name, O_RDONLY | O_CLOEXEC);

    cr_assert_geq(fd, 0, "%s cannot be opened", name);
    return fd;
}
