/* SPDX-License-Identifier: MIT
 * Options of `leakwatch trace` that say what is printed, and how; and those that tamper. */
#include "trace_words.h"

#include <sys/syscall.h>

TestSuite(trace_output, .init = start, .fini = stop);

/* ---- Output ---- */

Test(trace_output, output_to_a_file_or_a_command)
{
    PARSE("-o", "log", "-A", "prog");
    cr_assert_str_eq(options.output, "log");
    cr_assert(!options.output_is_command && options.output_append);
    PARSE("-o", "|grep x", "prog");
    cr_assert_str_eq(options.output, "grep x");
    cr_assert(options.output_is_command);
    PARSE("--output=!sort", "prog");
    cr_assert_str_eq(options.output, "sort");
    cr_assert(options.output_is_command);
}

Test(trace_output, outputs_that_make_no_sense)
{
    assert_refused("option '--output': '' is not a file name", "-o", "", "prog");
    assert_refused("option '--output': there is no command behind '|' or '!'", "-o", "|", "prog");
    assert_refused("-o '|COMMAND' and -ff/--output-separately exclude each other", "-o", "|cat", "-ff", "prog");
    assert_warned("-A/--output-append-mode has no effect without -o FILE", "-A", "prog");
    assert_warned("-A/--output-append-mode has no effect without -o FILE", "-A", "-o", "|cat", "prog");
    assert_warned("--output-separately has no effect without -o FILE", "--output-separately", "prog");
}

Test(trace_output, separate_files_need_a_file)
{
    PARSE("-ff", "prog");
    cr_assert(options.follow_forks && !options.output_separately);
    cr_assert_eq(options.warnings.count, 0);
}

Test(trace_output, quiet_by_letters)
{
    unsigned messages = TRACE_QUIET_ATTACH | TRACE_QUIET_PERSONALITY;

    PARSE("-q", "prog");
    cr_assert_eq(options.quiet.value, messages);
    PARSE("-qq", "prog");
    cr_assert_eq(options.quiet.value, messages | TRACE_QUIET_EXIT);
    PARSE("-qqq", "prog");
    cr_assert_eq(options.quiet.value, TRACE_QUIET_ALL);
    PARSE("-qqqq", "prog");
    cr_assert_eq(options.quiet.value, TRACE_QUIET_ALL);
}

Test(trace_output, quiet_by_words)
{
    PARSE("--quiet", "prog");
    cr_assert_eq(options.quiet.value, TRACE_QUIET_ATTACH | TRACE_QUIET_PERSONALITY);
    PARSE("--silent=path-resolution,superseded", "prog");
    cr_assert_eq(options.quiet.value, TRACE_QUIET_PATH_RESOLUTION | TRACE_QUIET_THREAD_EXECVE);
    PARSE("--silence=thread-execve", "prog");
    cr_assert_eq(options.quiet.value, TRACE_QUIET_THREAD_EXECVE);
    assert_refused("-q and --quiet exclude each other", "-q", "--quiet=none", "prog");
    assert_refused("-q and --quiet exclude each other", "-e", "quiet=exit", "-q", "prog");
}

Test(trace_output, a_log_of_a_program_is_quiet_by_itself)
{
    PARSE("-o", "x", "prog");
    cr_assert_eq(options.quiet.value, TRACE_QUIET_ATTACH | TRACE_QUIET_PERSONALITY);
    PARSE("-o", "x", "--quiet=none", "prog");
    cr_assert_eq(options.quiet.value, 0);
    PARSE("-o", "x", "-p", "1");
    cr_assert_eq(options.quiet.value, 0);
    PARSE("--json=x", "prog");
    cr_assert_eq(options.quiet.value, TRACE_QUIET_ATTACH | TRACE_QUIET_PERSONALITY);
}

Test(trace_output, columns_and_limits_are_numbers)
{
    PARSE("-a", "0", "-s", "2147483647", "prog");
    cr_assert_eq(options.columns, 0);
    cr_assert_eq(options.string_limit, 2147483647);
    assert_refused("option '--columns': '-1' is not a number from 0 to 2147483647", "-a", "-1", "prog");
    assert_refused("option '--string-limit': 'x' is not a number from 0 to 2147483647", "-sx", "prog");
    assert_refused("option '--string-limit': '2147483648' is not a number from 0 to 2147483647", "-s2147483648", "prog");
}

Test(trace_output, what_stands_in_a_line)
{
    PARSE("-nNik", "--always-show-pid", "--json=-", "--color=never", "-d", "prog");
    cr_assert(options.syscall_number && options.arg_names && options.instruction_pointer && options.stack_trace);
    cr_assert(options.always_show_pid);
    cr_assert_str_eq(options.json, "-");
    cr_assert_eq(options.color, COLOR_NEVER);
    PARSE("--stack-traces", "prog");
    cr_assert(options.stack_trace);
}

