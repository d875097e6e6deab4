/* SPDX-License-Identifier: MIT */
#include "suppressions/suppressions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "fixture.h"

static struct suppressions *set;

static void set_up(void)
{
    fixture_begin();
    set = suppressions_create();
}

static void tear_down(void)
{
    suppressions_destroy(set);
    fixture_end();
}

TestSuite(suppressions, .init = set_up, .fini = tear_down);

/* main() calls app::load(), into which read_line() was inlined; it calls strdup() of the C library, which calls malloc. */
static const struct report_frame in_strdup = {.module = "/lib/libc.so.6", .function = "strdup", .linkage_name = "strdup"};
static const struct report_frame read_line = {.module = "/opt/app",
                                              .function = "read_line",
                                              .linkage_name = "read_line",
                                              .file = "/src/app/input.c",
                                              .line = 7,
                                              .inlined = true};
static const struct report_frame load = {
    .module = "/opt/app", .function = "app::load(int)", .linkage_name = "_ZN3app4loadEi", .file = "/src/app/load.cc", .line = 70};
static const struct report_frame in_main = {
    .module = "/opt/app", .function = "main", .linkage_name = "main", .file = "main.c", .line = 9};
static const struct report_frame unknown = {.address = 0x1234};

static const struct report_frame *const frames[] = {&in_strdup, &read_line, &load, &in_main};
static const struct report_stack stack = {frames, 4, false};

static void parse(const char *text)
{
    char *error = NULL;

    cr_assert_eq(suppressions_parse(set, text, strlen(text), "test.supp", &error), 0, "%s", error);
    cr_assert_null(error);
}

/* The message without the file name. */
static char *parse_error(const char *text)
{
    char *error = NULL;
    size_t before = suppressions_number(set);

    cr_assert_eq(suppressions_parse(set, text, strlen(text), "x", &error), -EINVAL, "no error in: %s", text);
    cr_assert_not_null(error);
    cr_expect_eq(suppressions_number(set), before, "something was added");
    cr_assert(strncmp(error, "x:", 2) == 0);
    memmove(error, error + 2, strlen(error + 2) + 1);
    return error;
}

static void expect_error(const char *text, const char *place)
{
    char *error = parse_error(text);

    cr_expect(strncmp(error, place, strlen(place)) == 0 && error[strlen(place)] == ':', "expected an error at %s, not %s", place,
              error);
    free(error);
}

/* Whether a suppression of these frames, one a line, matches `of`. */
static bool frames_match(const char *lines, const struct report_stack *of)
{
    struct suppressions *one = suppressions_create();
    char text[512], *error = NULL;

    snprintf(text, sizeof text, "{\nname\nMemcheck:Leak\n%s\n}\n", lines);
    cr_assert_eq(suppressions_parse(one, text, strlen(text), "x", &error), 0, "%s", error);
    bool matches = suppressions_match(one, LEAK_DEFINITE, of) == 0;
    suppressions_destroy(one);
    return matches;
}

static bool template_matches(const char *pattern)
{
    struct suppressions *one = suppressions_create();
    char text[512], *error = NULL;

    snprintf(text, sizeof text, "leak:%s\n", pattern);
    cr_assert_eq(suppressions_parse(one, text, strlen(text), "x", &error), 0, "%s", error);
    bool matches = suppressions_match(one, LEAK_POSSIBLE, &stack) == 0;
    suppressions_destroy(one);
    return matches;
}

/* ---- valgrind's grammar ---- */

Test(suppressions, frames_match_from_the_innermost_on)
{
    cr_expect(frames_match("fun:strdup", &stack));
    cr_expect(frames_match("fun:strdup\nfun:read_line\nfun:_ZN3app4loadEi\nfun:main", &stack));
    cr_expect_not(frames_match("fun:read_line", &stack), "not the innermost frame");
    cr_expect_not(frames_match("fun:strdup\nfun:main", &stack), "a frame was left out");
    cr_expect_not(frames_match("fun:strdup\nfun:read_line\nfun:_ZN3app4loadEi\nfun:main\nfun:*", &stack),
                  "more frames than there are");
}

