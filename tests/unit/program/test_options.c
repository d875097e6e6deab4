/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "heap/leak_scan.h"
#include "program/options/command_table.h"
#include "program/options/option_table.h"
#include "program/options/option_value.h"
#include "program/options/options.h"
#include "records/cold_record.h"
#include "option_parsing.h"

Test(options, defaults_are_those_of_the_manual)
{
    unsigned leaks = 1U << LEAK_DEFINITE | 1U << LEAK_POSSIBLE;

    cr_assert_eq(PARSE("prog"), 0);
    cr_assert_eq(options.command, COMMAND_RUN);
    cr_assert_null(options.text);
    cr_assert_null(options.json);
    cr_assert_eq(options.leak_check, LEAK_CHECK_FULL);
    cr_assert_eq(options.show_kinds, leaks);
    cr_assert_eq(options.error_kinds, leaks);
    cr_assert_eq(options.error_exitcode, 0);
    cr_assert_eq(options.num_callers, 30);
    cr_assert_eq(options.interval_ns, 100000000);
    cr_assert(options.trace_children);
    cr_assert(options.default_suppressions);
    cr_assert_not(options.gen_suppressions);
    cr_assert_not(options.track_free_stacks);
    cr_assert_eq(options.verbosity, 0);
}

Test(options, the_programs_own_options_are_not_taken)
{
    cr_assert_eq(PARSE("-q", "ls", "-v", "--json=x", "--", "--help"), 0);
    cr_assert_eq(options.verbosity, -1);
    cr_assert_null(options.json);
    cr_assert_str_eq(options.program[0], "ls");
    cr_assert_str_eq(options.program[4], "--help");
    cr_assert_null(options.program[5]);
}

Test(options, arguments_may_be_joined_or_apart)
{
    cr_assert_eq(PARSE("-o", "a", "--json", "b", "--leak-check=summary", "prog"), 0);
    cr_assert_str_eq(options.text, "a");
    cr_assert_str_eq(options.json, "b");
    cr_assert_eq(options.leak_check, LEAK_CHECK_SUMMARY);
}

static void assert_failing(const char *numbers, bool each, uint64_t first, uint64_t last)
{
    cr_assert_eq(PARSE("--fail-alloc", numbers, "prog"), 0);
    cr_assert_eq(options.fail_alloc.each, each, "%s", numbers);
    cr_assert_eq(options.fail_alloc.first, first, "%s", numbers);
    cr_assert_eq(options.fail_alloc.last, last, "%s", numbers);
}

Test(options, failing_allocations_are_one_all_later_or_a_range)
{
    cr_assert_eq(options.fail_alloc.first, 0);
    cr_assert_eq(options.fail_alloc_timeout_ns, 10 * UINT64_C(1000000000));
    assert_failing("7", false, 7, 7);
    assert_failing("7+", false, 7, UINT64_MAX);
    assert_failing("7..7", true, 7, 7);
    assert_failing("1..9223372036854775807", true, 1, INT64_MAX);
}

Test(options, other_numbers_of_allocations_are_refused)
{
    static const char *const wrong[] = {"0",
                                        "",
                                        "+",
                                        "-1",
                                        "x",
                                        "7x",
                                        "7++",
                                        "7..",
                                        "..7",
                                        "7..6",
                                        "0..3",
                                        "1..3+",
                                        "1.3",
                                        "1...3",
                                        " 1",
                                        "1 ..3",
                                        "9223372036854775808",
                                        "1..18446744073709551615"};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_assert_eq(PARSE("--fail-alloc", wrong[i], "prog"), -EINVAL, "%s", wrong[i]);
        cr_assert(strstr(error, "is not a number from 1, such a number with a + behind it, or a range such as 1..100"), "%s",
                  error);
        free(error);
        error = NULL;
    }
    cr_assert_eq(options.fail_alloc.first, 0);
}

Test(options, text_is_the_long_name_of_o)
{
    cr_assert_eq(PARSE("-ofirst", "--text=second", "prog"), 0);
    cr_assert_str_eq(options.text, "second");
}

Test(options, suppression_files_add_up)
{
    cr_assert_eq(PARSE("--suppressions=a", "--suppressions=b", "prog"), 0);
    cr_assert_eq(options.suppressions.count, 2);
    cr_assert_str_eq(options.suppressions.items[0], "a");
    cr_assert_str_eq(options.suppressions.items[1], "b");
}

Test(options, yes_may_be_left_out)
{
    cr_assert_eq(PARSE("--gen-suppressions", "--trace-children=no", "--track-free-stacks=yes", "prog"), 0);
    cr_assert(options.gen_suppressions);
    cr_assert_not(options.trace_children);
    cr_assert(options.track_free_stacks);
    cr_assert_str_eq(options.program[0], "prog");
}

