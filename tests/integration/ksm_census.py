#!/usr/bin/env python3
"""usage: ksm_census.py --leakwatch PATH --target PATH --schema PATH [--merge]

A program with a known number of equal pages: --ksm-census must count them, at the end of a run and from outside. With --merge, beside
what the kernel makes of them: for root, who switches merging on for that time; all settings are put back, also if this is killed.
Speaks TAP.
"""
import argparse
import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time

import jsonschema

from attach_process import GOOD, LIMIT, is_forbidden, require, run_tests

KSM = "/sys/kernel/mm/ksm/"
LOCK = "/run/lock/leakwatch-ksm"
PAGE, RECORD = 4096, 64
CANNOT = 8
SCANS = 3  # a page must be the same in two of them before it is merged


def setting(name):
    with open(KSM + name, encoding="ascii") as file:
        return int(file.read())


def set_to(name, value):
    with open(KSM + name, "w", encoding="ascii") as file:
        file.write(str(value))


class Merging:
    """A process of its own waits for us to end, in whatever way, and puts the settings back. Nothing stays merged if nothing was."""

    names = ("pages_to_scan", "sleep_millisecs", "run")

    def __enter__(self):
        before = [setting(name) for name in self.names]
        ours, self.alive = os.pipe()
        self.guard = os.fork()
        if self.guard == 0:
            os.setsid()
            os.close(self.alive)
            os.read(ours, 1)
            if before[-1] == 0:
                set_to("run", 2)
            for name, value in zip(self.names, before):
                set_to(name, value)
            os._exit(0)
        os.close(ours)
        set_to("pages_to_scan", 20000)
        set_to("sleep_millisecs", 1)
        set_to("run", 1)

    def __exit__(self, *_):
        os.close(self.alive)
        os.waitpid(self.guard, 0)


class Target:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.counts = {}
        for line in iter(self.process.stdout.readline, b"ready\n"):
            if not line:
                break
            name, *numbers = line.decode().split()
            self.counts[name] = dict(zip(("pages", "zero_pages", "contents"), map(int, numbers)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def end(self):
        self.process.communicate(b"x", timeout=LIMIT)
        return self.process.returncode


def statistics(pid):
    with open(f"/proc/{pid}/ksm_stat", encoding="ascii") as file:
        return {name: int(value) for name, value in (line.split() for line in file) if value.lstrip("-").isdigit()}


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.target = arguments.leakwatch, arguments.target
        self.path = os.path.join(folder, "report.json")
        with open(arguments.schema, encoding="utf-8") as file:
            self.schema = json.load(file)
        self.sharing_max = setting("max_page_sharing") if os.path.exists(KSM) else 256

    def options(self):
        return ["--ksm-census", f"--json={self.path}", "-o", os.devnull]

    def equal_pages(self):
        with open(self.path, encoding="utf-8") as file:
            report = json.load(file)
        jsonschema.Draft202012Validator(self.schema).validate(report)
        return report["processes"][0]["equal_pages"]

    def saved(self, equal):
        return sum(count - -(-count // self.sharing_max) for count in equal)

    def check(self, found, counts):
        """Of the equal pages 300 are kept and 320 lost."""
        for whose, equal in (("live", (620, counts["live"]["zero_pages"])), ("lost", (320,))):
            expected = dict(counts[whose], saved_pages=self.saved(equal))
            expected["saved_bytes"] = expected["saved_pages"] * PAGE - expected["pages"] * RECORD
            require(found[whose] == expected, f"{whose}: {found[whose]}, not {expected}")
        require([one["id"] for one in found["findings"]] == ["ksm.opportunity"] * 2, f"{found['findings']}")
        require(found["unreadable_bytes"] == 0, f"{found}")

    def test_of_a_run(self):
        with Target([self.leakwatch, *self.options(), self.target]) as target:
            require(target.end() == GOOD, f"status {target.process.returncode}")
            self.check(self.equal_pages(), target.counts)

    def look(self, pid):
        done = subprocess.run([self.leakwatch, "attach", *self.options(), str(pid)], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=LIMIT, check=False)
        require(done.returncode == 0, done.stderr.decode())
        return self.equal_pages()

    def test_from_outside(self):
        if is_forbidden():
            return "Yama forbids it (kernel.yama.ptrace_scope)"
        with Target([self.target]) as target:
            self.check(self.look(target.process.pid), target.counts)
            require(target.end() == GOOD, f"status {target.process.returncode}")
        return None


class MergeTests(Tests):
    def wait_until_merged(self, pid):
        """Until the kernel has looked at all so often that it merges nothing more."""
        end = time.monotonic() + LIMIT
        merged, scans = -1, setting("full_scans")
        while True:
            require(time.monotonic() < end, f"not done: {statistics(pid)}")
            os.sched_yield()
            if setting("full_scans") < scans + SCANS:
                continue
            now = statistics(pid)["ksm_merging_pages"]
            if now == merged and now > 0:
                return
            merged, scans = now, setting("full_scans")

    def test_the_kernel_merges_what_was_foreseen(self):
        with Merging(), Target([self.target, "merge"]) as target:
            if target.process.poll() == CANNOT or not target.counts:
                return "the kernel cannot merge the pages of a process"
            self.wait_until_merged(target.process.pid)
            found = self.look(target.process.pid)["live"]
            kernel = statistics(target.process.pid)
            sharing = setting("pages_sharing")
            require(target.end() == GOOD, f"status {target.process.returncode}")
        # It merges the other pages of the process, too, and of others that wish for it: there are few.
        merged = 620 + found["zero_pages"]
        require(merged <= kernel["ksm_merging_pages"] <= merged + 64, f"{kernel}, foreseen {merged}")
        require(found["saved_pages"] <= sharing <= found["saved_pages"] + 64, f"{sharing} saved, foreseen {found['saved_pages']}")
        return None


def main():
    parser = argparse.ArgumentParser()
    for name in ("leakwatch", "target", "schema"):
        parser.add_argument("--" + name, required=True, type=os.path.realpath)
    parser.add_argument("--merge", action="store_true")
    arguments = parser.parse_args()
    os.environ.pop("MALLOC_PERTURB_", None)  # it fills more pages than the target asks for
    if arguments.merge and (os.geteuid() != 0 or not os.access(KSM + "run", os.W_OK)):
        print("1..0 # SKIP only root can switch merging on")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        if not arguments.merge:
            tests = Tests(arguments, folder)
            return run_tests([("of a run", tests.test_of_a_run), ("from outside", tests.test_from_outside)]) > 0
        with open(LOCK, "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = [setting(name) for name in Merging.names]
            tests = MergeTests(arguments, folder)
            failed = run_tests([("the kernel merges what was foreseen", tests.test_the_kernel_merges_what_was_foreseen)])
            if before != [setting(name) for name in Merging.names]:
                print("# the settings are not what they were")
                failed += 1
            os.unlink(LOCK)
            return failed > 0


if __name__ == "__main__":
    sys.exit(main())
