#!/usr/bin/env python3
"""usage: cold_live.py --leakwatch PATH --target PATH --schema PATH

Processes that use some of their blocks between a mark and a look, and say which: the others are cold, by each detector that this
kernel has. Meanwhile, and when leakwatch is killed, nothing may go otherwise in them than without it. Speaks TAP.
"""
import argparse
import collections
import ctypes
import json
import os
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile

import jsonschema

from attach_process import GOOD, LIMIT, is_forbidden, require, run_tests
from stacks import stack_contains

LATER = "60m"  # no mark and no look comes by itself
WRITES = ("write", "kernel", "move")
USES_SEEN = {"write-protect": WRITES, "soft-dirty": WRITES, "idle-pages": (*WRITES, "read"), "referenced": (*WRITES, "read")}


class Lines:
    """What a process says, line by line."""

    def __init__(self, stream):
        self.stream, self.unread, self.all = stream, b"", []

    def next(self):
        while b"\n" not in self.unread:
            ready, _, _ = select.select([self.stream], [], [], LIMIT)
            part = os.read(self.stream.fileno(), 65536) if ready else b""
            require(part, f"nothing more was said after {self.all}")
            self.unread += part
        line, self.unread = self.unread.split(b"\n", 1)
        self.all.append(line.decode())
        return self.all[-1]


class Blocks:
    """What a target says of its blocks: (kind, MiB, use)."""

    def __init__(self, lines):
        self.blocks = []
        for line in iter(lines.next, "ready"):
            _, kind, size, use = line.split()
            self.blocks.append((kind, int(size), use))

    def cold(self, detector):
        return collections.Counter((kind, size) for kind, size, use in self.blocks if use not in USES_SEEN[detector])


def install_filter():
    """A seccomp filter that allows everything: nobody can know that of it."""
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0x7fff0000), 8)  # BPF_RET, SECCOMP_RET_ALLOW
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", 1, ctypes.addressof(instruction)), 16)
    libc = ctypes.CDLL(None)
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, program) != 0:  # PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP
        os._exit(1)


class Using:
    """The target, by itself."""

    def __init__(self, tests, before=None):
        self.process = subprocess.Popen([tests.target], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, preexec_fn=before)
        self.pid = self.process.pid
        self.lines = Lines(self.process.stdout)
        self.blocks = Blocks(self.lines)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def use(self):
        self.process.stdin.write(b"t")
        require(self.lines.next() == "ready", f"the target said {self.lines.all}")

    def end(self):
        self.process.stdin.write(b"x")
        require(self.process.wait(timeout=LIMIT) == GOOD, f"the target ended with {self.process.returncode}")

    def is_protected(self):
        """Whether a mapping is under a descriptor of userfaultfd(2): VmFlags of proc_pid_smaps(5)."""
        with open(f"/proc/{self.pid}/smaps", encoding="ascii", errors="replace") as file:
            return any(line.startswith("VmFlags:") and " uw" in line for line in file)

    def descriptors(self):
        return sorted(os.readlink(f"/proc/{self.pid}/fd/{number}") for number in os.listdir(f"/proc/{self.pid}/fd"))


class Watch:
    """`leakwatch attach --cold`, waiting."""

    def __init__(self, tests, pid, *options):
        self.path, self.schema = tests.path, tests.schema
        words = [tests.leakwatch, "attach", f"--cold={LATER}", f"--json={self.path}", "-o", os.devnull, *options, str(pid)]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.lines = Lines(self.process.stderr)
        self.first = self.lines.next()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def end(self):
        """Looks now. Returns the report of the process."""
        self.process.send_signal(signal.SIGINT)
        return self.report()

    def report(self):
        _, errors = self.process.communicate(timeout=LIMIT)
        require(self.process.returncode == 0, f"status {self.process.returncode}: {self.lines.all} {errors.decode()}")
        with open(self.path, encoding="utf-8") as file:
            report = json.load(file)
        os.unlink(self.path)
        jsonschema.Draft202012Validator(self.schema).validate(report)
        return report["processes"][0]


