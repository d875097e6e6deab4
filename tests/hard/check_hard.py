#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs a program for a hard case natively and under leakwatch, in each way that its head names: same standard output, standard error
and status, nothing left behind, and the report says what it must. Exit status: 0 so, 1 not, 77 skipped.

    check_hard.py --leakwatch PROGRAM --schema FILE [--repeat N] SOURCE PROGRAM
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

sys.path.insert(1, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "integration"))
import programs  # pylint: disable=wrong-import-position
import json_schema  # pylint: disable=wrong-import-position
from hooked_code import Malloc  # pylint: disable=wrong-import-position
from head import read_head  # pylint: disable=wrong-import-position

# What a terminal might obey: ASCII's control characters but tab and new line, and those of ISO 6429 above (UTF-8).
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")
LIMIT = 120  # seconds after which something hangs
SKIPPED = 77


@dataclass
class Bench:
    """What a check needs: the two programs, where it may write, and what must hold."""

    leakwatch: str
    program: str
    schema: object
    folder: str
    head: object

    @property
    def report(self):
        return os.path.join(self.folder, "report.json")

    @property
    def text(self):
        return os.path.join(self.folder, "report.txt")

    @property
    def log(self):
        return os.path.join(self.folder, "trace.log")

    def native(self, *arguments, stdin=b""):
        return self.outcome([self.program, *arguments], stdin)

    def outcome(self, command, stdin=b""):
        with self.start(command) as process:
            return finish(process, stdin)

    def start(self, command):
        return subprocess.Popen(command, cwd=self.folder, env=programs.environment(self.folder), stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def finish(process, stdin, before=b""):
    try:
        stdout, stderr = process.communicate(stdin, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return programs.Outcome(process.returncode, before + stdout, stderr)


def control_characters(path):
    with open(path, "rb") as stream:
        return [f"control character in {os.path.basename(path)}: {line!r}" for line in stream if CONTROL.search(line)]


def report_differences(bench):
    with open(bench.report, encoding="utf-8") as stream:
        text = stream.read()
    bench.schema.validate(json.loads(text))
    differences = []
    for expression in bench.head.report:
        answer = subprocess.run(["jq", "-e", expression], input=text, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            differences.append(f"the report is not so: {expression}: {(answer.stderr or answer.stdout).strip()}")
    return differences


def log_differences(bench):
    with open(bench.log, encoding="utf-8", errors="surrogateescape") as stream:
        text = stream.read()
    return [f"not in the log: {pattern}" for pattern in bench.head.log if not re.search(pattern, text, re.MULTILINE)]


def check_run(bench):
    command = [bench.leakwatch, "run", "-o", bench.text, f"--json={bench.report}", *bench.head.options, "--",
               bench.program]
    actual, native = bench.outcome(command), bench.native()
    return programs.outcome_differences(actual, native) + report_differences(bench) + control_characters(bench.text)


def check_trace(bench):
    actual = bench.outcome([bench.leakwatch, "trace", "-f", "-o", bench.log, bench.program])
    return programs.outcome_differences(actual, bench.native()) + log_differences(bench) + control_characters(bench.log)


def attach(bench, pid, *options):
    return subprocess.Popen([bench.leakwatch, "attach", "-q", f"--json={os.path.join(bench.folder, 'attach.json')}", *options, str(pid)],
                            cwd=bench.folder, env=programs.environment(bench.folder), stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def check_attached(bench, options, is_attached):
    """`is_attached` waits until leakwatch is where it should be when the program goes on."""
    with bench.start([bench.program, "wait"]) as process:
        before = process.stdout.readline()
        with attach(bench, process.pid, *options) as watcher:
            try:
                is_attached(process, watcher)
                actual = finish(process, b"x", before)
                errors = watcher.communicate(timeout=LIMIT)[1]
            finally:
                watcher.kill()
                process.kill()
    differences = programs.outcome_differences(actual, bench.native("wait", stdin=b"x"))
    if watcher.returncode != 0:
        differences.append(f"attach ended with {watcher.returncode}: {errors.decode(errors='replace')}")
    return differences


def check_look(bench):
    return check_attached(bench, [], lambda process, watcher: watcher.wait(LIMIT))


def check_follow(bench):
    def wait_for_hooks(process, watcher):
        malloc = Malloc(process.pid)
        programs.wait_for(lambda: watcher.poll() is not None or malloc.is_hooked(), LIMIT)

    return check_attached(bench, ["--follow"], wait_for_hooks)


WAYS = {"run": check_run, "trace": check_trace, "look": check_look, "follow": check_follow}


def check_way(bench, way):
    try:
        differences = WAYS[way](bench)
    except subprocess.TimeoutExpired as error:
        differences = [f"did not end within {error.timeout} s"]
    differences += [f"left behind: process {pid}" for pid in programs.left_behind()]
    return [f"{way}: {difference}" for difference in differences]


def check(bench):
    native = bench.native()
    if native.status != bench.head.status or (native.status == 0 and not native.stdout.endswith(b"ok\n")):
        return [f"natively: status {native.status}, {native.stdout!r}, {native.stderr!r}"]
    return [difference for way in bench.head.ways for difference in check_way(bench, way)]


def lacking(needs):
    for need in needs:
        if need == "root" and os.geteuid() != 0:
            return "this needs root"
        if need != "root" and not shutil.which(need):
            return f"{need} is not installed"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True, type=os.path.realpath)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("source")
    parser.add_argument("program", type=os.path.realpath)
    options = parser.parse_args()
    head = read_head(options.source)
    reason = lacking(head.needs)
    if reason:
        print(f"skipped: {reason}")
        return SKIPPED
    schema = json_schema.load(options.schema)
    programs.prepare()
    differences = []
    for _ in range(options.repeat):
        with tempfile.TemporaryDirectory(prefix="leakwatch-test-") as folder:
            differences += check(Bench(options.leakwatch, options.program, schema, folder, head))
    print("\n".join(differences) or f"{' '.join(head.cases)}: unharmed")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
