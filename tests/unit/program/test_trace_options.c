/* SPDX-License-Identifier: MIT
 * Options of `leakwatch trace` that say what is traced. */
#include "trace_words.h"

#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "syscalls/signal_set.h"

TestSuite(trace_options, .init = start, .fini = stop);

Test(trace_options, defaults_are_those_of_the_manual)
{
    PARSE("prog", "-f");
    cr_assert_str_eq(options.program[0], "prog");
    cr_assert_str_eq(options.program[1], "-f");
    cr_assert_not(options.follow_forks);
    cr_assert(call_set_is_full(&options.trace) && call_set_is_full(&options.abbrev) && call_set_is_full(&options.verbose));
    cr_assert(call_set_is_empty(&options.raw));
    cr_assert_eq(options.signals, SIGNAL_SET_ALL);
    cr_assert_eq(options.statuses, TRACE_STATUS_ALL);
    cr_assert(descriptor_set_is_full(&options.trace_fds));
    cr_assert(descriptor_set_is_empty(&options.dump_read) && descriptor_set_is_empty(&options.dump_write));
    cr_assert_eq(options.columns, 40);
    cr_assert_eq(options.string_limit, 32);
    cr_assert_eq(options.const_style, CONST_ABBREV);
    cr_assert_eq(options.string_hex.value, STRING_HEX_NONE);
    cr_assert_eq(options.quiet.value, 0);
    cr_assert_eq(options.decode_fds.value, 0);
    cr_assert_eq(options.decode_pids, 0);
    cr_assert_eq(options.timestamps.format, TIMESTAMP_NONE);
    cr_assert_not(options.relative.shown || options.times.shown || options.summary || options.summary_only);
    cr_assert_eq(options.summary_sort.value, SUMMARY_TOTAL_TIME);
    cr_assert_eq(options.summary_columns.count, 6);
    cr_assert_eq(options.summary_overhead_ns, TRACE_OVERHEAD_UNSET);
    cr_assert_eq(options.interruptible, INTERRUPTIBLE_WAITING);
    cr_assert_eq(options.seccomp_bpf, SECCOMP_BPF_AUTO);
    cr_assert_eq(options.syscall_limit, 0);
    cr_assert_eq(options.warnings.count, 0);
}

/* ---- Start ---- */

Test(trace_options, follow_in_all_spellings)
{
    PARSE("-f", "prog");
    cr_assert(options.follow_forks && !options.output_separately);
    PARSE("-ff", "-o", "x", "prog");
    cr_assert(options.follow_forks && options.output_separately);
    PARSE("--follow-forks", "--output-separately", "-ox", "prog");
    cr_assert(options.follow_forks && options.output_separately);
    PARSE("-f", "--follow-forks", "-o", "x", "prog");
    cr_assert_not(options.output_separately);
}

Test(trace_options, an_old_letter_still_follows)
{
    assert_warned("-F is obsolete; write -f/--follow-forks", "-F", "prog");
    cr_assert(options.follow_forks);
    assert_warned("-F is left out: -f/--follow-forks says more", "-F", "-f", "prog");
}

Test(trace_options, processes_in_lists)
{
    PARSE("-p", "11,12 13\t14\n15", "--attach=16", "-p11");
    cr_assert_eq(options.attach.count, 6);
    for (pid_t i = 0; i < 6; i++)
        cr_assert_eq(options.attach.items[i].pid, 11 + i);
    cr_assert_null(options.program);
}

Test(trace_options, processes_and_a_program)
{
    PARSE("-p", "11", "prog");
    cr_assert_eq(options.attach.count, 1);
    cr_assert_str_eq(options.program[0], "prog");
}

Test(trace_options, words_that_are_no_process)
{
    assert_refused("option '--attach': '0' is not a process ID", "-p", "0");
    assert_refused("option '--attach': '-1' is not a process ID", "-p", "-1");
    assert_refused("option '--attach': 'x' is not a process ID", "-p", "1,x");
    assert_refused("option '--attach': '1x' is not a process ID", "-p", "1x");
    assert_refused("option '--attach': '' is not a process ID", "-p", "", "prog");
    assert_refused("option '--attach': ',' is not a process ID", "-p", ",");
    assert_refused("option '--attach': '99999999999' is not a process ID", "-p", "99999999999");
}

