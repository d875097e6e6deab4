"""Processes that tests attach to: they say "ready", and end when they get a byte."""
import argparse
import os
import select
import subprocess
import sys
import tempfile
import time

LIMIT = 120  # seconds after which something hangs
GOOD = 7  # how they end if they saw nothing strange


class Failure(Exception):
    pass


def require(good, message):
    if not good:
        raise Failure(message)


class Target:
    def __init__(self, command, good=GOOD, **how):
        self.good = good
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)
        ready, _, _ = select.select([self.process.stdout], [], [], LIMIT)
        require(ready and self.process.stdout.readline() == b"ready\n", "the target did not start")
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def state(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0]

    def status(self, field):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return next(line.split()[1] for line in file if line.startswith(field + ":"))

    def wait_for_state(self, state):
        """The kernel wakes each thread for a moment to let it go."""
        end = time.monotonic() + LIMIT
        while self.state() != state:
            require(time.monotonic() < end, f"the target is in state {self.state()}")

    def end(self):
        """Asks it to end, and requires that it saw nothing."""
        try:
            _, errors = self.process.communicate(b"x", timeout=LIMIT)
        except subprocess.TimeoutExpired as hang:
            self.process.kill()
            raise Failure("the target hangs") from hang
        require(self.process.returncode == self.good, f"the target ended with {self.process.returncode}: {errors.decode()}")


def is_forbidden():
    """Whether only ancestors, or nobody, may look into a process here."""
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope", encoding="ascii") as file:
            return file.read().strip() != "0" and os.geteuid() != 0
    except FileNotFoundError:
        return False


def run_tests(tests, failures=Failure):
    """Runs (name, function) pairs, and speaks TAP; `failures` are the exceptions by which a test fails. Returns how many did."""
    failed = 0
    print(f"TAP version 13\n1..{len(tests)}")
    for number, (name, function) in enumerate(tests, 1):
        try:
            skipped = function()
            print(f"ok {number} - {name}" + (f" # SKIP {skipped}" if skipped else ""), flush=True)
        except failures as failure:
            failed += 1
            print("\n".join("# " + line for line in str(failure).splitlines()))
            print(f"not ok {number} - {name}", flush=True)
    return failed


def is_forbidden():
    """Whether only ancestors, or nobody, may look into a process here."""
    try:
        with open("/proc/sys/kernel/yama/ptrace_scope", encoding="ascii") as file:
            return file.read().strip() != "0" and os.geteuid() != 0
    except FileNotFoundError:
        return False


def run_class(tests_class, names):
    """The main program of a test of `growing`: an object of the class is made of the arguments and a folder, and its methods run."""
    parser = argparse.ArgumentParser()
    for option in ("--leakwatch", "--growing", "--schema"):
        parser.add_argument(option, required=True, type=os.path.realpath)
    arguments = parser.parse_args()
    if is_forbidden():
        print("Yama forbids it (kernel.yama.ptrace_scope)", file=sys.stderr)
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        tests = tests_class(arguments, folder)
        failed = run_tests([(name, getattr(tests, name)) for name in names])
    sys.exit(failed != 0)