Test(suppressions, names_match_by_wildcards_mangled_or_not)
{
    cr_expect(frames_match("fun:str*\nfun:re?d_line\nfun:_ZN3app*\nfun:m*n", &stack));
    cr_expect(frames_match("fun:*\nfun:*\nfun:app::load(int)", &stack));
    cr_expect_not(frames_match("fun:str", &stack), "a part is not the whole");
    cr_expect_not(frames_match("fun:?strdup", &stack));
    cr_expect(frames_match("fun:*t*d*p", &stack));
    cr_expect_not(frames_match("fun:*d*d*p", &stack));
}

Test(suppressions, the_allocation_function_may_stand_first)
{
    cr_expect(frames_match("fun:malloc\nfun:strdup", &stack));
    cr_expect(frames_match("fun:*alloc\nfun:strdup", &stack));
    cr_expect(frames_match("fun:_Znwm\nfun:strdup", &stack));
    cr_expect(frames_match("fun:malloc\nfun:strdup\nfun:read_line\nfun:_ZN3app4loadEi\nfun:main", &stack));
    cr_expect(frames_match("obj:*vgpreload_memcheck*\nfun:strdup", &stack));
    cr_expect_not(frames_match("fun:mallopt\nfun:strdup", &stack));
    cr_expect_not(frames_match("fun:malloc\nfun:malloc\nfun:strdup", &stack));
}

Test(suppressions, dots_stand_for_any_frames)
{
    cr_expect(frames_match("...\nfun:main", &stack));
    cr_expect(frames_match("fun:malloc\n...\nfun:main", &stack));
    cr_expect(frames_match("fun:strdup\n...\nfun:read_line", &stack), "also for none");
    cr_expect(frames_match("...", &stack));
    cr_expect(frames_match("...\nfun:read_line\n...\nfun:main\n...", &stack));
    cr_expect_not(frames_match("...\nfun:main\n...\nfun:read_line", &stack));
    cr_expect_not(frames_match("...\nfun:strdup\nfun:main", &stack));
}

Test(suppressions, dots_find_a_later_match_if_the_first_leads_nowhere)
{
    const struct report_frame *const twice[] = {&load, &in_strdup, &load, &in_main};
    struct report_stack repeated = {twice, 4, false};

    cr_expect(frames_match("...\nfun:_ZN3app4loadEi\nfun:main", &repeated));
}

Test(suppressions, objects_and_sources_match)
{
    cr_expect(frames_match("obj:/lib/libc.so*\nobj:/opt/app", &stack));
    cr_expect_not(frames_match("obj:libc.so.6", &stack), "the path, not the name");
    cr_expect(frames_match("fun:strdup\nsrc:input.c:7", &stack));
    cr_expect(frames_match("fun:strdup\nsrc:/src/app/input.c", &stack));
    cr_expect_not(frames_match("fun:strdup\nsrc:input.c:8", &stack));
}

Test(suppressions, what_is_not_known_matches_wildcards_only)
{
    const struct report_frame *const nameless[] = {&unknown};
    struct report_stack one = {nameless, 1, false};

    cr_expect(frames_match("obj:*", &one));
    cr_expect(frames_match("fun:*", &one));
    cr_expect(frames_match("fun:???", &one));
    cr_expect_not(frames_match("obj:*/app", &one));
    cr_expect_not(frames_match("fun:main", &(struct report_stack){0}));
}

Test(suppressions, kinds_of_leaks_are_told_apart)
{
    parse("{\na\nMemcheck:Leak\nmatch-leak-kinds: possible , reachable\nfun:strdup\n}\n"
          "{\nb\nMemcheck:Leak\nmatch-leak-kinds:definite\nfun:strdup\n}\n"
          "{\nc\nMemcheck:Leak\nmatch-leak-kinds: none\nfun:strdup\n}\n");
    cr_expect_eq(suppressions_match(set, LEAK_POSSIBLE, &stack), 0);
    cr_expect_eq(suppressions_match(set, LEAK_REACHABLE, &stack), 0);
    cr_expect_eq(suppressions_match(set, LEAK_DEFINITE, &stack), 1);
    cr_expect_eq(suppressions_match(set, LEAK_INDIRECT, &stack), -1);
}

