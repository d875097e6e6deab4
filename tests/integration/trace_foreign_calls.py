#!/usr/bin/env python3
"""usage: trace_foreign_calls.py --leakwatch PATH PROGRAM

Runs tests/trace/foreign_calls under `leakwatch trace`: calls by other tables than that of x86_64 must be shown by their numbers, and
not be taken for the calls that have these numbers there. Speaks TAP.
"""
import argparse
import re
import subprocess
import sys
import tempfile

SKIPPED = 77


def run(leakwatch, program, *options):
    """The lines of the log from the first call that is not of x86_64 on."""
    with tempfile.NamedTemporaryFile() as log:
        status = subprocess.run([leakwatch, "trace", *options, "-o", log.name, program], check=False, timeout=60).returncode
        if status == SKIPPED:
            print("1..0 # SKIP the kernel has no calls of 32-bit programs")
            sys.exit(0)
        lines = open(log.name, encoding="latin-1").read().splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith("syscall_")), len(lines))
    return status, lines[first:]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("program")
    arguments = parser.parse_args()
    status, lines = run(arguments.leakwatch, arguments.program)
    expected = [r"syscall_0x14\(0x1, 0x2, 0x3, 0x4, 0x5, \w+\) = 0x\w+$", r"syscall_0x5\(0x1, 0x2, 0x3, 0x4, 0x5, \w+\) = -1 EFAULT ",
                r"syscall_0x40000027\(", r"syscall_0x40000001\(0xf{8,16}, 0x\w+, 0x4, ", r"getppid\(\) ", r"exit_group\(0\)"]
    _, chosen = run(arguments.leakwatch, arguments.program, "-e", "trace=writev,fstat,getppid")
    tests = [("the program is unharmed", status == 0),
             ("all calls are there, the foreign ones by number",
              len(lines) > len(expected) and all(re.match(pattern, line) for pattern, line in zip(expected, lines))),
             ("no call is chosen for its number in another table", not any(line.startswith(("writev", "syscall_0x14")) for line in chosen))]
    print(f"TAP version 13\n1..{len(tests)}")
    for number, (name, good) in enumerate(tests, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
    if not all(good for _, good in tests):
        print("\n".join("# " + line for line in lines + chosen))
        sys.exit(1)


main()
