#!/usr/bin/env python3
"""usage: thresholds_live.py --leakwatch PATH --stepper PATH --schema PATH

Processes that cross thresholds, which leakwatch tells of while they run on, and in its report. Speaks TAP.
"""
import argparse
import json
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

import json_schema
from attach_process import LIMIT, require, run_tests
from stacks import stack_contains

MIB = 1 << 20
NEVER = "--interval=60m"  # no sample is taken in a test


class Run:
    """The stepper under leakwatch."""

    def __init__(self, tests, *options):
        self.path = os.path.join(tests.folder, "report.json")
        self.schema = tests.schema
        command = [tests.leakwatch, "run", "-o", os.devnull, f"--json={self.path}", *options, "--", tests.stepper]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
        self.told = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate()

    def step(self, steps):
        for step in steps:
            self.process.stdin.write(step.encode())
            if step != "x":
                ready, _, _ = select.select([self.process.stdout], [], [], LIMIT)
                require(ready and self.process.stdout.read(5) == b"done\n", f"step {step} was not taken: {self.told}")

    def wait_for(self, pattern):
        """What is told while the program runs on."""
        end = time.monotonic() + LIMIT
        while not re.search(pattern, self.told):
            ready, _, _ = select.select([self.process.stderr], [], [], end - time.monotonic())
            require(ready, f"not told within {LIMIT} s: {pattern}, but: {self.told}")
            self.told += os.read(self.process.stderr.fileno(), 65536).decode()

    def look(self):
        """Asks for a report of the state now, which -o /dev/stderr lets us see."""
        self.told = ""
        self.process.send_signal(signal.SIGUSR1)
        self.wait_for(r"\nleakwatch: .*\n$")

    def end(self, status=0):
        """Ends the program, and returns the report."""
        _, rest = self.process.communicate(timeout=LIMIT)
        self.told += rest.decode()
        require(self.process.returncode == status, f"status {self.process.returncode}, expected {status}: {self.told}")
        with open(self.path, encoding="utf-8") as file:
            report = json.load(file)
        os.unlink(self.path)
        self.schema.validate(report)
        return report


def only(report, place=0):
    crossed = report["processes"][place]["thresholds"]
    require(len(crossed) == 1, f"crossed {len(crossed)} times: {crossed}")
    return crossed[0]


def near_limits(report):
    """Of which a warning was told while the program ran. Others, such as how fast it grows, hang on time."""
    return [limit for limit in report["processes"][0]["limits"] if "name" in limit]