static void assert_timestamps(enum timestamp_format format, enum time_precision precision)
{
    cr_assert_eq(options.timestamps.format, format);
    cr_assert_eq(options.timestamps.precision, precision);
}

Test(trace_output, absolute_times)
{
    PARSE("-t", "prog");
    assert_timestamps(TIMESTAMP_TIME, PRECISION_S);
    PARSE("-tt", "prog");
    assert_timestamps(TIMESTAMP_TIME, PRECISION_US);
    PARSE("-ttt", "prog");
    assert_timestamps(TIMESTAMP_UNIX, PRECISION_US);
    PARSE("-tttt", "prog");
    assert_timestamps(TIMESTAMP_UNIX, PRECISION_US);
    PARSE("--timestamps", "prog");
    assert_timestamps(TIMESTAMP_TIME, PRECISION_S);
    PARSE("--absolute-timestamps=format:unix,precision:ns", "prog");
    assert_timestamps(TIMESTAMP_UNIX, PRECISION_NS);
    PARSE("--timestamps=ms", "prog");
    assert_timestamps(TIMESTAMP_TIME, PRECISION_MS);
    PARSE("--timestamps=us", "--timestamps=unix", "prog");
    assert_timestamps(TIMESTAMP_UNIX, PRECISION_US);
    PARSE("--timestamps=unix,none", "prog");
    cr_assert_eq(options.timestamps.format, TIMESTAMP_NONE);
}

Test(trace_output, absolute_times_that_are_none)
{
    const char *expected =
        "option '--timestamps': 'time:unix' is not [format:]none|time|unix, [precision:]s|ms|us|ns, or both with a "
        "comma";

    assert_refused(expected, "--timestamps=time:unix", "prog");
    assert_refused("-t and --absolute-timestamps exclude each other", "-t", "--timestamps=ns", "prog");
}

Test(trace_output, spans_of_time)
{
    PARSE("-r", "-T", "prog");
    cr_assert(options.relative.shown && options.times.shown);
    cr_assert_eq(options.relative.precision, PRECISION_US);
    PARSE("--relative-timestamps=ns", "--syscall-times=s", "prog");
    cr_assert_eq(options.relative.precision, PRECISION_NS);
    cr_assert_eq(options.times.precision, PRECISION_S);
    assert_refused("option '--syscall-times': 'm' is not s|ms|us|ns", "--syscall-times=m", "prog");
}

/* ---- Values ---- */

Test(trace_output, letters_and_words_for_hexadecimal)
{
    PARSE("-x", "prog");
    cr_assert_eq(options.string_hex.value, STRING_HEX_NON_ASCII);
    PARSE("-xx", "prog");
    cr_assert_eq(options.string_hex.value, STRING_HEX_ALL);
    PARSE("--strings-in-hex", "prog");
    cr_assert_eq(options.string_hex.value, STRING_HEX_ALL);
    PARSE("--strings-in-hex=non-ascii-chars", "prog");
    cr_assert_eq(options.string_hex.value, STRING_HEX_NON_ASCII_CHARS);
    assert_refused("-x and --strings-in-hex exclude each other", "-x", "--strings-in-hex=none", "prog");
}

Test(trace_output, letters_and_words_for_descriptors)
{
    PARSE("-y", "prog");
    cr_assert_eq(options.decode_fds.value, TRACE_FD_PATH);
    PARSE("-yy", "prog");
    cr_assert_eq(options.decode_fds.value, TRACE_FD_ALL);
    PARSE("--decode-fds", "prog");
    cr_assert_eq(options.decode_fds.value, TRACE_FD_PATH);
    PARSE("-e", "decode-fd=socket,dev", "prog");
    cr_assert_eq(options.decode_fds.value, TRACE_FD_SOCKET | TRACE_FD_DEVICE);
    assert_refused("-y and --decode-fds exclude each other", "-y", "-e", "decode-fds=socket", "prog");
}

Test(trace_output, process_names)
{
    PARSE("-Y", "prog");
    cr_assert_eq(options.decode_pids, TRACE_PID_COMM);
    PARSE("--decode-pids=pidns", "-Y", "prog");
    cr_assert_eq(options.decode_pids, TRACE_PID_COMM | TRACE_PID_NAMESPACE);
    PARSE("--pidns-translation", "prog");
    cr_assert_eq(options.decode_pids, TRACE_PID_NAMESPACE);
}

Test(trace_output, structures_and_constants)
{
    PARSE("-v", "-X", "verbose", "prog");
    cr_assert(call_set_is_empty(&options.abbrev));
    cr_assert_eq(options.const_style, CONST_VERBOSE);
    PARSE("-v", "-e", "abbrev=all", "--const-print-style=raw", "prog");
    cr_assert(call_set_is_full(&options.abbrev));
    cr_assert_eq(options.const_style, CONST_RAW);
    assert_refused("option '--const-print-style': 'x' is not raw|abbrev|verbose", "-Xx", "prog");
}

