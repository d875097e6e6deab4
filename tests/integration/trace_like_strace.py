#!/usr/bin/env python3
"""usage: trace_like_strace.py --leakwatch PATH

Runs programs under strace and under `leakwatch trace`, and compares the lines of the calls that both decode: with addresses and
process ids made equal, they must be the same, in the same order. Speaks TAP.
"""
import argparse
import re
import shutil
import subprocess
import sys
import tempfile

# Calls whose every argument is described; the others come as descriptions are added.
CALLS = ["read", "write", "close", "mmap", "munmap", "execve", "openat"]
WORKS = {
    "true": ["/bin/true"],
    "echo": ["/bin/echo", "a\tb", "\x1b[2J"],
    "cat": ["/bin/cat", "/etc/hostname", "/does/not/exist"],
    "ls": ["/bin/ls", "/usr"],
    "python3": ["/usr/bin/python3", "-c", "print(open('/etc/passwd').read()[:9])"],
    "missing": ["/bin/sh", "-c", "/no/such/program"],
}
ADDRESS = re.compile(r"0x[0-9a-f]{8,}")
LINE = re.compile(r"(\w+)\(.*| \+\+\+ .*")


def lines(command, log):
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False)
    with open(log, encoding="latin-1") as file:
        wanted = [line.rstrip("\n") for line in file]
    return [ADDRESS.sub("ADDRESS", line) for line in wanted if line.startswith("+++") or line.split("(")[0] in CALLS]


def compare(leakwatch, name, work):
    with tempfile.NamedTemporaryFile() as ours, tempfile.NamedTemporaryFile() as theirs:
        expected = lines(["strace", "-o", theirs.name] + work, theirs.name)
        found = lines([leakwatch, "trace", "-o", ours.name] + work, ours.name)
    if expected and found == expected:
        return True
    print(f"# {name}: {len(expected)} lines expected, {len(found)} found")
    for theirs, ours in zip(expected, found):
        if theirs != ours:
            print(f"# strace:    {theirs}\n# leakwatch: {ours}")
            break
    return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    leakwatch = parser.parse_args().leakwatch
    if not shutil.which("strace"):
        sys.exit(77)
    print(f"TAP version 13\n1..{len(WORKS)}")
    failed = 0
    for number, (name, work) in enumerate(WORKS.items(), 1):
        good = compare(leakwatch, name, work)
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
    sys.exit(failed != 0)


main()