Test(options, descriptors_are_named_unless_the_user_says_otherwise)
{
    cr_assert_eq(PARSE("prog"), 0);
    cr_assert_eq(options.track_fds, TRACK_FDS_NAMES);
    cr_assert_eq(PARSE("--track-fds=yes", "prog"), 0);
    cr_assert_eq(options.track_fds, TRACK_FDS_YES);
    cr_assert_eq(PARSE("--track-fds=all", "prog"), 0);
    cr_assert_eq(options.track_fds, TRACK_FDS_ALL);
    cr_assert_eq(PARSE("--track-fds=no", "prog"), 0);
    cr_assert_eq(options.track_fds, TRACK_FDS_NO);
    cr_assert_eq(PARSE("--track-fds=some", "prog"), -EINVAL);
}

Test(options, attach_wants_one_process)
{
    cr_assert_eq(PARSE("attach", "-q", "4711"), 0);
    cr_assert_eq(options.command, COMMAND_ATTACH);
    cr_assert_eq(options.attach.pid, 4711);
    cr_assert_eq(options.verbosity, -1);
    assert_refused("attach: no process ID given", "attach");
    assert_refused("attach: one process ID is wanted", "attach", "1", "2");
    assert_refused("attach: '12x' is not a process ID", "attach", "12x");
    assert_refused("--fail-alloc and --inject are for programs that leakwatch starts", "attach", "--fail-alloc=1", "4711");
}

Test(options, injections_add_up_and_keep_their_words)
{
    cr_assert_eq(PARSE("--inject=mmap:error=ENOMEM:when=3", "--inject=openat:error=EMFILE", "prog"), 0);
    cr_assert_eq(options.injections.list.count, 2);
    cr_assert_eq(options.injections.list.items[0].when.first, 3);
    cr_assert_str_eq(options.injections.texts.items[1], "openat:error=EMFILE");
    assert_refused("invalid inject argument 'mmap:error=EWHAT': there is no such error", "--inject=mmap:error=EWHAT", "prog");
}

Test(options, quiet_and_verbose_overrule_each_other)
{
    cr_assert_eq(PARSE("-q", "-vv", "prog"), 0);
    cr_assert_eq(options.verbosity, 2);
}

Test(options, run_may_stand_before_the_program)
{
    cr_assert_eq(PARSE("run", "-q", "run", "x"), 0);
    cr_assert_eq(options.verbosity, -1);
    cr_assert_str_eq(options.program[0], "run");
    cr_assert_str_eq(options.program[1], "x");
}

Test(options, a_command_may_follow_options)
{
    cr_assert_eq(PARSE("-q", "run", "--json=j", "prog"), 0);
    cr_assert_str_eq(options.json, "j");
    cr_assert_str_eq(options.program[0], "prog");
}

Test(options, two_dashes_make_a_command_word_a_program)
{
    cr_assert_eq(PARSE("--", "trace", "x"), 0);
    cr_assert_str_eq(options.program[0], "trace");
}

Test(options, two_dashes_as_an_argument_end_nothing)
{
    cr_assert_eq(PARSE("-o", "--", "run", "x"), 0);
    cr_assert_str_eq(options.text, "--");
    cr_assert_str_eq(options.program[0], "x");
}

Test(options, a_program_may_be_a_command_mistyped)
{
    cr_assert_eq(PARSE("-q", "tarce", "x"), 0);
    cr_assert_str_eq(options.near_command, "trace");
    cr_assert_eq(PARSE("walk"), 0);
    cr_assert_null(options.near_command);
    cr_assert_eq(PARSE("--", "tarce"), 0);
    cr_assert_null(options.near_command);
}

Test(options, a_path_is_never_a_command)
{
    cr_assert_eq(PARSE("./trace"), 0);
    cr_assert_str_eq(options.program[0], "./trace");
}

Test(options, help_takes_a_command)
{
    cr_assert_eq(PARSE("help", "run"), 0);
    cr_assert_eq(options.command, COMMAND_HELP);
    cr_assert_str_eq(options.help_topic, "run");
}

Test(options, help_on_what_is_not_there_is_refused)
{
    assert_refused("there is no command 'walk' to help with", "help", "walk");
    assert_refused("there is no command 'lisb' to help with (did you mean 'libs'?)", "help", "lisb");
}

Test(options, programs_named_like_options_may_follow_two_dashes)
{
    cr_assert_eq(PARSE("-q", "--", "--json", "x"), 0);
    cr_assert_str_eq(options.program[0], "--json");
    cr_assert_null(options.json);
}