Test(trace_options, nobody_traces_itself)
{
    char self[16], message[64];

    snprintf(self, sizeof self, "%d", (int)getpid());
    snprintf(message, sizeof message, "option '--attach': %s is leakwatch itself", self);
    assert_refused(message, "-p", self);
}

Test(trace_options, something_must_be_traced)
{
    assert_refused("no program given and no -p PID; try 'leakwatch help trace'", "-f");
    assert_refused("no program given and no -p PID; try 'leakwatch help trace'", "--");
}

Test(trace_options, environment_keeps_its_order)
{
    PARSE("-E", "A=1", "--env=B", "-EA=", "prog");
    cr_assert_eq(options.environment.count, 3);
    cr_assert_str_eq(options.environment.items[0], "A=1");
    cr_assert_str_eq(options.environment.items[1], "B");
    cr_assert_str_eq(options.environment.items[2], "A=");
    assert_refused("option '--env': '' is not VAR=VALUE or VAR", "-E", "", "prog");
    assert_refused("option '--env': '=1' is not VAR=VALUE or VAR", "-E", "=1", "prog");
}

Test(trace_options, what_the_program_gets)
{
    PARSE("-u", "nobody", "--argv0=", "-b", "execve", "--kill-on-exit", "prog");
    cr_assert_str_eq(options.user, "nobody");
    cr_assert_str_eq(options.argv0, "");
    cr_assert(options.detach_on_execve && options.kill_on_exit);
    assert_refused("option '--detach-on': 'fork' is not execve, the only system call to detach on", "-b", "fork", "prog");
}

Test(trace_options, options_for_a_program_without_one_are_said)
{
    assert_warned("-E/--env has no effect without a PROGRAM", "-E", "A", "-p", "1");
    assert_warned("-u/--user has no effect without a PROGRAM", "-u", "x", "-p", "1");
    assert_warned("--argv0 has no effect without a PROGRAM", "--argv0=x", "-p", "1");
}

Test(trace_options, what_was_attached_to_is_not_killed)
{
    assert_refused("--kill-on-exit and -p/--attach exclude each other: what was running before is not ours to kill",
                   "--kill-on-exit", "-p", "1");
}

Test(trace_options, daemonize)
{
    PARSE("-D", "prog");
    cr_assert_eq(options.daemonize.value, DAEMONIZE_GRANDCHILD);
    cr_assert_eq(options.interruptible, INTERRUPTIBLE_NEVER_TSTP);
    PARSE("-DD", "prog");
    cr_assert_eq(options.daemonize.value, DAEMONIZE_PGROUP);
    PARSE("-DDD", "prog");
    cr_assert_eq(options.daemonize.value, DAEMONIZE_SESSION);
    PARSE("--daemonize", "prog");
    cr_assert_eq(options.daemonize.value, DAEMONIZE_GRANDCHILD);
    PARSE("--daemonize=pgrp", "prog");
    cr_assert_eq(options.daemonize.value, DAEMONIZE_PGROUP);
    PARSE("--daemonize=session", "prog");
    cr_assert_eq(options.daemonize.value, DAEMONIZE_SESSION);
}

Test(trace_options, daemonize_needs_a_program)
{
    assert_refused("-D/--daemonize needs a PROGRAM to run", "-D", "-p", "1");
    assert_refused("-D was given 4 times; three times is the most", "-DDDD", "prog");
    assert_refused("option '--daemonize': 'x' is not grandchild|pgroup|session", "--daemonize=x", "prog");
}

