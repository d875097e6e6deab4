# SPDX-License-Identifier: MIT
"""Runs programs the same way each time, and notices what they leave behind."""

import ctypes
import os
import resource
import signal
import subprocess
import time
from dataclasses import dataclass

PR_SET_CHILD_SUBREAPER = 36


@dataclass
class Outcome:
    """What a program showed: status as subprocess has it (negative: killed by that signal), and its two streams."""

    status: int
    stdout: bytes
    stderr: bytes


def heed_signals():
    """What whoever runs this ignores, as in the background, would be ignored by the programs as well."""
    for number in signal.valid_signals():
        if number not in (signal.SIGPIPE, signal.SIGXFSZ) and signal.getsignal(number) == signal.SIG_IGN:  # subprocess sees to these
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def prepare():
    """Makes orphans of what we run our own children, so that they can be found, forbids core dumps, and lets no signal be ignored."""
    heed_signals()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def environment(home, extra=None):
    """An environment in which nothing of the user's can change the outcome."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS")}
    return {**kept, "HOME": home, "LANG": "C.UTF-8", **(extra or {})}


def run(command, directory, extra=None, timeout=120, stdin=subprocess.DEVNULL):
    """Runs `command` in `directory`. Raises subprocess.TimeoutExpired, after killing what it started."""
    with subprocess.Popen(
        command, cwd=directory, env=environment(directory, extra), stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return Outcome(process.returncode, stdout, stderr)


def reap_orphans():
    """Waits for the orphans that a program left to end by themselves (a daemon may)."""
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def wait_for(condition, limit):
    """Waits until the condition holds, at most for `limit` seconds; returns whether it does."""
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() >= end:
            return False
        time.sleep(0.001)
    return True


def children_left():
    """Whether children, or orphans, still run. Those that have ended are reaped."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return False
        if pid == 0:
            return True


def left_behind(limit=0):
    """Process ids of orphans that still run after at most `limit` seconds; they are killed. Those that have ended are reaped."""
    running = []
    if wait_for(lambda: not children_left(), limit):
        return running
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as stream:
        for pid in map(int, stream.read().split()):
            running.append(pid)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return running


def stream_differences(name, actual, expected):
    """One difference if a stream is not the same, with the first line that is not."""
    if actual == expected:
        return []
    ours, theirs = actual.splitlines() + [b"(end)"], expected.splitlines() + [b"(end)"]
    for number, (our, their) in enumerate(zip(ours, theirs), 1):
        if our != their:
            return [f"{name} line {number}: {our[:300]!r}, natively {their[:300]!r}"]
    return [f"{name}: {len(actual)} bytes, natively {len(expected)} bytes"]


def outcome_differences(actual, native, status=None):
    """How a run under leakwatch differs from a native one; `status` replaces the native status."""
    differences = []
    expected = native.status if status is None else status
    if actual.status != expected:
        differences.append(f"status {actual.status}, expected {expected}; stderr: {actual.stderr[-300:]!r}")
    differences += stream_differences("stdout", actual.stdout, native.stdout)
    differences += stream_differences("stderr", actual.stderr, native.stderr)
    return differences