Test(options, trace_has_its_own_options)
{
    cr_assert_eq(PARSE("trace", "-o", "log", "-f", "trace", "-q"), 0);
    cr_assert_eq(options.command, COMMAND_TRACE);
    cr_assert_str_eq(options.trace.output, "log");
    cr_assert_null(options.text);
    cr_assert(options.trace.follow_forks);
    cr_assert_str_eq(options.trace.program[0], "trace");
    cr_assert_str_eq(options.trace.program[1], "-q");
}

Test(options, options_of_run_do_not_go_with_trace)
{
    assert_refused("options of 'trace' belong behind it", "-q", "trace", "prog");
    assert_refused("unknown option '--leak-check=full'", "trace", "--leak-check=full", "prog");
}

Test(options, trace_knows_help_and_version)
{
    cr_assert_eq(PARSE("trace", "-h"), 0);
    cr_assert_eq(options.command, COMMAND_HELP);
    cr_assert_str_eq(options.help_topic, "trace");
    options_finish(&options);
    options_init(&options);
    cr_assert_eq(PARSE("trace", "-V"), 0);
    cr_assert_eq(options.command, COMMAND_VERSION);
}

Test(options, help_and_version_need_no_program)
{
    cr_assert_eq(PARSE("run", "--help"), 0);
    cr_assert_eq(options.command, COMMAND_HELP);
    options.command = COMMAND_RUN;
    cr_assert_eq(PARSE("--version"), 0);
    cr_assert_eq(options.command, COMMAND_VERSION);
}

Test(options, bad_words_are_named)
{
    assert_refused("no program given; try 'leakwatch --help'", "-q");
    assert_refused("unknown option '--zzz'", "--zzz", "prog");
    assert_refused("unknown option '--leek-check=full' (did you mean '--leak-check'?)", "--leek-check=full", "prog");
    assert_refused("unknown option '-x'", "-qx", "prog");
    assert_refused("option '--leak' is ambiguous", "--leak", "prog");
    assert_refused("option '--json' needs FILE", "--json");
    assert_refused("option '-o' needs FILE", "-o");
    assert_refused("option '--quiet' takes no argument", "--quiet=1", "prog");
    assert_refused("option '--leak-check': 'most' is not no|summary|full", "--leak-check=most", "prog");
    assert_refused("option '--text': '' is not a file name", "--text=", "prog");
    assert_refused("option '--error-exitcode': '256' is not a number from 0 to 255", "--error-exitcode=256", "prog");
    assert_refused("option '--num-callers': '0' is not a number from 1 to 128", "--num-callers=0", "prog");
    assert_refused("option '--interval': '0s' is not a time such as 100ms, 2s or 1m", "--interval=0s", "prog");
}

Test(options, thresholds_are_sizes_and_a_number)
{
    cr_assert_eq(PARSE("--max-live=1M", "--max-rss=2G", "--max-locked=64K", "--max-mappings=65000", "prog"), 0, "%s", error);
    cr_assert_eq(options.thresholds.most[THRESHOLD_LIVE], 1 << 20);
    cr_assert_eq(options.thresholds.most[THRESHOLD_RSS], UINT64_C(2) << 30);
    cr_assert_eq(options.thresholds.most[THRESHOLD_LOCKED], 65536);
    cr_assert_eq(options.thresholds.most[THRESHOLD_MAPPINGS], 65000);
    assert_refused("option '--max-live': '1X' is not a size such as 4096, 64K, 16M or 2G", "--max-live=1X", "prog");
    assert_refused("option '--max-mappings': '0' is not a number from 1", "--max-mappings=0", "prog");
}

Test(options, warnings_of_limits_come_at_90_percent_unless_told_otherwise)
{
    cr_assert_eq(PARSE("prog"), 0);
    cr_assert_eq(options.warn_percent, 90);
    cr_assert_eq(PARSE("--warn-at=75%", "prog"), 0);
    cr_assert_eq(options.warn_percent, 75);
    cr_assert_eq(PARSE("--warn-at=0", "prog"), 0);
    cr_assert_eq(options.warn_percent, 0);
    cr_assert_eq(options.warn_within_ns, 3600 * UINT64_C(1000000000));
    cr_assert_eq(PARSE("--warn-within=5m", "prog"), 0);
    cr_assert_eq(options.warn_within_ns, 300 * UINT64_C(1000000000));
    assert_refused("option '--warn-at': '101' is not a percentage from 1% to 100%", "--warn-at=101", "prog");
}