Test(trace_options, interruptible)
{
    PARSE("-I1", "prog");
    cr_assert_eq(options.interruptible, INTERRUPTIBLE_ANYWHERE);
    PARSE("--interruptible=never_tstp", "prog");
    cr_assert_eq(options.interruptible, INTERRUPTIBLE_NEVER_TSTP);
    PARSE("-o", "x", "prog");
    cr_assert_eq(options.interruptible, INTERRUPTIBLE_NEVER);
    PARSE("-o", "x", "-I", "waiting", "prog");
    cr_assert_eq(options.interruptible, INTERRUPTIBLE_WAITING);
    PARSE("-o", "x", "-p", "1");
    cr_assert_eq(options.interruptible, INTERRUPTIBLE_WAITING);
    PARSE("--json=x", "prog");
    cr_assert_eq(options.interruptible, INTERRUPTIBLE_NEVER);
    assert_refused("option '--interruptible': '0' is not 1 to 4, anywhere, waiting, never or never_tstp", "-I0", "prog");
}

Test(trace_options, syscall_limit)
{
    PARSE("--syscall-limit=5", "prog");
    cr_assert_eq(options.syscall_limit, 5);
    assert_refused("option '--syscall-limit': '0' is not a number from 1 to 2147483647", "--syscall-limit=0", "prog");
}

Test(trace_options, seccomp)
{
    PARSE("-f", "--seccomp-bpf", "prog");
    cr_assert_eq(options.seccomp_bpf, SECCOMP_BPF_YES);
    cr_assert_eq(options.warnings.count, 0);
    PARSE("--seccomp-bpf=no", "-p", "1");
    cr_assert_eq(options.seccomp_bpf, SECCOMP_BPF_NO);
    cr_assert_eq(options.warnings.count, 0);
    assert_warned("--seccomp-bpf has no effect on processes attached to with -p", "-f", "--seccomp-bpf", "-p", "1");
    assert_warned("--seccomp-bpf has no effect without -f/--follow-forks", "--seccomp-bpf", "prog");
    assert_warned("--seccomp-bpf has no effect with -b/--detach-on", "-f", "-bexecve", "--seccomp-bpf", "prog");
    assert_warned("--seccomp-bpf has no effect with --syscall-limit", "-f", "--syscall-limit=1", "--seccomp-bpf", "prog");
    assert_refused("option '--seccomp-bpf': 'x' is not yes|no", "--seccomp-bpf=x", "prog");
}

/* ---- Filters ---- */

Test(trace_options, calls_in_all_spellings)
{
    const char *spellings[] = {"open", "trace=open", "t=open"};

    for (size_t i = 0; i < 3; i++) {
        PARSE("-e", spellings[i], "prog");
        cr_assert(call_set_has(&options.trace, __NR_open) && !call_set_has(&options.trace, __NR_close), "%s", spellings[i]);
    }
    PARSE("--trace=open", "prog");
    cr_assert(call_set_has(&options.trace, __NR_open) && !call_set_has(&options.trace, __NR_close));
    PARSE("-e!open", "prog");
    cr_assert(!call_set_has(&options.trace, __NR_open) && call_set_has(&options.trace, __NR_close));
}

Test(trace_options, the_last_set_counts)
{
    PARSE("-e", "open", "--trace=close", "prog");
    cr_assert(!call_set_has(&options.trace, __NR_open) && call_set_has(&options.trace, __NR_close));
    PARSE("-z", "-e", "status=failed", "prog");
    cr_assert_eq(options.statuses, TRACE_STATUS_FAILED);
    PARSE("--status=failed", "-z", "prog");
    cr_assert_eq(options.statuses, TRACE_STATUS_SUCCESSFUL);
}

