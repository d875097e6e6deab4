/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "syscalls/call_set.h"

static struct call_set parsed(const char *text)
{
    struct call_set set;
    char *error = call_set_parse(text, &set);

    cr_assert_null(error, "%s: %s", text, error);
    return set;
}

/* Whether the set that `text` means has `number`. */
static bool has(const char *text, uint64_t number)
{
    struct call_set set = parsed(text);

    return call_set_has(&set, number);
}

static size_t size(const char *text)
{
    struct call_set set = parsed(text);
    size_t count = 0;

    for (uint64_t number = 0; number < SYSCALL_TABLE_SIZE; number++)
        count += call_set_has(&set, number);
    return count;
}

static void assert_wrong(const char *text, const char *message)
{
    struct call_set set;

    call_set_clear(&set);
    call_set_add(&set, 7);
    char *error = call_set_parse(text, &set);
    cr_assert_not_null(error, "%s", text);
    cr_assert_str_eq(error, message);
    free(error);
    cr_assert(call_set_has(&set, 7) && !call_set_has(&set, 8) && !set.others, "'%s' changed the set", text);
}

Test(call_set, names_are_looked_up)
{
    cr_assert_eq(size("open,close"), 2);
    cr_assert(has("open,close", __NR_open) && has("open,close", __NR_close));
    cr_assert_not(has("open,close", UINT64_MAX));
}

Test(call_set, all_has_numbers_that_are_no_call)
{
    struct call_set all = parsed("all"), none = parsed("none");

    cr_assert(call_set_is_full(&all) && !call_set_is_empty(&all));
    cr_assert(call_set_is_empty(&none) && !call_set_is_full(&none));
    cr_assert(has("all", 1000) && has("all", SYSCALL_TABLE_SIZE) && has("all", UINT64_MAX));
    cr_assert_not(has("none", 0) || has("none", UINT64_MAX));
}

Test(call_set, exclamation_marks_negate_each_other)
{
    cr_assert(!has("!open", __NR_open) && has("!open", __NR_close) && has("!open", UINT64_MAX) && has("!open", 1000));
    cr_assert(has("!!open", __NR_open) && !has("!!open", __NR_close));
    cr_assert_not(has("!open,close", __NR_close));
    cr_assert(has("!none", 3));
    cr_assert_not(has("!all", 3) || has("!all", UINT64_MAX));
    cr_assert(has("!!all", 3));
}

Test(call_set, all_may_stand_among_others)
{
    struct call_set set = parsed("open,all");

    cr_assert(call_set_is_full(&set));
    cr_assert(has("all@64", __NR_read));
}

Test(call_set, classes_have_a_percent_sign)
{
    cr_assert(has("%file", __NR_openat) && has("%file", __NR_execve) && !has("%file", __NR_read));
    cr_assert(has("%net", __NR_socket) && has("%network", __NR_socket) && !has("%net", __NR_read));
    cr_assert(has("%desc", __NR_read) && has("%memory", __NR_brk) && has("%process", __NR_clone));
    cr_assert(has("%signal", __NR_rt_sigaction) && has("%ipc", __NR_shmget) && has("%creds", __NR_getuid));
    cr_assert(has("%clock", __NR_clock_settime) && has("%pure", __NR_getpid));
    cr_assert(has("!%file", __NR_read) && !has("!%file", __NR_open));
}

Test(call_set, stat_classes_are_told_apart)
{
    cr_assert(has("%stat", __NR_stat) && !has("%stat", __NR_lstat));
    cr_assert(has("%lstat", __NR_lstat) && has("%fstat", __NR_fstat));
    cr_assert(has("%%stat", __NR_stat) && has("%%stat", __NR_lstat) && has("%%stat", __NR_fstat));
    cr_assert(has("%statfs", __NR_statfs) && has("%fstatfs", __NR_fstatfs) && has("%%statfs", __NR_fstatfs));
}

Test(call_set, old_class_names_need_no_percent_sign)
{
    const char *old[] = {"file", "desc", "memory", "process", "signal", "ipc", "network"};

    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        cr_assert_gt(size(old[i]), 0, "%s", old[i]);
    cr_assert_eq(size("stat"), 1); /* a call, not the class */
}

Test(call_set, expressions_match_anywhere)
{
    cr_assert(has("/open", __NR_open) && has("/open", __NR_openat) && !has("/open", __NR_close));
    cr_assert_eq(size("/^open$"), 1);
    cr_assert(has("/^(m|mun)map$", __NR_munmap) && has("/^(m|mun)map$", __NR_mmap));
    cr_assert(has("/open@64,close", __NR_openat) && has("/open@64,close", __NR_close));
    cr_assert(!has("/.", 1000) && !has("/.", UINT64_MAX));
}