Test(suppressions, blocks_of_other_tools_and_errors_are_skipped)
{
    parse("# a comment\n\n"
          "{\n  races\n  Helgrind:Race\n  fun:strdup\n  anything: goes\n}\n"
          "{\n  parameter\n  Memcheck:Param\n  write(buf)\n  fun:strdup\n}\n"
          "  {\r\n  # within\r\n\t two tools \r\n  Addrcheck,Memcheck:Leak\r\n  fun:strdup\r\n  }\r\n");
    cr_assert_eq(suppressions_number(set), 1);
    struct suppression_info info = suppressions_info(set, 0);
    cr_expect_str_eq(info.name, "two tools");
    cr_expect_str_eq(info.file, "test.supp");
    cr_expect_eq(info.line, 15);
    cr_expect_not(info.built_in);
}

Test(suppressions, errors_are_told_with_line_and_column)
{
    expect_error("{\nname\nMemcheck:Leak\n  nonsense\n}\n", "4:3");
    expect_error("{\nname\nMemcheck:Leak\n}\n", "4:1");
    expect_error("{\nname\nMemcheck:Leak\nfun:\n}\n", "4:5");
    expect_error("{\nname\nMemcheck:Leak\nfun:main\n", "4:1");
    expect_error("{\nname\nMemcheck:Leak\n  match-leak-kinds: definite,nearly\nfun:x\n}\n", "4:30");
    expect_error("{\nname\nMemcheckLeak\nfun:main\n}\n", "3:1");
    expect_error("{\n}\n", "2:1");
    expect_error("{\nname\nMemcheck:Leak\nfun:main\n}\nstray\n", "6:1");
    expect_error("{ name\n", "1:1");
}

Test(suppressions, one_error_discards_the_whole_file)
{
    parse("{\nkept\nMemcheck:Leak\nfun:main\n}\n");
    free(parse_error("{\nfirst\nMemcheck:Leak\nfun:main\n}\n{\nsecond\n"));
    cr_expect_eq(suppressions_number(set), 1);
}

/* ---- LeakSanitizer's grammar ---- */

Test(suppressions, templates_match_a_part_of_any_name_in_any_frame)
{
    cr_expect(template_matches("strdup"));
    cr_expect(template_matches("app::load"));
    cr_expect(template_matches("4loadE"));
    cr_expect(template_matches("libc.so"));
    cr_expect(template_matches("input.c"));
    cr_expect_not(template_matches("output.c"));
}

Test(suppressions, templates_have_anchors_and_stars)
{
    cr_expect(template_matches("^main$"));
    cr_expect(template_matches("^app::*int)$"));
    cr_expect(template_matches("/opt*pp$"));
    cr_expect(template_matches("^/src/*/load.cc"));
    cr_expect(template_matches("*"));
    cr_expect_not(template_matches("^ain"));
    cr_expect_not(template_matches("mai$"));
    cr_expect_not(template_matches("^mainmain$"));
    cr_expect_not(template_matches("load*app"));
}

Test(suppressions, other_lines_of_a_sanitizers_file_are_left_alone)
{
    parse("# comment\nrace:strdup\n\n  leak:libc.so\nthread:x\n");
    cr_assert_eq(suppressions_number(set), 1);
    cr_expect_str_eq(suppressions_info(set, 0).name, "leak:libc.so");
    cr_expect_eq(suppressions_info(set, 0).line, 4);
    expect_error("leak:a\n  nonsense\n", "2:3");
    expect_error("leak:\n", "1:6");
}

/* ---- Both ---- */

Test(suppressions, the_first_match_is_told)
{
    parse("leak:nothing\nleak:strdup\nleak:main\n");
    parse("{\nname\nMemcheck:Leak\nfun:strdup\n}\n");
    cr_expect_eq(suppressions_number(set), 4);
    cr_expect_eq(suppressions_match(set, LEAK_DEFINITE, &stack), 1);
}

Test(suppressions, tell_which_kinds_they_are_for)
{
    cr_expect_not(suppressions_cover(set, LEAK_POSSIBLE));
    parse("{\nname\nMemcheck:Leak\nmatch-leak-kinds: possible\nfun:strdup\n}\n");
    cr_expect(suppressions_cover(set, LEAK_POSSIBLE));
    cr_expect_not(suppressions_cover(set, LEAK_DEFINITE));
}

