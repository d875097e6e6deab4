#!/usr/bin/env python3
"""usage: locks_live.py --leakwatch PATH --locker PATH --schema PATH

What leakwatch says of locked memory where a control group or another user is needed. Nothing on the machine is changed but control
groups that the test makes. Speaks TAP.
"""
import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile

import json_schema
from attach_process import LIMIT, require, run_tests
from control_group import Group, skippable
from stacks import stack_contains

MIB = 1 << 20
NOBODY = 65534


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.locker, self.folder = arguments.leakwatch, arguments.locker, folder
        self.schema = json_schema.load(arguments.schema)

    def report_of(self, command, status):
        """The last process of the report on a command, which ends with this status."""
        path = os.path.join(self.folder, "report.json")
        started = [self.leakwatch, "run", "-o", os.devnull, f"--json={path}", "--", *command]
        outcome = subprocess.run(started, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
        require(outcome.returncode == status, f"status {outcome.returncode}, expected {status}: {outcome.stderr}")
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        os.unlink(path)
        self.schema.validate(report)
        return report["processes"][-1]

    def finding(self, process, name):
        found = [finding for finding in process["locks"].get("findings", []) if finding["id"] == name]
        require(len(found) == 1, f"{name} found {len(found)} times: {process['locks']}, {process['end']}, {process['coverage']}")
        return found[0]

    def killed_in(self, how, call):
        with Group("memory", memory__limit_in_bytes=32 * MIB) as group:
            process = self.report_of(group.enter_with([self.locker, "much", how]), -signal.SIGKILL)
            where = group.folder.rpartition("/")[2]
        require(process["end"]["oom_killed"], f"{process['end']}")
        finding = self.finding(process, "mlock.exceeds-cgroup")
        require(finding["severity"] == "error" and where in finding["numbers"] and "limit 32 MiB" in finding["numbers"], f"{finding}")
        require(call in finding["what"], f"{finding}")
        require(stack_contains(finding["stacks"][0]["stack"], ["lock_much", "main"]), f"{finding['stacks']}")

    def test_beyond_its_control_group_mlock_kills(self):
        self.killed_in("mlock", "mlock of 64 MiB")

    def test_so_does_mlockall(self):
        self.killed_in("mlockall", "mlockall")

    def test_and_a_locked_mapping(self):
        self.killed_in("mapped", "mmap of 64 MiB")

    def test_the_limit_of_an_ordinary_user_is_named(self):
        if os.geteuid() != 0:
            return "not root"
        user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all", "--"]
        process = self.report_of([*user, "prlimit", "--memlock=262144:262144", "--", self.locker, "limit"], 0)
        finding = self.finding(process, "mlock.failed")
        require("512 KiB more beside 0 bytes locked are beyond RLIMIT_MEMLOCK, 256 KiB" == finding["numbers"], f"{finding}")
        require(not process["locks"]["privileged"] and process["locks"]["limit_bytes"] == 262144, f"{process['locks']}")
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("leakwatch", "locker", "schema"):
        parser.add_argument(f"--{name}", required=True)
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(arguments, folder)
        names = [name for name in vars(Tests) if name.startswith("test_")]
        return 1 if run_tests([(name, skippable(getattr(tests, name))) for name in names]) else 0


if __name__ == "__main__":
    sys.exit(main())
