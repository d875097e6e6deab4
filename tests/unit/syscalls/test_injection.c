/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "syscalls/injection.h"

static struct injection injection;

static void finish(void)
{
    injection_finish(&injection);
}

TestSuite(injection, .fini = finish);

static void parse(const char *text)
{
    injection_finish(&injection);
    char *error = injection_parse(text, INJECTION_INJECT, &injection);
    cr_assert_null(error, "%s: %s", text, error);
}

static void parse_fault(const char *text)
{
    injection_finish(&injection);
    char *error = injection_parse(text, INJECTION_FAULT, &injection);
    cr_assert_null(error, "%s: %s", text, error);
}

/* `message`: what it begins with. */
static void assert_wrong_as(enum injection_kind kind, const char *text, const char *message)
{
    struct injection none;
    char *error = injection_parse(text, kind, &none);

    cr_assert_not_null(error, "%s", text);
    cr_assert(strncmp(error, message, strlen(message)) == 0, "%s: %s", text, error);
    free(error);
}

static void assert_wrong(const char *parts, const char *reason)
{
    char text[128], message[512];

    snprintf(text, sizeof text, "chdir%s", parts);
    snprintf(message, sizeof message, "invalid inject argument '%s': %s", text, reason);
    assert_wrong_as(INJECTION_INJECT, text, message);
}

Test(injection, an_error_by_name_or_number)
{
    parse("chdir,open:error=ENOENT");
    cr_assert_eq(injection.parts, INJECT_ERROR);
    cr_assert_eq(injection.error, ENOENT);
    cr_assert(call_set_has(&injection.calls, __NR_chdir) && call_set_has(&injection.calls, __NR_open));
    cr_assert_not(call_set_has(&injection.calls, __NR_close));
    cr_assert_eq(injection.instead, -1);
    parse("chdir:error=enoent");
    cr_assert_eq(injection.error, ENOENT);
    parse("chdir:error=4095");
    cr_assert_eq(injection.error, 4095);
}

Test(injection, a_value)
{
    parse("chdir:retval=0x10");
    cr_assert_eq(injection.parts, INJECT_VALUE);
    cr_assert_eq(injection.value, 16);
    cr_assert_eq(injection_value_as_error(&injection), 0);
    parse("chdir:retval=18446744073709551615");
    cr_assert_eq(injection.value, UINT64_MAX);
    cr_assert_eq(injection_value_as_error(&injection), 1);
    parse("chdir:retval=-4095");
    cr_assert_eq(injection_value_as_error(&injection), 4095);
    parse("chdir:retval=-4096");
    cr_assert_eq(injection_value_as_error(&injection), 0);
}

Test(injection, a_signal)
{
    parse("chdir:signal=USR1");
    cr_assert_eq(injection.parts, INJECT_SIGNAL);
    cr_assert_eq(injection.signal, SIGUSR1);
    parse("chdir:signal=64:error=1");
    cr_assert_eq(injection.parts, INJECT_SIGNAL | INJECT_ERROR);
    cr_assert_eq(injection.signal, 64);
}

Test(injection, delays)
{
    parse("chdir:delay_enter=10:delay_exit=1.5ms");
    cr_assert_eq(injection.parts, INJECT_DELAY_ENTER | INJECT_DELAY_EXIT);
    cr_assert_eq(injection.delay_enter_ns, 10000);
    cr_assert_eq(injection.delay_exit_ns, 1500000);
}

Test(injection, another_call_instead)
{
    parse("chdir:error=1:syscall=getpid");
    cr_assert_eq(injection.instead, __NR_getpid);
    parse("chdir:syscall=getuid:retval=0");
    cr_assert_eq(injection.instead, __NR_getuid);
}

Test(injection, pokes)
{
    parse("chdir:poke_enter=@arg1=00fF,@arg6=A5:poke_exit=@arg2=01");
    cr_assert_eq(injection.parts, INJECT_POKE_ENTER | INJECT_POKE_EXIT);
    cr_assert_eq(injection.poke_enter.count, 2);
    cr_assert_eq(injection.poke_enter.items[0].argument, 0);
    cr_assert_eq(injection.poke_enter.items[0].size, 2);
    cr_assert_eq(injection.poke_enter.items[0].bytes[1], 0xff);
    cr_assert_eq(injection.poke_enter.items[1].argument, 5);
    cr_assert_eq(injection.poke_enter.items[1].bytes[0], 0xa5);
    cr_assert_eq(injection.poke_exit.count, 1);
    cr_assert_eq(injection.poke_exit.items[0].argument, 1);
}

Test(injection, a_fault_is_enosys_unless_it_says_otherwise)
{
    parse_fault("chdir");
    cr_assert_eq(injection.parts, INJECT_ERROR);
    cr_assert_eq(injection.error, ENOSYS);
    parse_fault("chdir:when=3");
    cr_assert_eq(injection.error, ENOSYS);
    parse_fault("chdir:error=EIO:syscall=getpid");
    cr_assert_eq(injection.error, EIO);
}

Test(injection, sets_of_all_kinds)
{
    parse("!chdir:error=1");
    cr_assert_not(call_set_has(&injection.calls, __NR_chdir));
    parse("/^open:error=1");
    cr_assert(call_set_has(&injection.calls, __NR_openat));
    parse("%file,close:error=1");
    cr_assert(call_set_has(&injection.calls, __NR_stat) && call_set_has(&injection.calls, __NR_close));
}

Test(injection, empty_parts_are_skipped)
{
    parse("chdir::error=1:");
    cr_assert_eq(injection.error, 1);
}

