#!/usr/bin/env python3
"""usage: limits_as_alone.py --leakwatch PATH --limited PATH

A program under a limit fails at the same request under leakwatch as alone, and is told the same limits. Speaks TAP.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

from attach_process import LIMIT, require, run_tests

MIB = 1 << 20
NOBODY = 65534


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.folder = arguments.leakwatch, folder
        self.program = os.path.join(folder, "limited")  # where any user may execute it
        shutil.copy(arguments.limited, self.program)
        os.chmod(folder, 0o755)

    @staticmethod
    def run_unprivileged(command):
        """What a command says on its standard output, and in all."""
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all",
                       "--", *command]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False,
                              env={**os.environ, "HOME": "/"})
        require(done.returncode == 0, f"status {done.returncode}: {done.stderr.decode()}")
        return done.stdout.decode().split("\n"), done.stderr.decode()

    def runs_under(self, limit):
        """With sanitizers leakwatch itself needs terabytes of addresses."""
        return subprocess.run(["prlimit", limit, "--", self.leakwatch, "--version"], capture_output=True, check=False).returncode == 0

    def compare(self, way, *limits, outside=()):
        """`limits` are set by the command that runs under leakwatch, `outside` for leakwatch, too. Returns what leakwatch said."""
        command = ["prlimit", *limits, "--", self.program, way] if limits else [self.program, way]
        before = ["prlimit", *outside, "--"] if outside else []
        alone, _ = self.run_unprivileged([*before, *command])
        watched, told = self.run_unprivileged([*before, self.leakwatch, "run", "--warn-at=0", "--", *command])
        require(alone[1:] == watched[1:], f"limits are {watched[1:]}, alone {alone[1:]}")
        require(abs(int(alone[0]) - int(watched[0])) <= MIB, f"{watched[0]} bytes, alone {alone[0]}")
        require("could not be raised" not in told, told)

    def test_address_space(self):
        for way in ("blocks", "maps", "forked", "executed"):
            self.compare(way, f"--as={64 * MIB}")

    def test_data(self):
        for way in ("blocks", "maps"):
            self.compare(way, f"--data={32 * MIB}")

    def test_locked_memory(self):
        self.compare("locked", f"--memlock={5 * MIB}")

    def test_limits_that_the_program_sets(self):
        self.compare("set")

    def test_a_hard_limit_cannot_be_raised(self):
        self.compare("raise", f"--as={64 * MIB}")

    def test_soft_limits_from_before(self):
        limit = f"--as={64 * MIB}:{256 * MIB}"
        if not self.runs_under(limit):
            return "leakwatch itself does not run under the limit"
        self.compare("blocks", outside=(limit,))
        return None

    def test_a_limit_that_cannot_be_raised_is_told(self):
        limit = f"--as={64 * MIB}:{64 * MIB}"
        if not self.runs_under(limit):
            return "leakwatch itself does not run under the limit"
        command = [self.leakwatch, "run", "--warn-at=0", "--", self.program, "blocks"]
        _, told = self.run_unprivileged(["prlimit", limit, "--", *command])
        require("RLIMIT_AS could not be raised" in told and "of leakwatch's own memory in the process count against it" in told, told)
        return None

    def test_what_fails_for_our_sake_alone_is_called_so(self):
        limit = ["prlimit", f"--memlock={4 * MIB}:{4 * MIB}", "--"]
        alone, _ = self.run_unprivileged([*limit, self.program, "lock"])
        watched, told = self.run_unprivileged([*limit, self.leakwatch, "run", "--", self.program, "lock"])
        require((alone[0], watched[0]) == ("locked", "ENOMEM"), f"{alone}, {watched}")
        require("only because of" in told and "of leakwatch's own" in told, told)
        require("RLIMIT_MEMLOCK could not be raised" in told, told)

    def test_a_threshold_of_memory_in_ram_is_about_the_program(self):
        """The kernel's count (VmRSS) is not exact to some hundred KiB."""
        path = os.path.join(self.folder, "report.json")
        command = [self.leakwatch, "run", "--max-rss=1M", "--warn-at=0", "--interval=60m", "-o", os.devnull, f"--json={path}", "--",
                   "prlimit", f"--as={256 * MIB}", "--", self.program, "blocks"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
        require(done.returncode == 0, f"status {done.returncode}: {done.stderr.decode()}")
        with open(path, encoding="utf-8") as file:
            process = json.load(file)["processes"][-1]
        ours = process["memory"]["resident"]["leakwatch_bytes"]
        require(ours > 4 * MIB, f"{ours}")
        crossed = process["thresholds"][0]
        require(crossed["kind"] == "rss" and abs(crossed["value"] + ours - process["memory"]["rss_bytes"]) <= MIB, f"{crossed}, {ours}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("leakwatch", "limited"):
        parser.add_argument("--" + name, required=True)
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(parser.parse_args(), folder)
        names = [name for name in dir(tests) if name.startswith("test_")]
        return run_tests([(name[5:].replace("_", " "), getattr(tests, name)) for name in names]) > 0


if __name__ == "__main__":
    sys.exit(main())
