#!/usr/bin/env python3
"""usage: refused_live.py --leakwatch PATH --refused PATH --schema PATH

What leakwatch says of calls that the kernel refuses, for each limit. Of those of locked memory see locked_beyond_limits. Speaks TAP.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile

import jsonschema

from attach_process import LIMIT, require, run_tests
from control_group import Group, skippable
from stacks import stack_contains

MIB = 1 << 20
MAKERS = ["fork", "vfork", "clone", "clone3"]  # which of them the library uses is its own affair


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.refused, self.folder = arguments.leakwatch, arguments.refused, folder
        with open(arguments.schema, encoding="utf-8") as file:
            self.schema = json.load(file)

    def failed_calls(self, command, status=0):
        """Of the last process of a report on the command."""
        path = os.path.join(self.folder, "report.json")
        started = [self.leakwatch, "run", "--warn-at=0", "-o", os.devnull, f"--json={path}", "--", *command]
        done = subprocess.run(started, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
        require(done.returncode == status, f"status {done.returncode}: {done.stderr.decode()}")
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        os.unlink(path)
        jsonschema.Draft202012Validator(self.schema).validate(report)
        calls = report["processes"][-1].get("failed_calls", [])
        return calls

    @staticmethod
    def require_call(calls, names, error, limit, functions, check="enomem.explained"):
        """There is one call of these names from these functions, explained by this limit, which is returned."""
        found = [call for call in calls if call["name"] in names and stack_contains(call["stack"], functions)]
        require(len(found) == 1, f"{names} by {functions}: {len(found)} of {calls}")
        call = found[0]
        require((call["id"], call["severity"]) == (check, "note" if check == "enomem.explained" else "error"), f"{call}")
        require(call["error"] == error and [one["name"] for one in call["limits"]] == [limit], f"{call}")
        return call["limits"][0]

    def test_data(self):
        calls = self.failed_calls([self.refused, "data"])
        for name, function in (("mmap", "map_too_much"), ("brk", "break_too_far")):
            limit = self.require_call(calls, [name], "ENOMEM", "RLIMIT_DATA", [function, "meet_data_limit", "main"])
            require(limit["limit"] == 32 * MIB and limit["excess"] == limit["used"] + 64 * MIB - 32 * MIB, f"{limit}")
        require(len(calls) == 2, f"{calls}")

    def test_number_of_mappings(self):
        calls = self.failed_calls([self.refused, "mappings"])
        with open("/proc/sys/vm/max_map_count", encoding="ascii") as file:
            most = int(file.read())
        for name, error, function, check in (("mprotect", "ENOMEM", "protect_one_more", "enomem.explained"),
                                             ("munmap", "ENOMEM", "unmap_in_the_middle", "munmap.failed"),
                                             ("madvise", "EAGAIN", "advise_in_the_middle", "enomem.explained")):
            limit = self.require_call(calls, [name], error, "vm.max_map_count", [function, "meet_mapping_limit", "main"], check)
            require(limit["limit"] == most <= limit["used"], f"{limit}")

    def test_number_of_tasks(self):
        if os.geteuid() != 0:
            return "only root can become a user without processes"
        calls = self.failed_calls([self.refused, "tasks"])
        for function in ("fork_in_vain", "spawn_in_vain", "start_thread_in_vain"):
            limit = self.require_call(calls, MAKERS, "EAGAIN", "RLIMIT_NPROC", [function, "meet_task_limit", "main"])
            require((limit["limit"], limit["used"], limit["excess"]) == (1, 1, 1), f"{limit}")
        return None

    def test_tasks_of_a_group(self):
        def run():
            with Group("pids", pids__max=1) as group:
                calls = self.failed_calls(group.enter_with([self.refused, "fork"]))
                limit = self.require_call(calls, MAKERS, "EAGAIN", "cgroup pids", ["fork_in_vain", "main"])
                require(group.folder.endswith(limit["where"]) and limit["limit"] == limit["used"] == 1, f"{limit}")
        return skippable(run)()

    def test_stack(self):
        calls = self.failed_calls(["prlimit", f"--stack={MIB}", "--", self.refused, "stack"], status=-signal.SIGSEGV)
        limit = self.require_call(calls, ["stack growth"], "SIGSEGV", "RLIMIT_STACK", ["recurse"], "stack.growth-killed")
        require(limit["limit"] == MIB, f"{limit}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("leakwatch", "refused", "schema"):
        parser.add_argument("--" + name, required=True)
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(parser.parse_args(), folder)
        names = [name for name in dir(tests) if name.startswith("test_")]
        return run_tests([(name[5:].replace("_", " "), getattr(tests, name)) for name in names]) > 0


if __name__ == "__main__":
    sys.exit(main())