/* ---- Summary ---- */

Test(trace_output, summary)
{
    PARSE("-c", "-w", "-S", "count", "-U", "name,time,calls", "-O", "2.5us", "prog");
    cr_assert(options.summary_only && !options.summary && options.summary_wall_clock);
    cr_assert_eq(options.summary_sort.value, SUMMARY_CALLS);
    cr_assert_eq(options.summary_columns.count, 3);
    cr_assert_eq(options.summary_columns.items[1], SUMMARY_TIME_PERCENT);
    cr_assert_eq(options.summary_overhead_ns, 2500);
    cr_assert_eq(options.warnings.count, 0);
    PARSE("-C", "-S", "none", "prog");
    cr_assert(options.summary);
    cr_assert_eq(options.summary_sort.value, SUMMARY_UNSORTED);
    PARSE("--summary-json=x", "-w", "prog");
    cr_assert_str_eq(options.summary_json, "x");
}

Test(trace_output, the_name_is_always_a_column)
{
    PARSE("-c", "-U", "calls,shortest", "prog");
    cr_assert_eq(options.summary_columns.count, 3);
    cr_assert_eq(options.summary_columns.items[2], SUMMARY_NAME);
}

Test(trace_output, all_columns_fit)
{
    PARSE("-c", "-U", "time,total-time,longest,shortest,time-avg,count,error,syscall", "prog");
    cr_assert_eq(options.summary_columns.count, SUMMARY_COLUMNS);
}

Test(trace_output, summaries_that_make_no_sense)
{
    assert_refused("-c/--summary-only and -C/--summary exclude each other", "-cC", "prog");
    assert_refused("-ff/--output-separately excludes -c/--summary-only and -C/--summary: there is one summary of all", "-ffc",
                   "prog");
    assert_refused("-w/--summary-wall-clock needs -c/--summary-only or -C/--summary", "-w", "prog");
    assert_refused("-U/--summary-columns needs -c/--summary-only or -C/--summary", "-Uname", "prog");
    assert_refused("option '--summary-columns': 'x' is not a column of the summary", "-c", "-Ux", "prog");
    assert_refused("option '--summary-columns': 'nothing' is not a column of the summary", "-c", "-Unothing", "prog");
    assert_refused("option '--summary-columns': '' is not a column of the summary", "-c", "-Ucalls,", "prog");
    assert_refused("option '--summary-columns': column 'count' is given twice", "-c", "-Ucalls,count", "prog");
    assert_refused("option '--summary-sort-by': 'x' is not time, min-time, max-time, avg-time, calls, errors, name or nothing",
                   "-c", "-Sx", "prog");
    assert_refused("option '--summary-syscall-overhead': '-1' is not a time such as 5us or 0.2ms", "-c", "-O-1", "prog");
    assert_warned("-S/--summary-sort-by has no effect without -c/--summary-only or -C/--summary", "-Sname", "prog");
    assert_warned("-O/--summary-syscall-overhead has no effect without -c/--summary-only or -C/--summary", "-O1", "prog");
}

Test(trace_output, what_a_summary_leaves_out_is_said)
{
    assert_warned("-i/--instruction-pointer has no effect with -c/--summary-only", "-ci", "prog");
    assert_warned("-t/--absolute-timestamps has no effect with -c/--summary-only", "-ctt", "prog");
    assert_warned("-y/--decode-fds has no effect with -c/--summary-only", "-cy", "prog");
    PARSE("-Cinktr", "prog");
    cr_assert_eq(options.warnings.count, 0);
    PARSE("-ci", "--json=x", "prog");
    cr_assert_eq(options.warnings.count, 0);
}

/* ---- Tampering ---- */

Test(trace_output, injections_add_up)
{
    PARSE("-e", "inject=open:error=EIO", "--fault=close:when=2", "--inject=mmap:delay_enter=1ms", "-e", "fault=read", "prog");
    cr_assert_eq(options.injections.count, 4);
    cr_assert_eq(options.injections.items[0].parts, INJECT_ERROR);
    cr_assert_eq(options.injections.items[1].when.first, 2);
    cr_assert_eq(options.injections.items[2].delay_enter_ns, 1000000);
    cr_assert(call_set_has(&options.injections.items[3].calls, __NR_read));
}

Test(trace_output, bad_injections_are_explained)
{
    assert_refused("invalid inject argument 'open:error=0': an error number is 1 to 4095", "-e", "inject=open:error=0", "prog");
    assert_refused("invalid fault argument 'open:signal=1': fault= knows error=, syscall= and when= only", "--fault=open:signal=1",
                   "prog");
    assert_warned("retval=-5 will be taken for error 5", "-e", "inject=open:retval=-5", "prog");
}