Test(trace_options, qualifiers_have_short_and_plural_names)
{
    PARSE("-e", "a=open", "-e", "v=close", "-e", "x=mmap", "-e", "s=INT", "-e", "r=3", "-e", "w=4", "-e", "q=exit", "-e", "fd=5",
          "prog");
    cr_assert(call_set_has(&options.abbrev, __NR_open) && !call_set_has(&options.abbrev, __NR_close));
    cr_assert(call_set_has(&options.verbose, __NR_close) && !call_set_has(&options.verbose, __NR_open));
    cr_assert(call_set_has(&options.raw, __NR_mmap) && !call_set_has(&options.raw, __NR_open));
    cr_assert_eq(options.signals, UINT64_C(1) << (SIGINT - 1));
    cr_assert(descriptor_set_has(&options.dump_read, 3) && descriptor_set_has(&options.dump_write, 4));
    cr_assert_eq(options.quiet.value, TRACE_QUIET_EXIT);
    cr_assert(descriptor_set_has(&options.trace_fds, 5) && !descriptor_set_has(&options.trace_fds, 6));
    PARSE("-e", "signals=IO", "-e", "reads=1", "-e", "writes=2", "-e", "silence=all", "-e", "fds=!9", "prog");
    cr_assert_eq(options.signals, UINT64_C(1) << (SIGIO - 1));
    cr_assert(descriptor_set_has(&options.dump_read, 1) && descriptor_set_has(&options.dump_write, 2));
    cr_assert_eq(options.quiet.value, TRACE_QUIET_ALL);
    cr_assert(!descriptor_set_has(&options.trace_fds, 9) && descriptor_set_has(&options.trace_fds, 6));
}

Test(trace_options, bad_sets_are_named)
{
    assert_refused("invalid system call 'foo'", "-e", "foo", "prog");
    assert_refused("invalid system call 'foo=open'", "-e", "foo=open", "prog");
    assert_refused("invalid system call ''", "-e", "trace=", "prog");
    assert_refused("invalid system call 'kvm=vcpu'", "-e", "kvm=vcpu", "prog");
    assert_refused("invalid signal 'foo'", "-e", "signal=foo", "prog");
    assert_refused("invalid status 'foo'", "--status=foo", "prog");
    assert_refused("invalid descriptor 'foo'", "--read=foo", "prog");
    assert_refused("invalid quiet 'foo'", "--quiet=foo", "prog");
    assert_refused("invalid decode-fds 'foo'", "--decode-fds=foo", "prog");
    assert_refused("invalid decode-pids 'foo'", "-e", "decode-pid=foo", "prog");
    assert_refused("option '-e' needs EXPR", "-e");
}

Test(trace_options, statuses)
{
    PARSE("-e", "status=unfinished,detached", "prog");
    cr_assert_eq(options.statuses, TRACE_STATUS_UNFINISHED | TRACE_STATUS_DETACHED);
    PARSE("-e", "status=!failed", "prog");
    cr_assert_eq(options.statuses, TRACE_STATUS_ALL & ~TRACE_STATUS_FAILED);
    PARSE("-Z", "prog");
    cr_assert_eq(options.statuses, TRACE_STATUS_FAILED);
    assert_warned("of -z and -Z only the last one counts; see --status", "-z", "-Z", "prog");
    cr_assert_eq(options.statuses, TRACE_STATUS_FAILED);
}

Test(trace_options, paths_add_up)
{
    PARSE("-P", "/a", "--trace-path=/b", "prog");
    cr_assert_eq(options.trace_paths.count, 2);
    cr_assert_str_eq(options.trace_paths.items[1], "/b");
}

/* ---- General ---- */

Test(trace_options, help_and_version_need_nothing_else)
{
    PARSE("-h");
    cr_assert(options.help);
    PARSE("-cC", "--version");
    cr_assert(options.version);
}

Test(trace_options, long_names_may_be_shortened)
{
    PARSE("--follow", "--string-l=7", "prog");
    cr_assert(options.follow_forks);
    cr_assert_eq(options.string_limit, 7);
    assert_refused("option '--sum' is ambiguous", "--sum", "prog");
    assert_refused("unknown option '--colums=3' (did you mean '--columns'?)", "--colums=3", "prog");
    assert_refused("unknown option '-Q'", "-Q", "prog");
    assert_refused("option '--no-abbrev' takes no argument", "--no-abbrev=1", "prog");
}