def require_errors(report, count):
    summary = report["summary"]
    require(summary["errors"] == count and summary["verdict"] == ("errors" if count else "clean"), f"{summary}")


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.stepper, self.folder = arguments.leakwatch, arguments.stepper, folder
        self.schema = json_schema.load(arguments.schema)

    def test_live_bytes_are_told_at_once_with_their_call_sites(self):
        with Run(self, "--max-live=6M", "--interval=10ms") as run:
            run.step("aa")
            run.wait_for(r"leakwatch: process \d+, .*stepper: 8 MiB live after [\d.]+ s, more than --max-live=6 MiB\n"
                         r" +8,388,608 bytes in 2 blocks live\n +at take .*\n +by step .*\n")
            run.step("f")
            report = run.end()
        crossed = only(report)
        require_errors(report, 1)
        require(crossed["kind"] == "live" and crossed["limit"] == 6 * MIB and crossed["value"] >= 8 * MIB, f"{crossed}")
        require(not crossed["at_peak"] and crossed["sites"][0]["bytes"] == 8 * MIB, f"{crossed}")
        require(stack_contains(crossed["sites"][0]["stack"], ["take", "step", "main"]), f"{crossed}")
        process = report["processes"][0]
        require(process["started_ns"] < crossed["at_ns"] < process["ended_ns"], f"{crossed}")

    def test_memory_in_ram_is_told_at_once(self):
        with Run(self, "--max-rss=32M", "--interval=10ms") as run:
            run.step("aaaaaaaa")
            run.wait_for(r"[\d.]+ MiB in RAM after [\d.]+ s, more than --max-rss=32 MiB\n")
            crossed = only(run.end())
        require(crossed["kind"] == "rss" and crossed["value"] > crossed["limit"] == 32 * MIB, f"{crossed}")

    def test_locked_memory_is_told_at_once(self):
        with Run(self, "--max-locked=32K", "--interval=10ms") as run:
            run.step("l")
            run.wait_for(r"64 KiB locked after [\d.]+ s, more than --max-locked=32 KiB\n")
            crossed = only(run.end())
        require(crossed["kind"] == "locked" and crossed["value"] == 65536, f"{crossed}")

    def test_mappings_are_told_at_once(self):
        with Run(self, "--max-mappings=80", "--interval=10ms") as run:
            run.step("m")
            run.wait_for(r"\d+ mappings after [\d.]+ s, more than --max-mappings=80\n")
            crossed = only(run.end())
        require(crossed["kind"] == "mappings" and 80 < crossed["value"] < 200, f"{crossed}")

    def test_a_peak_that_no_sample_saw_is_told_at_the_end(self):
        with Run(self, "--max-live=16M", "--max-rss=16M", NEVER) as run:
            run.step("ba")
            report = run.end()
        crossed = {one["kind"]: one for one in report["processes"][0]["thresholds"]}
        require(set(crossed) == {"live", "rss"} and all(one["at_peak"] for one in crossed.values()), f"{crossed}")
        live = crossed["live"]
        require(live["value"] >= 32 * MIB and live["sites"][0]["bytes"] == 32 * MIB, f"{live}")
        require(re.search(r"32 MiB live at the peak before [\d.]+ s, more than --max-live=16 MiB\n", run.told), run.told)

    def test_a_child_has_not_had_the_peak_of_its_parent(self):
        with Run(self, "--max-live=6M", NEVER) as run:
            run.step("aafk")
            report = run.end()
        require(len(report["processes"]) == 2, f"{len(report['processes'])} processes")
        require(only(report)["at_peak"] and report["processes"][1]["thresholds"] == [], f"{report['processes'][1]['thresholds']}")

    def test_each_program_of_a_process_is_judged_by_itself(self):
        with Run(self, "--max-live=6M", NEVER) as run:
            run.step("aaxa")
            report = run.end()
        require([len(process["thresholds"]) for process in report["processes"]] == [1, 0], f"{report['processes']}")

    def test_a_crossing_is_an_error_for_the_exit_status(self):
        with Run(self, "--max-live=6M", "--error-exitcode=9", NEVER) as run:
            run.step("aaf")
            run.end(status=9)

    def test_who_nears_a_limit_of_the_kernel_is_warned(self):
        with Run(self, "--interval=10ms") as run:
            run.step("saaaaaaaaa")
            run.wait_for(r"leakwatch: process \d+, .*stepper: warning: [\d.]+ MiB of RLIMIT_AS, [\d.]+ MiB, in use after [\d.]+ s: "
                         r"[\d.]+ [MK]iB left until ENOMEM\n +[\d,]+ bytes in [89] blocks live\n +at take .*\n")
            run.step("fa")
            report = run.end()
        require(report["summary"]["errors"] == 0 and report["processes"][0]["thresholds"] == [], f"{report['summary']}")
        near = near_limits(report)
        require(len(near) == 1, f"{near}")
        require(near[0]["name"] == "RLIMIT_AS" and near[0]["left"] <= near[0]["limit"] / 10, f"{near}")
        require(near[0]["id"] == "limit.address-space" and near[0]["severity"] == "warning", f"{near}")
        require(sum(limit["id"] == near[0]["id"] for limit in report["processes"][0]["limits"]) == 1, "it is told twice")
        require(near[0]["used"] + near[0]["left"] == near[0]["limit"], f"{near}")

    def test_the_warning_can_be_had_earlier_or_not_at_all(self):
        with Run(self, "--interval=10ms", "--warn-at=30%") as run:
            run.step("saaaaaa")
            run.wait_for("warning: .* of RLIMIT_AS")
            run.end()
        with Run(self, "--interval=10ms", "--warn-at=0") as run:
            run.step("saaaaaaaaaf")
            report = run.end()
        require(near_limits(report) == [] and run.told == "", f"{near_limits(report)}, {run.told}")

    def test_who_leaks_slowly_is_told_when_the_first_limit_comes(self):
        """A sample is taken with each look, and no other: of 40 MiB the program loses 12."""
        with Run(self, "-o", "/dev/stderr", NEVER) as run:
            run.step("d")
            for _ in range(12):
                run.step("g")
                run.look()
            report = run.end()
        sentence = r"at this rate \([\d.]+ [KMG]iB a minute\) the first limit, RLIMIT_DATA, is reached in about \d+ (s|min)"
        require(re.search(r"warning: eta\.limit: " + sentence + r"\n", run.told), run.told)
        require(re.search(r"growth: [\d.]+ [KMG]iB a minute of live memory; the first limit, RLIMIT_DATA, is ", run.told), run.told)
        process = report["processes"][0]
        found = [limit for limit in process["limits"] if limit["id"] == "eta.limit"]
        require(len(found) == 1 and found[0]["severity"] == "warning" and re.fullmatch(sentence, found[0]["what"]), f"{found}")
        self.check_time_line(process["timeline"])
        require(report["summary"]["verdict"] == "leaks", f"{report['summary']}")

    @staticmethod
    def check_time_line(line):
        growth, samples = line["growth"], line["samples"]
        require(line["taken"] == len(samples) == 14 and line["step"] == 1, f"{line}")  # the start, 12 looks, and the end
        live = [sample["live"] for sample in samples]
        require(live[0] is None, f"{live}")
        require([b - a for a, b in zip(live[1:], live[2:])] == [MIB] * 11 + [0], f"{live}")
        require(all(a["at_ns"] < b["at_ns"] for a, b in zip(samples, samples[1:])), f"{samples}")
        require(all(sample["resident"] >= sample["live"] for sample in samples[1:]), f"{samples}")
        require(all(sample["mappings"] > 5 and sample["locked"] == 0 for sample in samples), f"{samples}")
        require((growth["of"], growth["limit"], growth["effect"]) == ("live", "RLIMIT_DATA", "ENOMEM"), f"{growth}")
        require(22 * MIB <= growth["left"] <= 28 * MIB, f"{growth}")  # watching takes some, too
        seconds = growth["left"] / growth["bytes_per_second"]
        require(seconds - 1 <= growth["seconds"] <= seconds, f"{growth}")

    def test_a_call_that_fails_is_explained(self):
        with Run(self, "--warn-at=0") as run:
            run.step("srt")
            report = run.end()
        failed = report["processes"][0]["failed_calls"]
        require([(call["name"], call["error"], call["count"]) for call in failed] == [("mmap", "ENOMEM", 3), ("brk", "ENOMEM", 1)],
                f"{failed}")
        for call, function in zip(failed, ("ask_in_vain", "grow_in_vain")):
            require(call["bytes"] == 64 * MIB and [limit["name"] for limit in call["limits"]] == ["RLIMIT_AS"], f"{call}")
            limit = call["limits"][0]
            require(limit["excess"] == limit["used"] + 64 * MIB - limit["limit"], f"{limit}")
            require(stack_contains(call["stack"], [function, "step", "main"]), f"{call['stack']}")

    def test_nothing_is_said_below_the_thresholds(self):
        with Run(self, "--max-live=16M", "--max-rss=1G", "--max-locked=1M", "--max-mappings=60000", "--interval=10ms") as run:
            run.step("aalmf")
            report = run.end()
        require_errors(report, 0)
        require(near_limits(report) == [], f"{near_limits(report)}")
        require(report["processes"][0]["thresholds"] == [] and run.told == "", f"{report['processes'][0]['thresholds']}, {run.told}")


def main():
    parser = argparse.ArgumentParser()
    for name in ("leakwatch", "stepper", "schema"):
        parser.add_argument("--" + name, required=True)
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(parser.parse_args(), folder)
        names = [name for name in dir(tests) if name.startswith("test_")]
        return run_tests([(name[5:].replace("_", " "), getattr(tests, name)) for name in names]) > 0


if __name__ == "__main__":
    sys.exit(main())
