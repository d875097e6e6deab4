/* SPDX-License-Identifier: MIT */
#include "libraries/library_paths.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "libraries/library_loader.h"

static const char *folders[] = {"/lib", "/usr/lib"};
static const struct library_loader loader = {
    .lib = "lib/x86_64-linux-gnu", .platform = "haswell", .folders = folders, .folder_count = 2};
static const struct library_tokens plain = {.origin = "/opt/app", .loader = &loader};
static const struct library_tokens secure = {.origin = "/usr/lib/app", .loader = &loader, .secure = true, .program = true};

/* `expected`: NULL if it may not be used. */
static void expect_expansion(const struct library_tokens *tokens, const char *text, const char *expected)
{
    struct arena arena = {0};
    const char *result = library_tokens_expand(tokens, text, &arena);

    if (expected == NULL)
        cr_expect_null(result, "%s gave %s", text, result);
    else
        cr_expect(result && strcmp(result, expected) == 0, "%s gave %s, not %s", text, result, expected);
    arena_finish(&arena);
}

Test(library_paths, words_stand_for_what_they_mean)
{
    expect_expansion(&plain, "/a/b", "/a/b");
    expect_expansion(&plain, "$ORIGIN", "/opt/app");
    expect_expansion(&plain, "${ORIGIN}/../$LIB", "/opt/app/../lib/x86_64-linux-gnu");
    expect_expansion(&plain, "/x/${PLATFORM}y/$PLATFORM", "/x/haswelly/haswell");
    expect_expansion(&plain, "$LIB$LIB", "lib/x86_64-linux-gnulib/x86_64-linux-gnu");
}

Test(library_paths, what_is_no_word_stays)
{
    expect_expansion(&plain, "/$", "/$");
    expect_expansion(&plain, "$ORIGINAL", "$ORIGINAL");
    expect_expansion(&plain, "$LIB_x", "$LIB_x");
    expect_expansion(&plain, "${ORIGIN", "${ORIGIN");
    expect_expansion(&plain, "$$ORIGIN", "$/opt/app");
    expect_expansion(&plain, "$HOME/lib", "$HOME/lib");
}

Test(library_paths, without_an_origin_its_paths_are_no_use)
{
    const struct library_tokens lost = {.loader = &loader};

    expect_expansion(&lost, "$ORIGIN/x", NULL);
    expect_expansion(&lost, "/x/$LIB", "/x/lib/x86_64-linux-gnu");
}

Test(library_paths, programs_with_more_rights_are_not_led_astray)
{
    const struct library_tokens elsewhere = {.origin = "/home/me", .loader = &loader, .secure = true, .program = true};
    const struct library_tokens library = {.origin = "/home/me", .loader = &loader, .secure = true};

    expect_expansion(&secure, "$ORIGIN/x", "/usr/lib/app/x");
    expect_expansion(&secure, "$ORIGIN/../../lib", "/usr/lib/app/../../lib");
    expect_expansion(&secure, "$ORIGIN/../../../etc", NULL);
    expect_expansion(&secure, "/x$ORIGIN", NULL);
    expect_expansion(&secure, "$ORIGINx", "$ORIGINx");
    expect_expansion(&secure, "${ORIGIN}x", NULL);
    expect_expansion(&elsewhere, "$ORIGIN/x", NULL);
    expect_expansion(&elsewhere, "/home/x", "/home/x");
    expect_expansion(&library, "$ORIGIN/x", "/home/me/x");
}

Test(library_paths, long_words_end)
{
    struct arena arena = {0};
    char text[8 * 4000 + 1];

    for (size_t i = 0; i < 4000; i++)
        memcpy(text + 8 * i, "$ORIGIN/", 8);
    text[sizeof text - 1] = '\0';
    cr_assert_null(library_tokens_expand(&plain, text, &arena));
    arena_finish(&arena);
}

/* `expected`: the folders, with a bar behind each. */
static void expect_folders(const char *list, const char *expected)
{
    struct arena arena = {0};
    const char **found;
    char text[256] = "";
    size_t count = library_paths_split(list, ":;", &plain, &arena, &found);

    for (size_t i = 0; i < count; i++) {
        strcat(text, found[i]);
        strcat(text, "|");
    }
    cr_expect_str_eq(text, expected, "%s gave %s, not %s", list, text, expected);
    arena_finish(&arena);
}

Test(library_paths, lists_are_split)
{
    expect_folders("", "");
    expect_folders("/a", "/a|");
    expect_folders("/a:/b;/c", "/a|/b|/c|");
    expect_folders("/a/:/b///:/", "/a|/b|/|");
    expect_folders(":", "|");
    expect_folders("/a:", "/a||");
    expect_folders("/a::/b", "/a||/b|");
    expect_folders("/a:/a/:/a", "/a|");
    expect_folders("$ORIGIN:/opt/app", "/opt/app|");
}

Test(library_paths, names_are_put_into_folders)
{
    struct arena arena = {0};

    cr_expect_str_eq(library_paths_join("/a", NULL, "b", &arena), "/a/b");
    cr_expect_str_eq(library_paths_join("/", NULL, "b", &arena), "/b");
    cr_expect_str_eq(library_paths_join("", NULL, "b", &arena), "b");
    cr_expect_str_eq(library_paths_join("a", "sub", "b", &arena), "a/sub/b");
    cr_expect_str_eq(library_paths_join("", "sub", "b", &arena), "sub/b");
    arena_finish(&arena);
}