def sites(cold):
    """Blocks of a site have one size here, nearly so many MiB."""
    found = collections.Counter()
    for site in cold["sites"]:
        found[site["kind"], round(site["bytes"] / site["blocks"] / (1 << 20))] += site["blocks"]
    return found


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.target = arguments.leakwatch, arguments.target
        self.path = os.path.join(folder, "report.json")
        with open(arguments.schema, encoding="utf-8") as file:
            self.schema = json.load(file)

    def check(self, cold, blocks, detector):
        """Each expected block is cold, and no other of them; blocks of the C library may be, too."""
        require(cold["known"] and cold["detector"] == detector, f"{cold}")
        sizes = {size for _, size, _ in blocks.blocks}
        found = collections.Counter({key: count for key, count in sites(cold).items() if key[1] in sizes})
        require(found == blocks.cold(detector), f"cold are {found}, not {blocks.cold(detector)}")
        order = [site["bytes"] for site in cold["sites"]]
        require(order == sorted(order, reverse=True), f"not by bytes: {order}")
        for kind in ("definite", "reachable"):
            total = sum(site["bytes"] for site in cold["sites"] if site["kind"] == kind)
            require(cold[kind]["bytes"] == total, f"{kind}: {cold[kind]}, but {total} in all sites")

    def watch_with(self, detector, *options):
        with Using(self) as target:
            before = target.descriptors()
            with Watch(self, target.pid, f"--cold-by={detector}", *options) as watch:
                if "cannot be watched" in watch.first and re.search("the kernel (has no|does not)", watch.first):
                    watch.report()
                    target.end()
                    return watch.first.split(": ", 1)[1]
                require(target.descriptors() == before, f"{target.descriptors()}, before {before}")
                target.use()
                self.check(watch.end()["cold"], target.blocks, detector)
            require(not target.is_protected() and target.descriptors() == before, "something is left behind")
            target.use()
            target.end()
        return None

    def test_by_write_protection(self):
        return self.watch_with("write-protect")

    def test_by_write_protection_with_a_fork_of_the_memory(self):
        return self.watch_with("write-protect", "--snapshot=fork")

    def test_by_idle_pages(self):
        return self.watch_with("idle-pages")

    def test_by_soft_dirty_bits(self):
        return self.watch_with("soft-dirty")

    def test_by_references(self):
        return self.watch_with("referenced")

    def test_no_call_is_made_in_the_name_of_a_process_with_a_filter(self):
        with Using(self, install_filter) as target, Watch(self, target.pid) as watch:
            target.use()
            cold = watch.end()["cold"]
            require("seccomp filter" in cold["rejected"] and not target.is_protected(), f"{cold}")
            self.check(cold, target.blocks, cold["detector"])
            target.end()

    def test_of_a_process_that_is_followed(self):
        with Using(self) as target, Watch(self, target.pid, "--cold-by=write-protect", "--follow") as watch:
            target.use()
            self.check(watch.end()["cold"], target.blocks, "write-protect")
            require(not target.is_protected(), "something is left behind")
            target.end()

    def test_a_killed_leakwatch_leaves_nothing_behind(self):
        with Using(self) as target:
            before = target.descriptors()
            with Watch(self, target.pid, "--cold-by=write-protect") as watch:
                require(target.is_protected(), f"nothing is protected: {watch.first}")
                watch.process.kill()
                watch.process.wait()
            require(not target.is_protected() and target.descriptors() == before, "something is left behind")
            target.use()
            target.end()

    def test_of_a_program_from_the_line_that_it_draws(self):
        # What leakwatch reads of a child at its end, which shares pages, counts as a reference.
        for detector, *options in (("write-protect", "--track-fds=yes"), ("referenced", "--trace-children=no")):
            words = [self.leakwatch, "run", f"--cold={LATER}", f"--cold-by={detector}", *options, f"--json={self.path}", "-o",
                     os.devnull, self.target, "draw"]
            with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
                lines = Lines(process.stdout)
                blocks = Blocks(lines)
                process.stdin.write(b"tx")
                require(lines.next() == "ready" and process.wait(timeout=LIMIT) == GOOD, f"status {process.returncode}")
            with open(self.path, encoding="utf-8") as file:
                report = json.load(file)
            jsonschema.Draft202012Validator(self.schema).validate(report)
            cold = report["processes"][0]["cold"]
            self.check(cold, blocks, detector)
            require(cold["by_program"], f"{cold}")
            kept = next(site for site in cold["sites"] if site["kind"] == "reachable")
            require(stack_contains(kept["stack"], ["take", "main"]), f"{kept}")

    @staticmethod
    def cold_of_running(told):
        """What the next report says of the program; its child, which may have lived long enough to have such a line, has ended."""
        running = False
        for line in iter(told.next, None):
            if line.startswith("Process "):
                running = "still running" in line
            elif running and line.startswith("  COLD MEMORY: "):
                return line
        raise AssertionError("no more reports")

    def test_what_was_used_once_becomes_cold_by_itself(self):
        words = [self.leakwatch, "run", "--cold=1ms", "--cold-by=write-protect", f"--json={self.path}", self.target]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0) as process:
            blocks = Blocks(Lines(process.stdout))
            told = Lines(process.stderr)
            cold = ""
            while not re.match(r"  COLD MEMORY: 2[45][. ]", cold):  # MiB, all of it
                process.send_signal(signal.SIGUSR1)
                cold = self.cold_of_running(told)
            process.stdin.write(b"x")
            _, errors = process.communicate(timeout=LIMIT)
            require(process.returncode == GOOD, f"status {process.returncode}: {errors.decode()}")
        with open(self.path, encoding="utf-8") as file:
            report = json.load(file)
        jsonschema.Draft202012Validator(self.schema).validate(report)
        cold = report["processes"][0]["cold"]
        require(cold["time_ns"] >= 1000000 and not cold["by_program"], f"{cold}")
        require(sum(sites(cold)[kind, size] for kind, size, _ in blocks.blocks) == len(blocks.blocks), f"{sites(cold)}")

    def test_what_ends_before_it_was_watched_is_not_called_cold(self):
        words = [self.leakwatch, "run", f"--cold={LATER}", "--json=-", "-o", os.devnull, "/bin/true"]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
        cold = json.loads(done.stdout)["processes"][0]["cold"]
        require(done.returncode == 0 and not cold["known"] and "not watched before" in cold["reason"], f"{cold}")


def main():
    parser = argparse.ArgumentParser()
    for name in ("leakwatch", "target", "schema"):
        parser.add_argument("--" + name, required=True, type=os.path.realpath)
    arguments = parser.parse_args()
    if is_forbidden():
        print("Yama forbids it (kernel.yama.ptrace_scope)", file=sys.stderr)
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(arguments, folder)
        names = [name for name in dir(tests) if name.startswith("test_")]
        failed = run_tests([(name[5:].replace("_", " "), getattr(tests, name)) for name in names])
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
