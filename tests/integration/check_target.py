#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs leakwatch on a target program, and compares its report with what the program's source says, its output with a native run, and
its totals with memcheck's. Exit status: 0 all as expected, 1 not, 77 skipped.

    check_target.py --leakwatch PROGRAM --schema SCHEMA [--case NAME] [--repeat N] [--valgrind only|no] SOURCE TARGET
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

import compare
import expectation as expectations
import memcheck
import programs

SKIPPED = 77


def fill_in(words, options):
    """Replaces {target}, {build} and {source} in words of an expectation."""
    places = {
        "{target}": options.target,
        "{build}": os.path.dirname(options.target),
        "{source}": os.path.dirname(options.source),
    }
    filled = []
    for word in words:
        for place, value in places.items():
            word = word.replace(place, value)
        filled.append(word)
    return filled


def may_be_realtime():
    """Whether a process of ours may become one of SCHED_FIFO."""
    ask = "import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))"
    return subprocess.run([sys.executable, "-c", ask], stderr=subprocess.DEVNULL, check=False).returncode == 0


def missing(needs):
    """The first thing that the expectation needs and this machine lacks, or None."""
    for need in needs:
        if need == "root":
            present = os.geteuid() == 0
        elif need == "realtime":
            present = os.geteuid() == 0 and may_be_realtime()
        else:
            present = shutil.which(need)
        if not present:
            return need
    return None


def validate(report, schema_path):
    """Differences between a report and the JSON schema."""
    import json_schema

    return [f"schema: {error.json_path}: {error.message[:300]}" for error in list(json_schema.load(schema_path).iter_errors(report))[:5]]


def check_leakwatch(options, expected, command, native, directory):
    """Runs leakwatch once and returns the differences."""
    report_path = os.path.join(directory, "report.json")
    text_path = os.path.join(directory, "report.txt")
    outputs = ["-o", text_path, f"--json={report_path}", "--show-leak-kinds=all"]
    started = [options.leakwatch, "run", *outputs, *fill_in(expected.options, options), "--", *command]
    actual = programs.run(started, directory, expected.environment)
    differences = [f"left behind: process {pid}" for pid in programs.left_behind()]
    differences += programs.outcome_differences(actual, native, expected.status)
    if not os.path.exists(report_path):
        return [*differences, "no JSON report was written"]
    with open(report_path, encoding="utf-8") as stream:
        report = json.load(stream)
    differences += validate(report, options.schema)
    differences += compare.compare_report(report, expected)
    differences += [] if os.path.getsize(text_path) else ["the text report is empty"]
    for path in (report_path, text_path):
        os.unlink(path)
    return differences + [f"left behind: {name}" for name in os.listdir(directory)]


def check_memcheck(expected, command, directory):
    """Runs memcheck and returns the differences between its totals and what is expected of it."""
    relation = expected.valgrind.relation
    if relation == "skip" or not shutil.which("valgrind"):
        return []
    results = os.path.join(directory, "memcheck")
    os.mkdir(results)
    programs.run(memcheck.command(results) + command, directory, expected.environment, timeout=300)
    programs.reap_orphans()
    totals = memcheck.read_totals(results)
    shutil.rmtree(results)
    actual = {kind: {"blocks": blocks, "bytes": size} for kind, (blocks, size) in totals.items()}
    wanted = expected.valgrind.totals if relation == "gives" else expected.totals
    if wanted is None:
        return [f"memcheck has nothing to be compared with; it says {totals}"]
    wanted = {kind: value for kind, value in wanted.items() if kind in totals}
    return compare.compare_totals("memcheck", actual, wanted, expected.more or relation == "gives")


def check_opened_by_memcheck(expected, command, directory):
    """Runs memcheck and returns what differs in the descriptors that are left open, as far as one process opened all of them."""
    if expected.opened is None or expected.valgrind.relation == "skip" or len(expected.processes) > 1 or not shutil.which("valgrind"):
        return []
    results = os.path.join(directory, "memcheck")
    os.mkdir(results)
    programs.run(memcheck.descriptor_command(results) + command, directory, expected.environment, timeout=300)
    programs.reap_orphans()
    stacks = memcheck.read_opened(results)
    shutil.rmtree(results)
    return compare.compare_memcheck_opened(stacks, expected)


def check(options, directory):
    """All differences of a case, or a string with the reason why it was skipped."""
    expected = expectations.load(options.source, options.case)
    lacking = missing(expected.needs)
    if lacking:
        return f"needs {lacking}"
    command = fill_in(expected.command + expected.args, options)
    expected.environment = dict(word.split("=", 1) for word in fill_in([f"{k}={v}" for k, v in expected.environment.items()], options))
    native = programs.run(command, directory, expected.environment)
    programs.reap_orphans()
    if b"cannot be preloaded" in native.stderr:
        return native.stderr.decode(errors="replace").strip()
    differences = []
    if options.valgrind != "no":
        differences += check_memcheck(expected, command, directory)
        differences += check_opened_by_memcheck(expected, command, directory)
    if options.valgrind == "only":
        return differences
    for number in range(options.repeat):
        found = check_leakwatch(options, expected, command, native, directory)
        differences += [f"run {number + 1}: {difference}" if options.repeat > 1 else difference for difference in found]
    return differences


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leakwatch", help="the program to test")
    parser.add_argument("--schema", help="report/schema.json")
    parser.add_argument("--case", default=expectations.DEFAULT_CASE)
    parser.add_argument("--repeat", type=int, default=1, help="how often leakwatch is run")
    parser.add_argument("--valgrind", choices=("yes", "no", "only"), default="yes")
    parser.add_argument("source")
    parser.add_argument("target")
    options = parser.parse_args()
    if options.valgrind != "only" and not (options.leakwatch and options.schema):
        parser.error("--leakwatch and --schema are needed")
    options.source = os.path.abspath(options.source)
    options.target = os.path.abspath(options.target)
    options.leakwatch = options.leakwatch and os.path.abspath(options.leakwatch)
    return options


def main():
    options = parse_arguments()
    programs.prepare()
    with tempfile.TemporaryDirectory(prefix="leakwatch-test-") as directory:
        try:
            differences = check(options, directory)
        except subprocess.TimeoutExpired as error:
            differences = [f"did not end within {error.timeout} s: {' '.join(error.cmd)}", f"  stderr: {(error.stderr or b'')[-1000:]!r}"]
            programs.left_behind()
    if isinstance(differences, str):
        print(f"skipped: {differences}")
        return SKIPPED
    for difference in differences:
        print(difference)
    print(f"{os.path.basename(options.target)} {options.case}: {'as expected' if not differences else 'NOT as expected'}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
