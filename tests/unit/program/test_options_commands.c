/* SPDX-License-Identifier: MIT
 * Options of the commands that look at processes and at saved reports. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "heap/leak_scan.h"
#include "program/options/option_value.h"
#include "program/options/options.h"
#include "records/cold_record.h"
#include "option_parsing.h"

/* ---- Processes ---- */

Test(options, a_process_is_named_by_itself)
{
    cr_assert_eq(PARSE("attach", "4711"), 0, "%s", error);
    cr_expect_eq(options.attach.pid, 4711);
}

Test(options, a_process_is_named_by_an_option)
{
    cr_assert_eq(PARSE("attach", "-p", "4712"), 0, "%s", error);
    cr_expect_eq(options.attach.pid, 4712);
    cr_expect_str_eq(options.program[0], "4712");
    cr_expect_null(options.program[1]);
}

Test(options, a_process_needs_no_command)
{
    cr_assert_eq(PARSE("-q", "-p4713"), 0, "%s", error);
    cr_expect_eq(options.command, COMMAND_ATTACH);
    cr_expect_eq(options.attach.pid, 4713);
}

Test(options, a_process_is_named_once_and_alone)
{
    assert_refused("attach: -p has named the process already", "attach", "-p", "1", "2");
    assert_refused("attach: 'x' is not a process ID", "-p", "x");
    assert_refused("-p is for a process that is running already: leakwatch attach", "-p", "1", "prog");
    assert_refused("-p is for a process that is running already: leakwatch attach", "run", "-p", "1", "prog");
}

/* ---- Looks ---- */

Test(options, looks_may_be_repeated)
{
    cr_assert_eq(PARSE("attach", "--repeat=30s", "--count=5", "--confirm=4", "1"), 0, "%s", error);
    cr_expect_eq(options.repeat_ns, UINT64_C(30000000000));
    cr_expect_eq(options.look_count, 5);
    cr_expect_eq(options.confirm, 4);
    assert_refused("--count is for --repeat: it says how often", "attach", "--count=2", "1");
    assert_refused("--confirm=3 wants more looks than --count=2", "attach", "--repeat=1s", "--confirm", "--count=2", "1");
    assert_refused("--repeat, --count and --confirm are for a process that is running already: leakwatch attach", "--repeat=1s",
                   "prog");
}

Test(options, confirmation_alone_means_that_many_looks)
{
    cr_assert_eq(PARSE("attach", "--confirm", "1"), 0, "%s", error);
    cr_expect_eq(options.confirm, 3);
    cr_expect_eq(options.look_count, 3);
    cr_expect_eq(options.repeat_ns, OPTIONS_CONFIRM_NS);
}

Test(options, addresses_are_hexadecimal_or_decimal)
{
    cr_assert_eq(PARSE("--who-points-at=0x7fFf0010", "--who-points-at=4096", "--contents", "prog"), 0, "%s", error);
    cr_assert_eq(options.who_points_at.count, 2);
    cr_expect_eq(options.who_points_at.items[0], 0x7fff0010);
    cr_expect_eq(options.who_points_at.items[1], 4096);
    cr_expect_eq(options.contents, 3);
    static const char *const bad[] = {"", "0x", "7f", "0xg", "0x1 ", "-1", " 1", "0x10000000000000000", "18446744073709551616"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint64_t address = 5;
        cr_expect_eq(option_value_address(bad[i], &address), -EINVAL, "%s", bad[i]);
        cr_expect_eq(address, 5);
    }
    uint64_t last;
    cr_assert_eq(option_value_address("0xffffffffffffffff", &last), 0);
    cr_expect_eq(last, UINT64_MAX);
}

Test(options, what_is_not_touched_is_asked_for_one_look)
{
    cr_assert_eq(PARSE("attach", "--cold", "1"), 0, "%s", error);
    cr_expect_eq(options.cold_ns, OPTIONS_COLD_NS);
    cr_expect_eq(options.cold_by, COLD_BY_BEST);
    cr_assert_eq(PARSE("--cold=2s", "--cold-by=referenced", "./app"), 0, "%s", error);
    cr_expect_eq(options.cold_ns, UINT64_C(2000000000));
    cr_expect_eq(options.cold_by - COLD_BY_DETECTOR, COLD_REFERENCED);
    assert_refused("--cold is for one look: it waits for that itself, and does not go with --repeat and --confirm", "attach",
                   "--cold", "--confirm", "1");
    assert_refused("--cold-by is for --cold: it says how that is found out", "--cold-by=soft-dirty", "./app");
    assert_refused("--cold and --ksm-census are about blocks: --leak-check=no leaves none to be looked at", "attach",
                   "--ksm-census", "--leak-check=no", "1");
}

Test(options, a_saved_report_may_stand_among_options)
{
    cr_assert_eq(PARSE("show", "-q", "a.json", "--json=b"), 0);
    cr_assert_eq(options.command, COMMAND_SHOW);
    cr_assert_str_eq(options.saved[0], "a.json");
    cr_assert_str_eq(options.json, "b");
}

Test(options, two_saved_reports_may_stand_among_options)
{
    cr_assert_eq(PARSE("diff", "a.json", "-v", "b.json"), 0);
    cr_assert_eq(options.command, COMMAND_DIFF);
    cr_assert_str_eq(options.saved[0], "a.json");
    cr_assert_str_eq(options.saved[1], "b.json");
}

Test(options, show_wants_one_report)
{
    assert_refused("show: no report given", "show", "-q");
}

Test(options, show_wants_no_second_report)
{
    assert_refused("show: 'b.json' is one report too many", "show", "a.json", "b.json");
}

Test(options, diff_wants_two_reports)
{
    assert_refused("diff: two reports are wanted, and fewer are given", "diff", "a.json");
}

Test(options, diff_reads_standard_input_once)
{
    assert_refused("diff: standard input cannot be both reports", "diff", "-", "-");
}

Test(options, gates_add_up)
{
    cr_assert_eq(PARSE("--fail-on=definite>0,bytes>=1M", "--fail-on=fds>3", "x"), 0);
    cr_assert_eq(options.gates.count, 3);
}

Test(options, gates_are_checked)
{
    cr_assert_eq(PARSE("--fail-on=definite>0,", "x"), -EINVAL);
    cr_assert(strstr(error, "option '--fail-on': '' is not one of definite, "), "%s", error);
}

Test(options, gates_on_growth_want_a_baseline)
{
    assert_refused("--fail-on=growth>5% compares with an earlier report: --baseline=FILE", "--fail-on=growth>5%", "x");
}

Test(options, a_baseline_to_update_needs_a_name)
{
    assert_refused("--update-baseline needs the file: --baseline=FILE", "--update-baseline", "x");
}