/* The invocations from 1 to 9 that are meant, as digits. */
static const char *meant(const char *when)
{
    static char digits[10];
    char text[64];
    size_t count = 0;

    snprintf(text, sizeof text, "chdir:error=1:when=%s", when);
    parse(text);
    for (unsigned i = 1; i <= 9; i++)
        if (injection_when_holds(&injection.when, i))
            digits[count++] = (char)('0' + i);
    digits[count] = '\0';
    return digits;
}

Test(injection, when)
{
    cr_assert_str_eq(meant("3"), "3");
    cr_assert_str_eq(meant("3..5"), "345");
    cr_assert_str_eq(meant("5..5"), "5");
    cr_assert_str_eq(meant("7+"), "789");
    cr_assert_str_eq(meant("2..5+"), "2345");
    cr_assert_str_eq(meant("2+3"), "258");
    cr_assert_str_eq(meant("2..7+3"), "25");
    cr_assert_str_eq(meant("2..8+65535"), "2");
}

Test(injection, without_when_always)
{
    parse("chdir:error=1");
    cr_assert(injection_when_holds(&injection.when, 1) && injection_when_holds(&injection.when, UINT64_C(1) << 40));
    cr_assert_not(injection_when_holds(&injection.when, 0));
}

Test(injection, the_last_when_counts)
{
    cr_assert_str_eq(meant("2:when=4"), "4");
}

Test(injection, when_out_of_range)
{
    const char *wrong[] = {"",    "0",   "65536", "1..65535", "3..1", "1..",  "..3",
                           "+",   "+2",  "1+0",   "1+65536",  "1+2x", "1..x", "x",
                           "1-3", "1.3", "1...3", "-1",       "1++",  "1 ",   "99999999999999999999"};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char parts[64];
        snprintf(parts, sizeof parts, ":error=1:when=%s", wrong[i]);
        assert_wrong(parts, "when= needs FIRST[..LAST][+[STEP]]");
    }
}

Test(injection, something_must_be_done)
{
    assert_wrong("", "needs error=");
    assert_wrong(":", "needs error=");
    assert_wrong(":when=1", "needs error=");
    assert_wrong(":syscall=getpid", "needs error=");
    assert_wrong(":syscall=getpid:signal=1", "syscall= needs error= or retval=");
}

Test(injection, wrong_parts)
{
    assert_wrong(":error", "after the set come NAME=VALUE");
    assert_wrong(":foo=1", "there is no such part");
    assert_wrong(":=1", "there is no such part");
    assert_wrong(":error=", "there is no such error");
    assert_wrong(":error=0", "an error number is 1 to 4095");
    assert_wrong(":error=4096", "an error number is 1 to 4095");
    assert_wrong(":error=1x", "an error number is 1 to 4095");
    assert_wrong(":error=ENOSUCH", "there is no such error");
    assert_wrong(":retval=", "retval= needs a number");
    assert_wrong(":retval=x", "retval= needs a number");
    assert_wrong(":retval= 1", "retval= needs a number");
    assert_wrong(":retval=18446744073709551616", "retval= needs a number");
    assert_wrong(":signal=0", "there is no such signal");
    assert_wrong(":signal=NOSUCH", "there is no such signal");
    assert_wrong(":delay_enter=-1", "a delay is a number");
    assert_wrong(":delay_exit=1m", "a delay is a number");
    assert_wrong(":syscall=open:error=1", "only a call of the class %pure");
    assert_wrong(":syscall=39:error=1", "there is no such system call");
}

Test(injection, parts_that_exclude_each_other)
{
    assert_wrong(":error=1:retval=0", "there can be only one error= or retval=");
    assert_wrong(":error=1:error=2", "there can be only one error= or retval=");
    assert_wrong(":signal=1:signal=2", "a part is given twice");
    assert_wrong(":delay_enter=1:delay_enter=2", "a part is given twice");
    assert_wrong(":poke_exit=@arg1=aa:poke_exit=@arg2=bb", "a part is given twice");
}

Test(injection, wrong_pokes)
{
    const char *shape = "a poke is @argN=BYTES", *bytes = "the bytes to poke are pairs";

    assert_wrong(":poke_enter=", shape);
    assert_wrong(":poke_enter=arg1=aa", shape);
    assert_wrong(":poke_enter=@arg0=aa", shape);
    assert_wrong(":poke_enter=@arg7=aa", shape);
    assert_wrong(":poke_enter=@arg10=aa", shape);
    assert_wrong(":poke_enter=@arg1", shape);
    assert_wrong(":poke_enter=@arg1=", bytes);
    assert_wrong(":poke_enter=@arg1=a", bytes);
    assert_wrong(":poke_enter=@arg1=ag", bytes);
    assert_wrong(":poke_enter=@arg1=aa,@arg2=b", bytes);
    assert_wrong(":poke_enter=@arg1=aa,@arg1=bb", "an argument can be poked only once");
}

Test(injection, a_fault_knows_less)
{
    assert_wrong_as(INJECTION_FAULT, "chdir:retval=1", "invalid fault argument 'chdir:retval=1': fault= knows");
    assert_wrong_as(INJECTION_FAULT, "chdir:signal=INT", "invalid fault argument");
    assert_wrong_as(INJECTION_FAULT, "chdir:delay_enter=1", "invalid fault argument");
    assert_wrong_as(INJECTION_FAULT, "chdir:poke_enter=@arg1=aa", "invalid fault argument");
}

Test(injection, wrong_sets_are_named)
{
    assert_wrong_as(INJECTION_INJECT, "foo:error=1", "invalid system call 'foo'");
    assert_wrong_as(INJECTION_INJECT, ":error=1", "invalid system call ''");
    assert_wrong_as(INJECTION_FAULT, "", "invalid system call ''");
}
