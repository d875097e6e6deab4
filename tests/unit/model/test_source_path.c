/* SPDX-License-Identifier: MIT
 * Paths as a repository has them. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>

#include "model/source_path.h"

static void expect_relative(const char *root, const char *path, const char *expected)
{
    char *relative = source_path_relative(root, path);

    if (expected)
        cr_expect(eq(str, relative ? relative : (char *)"(none)", (char *)expected), "%s from %s", path, root);
    else
        cr_expect(eq(ptr, relative, NULL), "%s from %s: %s", path, root, relative);
    free(relative);
}

Test(source_path, is_what_is_below_the_root)
{
    expect_relative("/home/me", "/home/me/src/app.c", "src/app.c");
    expect_relative("/", "/src/app.c", "src/app.c");
    expect_relative("/home/me", "/home/me", NULL);
    expect_relative("/home/me", "/home/me/", NULL);
    expect_relative("/home/me", "/home/meyer/app.c", NULL);
    expect_relative("/home/me", "/usr/include/c++/12/vector", NULL);
}

Test(source_path, resolves_dots_by_their_letters)
{
    expect_relative("/home/me", "/home/me/build/../src/./app.c", "src/app.c");
    expect_relative("/home/me", "/home/me//src/app.c", "src/app.c");
    expect_relative("/home/me", "/home/me/../you/app.c", NULL);
    expect_relative("/home/me", "/home/me/src/.hidden/app.c", "src/.hidden/app.c");
    expect_relative("/home/me", "/../../home/me/app.c", "app.c");
}

Test(source_path, counts_relative_ones_from_the_root)
{
    expect_relative("/home/me", "./src/app.c", "src/app.c");
    expect_relative("/home/me", "app.c", "app.c");
    expect_relative("/home/me", "../you/app.c", NULL);
}

Test(source_path, is_none_without_a_root)
{
    expect_relative(NULL, "/home/me/app.c", NULL);
}

static void expect_absolute(const char *path, const char *directory, const char *expected)
{
    char *absolute = source_path_absolute(path, directory);

    cr_expect(eq(str, absolute, (char *)expected));
    free(absolute);
}

Test(source_path, of_a_directory_has_no_slash_at_its_end)
{
    expect_absolute(".", "/home/me", "/home/me");
    expect_absolute("..", "/home/me", "/home");
    expect_absolute("src/", "/home/me", "/home/me/src");
    expect_absolute("/build/app/", "/home/me", "/build/app");
    expect_absolute("/", "/home/me", "/");
    expect_absolute("../..", "/home/me", "/");
}