Test(options, what_the_real_time_part_begins_with)
{
    cr_assert_eq(PARSE("prog"), 0);
    cr_assert_eq(options.audit, AUDIT_NO);
    cr_assert_eq(PARSE("--audit=rt", "prog"), 0);
    cr_assert_eq(options.audit, AUDIT_RT);
    cr_assert_eq(options.realtime_from.start, REALTIME_NOT_BEGUN);
    cr_assert_eq(PARSE("--audit=rt", "--rt-from=marker", "prog"), 0);
    cr_assert_eq(options.realtime_from.start, REALTIME_BY_MARKER);
    cr_assert_eq(PARSE("--audit=rt", "--rt-from=timerfd_settime", "prog"), 0);
    cr_assert_eq(options.realtime_from.start, REALTIME_BY_CALL);
    cr_assert_eq(options.realtime_from.call, SYS_timerfd_settime);
    cr_assert_eq(PARSE("--audit=rt", "--rt-from=SIGUSR1", "prog"), 0);
    cr_assert_eq(options.realtime_from.start, REALTIME_BY_SIGNAL);
    cr_assert_eq(options.realtime_from.signal, SIGUSR1);
    assert_refused("option '--rt-from': 'sometime' is not a system call, a signal, or marker", "--audit=rt", "--rt-from=sometime",
                   "prog");
}

Test(options, audits_of_real_time_are_for_programs_that_are_started)
{
    assert_refused("--rt-from is for --audit=rt", "--rt-from=marker", "prog");
    assert_refused("--audit=rt is for one run: not with --fail-alloc=M..N", "--audit=rt", "--fail-alloc=1..9", "prog");
    assert_refused("--audit=rt is for programs that leakwatch starts; of a running process: leakwatch limits --audit=rt PID",
                   "attach", "--audit=rt", "4711");
}

Test(options, thresholds_are_for_programs_that_are_started_or_followed)
{
    assert_refused("--max-rss, --max-locked and --max-mappings are for programs that leakwatch starts, and for --follow", "attach",
                   "--max-rss=1M", "1");
    cr_assert_eq(PARSE("attach", "--follow", "--max-rss=1M", "--max-locked=1M", "--max-mappings=9", "1"), 0, "%s", error);
    assert_refused("--max-live is for programs that leakwatch starts: what others have given back of what they had is not known",
                   "attach", "--follow", "--max-live=1M", "1");
}

Test(options, text_sets_options_and_skips_comments)
{
    cr_assert_eq(options_parse_text(&options, " -q\t# --json=no\n--json=a#b\n\n#", "rc", &error), 0);
    cr_assert_eq(options.verbosity, -1);
    cr_assert_str_eq(options.json, "a#b");
}

Test(options, text_is_quoted_as_in_a_shell)
{
    cr_assert_eq(options_parse_text(&options, "'--json=a  \\#' --text=\"b \\\"\\n'\"\\ c\\\n --num-callers\\=5", "rc", &error), 0);
    cr_assert_str_eq(options.json, "a  \\#");
    cr_assert_str_eq(options.text, "b \"\\n' c");
    cr_assert_eq(options.num_callers, 5);
}

Test(options, lines_are_joined_and_quotes_hide_comments)
{
    cr_assert_eq(options_parse_text(&options, "--json=a\\\nb \\\n-q '--text=#'\"\" \\", "rc", &error), -EINVAL);
    cr_assert_str_eq(error, "rc: '\\' is not an option");
    cr_assert_str_eq(options.json, "ab");
    cr_assert_eq(options.verbosity, -1);
    cr_assert_str_eq(options.text, "#");
}

Test(options, a_quote_that_is_not_closed_is_refused)
{
    cr_assert_eq(options_parse_text(&options, "-q '--json=a", "rc", &error), -EINVAL);
    cr_assert_str_eq(error, "rc: a quotation mark is not closed");
    cr_assert_null(options.json);
}

Test(options, the_command_line_overrules_text)
{
    cr_assert_eq(options_parse_text(&options, "--json=a --num-callers=5", "rc", &error), 0);
    cr_assert_eq(PARSE("--json=b", "prog"), 0);
    cr_assert_str_eq(options.json, "b");
    cr_assert_eq(options.num_callers, 5);
}

Test(options, text_is_refused_with_its_origin)
{
    cr_assert_eq(options_parse_text(&options, "-q prog", "rc", &error), -EINVAL);
    cr_assert_str_eq(error, "rc: 'prog' is not an option");
    free(error);
    cr_assert_eq(options_parse_text(&options, "--help", "rc", &error), -EINVAL);
    cr_assert_str_eq(error, "rc: --help and --version belong on the command line");
    free(error);
    cr_assert_eq(options_parse_text(&options, "--nonsense", "rc", &error), -EINVAL);
    cr_assert_str_eq(error, "rc: unknown option '--nonsense'");
}

