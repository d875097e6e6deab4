#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: hello_leaks.py --leakwatch PROGRAM --schema FILE [LANGUAGE...]

Compiles a small program that leaks with each compiler, and runs it: the leak is found with the function that lost it, where it can be
seen, and where it cannot, the report says why. A compiler that is not installed is skipped. Speaks TAP.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(1, os.path.join(HERE, "..", "integration"))
import json_schema  # pylint: disable=wrong-import-position
import programs  # pylint: disable=wrong-import-position
from attach_process import require, run_tests  # pylint: disable=wrong-import-position

STATIC = "static executable: no heap is visible from outside"
MUSL = "uses another C library than glibc"


@dataclass
class Hello:
    """How it is compiled: `{output}` is the program. What is seen: the function that loses the blocks, or why there is nothing."""

    compiler: list
    source: str
    lost_in: str = None
    unseen: str = None


C_FLAGS = ["-O1", "-g", "-o", "{output}"]
HELLOS = {
    "gcc": Hello(["gcc", *C_FLAGS], "hello.c", lost_in="lose"),
    "gcc-static": Hello(["gcc", "-static", *C_FLAGS], "hello.c", unseen=STATIC),
    "clang": Hello(["clang", *C_FLAGS], "hello.c", lost_in="lose"),
    "musl": Hello(["musl-gcc", *C_FLAGS], "hello.c", unseen=MUSL),
    "musl-static": Hello(["musl-gcc", "-static", *C_FLAGS], "hello.c", unseen=STATIC),
    "rust": Hello(["rustc", "-g", "-C", "opt-level=1", "-o", "{output}"], "hello.rs", lost_in="hello::lose"),
    "go": Hello(["go", "build", "-o", "{output}"], "hello.go", unseen=STATIC),
    "go-with-c": Hello(["go", "build", "-o", "{output}"], "hello_cgo.go", lost_in="lose"),
}


class Tests:
    def __init__(self, leakwatch, schema, folder):
        self.leakwatch, self.schema, self.folder = leakwatch, schema, folder

    def compile(self, name, hello):
        program = os.path.join(self.folder, name)
        # Compilers find what they are made of by the user's home; caches belong to this test.
        environment = {**os.environ, "GOCACHE": os.path.join(self.folder, "cache"), "GO111MODULE": "off", "CGO_ENABLED": "1"}
        words = [word.format(output=program) for word in hello.compiler]
        done = subprocess.run([*words, os.path.join(HERE, hello.source)], cwd=self.folder, env=environment, capture_output=True,
                              text=True, check=False)
        require(done.returncode == 0, f"{' '.join(words)}: {done.stderr}")
        return program

    def run(self, program):
        """The only process of the report."""
        report = os.path.join(self.folder, "report.json")
        done = programs.run([self.leakwatch, "run", "-q", "-o", os.devnull, f"--json={report}", "--", program], self.folder)
        require(done.status == 0 and done.stdout == b"hello\n", f"status {done.status}: {done.stdout} {done.stderr}")
        with open(report, encoding="utf-8") as file:
            report = json.load(file)
        self.schema.validate(report)
        require(len(report["processes"]) == 1, f"{len(report['processes'])} processes")
        return report["summary"], report["processes"][0]

    def check(self, name):
        hello = HELLOS[name]
        if not shutil.which(hello.compiler[0]):
            return f"{hello.compiler[0]} is not installed"
        summary, process = self.run(self.compile(name, hello))
        coverage, records = process["coverage"], process["leaks"]["records"]
        if hello.unseen:
            require(coverage["heap"] == "none" and coverage["reasons"][0].startswith(hello.unseen), f"{coverage}")
            require(summary["verdict"] == "incomplete" and records == [], f"{summary}, {records}")
            return None
        require(coverage == {"heap": "full", "reasons": []} and summary["verdict"] == "leaks", f"{coverage}, {summary}")
        lost = [record for record in records if record["kind"] == "definite"]
        require(sum(record["blocks"] for record in lost) == 3 and sum(record["bytes"] for record in lost) == 300, f"{lost}")
        for record in lost:
            require(hello.lost_in in [frame["function"] for frame in record["stack"]], f"{record['stack']}")
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True, type=os.path.realpath)
    parser.add_argument("--schema", required=True)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", help=" ".join(HELLOS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leakwatch-test-") as folder:
        tests = Tests(options.leakwatch, json_schema.load(options.schema), folder)
        return run_tests([(name, lambda name=name: tests.check(name)) for name in options.languages or HELLOS]) != 0


if __name__ == "__main__":
    sys.exit(main())