/* What costs regcomp(3) or regexec(3) memory and time without bound. */
Test(call_set, expressions_are_bounded)
{
    static const char *const large[] = {"/x++++++++++",
                                        "/x{1001}",
                                        "/x{100}{100}",
                                        "/((x{20}){20}){20}",
                                        "/((((((((((x)+y)+)+)+)+)+)+)+)+)+",
                                        "/[[:alpha:]]]{}{999}{9}",
                                        "/x{1}{2}*+*",
                                        "/((((x*y)+z)*|z)\?)+",
                                        "/(((((((((((((((((((((((((((((((((x)))))))))))))))))))))))))))))))))"};
    char *error, longest[1004] = "?/";
    struct call_set set;

    for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
        error = call_set_parse(large[i], &set);
        cr_assert(error && strstr(error, "': Regular expression too big"), "%s: %s", large[i], error);
        free(error);
    }
    memset(longest + 2, 'x', 1000);
    cr_assert_eq(size(longest), 0);
    longest[1002] = 'x';
    error = call_set_parse(longest, &set);
    cr_assert_not_null(error);
    free(error);
    assert_wrong("/(.)\\1", "invalid regular expression '(.)\\1': Invalid back reference");
    cr_assert_gt(size("/^[]\\1[:alpha:]_]+(at+|[0-9]{1}?){3}+$"), 0); /* in brackets it is none */
}

Test(call_set, numbers_are_taken_as_they_are)
{
    cr_assert(has("0", __NR_read) && has("003", __NR_close) && has("1023", 1023));
    cr_assert_eq(size("5,5,6"), 2);
}

Test(call_set, a_question_mark_forgives)
{
    cr_assert_eq(size("?nonsense"), 0);
    cr_assert_eq(size("?nonsense,open,?open"), 1);
    cr_assert_eq(size("?/nonsense"), 0);
    cr_assert_eq(size("?%nonsense@64"), 0);
    cr_assert(has("!?nonsense", 0));
}

Test(call_set, empty_words_are_skipped)
{
    cr_assert_eq(size("open,,close,"), 2);
}

Test(call_set, words_that_mean_nothing_are_named)
{
    assert_wrong("foo", "invalid system call 'foo'");
    assert_wrong("open,foo,close", "invalid system call 'foo'");
    assert_wrong("!foo", "invalid system call 'foo'");
    assert_wrong("", "invalid system call ''");
    assert_wrong(",", "invalid system call ','");
    assert_wrong("!", "invalid system call '!'");
    assert_wrong("%", "invalid system call '%'");
    assert_wrong("%foo", "invalid system call '%foo'");
    assert_wrong("%%file", "invalid system call '%%file'");
    assert_wrong("%NET", "invalid system call '%NET'");
    assert_wrong("net", "invalid system call 'net'");
    assert_wrong("creds", "invalid system call 'creds'");
    assert_wrong("none,open", "invalid system call 'none'");
    assert_wrong("open, close", "invalid system call ' close'");
    assert_wrong("open=close", "invalid system call 'open=close'");
    assert_wrong("/zzz", "invalid system call '/zzz'");
    assert_wrong("OPEN", "invalid system call 'OPEN'");
    assert_wrong("@64", "invalid system call '@64'");
}

Test(call_set, numbers_out_of_range_are_named)
{
    assert_wrong("1024", "invalid system call '1024'");
    assert_wrong("-1", "invalid system call '-1'");
    assert_wrong("0x3", "invalid system call '0x3'");
    assert_wrong("3x", "invalid system call '3x'");
    assert_wrong("99999999999999999999999", "invalid system call '99999999999999999999999'");
}

Test(call_set, other_personalities_are_refused)
{
    assert_wrong("open@65", "invalid personality '65' in 'open@65'");
    assert_wrong("open@", "invalid personality '' in 'open@'");
    assert_wrong("open@32", "'open@32': only 64-bit system calls are known here");
    assert_wrong("open@x32", "'open@x32': only 64-bit system calls are known here");
}

Test(call_set, bad_expressions_are_explained)
{
    assert_wrong("/(", "invalid regular expression '(': Unmatched ( or \\(");
    assert_wrong("?/(", "invalid regular expression '(': Unmatched ( or \\(");
}
