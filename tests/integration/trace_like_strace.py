#!/usr/bin/env python3
"""usage: trace_like_strace.py --leakwatch PATH [--only PATTERN] [--show COUNT] [PROGRAM...]

Runs programs under strace and under `leakwatch trace`, and compares all lines of their logs, thread by thread: with addresses, process
ids and what differs from run to run made equal, they must be the same. The PROGRAMs are those of tests/trace, which go through what
calls can look like; besides, commands of the system, those of trace_commands.py. Speaks TAP.

A line that differs fails its test, unless DIFFERENCES knows why. Those count nevertheless: fewer equal lines than REQUIRED fail the whole.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

from trace_commands import COMMANDS, PROGRAM_RULES, settle
from trace_logs import are_mixed_up, threads_of

# What is not as in strace 6.1, and why: program (or "" for all), a pattern of strace's line.
DIFFERENCES = [
    # Families that have gone from Linux or never were in use: bytes are as good.
    ("", r"sa_family=AF_(AX25|IPX|X25|RXRPC|IEEE802154|MCTP), \w"),
    # Messages of netlink are shown as the bytes that they are.
    ("network_netlink", r"nlmsg_len=\d+"),
    # Its own table of protocols shifted by one family.
    ("network_others", r"socket\(AF_IRDA, .*CAN_RAW"),
    # An address that is cut in the middle of its last string.
    ("network_others", r"sa_family=AF_ALG, .*\.\.\.}, 40\)"),
    # Newer operations have names.
    ("events_uring", r"io_uring_register\(\d, 0x\w+ /\* IORING_REGISTER_"),
    # A flag without name that is followed by the priority 0, though none was asked for.
    ("system_settings", r"swapon\(.*\|0\)"),
    # The kernel returns -ENOSYS as a number of 32 bits, which is not an error; it is shown as both.
    ("system_settings", r"modify_ldt\(.*ENOSYS"),
    # A newer flag has a name: ADDRB.
    ("system_terminals", r"c_cflag=B4000000"),
    # A set of 32 bits of which only the first byte is there.
    ("network_options", r"ICMP_FILTER, .*, 1\)"),
]

# To have two logs in which no process id looks like another number.
ATTEMPTS = 20

# Of all lines.
REQUIRED = 0.97


class Count:
    """Lines that were compared, and how many of them were equal."""

    def __init__(self):
        self.all = self.equal = 0


def run(command, log, prepare):
    """Runs `command` in a new folder, and returns the lines of `log` and the process id that the tracer had."""
    with tempfile.TemporaryDirectory(prefix="lw") as folder:
        work = os.path.join(folder, "work")
        os.mkdir(work)
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": work, "PYTHONHASHSEED": "0", "PERL_HASH_SEED": "0", "TZ": "UTC"}
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": work, "env": environment}
        if prepare:
            subprocess.run(["/bin/sh", "-e", "-c", prepare], check=True, timeout=120, **options)
        process = subprocess.Popen(command, start_new_session=True, **options)
        process.wait(timeout=120)
    with open(log, encoding="latin-1") as file:
        return [line.rstrip("\n").replace(folder, "/FOLDER__") for line in file], process.pid


def is_known(name, line):
    return any(re.search(pattern, line) for program, pattern in DIFFERENCES if program in ("", name))


def differences(name, expected, found, count):
    """Yields the pairs of lines that differ though they are not known to."""
    for theirs, ours in zip(expected, found):
        length = max(len(theirs), len(ours))
        for their_line, our_line in zip(theirs + [""] * (length - len(theirs)), ours + [""] * (length - len(ours))):
            count.all += 1
            count.equal += their_line == our_line
            if their_line != our_line and not is_known(name, their_line):
                yield their_line, our_line


def two_logs(leakwatch, command, options, prepare):
    """The logs of strace and of leakwatch, each with the process id of the tracer."""
    with tempfile.NamedTemporaryFile() as ours, tempfile.NamedTemporaryFile() as theirs:
        for _ in range(ATTEMPTS):
            expected = run(["strace", *options, "-f", "-o", theirs.name, *command], theirs.name, prepare)
            found = run([leakwatch, "trace", *options, "-f", "-o", ours.name, *command], ours.name, prepare)
            if not are_mixed_up(expected, found):
                break
    return expected, found


def compare(leakwatch, name, command, options, count, prepare=None, rules=(), show=20):
    """Whether the logs of a command are the same. The `rules` say what differs from run to run."""
    expected, found = map(lambda log: threads_of(*log), two_logs(leakwatch, command, options, prepare))
    expected, found = [[settle(lines, rules) for lines in threads] for threads in (expected, found)]
    pairs = list(differences(name, expected, found, count))
    for their_line, our_line in pairs[:show]:
        print(f"# strace:    {their_line}\n# leakwatch: {our_line}")
    if len(expected) != len(found):
        print(f"# {len(expected)} threads under strace, {len(found)} under leakwatch")
    return bool(expected) and not pairs and len(expected) == len(found)


def all_tests(leakwatch, programs, count, show):
    """Yields the name and the function of each test."""
    for name, command in COMMANDS.items():
        if shutil.which(command.words[0]):
            yield name, lambda name=name, command=command: compare(leakwatch, name, command.words, [], count, command.prepare,
                                                                   command.settle, show)
    for program in programs:
        for options in ([], ["-v"]):
            name = os.path.basename(program)
            yield " ".join([name, *options]), lambda name=name, program=program, options=options: compare(
                leakwatch, name, [program], options, count, rules=PROGRAM_RULES.get(name, ()), show=show)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--only", default="", help="tests whose name matches this pattern")
    parser.add_argument("--show", type=int, default=20, help="differences shown of each test")
    parser.add_argument("programs", nargs="*")
    arguments = parser.parse_args()
    if not shutil.which("strace"):
        sys.exit(77)
    count = Count()
    programs = [os.path.abspath(program) for program in arguments.programs]
    tests = list(all_tests(os.path.abspath(arguments.leakwatch), programs, count, arguments.show))
    tests = [(name, test) for name, test in tests if re.search(arguments.only, name)]
    print(f"TAP version 13\n1..{len(tests) + 1}")
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        good = test()
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}", flush=True)
    enough = count.equal >= REQUIRED * count.all
    print(f"{'ok' if enough else 'not ok'} {len(tests) + 1} - enough lines are equal")
    print(f"# {count.equal} of {count.all} lines equal")
    sys.exit(failed != 0 or not enough)


main()
