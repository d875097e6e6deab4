#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: stress_ng.py --leakwatch PROGRAM --schema FILE [STRESSOR...]

Runs stressors of stress-ng(1), which check what they do, natively, under `leakwatch run` and under `leakwatch trace -f`: the verdict is the
same. Bounded by operations, not by time. Speaks TAP.
"""

import argparse
import json
import os
import re
import shutil
import sys
import tempfile

import json_schema
import programs
from attach_process import require, run_tests

LIMIT = 300  # seconds after which something hangs

# How many operations. Not here is sigio, which comes to an end under no tracer (leakwatch-safety(7), DIFFERENCES).
OPERATIONS = {
    "clone": 5, "fork": 50, "vfork": 100, "daemon": 10, "exec": 20, "pthread": 10,
    "sigq": 200, "sigfd": 200, "sigsegv": 100, "sigsuspend": 100, "sigpending": 200, "sigchld": 50, "sigfpe": 100, "sigrt": 100,
    "sigtrap": 200, "sigpipe": 100, "sigabrt": 10, "signest": 10, "signal": 200, "kill": 200,
    "mmap": 2, "mremap": 10, "brk": 2000, "mlock": 50, "malloc": 3000, "seccomp": 10, "futex": 500,
}
MORE = {"mmap": ["--mmap-bytes", "1m"], "mremap": ["--mremap-bytes", "1m"], "malloc": ["--malloc-bytes", "4m"]}

NOT_FOR_ROOT = ("exec",)
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

# What stress-ng says of itself is of no interest, what it says of the stressor is: without process ids and times.
VERDICT = re.compile(r"^stress-ng: (\w+): +\[\d+\] (?=.*(success|fail|error|abort|skip))(.*?)( in \d.*)?$")


def verdict(outcome):
    """Status, and what was said of success and failure."""
    lines = (outcome.stdout + outcome.stderr).decode(errors="replace").splitlines()
    return outcome.status, sorted({f"{match[1]}: {match[3]}" for match in map(VERDICT.match, lines) if match})


class Tests:
    def __init__(self, leakwatch, schema, folder):
        self.leakwatch, self.schema, self.folder = leakwatch, schema, folder

    def run(self, prefix, stressor):
        if stressor in NOT_FOR_ROOT and os.geteuid() == 0:
            prefix = [*AS_NOBODY, *prefix]
        words = ["stress-ng", f"--{stressor}", "1", f"--{stressor}-ops", str(OPERATIONS[stressor]), *MORE.get(stressor, [])]
        outcome = programs.run([*prefix, *words], self.folder, timeout=LIMIT)
        # Its daemons end when they like, without leakwatch as well.
        left = programs.left_behind(LIMIT)
        require(not left, f"{' '.join(prefix)} left processes behind: {left}")
        return verdict(outcome)

    def check_report(self, path):
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        self.schema.validate(report)
        require(len(report["processes"]) > 1, "the report lacks processes")
        late = [reason for process in report["processes"] for reason in process["coverage"]["reasons"] if "could not be stopped" in reason]
        require(not late, f"a time-out was reached: {late}")

    def check(self, stressor):
        if not shutil.which("stress-ng"):
            return "stress-ng is not installed"
        native = self.run([], stressor)
        require(native[0] == 0 and any("successful run" in line for line in native[1]), f"natively: {native}")
        path = os.path.join(self.folder, f"{stressor}.json")  # that of nobody is none that root has made
        for prefix in ([self.leakwatch, "run", "-q", "-o", os.devnull, f"--json={path}", "--"],
                       [self.leakwatch, "trace", "-f", "-o", os.devnull, "--"]):
            actual = self.run(prefix, stressor)
            require(actual == native, f"{prefix[1]}: {actual}, natively {native}")
        self.check_report(path)
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True, type=os.path.realpath)
    parser.add_argument("--schema", required=True)
    parser.add_argument("stressors", nargs="*", metavar="STRESSOR", help=" ".join(OPERATIONS))
    options = parser.parse_args()
    programs.prepare()
    with tempfile.TemporaryDirectory(prefix="leakwatch-test-") as folder:
        os.chmod(folder, 0o777)  # also for nobody
        tests = Tests(options.leakwatch, json_schema.load(options.schema), folder)
        chosen = options.stressors or OPERATIONS
        return run_tests([(stressor, lambda stressor=stressor: tests.check(stressor)) for stressor in chosen]) != 0


if __name__ == "__main__":
    sys.exit(main())