Test(suppressions, empty_files_are_fine)
{
    parse("");
    parse("\n\n# nothing\n");
    cr_expect_eq(suppressions_number(set), 0);
    cr_expect_eq(suppressions_match(set, LEAK_DEFINITE, &stack), -1);
}

Test(suppressions, files_are_read_or_the_reason_is_told)
{
    char *error = NULL;

    fixture_write("good", "leak:main", 9);
    fixture_write("bad", "{\nname", 6);
    cr_expect_eq(suppressions_load(set, "good", &error), 0);
    cr_expect_eq(suppressions_number(set), 1);
    cr_expect_eq(suppressions_load(set, "missing", &error), -ENOENT);
    cr_expect_null(error);
    cr_expect_eq(suppressions_load(set, ".", &error), -EISDIR);
    cr_expect_eq(suppressions_load(set, "bad", &error), -EINVAL);
    cr_assert_not_null(error);
    cr_expect_eq(strncmp(error, "bad:2:1: ", 9), 0, "%s", error);
    free(error);
}

Test(suppressions, the_built_in_set_is_small_and_sound)
{
    const struct report_frame linker = {.module = "/lib64/ld-linux-x86-64.so.2", .function = "_dl_allocate_tls"};
    const struct report_frame *const taken[] = {&linker, &in_main};

    suppressions_add_defaults(set);
    cr_expect_leq(suppressions_number(set), 10);
    cr_expect(suppressions_info(set, 0).built_in);
    cr_expect_eq(suppressions_match(set, LEAK_DEFINITE, &stack), -1);
    cr_expect_eq(suppressions_match(set, LEAK_POSSIBLE, &stack), -1);
    cr_expect_geq(suppressions_match(set, LEAK_POSSIBLE, &(struct report_stack){taken, 2, false}), 0);
    cr_expect_eq(suppressions_match(set, LEAK_DEFINITE, &(struct report_stack){taken, 2, false}), -1);
}

Test(suppressions, a_generated_suppression_matches_its_record_and_no_other)
{
    const struct report_frame odd = {.module = "/a b/\303\251\n.so"};
    const struct report_frame *const taken[] = {&in_strdup, &odd, &unknown, &load};
    struct report_stack strange = {taken, 4, false};
    char *text = suppression_generate(LEAK_POSSIBLE, "new", &strange);

    parse(text);
    free(text);
    cr_assert_eq(suppressions_number(set), 1);
    cr_expect_eq(suppressions_match(set, LEAK_POSSIBLE, &strange), 0);
    cr_expect_eq(suppressions_match(set, LEAK_DEFINITE, &strange), -1);
    cr_expect_eq(suppressions_match(set, LEAK_POSSIBLE, &stack), -1);
}

Test(suppressions, a_generated_suppression_ends_at_main_as_valgrinds_stacks_do)
{
    const struct report_frame start = {.module = "/lib/libc.so.6", .function = "start", .linkage_name = "start"};
    const struct report_frame *const taken[] = {&load, &in_main, &start};
    char *text = suppression_generate(LEAK_DEFINITE, "new[]", &(struct report_stack){taken, 3, false});

    cr_expect_str_eq(text, "{\n   <name>\n   Memcheck:Leak\n   match-leak-kinds: definite\n   fun:_Zna*\n"
                           "   fun:_ZN3app4loadEi\n   fun:main\n}\n");
    free(text);
}

Test(suppressions, a_generated_suppression_looks_as_valgrind_wants_it)
{
    const struct report_frame nameless = {.module = "/opt/plugin.so"};
    const struct report_frame *const taken[] = {&nameless, &load, &unknown};
    char *text = suppression_generate(LEAK_DEFINITE, "malloc", &(struct report_stack){taken, 3, false});

    cr_expect_str_eq(text, "{\n   <name>\n   Memcheck:Leak\n   match-leak-kinds: definite\n   fun:*alloc*\n   obj:/opt/plugin.so\n"
                           "   fun:_ZN3app4loadEi\n   obj:*\n}\n");
    free(text);
}
