#!/usr/bin/env python3
"""usage: oom_live.py --leakwatch PATH --devourer PATH --schema PATH [--runs NUMBER]

What leakwatch says of processes that the OOM killer ends, in control groups that the test makes and removes. Speaks TAP.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import jsonschema

from attach_process import LIMIT, require, run_tests
from control_group import Group, NotAllowed, own_group, skippable
from stacks import stack_contains

MIB = 1 << 20


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.devourer, self.runs, self.folder = arguments.leakwatch, arguments.devourer, arguments.runs, folder
        self.sanitized = arguments.sanitized
        with open(arguments.schema, encoding="utf-8") as file:
            self.schema = json.load(file)

    def killed(self, group, victim, *, all_inside=False):
        """The last process of a report on a program that is killed in `victim`, because `group` is at its limit."""
        path = os.path.join(self.folder, "report.json")
        options = ["run", "--interval=60m", "-o", os.devnull, f"--json={path}", "--"]
        if all_inside:
            command = victim.enter_with([self.leakwatch, *options, self.devourer])
        else:
            command = [self.leakwatch, *options, *victim.enter_with([self.devourer])]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
        require(done.returncode == -signal.SIGKILL, f"status {done.returncode}: {done.stderr.decode()}")
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        os.unlink(path)
        jsonschema.Draft202012Validator(self.schema).validate(report)
        process = report["processes"][-1]
        require(process["end"]["oom_killed"], f"{process['end']}")
        kill = process["oom_kill"]
        limit = kill["limit"]
        require(limit["name"] == "cgroup memory" and group.folder.endswith(limit["where"]), f"{limit}, not {group.folder}")
        require(limit["limit"] == 64 * MIB and 60 * MIB < limit["peak"] <= 65 * MIB, f"{limit}")
        require(limit["leakwatch_inside"] == all_inside, f"{limit}")
        require(stack_contains(kill["sites"][0]["stack"], ["lose", "main"]), f"{kill['sites'][0]}")
        least = 15 if all_inside else 30  # leakwatch has its part of the group, a large one with sanitizers
        require(kill["sites"][0]["bytes"] > least * MIB and kill["rss_bytes"] > (least + 10) * MIB, f"{kill}")
        return process

    def test_the_limit_and_the_largest_call_site_are_named(self):
        for _ in range(self.runs):
            with Group("memory", memory__limit_in_bytes=64 * MIB) as group:
                process = self.killed(group, group)
            largest = process["leaks"]["records"][0]
            require(largest["kind"] == "definite" and stack_contains(largest["stack"], ["lose", "main"]), f"{largest}")
            require(process["coverage"]["heap"] == "full", f"{process['coverage']}")

    def test_the_limit_may_be_that_of_a_group_around(self):
        with Group("memory", memory__limit_in_bytes=64 * MIB) as group:
            with Group("memory", within=group, memory__limit_in_bytes=512 * MIB) as victim:
                self.killed(group, victim)

    def test_in_the_same_group_the_call_sites_are_still_to_be_had(self):
        if self.sanitized:
            raise NotAllowed("leakwatch has sanitizers in it, and does not fit into the group with the program")
        with Group("memory", memory__limit_in_bytes=64 * MIB) as group:
            self.killed(group, group, all_inside=True)

    def test_who_is_killed_by_others_was_not_killed_by_the_kernel(self):
        """Not even in a group in which the OOM killer was before."""
        path = os.path.join(self.folder, "report.json")
        with Group("memory", memory__limit_in_bytes=64 * MIB) as group:
            subprocess.run(group.enter_with([self.devourer]), timeout=LIMIT, check=False)
            command = [self.leakwatch, "run", "-o", os.devnull, f"--json={path}", "--",
                       *group.enter_with(["/bin/sh", "-c", "kill -KILL $$"])]
            subprocess.run(command, timeout=LIMIT, check=False)
        with open(path, encoding="utf-8") as file:
            process = json.load(file)["processes"][-1]
        require(process["end"]["signal"] == "SIGKILL" and not process["end"]["oom_killed"], f"{process['end']}")
        require("oom_kill" not in process, f"{process}")

    def test_groups_are_removed_even_if_the_test_is_killed(self):
        own_group("memory")
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.write(theirs, Group("memory").folder.encode())
            except NotAllowed:
                pass
            os.kill(os.getpid(), signal.SIGKILL)
        os.close(theirs)
        with os.fdopen(ours) as end:
            folder = end.read()
        os.waitpid(child, 0)
        if not folder:
            raise NotAllowed("no group may be made")
        limit = time.monotonic() + LIMIT
        while os.path.isdir(folder):
            require(time.monotonic() < limit, f"{folder} is left")
            os.sched_yield()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("leakwatch", "devourer", "schema"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--sanitized", action="store_true")
    parser.add_argument("--runs", type=int, default=2)
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(parser.parse_args(), folder)
        names = [name for name in dir(tests) if name.startswith("test_")]
        return run_tests([(name[5:].replace("_", " "), skippable(getattr(tests, name))) for name in names]) > 0


if __name__ == "__main__":
    sys.exit(main())
