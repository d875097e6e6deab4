/* SPDX-License-Identifier: MIT
 * Sets of signals, of descriptors and of words; spans of time. */
#include <criterion/criterion.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "syscalls/descriptor_set.h"
#include "syscalls/set_words.h"
#include "syscalls/signal_set.h"
#include "syscalls/time_value.h"

static uint64_t signals(const char *text)
{
    uint64_t set = 0;
    char *error = signal_set_parse(text, &set);

    cr_assert_null(error, "%s: %s", text, error);
    return set;
}

static void assert_signals_wrong(const char *text, const char *message)
{
    uint64_t set = 77;
    char *error = signal_set_parse(text, &set);

    cr_assert_not_null(error, "%s", text);
    cr_assert_str_eq(error, message);
    cr_assert_eq(set, 77);
    free(error);
}

Test(signal_set, all_spellings)
{
    uint64_t both = UINT64_C(1) << (SIGINT - 1) | UINT64_C(1) << (SIGIO - 1);

    cr_assert_eq(signals("INT,SIGIO"), both);
    cr_assert_eq(signals("sigint,io"), both);
    cr_assert_eq(signals("2,29"), both);
    cr_assert_eq(signals("!INT,IO"), ~both);
    cr_assert_eq(signals("64"), UINT64_C(1) << 63);
}

Test(signal_set, all_and_none)
{
    cr_assert_eq(signals("all"), SIGNAL_SET_ALL);
    cr_assert_eq(signals("none"), 0);
    cr_assert_eq(signals("!all"), 0);
    cr_assert_eq(signals("!none"), SIGNAL_SET_ALL);
}

Test(signal_set, membership)
{
    uint64_t set = signals("!INT");

    cr_assert(signal_set_has(set, SIGTERM) && signal_set_has(set, 64) && !signal_set_has(set, SIGINT));
    cr_assert_not(signal_set_has(SIGNAL_SET_ALL, 0) || signal_set_has(SIGNAL_SET_ALL, 65) || signal_set_has(SIGNAL_SET_ALL, -1));
}

Test(signal_set, garbage_is_named)
{
    assert_signals_wrong("foo", "invalid signal 'foo'");
    assert_signals_wrong("INT,SIGSIGIO", "invalid signal 'SIGSIGIO'");
    assert_signals_wrong("", "invalid signal ''");
    assert_signals_wrong("!", "invalid signal '!'");
    assert_signals_wrong("65", "invalid signal '65'");
    assert_signals_wrong("0", "invalid signal '0'");
    assert_signals_wrong("INT IO", "invalid signal 'INT IO'");
}

static struct descriptor_set descriptors;

static void forget_descriptors(void)
{
    descriptor_set_finish(&descriptors);
}

TestSuite(descriptor_set, .fini = forget_descriptors);

Test(descriptor_set, numbers)
{
    cr_assert_null(descriptor_set_parse("3,5,2147483647", &descriptors));
    cr_assert(descriptor_set_has(&descriptors, 3) && descriptor_set_has(&descriptors, 5));
    cr_assert(descriptor_set_has(&descriptors, INT_MAX));
    cr_assert_not(descriptor_set_has(&descriptors, 4) || descriptor_set_has(&descriptors, -1));
    cr_assert_not(descriptor_set_is_empty(&descriptors) || descriptor_set_is_full(&descriptors));
}

Test(descriptor_set, the_last_one_given_counts)
{
    cr_assert_null(descriptor_set_parse("3", &descriptors));
    cr_assert_null(descriptor_set_parse("!4", &descriptors));
    cr_assert(descriptor_set_has(&descriptors, 3) && !descriptor_set_has(&descriptors, 4));
}

Test(descriptor_set, all_and_none)
{
    cr_assert(descriptor_set_is_empty(&descriptors));
    cr_assert_null(descriptor_set_parse("all", &descriptors));
    cr_assert(descriptor_set_is_full(&descriptors) && descriptor_set_has(&descriptors, 9));
    cr_assert_null(descriptor_set_parse("none", &descriptors));
    cr_assert(descriptor_set_is_empty(&descriptors) && !descriptor_set_has(&descriptors, 9));
}

Test(descriptor_set, garbage_is_named_and_changes_nothing)
{
    const char *wrong[] = {"", "!", "x", "-1", "+1", " 1", "1x", "2147483648", "99999999999999999999", "0x1"};

    cr_assert_null(descriptor_set_parse("3", &descriptors));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *error = descriptor_set_parse(wrong[i], &descriptors);
        cr_assert_not_null(error, "%s", wrong[i]);
        cr_assert(strstr(error, "invalid descriptor '") == error && strstr(error, wrong[i]), "%s", error);
        free(error);
    }
    cr_assert(descriptor_set_has(&descriptors, 3) && descriptors.count == 1);
}

static const struct set_word fruits[] = {{"apple", 1}, {"pear", 2}, {"both", 3}, {"plum", 4}, {0}};

static unsigned mask_of(const char *text)
{
    unsigned mask = 77;
    char *error = set_words_mask(text, fruits, "fruit", &mask);

    cr_assert_null(error, "%s: %s", text, error);
    return mask;
}

Test(set_words, masks)
{
    cr_assert_eq(mask_of("apple"), 1);
    cr_assert_eq(mask_of("plum,apple,"), 5);
    cr_assert_eq(mask_of("both"), 3);
    cr_assert_eq(mask_of("!pear"), 5);
    cr_assert_eq(mask_of("all"), 7);
    cr_assert_eq(mask_of("none"), 0);
}

Test(set_words, words_that_are_none_are_named)
{
    const char *wrong[] = {"", ",", "!", "apples", "all,apple", "apple, pear"};
    const char *messages[] = {"invalid fruit ''",       "invalid fruit ','",   "invalid fruit '!'",
                              "invalid fruit 'apples'", "invalid fruit 'all'", "invalid fruit ' pear'"};
    unsigned mask = 77;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *error = set_words_mask(wrong[i], fruits, "fruit", &mask);
        cr_assert_not_null(error, "%s", wrong[i]);
        cr_assert_str_eq(error, messages[i]);
        cr_assert_eq(mask, 77);
        free(error);
    }
}

static uint64_t time_of(const char *text)
{
    uint64_t time = 77;

    cr_assert_eq(time_value_parse(text, &time), 0, "%s", text);
    return time;
}

Test(time_value, microseconds_unless_it_says_otherwise)
{
    cr_assert_eq(time_of("10"), 10000);
    cr_assert_eq(time_of("10us"), 10000);
    cr_assert_eq(time_of("7ns"), 7);
    cr_assert_eq(time_of("7ms"), 7000000);
    cr_assert_eq(time_of("7s"), 7000000000);
    cr_assert_eq(time_of("0"), 0);
}

Test(time_value, fractions_and_exponents)
{
    cr_assert_eq(time_of("1.5s"), 1500000000);
    cr_assert_eq(time_of(".5"), 500);
    cr_assert_eq(time_of("1e3ms"), 1000000000);
    cr_assert_eq(time_of("2.3"), 2300);
    cr_assert_eq(time_of("0.1ns"), 0);
}

Test(time_value, garbage_is_refused)
{
    const char *wrong[] = {"",    "s",   "-1",   "+1",   " 1",    "1 s",    "1m",   "1S",
                           "nan", "inf", "0x10", "1..2", "1e999", "1e300s", "1sms", "."};
    uint64_t time = 77;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_assert_eq(time_value_parse(wrong[i], &time), -EINVAL, "%s", wrong[i]);
    cr_assert_eq(time, 77);
}
