#!/usr/bin/env python3
"""usage: limits_strict.py --leakwatch PATH --grower PATH --refused PATH

Strict overcommit for a moment: how much leakwatch says is left to commit is what a process gets, as root and as an ordinary user; and
a fork that it does not allow is explained. The
limit is set to 40 TiB first, so that nobody else on the machine meets it. All settings are put back, also if this is killed. Speaks TAP.
"""
import argparse
import fcntl
import json
import os
import subprocess
import sys

from attach_process import LIMIT, Target, require, run_tests
from stacks import stack_contains

NEAR = 6 << 20  # less than the reserve for root; leakwatch itself has some committed as it looks
ATTEMPTS = 50
FORTY_TIB = 40 << 40
SETTINGS = "/proc/sys/vm/"
LOCK = "/run/lock/leakwatch-overcommit"


def read(name):
    with open(SETTINGS + name, encoding="ascii") as file:
        return file.read().strip()


def write(name, value):
    with open(SETTINGS + name, "w", encoding="ascii") as file:
        file.write(str(value))


class StrictOvercommit:
    """A process of its own waits for us to end, in whatever way, and puts the settings back."""

    def __enter__(self):
        before = read("overcommit_memory"), read("overcommit_ratio"), read("overcommit_kbytes")
        ours, self.alive = os.pipe()
        self.guard = os.fork()
        if self.guard == 0:
            os.setsid()
            os.close(self.alive)
            os.read(ours, 1)
            write("overcommit_memory", before[0])
            # Each of the two zeroes the other.
            write(*(("overcommit_kbytes", before[2]) if before[2] != "0" else ("overcommit_ratio", before[1])))
            os._exit(0)
        os.close(ours)
        write("overcommit_kbytes", FORTY_TIB // 1024)
        write("overcommit_memory", 2)

    def __exit__(self, *_):
        os.close(self.alive)
        os.waitpid(self.guard, 0)


def committed():
    with open("/proc/meminfo", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("Committed_AS:"))


def left_to_commit(leakwatch, pid):
    done = subprocess.run([leakwatch, "limits", "-q", "--json=-", "-o", "/dev/null", str(pid)], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=LIMIT, check=False)
    require(done.returncode in (0, 1), done.stderr.decode())
    limits = json.loads(done.stdout)["processes"][0]["limits"]
    return next(limit["left"] for limit in limits if limit["name"] == "CommitLimit")


def is_refused(command, size):
    with Target([*command, "request", str(size)]) as asking:
        output, _ = asking.process.communicate(b"x", timeout=LIMIT)
    return b"failed ENOMEM" in output


def make_test(arguments, user):
    """Others commit memory meanwhile: only what was seen while they did not counts, and three times the same."""
    command = [arguments.grower]
    if user:
        command = ["setpriv", f"--reuid={user}", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--", *command]

    def test():
        right = wrong = 0
        for _ in range(ATTEMPTS):
            with StrictOvercommit(), Target([*command, "heap"]) as target:
                before = committed()
                left = left_to_commit(arguments.leakwatch, target.pid)
                refused = is_refused(command, left - NEAR), is_refused(command, left + NEAR)
                if abs(committed() - before) >= NEAR / 6:
                    continue
            right += refused == (False, True)
            wrong += refused != (False, True)
            if right == 3:
                return None
            require(wrong < 3, f"{left} left; {NEAR} less, and more: refused {refused}")
        return "the machine is not quiet"
    return test


def make_fork_test(arguments):
    def test():
        command = [arguments.leakwatch, "run", "--warn-at=0", "-o", os.devnull, "--json=-", "--", arguments.refused, "copy"]
        with StrictOvercommit():
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
        if done.returncode == 77:
            return "others have committed too much"
        require(done.returncode == 0, f"status {done.returncode}: {done.stderr.decode()}")
        call = json.loads(done.stdout)["processes"][0]["failed_calls"][0]
        require(call["name"] in ("clone", "fork") and call["error"] == "ENOMEM" and call["bytes"] > 30 << 40, f"{call}")
        require([limit["name"] for limit in call["limits"]] == ["CommitLimit"], f"{call}")
        require(stack_contains(call["stack"], ["copy_in_vain", "main"]), f"{call['stack']}")
        return None
    return test


def main():
    parser = argparse.ArgumentParser()
    for name in ("leakwatch", "grower", "refused"):
        parser.add_argument("--" + name, required=True)
    arguments = parser.parse_args()
    if os.geteuid() != 0 or not os.access(SETTINGS + "overcommit_memory", os.W_OK):
        print("1..0 # SKIP only root can set overcommit")
        return 0
    with open(LOCK, "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = read("overcommit_memory"), read("overcommit_ratio"), read("overcommit_kbytes")
        failed = run_tests([("as root", make_test(arguments, None)), ("as an ordinary user", make_test(arguments, 65534)),
                            ("a fork that is refused", make_fork_test(arguments))])
        if before != (read("overcommit_memory"), read("overcommit_ratio"), read("overcommit_kbytes")):
            print("# the settings are not what they were")
            failed += 1
        os.unlink(LOCK)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