Test(option_value, kinds)
{
    unsigned kinds = 77;

    cr_assert_eq(option_value_kinds("definite,reachable", &kinds), 0);
    cr_assert_eq(kinds, 1U << LEAK_DEFINITE | 1U << LEAK_REACHABLE);
    cr_assert_eq(option_value_kinds("all", &kinds), 0);
    cr_assert_eq(kinds, 1U << LEAK_DEFINITE | 1U << LEAK_INDIRECT | 1U << LEAK_POSSIBLE | 1U << LEAK_REACHABLE);
    cr_assert_eq(option_value_kinds("none", &kinds), 0);
    cr_assert_eq(kinds, 0);
}

Test(option_value, kinds_that_are_none_change_nothing)
{
    unsigned kinds = 77;
    const char *wrong[] = {"", ",", "definite,", "all,definite", "definit", "definitely-and-for-ever", "suppressed"};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_assert_eq(option_value_kinds(wrong[i], &kinds), -EINVAL, "%s", wrong[i]);
    cr_assert_eq(kinds, 77);
}

Test(option_value, times_have_a_unit)
{
    uint64_t time = 0;

    cr_assert_eq(option_value_time("7ns", &time), 0);
    cr_assert_eq(time, 7);
    cr_assert_eq(option_value_time("7us", &time), 0);
    cr_assert_eq(time, 7000);
    cr_assert_eq(option_value_time("100ms", &time), 0);
    cr_assert_eq(time, 100000000);
    cr_assert_eq(option_value_time("2s", &time), 0);
    cr_assert_eq(time, 2000000000);
    cr_assert_eq(option_value_time("3m", &time), 0);
    cr_assert_eq(time, UINT64_C(180000000000));
}

Test(option_value, times_without_sense_are_refused)
{
    uint64_t time;
    const char *wrong[] = {"", "s", "5", "5h", "-5s", " 5s", "5 s", "0x5s", "99999999999999999999s", "999999999999m"};

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_assert_eq(option_value_time(wrong[i], &time), -EINVAL, "%s", wrong[i]);
}

Test(option_value, numbers_stay_within_bounds)
{
    unsigned number = 0;

    cr_assert_eq(option_value_number("255", 0, 255, &number), 0);
    cr_assert_eq(number, 255);
    cr_assert_eq(option_value_number("256", 0, 255, &number), -EINVAL);
    cr_assert_eq(option_value_number("18446744073709551617", 0, 255, &number), -EINVAL);
    cr_assert_eq(option_value_number("1x", 0, 255, &number), -EINVAL);
    cr_assert_eq(option_value_number("+1", 0, 255, &number), -EINVAL);
}

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static void assert_unique(const struct option_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        for (size_t j = 0; j < i; j++) {
            cr_assert_not(same(table->rows[i].name, table->rows[j].name), "%s", table->rows[i].name);
            cr_assert(table->rows[i].letter == 0 || table->rows[i].letter != table->rows[j].letter, "%c", table->rows[i].letter);
        }
}

Test(option_table, names_are_unique)
{
    assert_unique(&run_option_table);
    assert_unique(&trace_option_table);
}

Test(option_table, every_option_has_a_name_or_a_letter)
{
    for (size_t i = 0; i < trace_option_table.count; i++)
        cr_assert(trace_option_table.rows[i].name || trace_option_table.rows[i].letter);
}

Test(option_table, arguments_in_brackets_may_be_left_out)
{
    const struct option_row rows[] = {{.argument = NULL}, {.argument = "[A|B]"}, {.argument = "yes|no"}, {.argument = "A|B"}};

    cr_assert_eq(option_row_argument(&rows[0]), OPTION_ARGUMENT_NONE);
    cr_assert_eq(option_row_argument(&rows[1]), OPTION_ARGUMENT_OPTIONAL);
    cr_assert_eq(option_row_argument(&rows[2]), OPTION_ARGUMENT_OPTIONAL);
    cr_assert_eq(option_row_argument(&rows[3]), OPTION_ARGUMENT_REQUIRED);
}

Test(option_table, far_words_are_not_guessed)
{
    cr_assert_null(option_table_nearest(&run_option_table, "--frobnicate"));
    cr_assert_str_eq(option_table_nearest(&run_option_table, "--colour"), "color");
    cr_assert_str_eq(option_table_nearest(&run_option_table, "--num-caller=3"), "num-callers");
    cr_assert_str_eq(option_table_nearest(&trace_option_table, "--folow-forks"), "follow-forks");
}
