#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Lets leakwatch look at programs that have very much of something, and compares the memory that it says it took itself (-v) with what
it may take: BASE, so many bytes for each, and for `attach` the copy of the process's memory. Prints a row of a table for each.
Exit status: 0 within the bounds, 1 not.

    check_bounds.py --leakwatch PROGRAM --schema FILE --programs FOLDER... [--way WAY] [NAME-PATTERN...]
"""

import argparse
import fnmatch
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

sys.path.insert(1, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "integration"))
import json_schema  # pylint: disable=wrong-import-position
import programs  # pylint: disable=wrong-import-position

MIB = 1 << 20
BASE = 32 * MIB  # leakwatch without anything to look at, and names of the program and the C library
SYMBOLS = 64 * MIB  # the process that reads those names: mostly of the C library
LIMIT = 900  # seconds after which something hangs
USAGE = re.compile(r"^leakwatch: own peak memory [\d,]+ bytes(?:, [\d,]+ bytes where symbols are read)?; "
                   r"CPU time [\d.]+ s user, [\d.]+ s system(?:, [\d.]+ s for symbols)?; elapsed [\d.]+ s reading, "
                   r"[\d.]+ s scanning, [\d.]+ s naming, [\d.]+ s writing$", re.MULTILINE)


@dataclass
class Bound:
    """A program that has `count` of something, for each of which leakwatch may take `each` bytes, and what its report must say."""

    name: str
    program: str
    arguments: list
    count: int
    each: int
    holds: object  # of the report: so much was really there
    ways: tuple = ("run", "attach")
    options: list = field(default_factory=list)
    times_private: int = 0  # so many times the private memory of the process may leakwatch take, too
    status: int = 0


def live_blocks(report):
    return report["processes"][0]["heap"]["live"]["blocks"]


def nothing_missed(report):
    return all(not process["coverage"]["reasons"] for process in report["processes"])


def blocks(shape, count):
    return Bound(f"{shape}-{count}", "live_blocks", [str(count), shape], count, 40,
                 lambda report: nothing_missed(report) and live_blocks(report) >= count)


def is_damaged(report):
    coverage = report["processes"][0]["coverage"]
    return (report["summary"]["verdict"] in ("incomplete", "leaks") and coverage["heap"] != "full"
            and "the ledger was damaged by the program: what could not be trusted was left out" in coverage["reasons"])


def lies(way):
    return Bound(f"lies-{way}", "hostile_ledger", [way], 0, 0, is_damaged, ways=("run",), times_private=LEDGER_TIMES, status=7)


LEDGER_TIMES = 16  # as tracer/ledger/ledger_reader.h has it
STACKS_POWER = 20  # of two
THREADS, MAPPINGS, CHILDREN = 10000, 65000, 2000
BOUNDS = [
    *(blocks(shape, count) for shape in ("single", "table", "list", "ring") for count in (1000000, 4000000, 10000000)),
    Bound("threads", "live_threads", [str(THREADS)], THREADS, 1024,
          lambda report: nothing_missed(report) and report["summary"]["definite"]["blocks"] == 0 and live_blocks(report) >= THREADS),
    Bound("mappings", "live_mappings", [str(MAPPINGS)], MAPPINGS, 1024,
          lambda report: nothing_missed(report) and report["summary"]["reachable"]["blocks"] >= MAPPINGS),
    # Each stack is once in the ledger, with its frames: one for each level, and more.
    Bound("stacks", "hard_many_stacks", [str(STACKS_POWER)], 1 << STACKS_POWER, 1024,
          lambda report: report["processes"][0]["heap"]["ledger_bytes"] > (1 << STACKS_POWER) * (80 + 8 * STACKS_POWER),
          ways=("run",), options=["--num-callers=64"]),
    Bound("reservation", "hard_huge_reservation", [], 1, 0, lambda report: report["summary"]["definite"] == {"blocks": 1, "bytes": 22},
          ways=("run",)),
    Bound("depth", "hard_deep_and_wide", [], 1, 0, lambda report: report["summary"]["definite"] == {"blocks": 2, "bytes": 30},
          ways=("run",)),
    Bound("children", "hard_fork_storm", [str(CHILDREN)], CHILDREN, 16384,
          lambda report: len(report["processes"]) == CHILDREN + 1 and report["summary"]["definite"]["blocks"] == CHILDREN,
          ways=("run",)),
    *(lies(way) for way in ("random", "ones", "unmapped", "truncated", "circles", "vast", "shared", "spread")),
]


@dataclass
class Bench:
    leakwatch: str
    schema: object
    folders: list
    folder: str  # where it may write

    def program(self, name):
        return next(path for path in (os.path.join(folder, name) for folder in self.folders) if os.path.exists(path))

    def options(self, bound):
        return ["-v", "-o", os.path.join(self.folder, "report.txt"), f"--json={self.report}", *bound.options]

    @property
    def report(self):
        return os.path.join(self.folder, "report.json")

    def start(self, command, **streams):
        return subprocess.Popen(command, cwd=self.folder, env=programs.environment(self.folder), text=True, start_new_session=True,
                                **streams)


def finish(process):
    """Its standard error. What does not end is killed."""
    try:
        errors = process.communicate(timeout=LIMIT)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return errors


def run(bench, bound):
    with bench.start([bench.leakwatch, "run", *bench.options(bound), "--", bench.program(bound.program), *bound.arguments],
                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        return finish(process), process


def attach(bench, bound):
    with bench.start([bench.program(bound.program), *bound.arguments, "wait"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as target:
        try:
            target.stdout.readline()
            with bench.start([bench.leakwatch, "attach", *bench.options(bound), str(target.pid)],
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
                errors = finish(process)
            target.stdin.close()
            target.wait(LIMIT)
        finally:
            target.kill()
    return errors, process


WAYS = {"run": run, "attach": attach}


def check_way(bench, bound, way):
    """Prints its row. Returns what is wrong."""
    began = time.monotonic()
    errors, process = WAYS[way](bench, bound)
    elapsed = time.monotonic() - began
    if process.returncode != bound.status:
        return [f"leakwatch ended with {process.returncode}: {errors}"]
    with open(bench.report, encoding="utf-8") as stream:
        report = json.load(stream)
    bench.schema.validate(report)
    usage = report["own_usage"]
    memory = report["processes"][0]["memory"]
    copied = memory["rss_bytes"] if way == "attach" else 0
    private = memory["rss_bytes"] - memory["resident"]["shared_bytes"]
    allowed = BASE + bound.count * bound.each + copied + private * bound.times_private
    print(f"| {bound.name} | {way} | {usage['peak_bytes'] / MIB:.1f} MiB | {copied / MIB:.1f} MiB | {allowed / MIB:.1f} MiB "
          f"| {(usage['user_ns'] + usage['system_ns']) / 1e9:.2f} s | {elapsed:.2f} s |", flush=True)
    differences = []
    if usage["peak_bytes"] > allowed:
        differences.append(f"took {usage['peak_bytes']} bytes, of at most {allowed}")
    if usage.get("symbols_peak_bytes", 0) > SYMBOLS:
        differences.append(f"took {usage['symbols_peak_bytes']} bytes to read symbols, of at most {SYMBOLS}")
    if not bound.holds(report):
        differences.append("the report does not have what is there")
    if not USAGE.search(errors):
        differences.append(f"no line says what it took: {errors}")
    return differences


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True, type=os.path.realpath)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--programs", required=True, action="append", type=os.path.realpath)
    parser.add_argument("--way", choices=WAYS, action="append")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    wanted = [bound for bound in BOUNDS if not options.names or any(fnmatch.fnmatch(bound.name, name) for name in options.names)]
    schema = json_schema.load(options.schema)
    wrong = []
    for bound in wanted:
        for way in (way for way in bound.ways if not options.way or way in options.way):
            with tempfile.TemporaryDirectory(prefix="leakwatch-test-") as folder:
                bench = Bench(options.leakwatch, schema, options.programs, folder)
                wrong += [f"{bound.name}, {way}: {difference}" for difference in check_way(bench, bound, way)]
    print("\n".join(wrong))
    return 1 if wrong or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
