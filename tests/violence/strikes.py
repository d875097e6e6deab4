#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Signals at moments that are chosen by what leakwatch does: before its request of a given number to what it traces (strike.c), or
while it writes its report. Each is a moment at which something went wrong once. Speaks TAP.

    strikes.py --leakwatch PROGRAM --strike LIBRARY --stuck PROGRAM --frag PROGRAM --schema FILE
"""

import argparse
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "integration"))
import json_schema  # pylint: disable=wrong-import-position
import programs  # pylint: disable=wrong-import-position
from attach_process import LIMIT, Failure, Target, is_forbidden, require, run_tests  # pylint: disable=wrong-import-position
from hooked_code import Malloc  # pylint: disable=wrong-import-position

PATIENCE = 2  # seconds that leakwatch waits for a thread to stop (tracer/freeze.c)
ASK_FOR_END = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


def read_status(pid, field):
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
        return next(line.split()[1] for line in file if line.startswith(field + ":"))


class Tests:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.schema = json_schema.load(options.schema)
        self.report = os.path.join(folder, "report.json")
        self.started = []

    def start(self, words, *strikes, **how):
        extra = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        if strikes:
            texts = (",".join(str(int(part)) for part in strike) for strike in strikes)
            extra |= {"LD_PRELOAD": self.options.strike, "STRIKE": " ".join(texts)}
        # A group, but no session: the kernel lets those who are stopped go on when a session ends, and here they are to be seen.
        how = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "process_group": 0, **how}
        process = subprocess.Popen([self.options.leakwatch, *words], cwd=self.folder, env=programs.environment(self.folder, extra), **how)
        self.started.append(process)
        return process

    def end_all(self):
        """After something went wrong: leakwatch runs no more."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.communicate()
        self.started.clear()

    @contextlib.contextmanager
    def target(self, *program):
        with Target(program, start_new_session=True) as target:
            try:
                yield target
            finally:
                self.end_all()  # before the target is waited for, which leakwatch may hold

    def attach(self, target, strikes, *words):
        return self.start(["attach", "-q", "-o", "report.txt", f"--json={self.report}", *words, str(target.pid)], *strikes)

    @staticmethod
    def finish(process):
        try:
            errors = process.communicate(timeout=LIMIT)[1].decode()
        except subprocess.TimeoutExpired as hang:
            raise Failure("leakwatch hangs") from hang
        return process.returncode, errors

    @staticmethod
    def require_nobody():
        """All that was started ends, and nobody is left stopped."""
        left = programs.left_behind(LIMIT)
        require(not left, f"left behind: {left}")

    # ---- The program is killed ----------------------------------------------------------------------------------------------

    def kill(self, program, requests, *words):
        """A look at a program that is killed before one of these requests ends, and so does all that was made of the program. The first
        request that is not made is the end: how many a look makes depends on what the program is just doing. Returns how many were."""
        for count, number in enumerate(requests):
            with self.target(*program) as target:
                status, errors = self.finish(self.attach(target, [(number, signal.SIGKILL, target.pid)], *words))
                require(status == 0, f"request {number}: status {status}: {errors}")
                if "struck" not in errors:
                    target.end()
                    return count
                require(target.process.wait(LIMIT) == -signal.SIGKILL, f"request {number}: not killed")
            self.require_nobody()
        return len(requests)

    def killed_in_bad_moments(self):
        """While one thread is stuck in the allocator, another stands aside, and the look is tried again and again."""
        made = self.kill([self.options.stuck], range(14, 26))
        require(made >= 6, f"only {made} of these requests were made")  # how many tries there are depends on their time

    def killed_at_fork(self):
        made = self.kill([self.options.frag, "threads"], range(12, 120, 3), "--snapshot=fork")
        require(made >= 15, f"only {made} of these requests were made")

    # ---- leakwatch is killed ------------------------------------------------------------------------------------------------

    @staticmethod
    def require_terminated(target):
        try:
            end = target.process.wait(LIMIT)
        except subprocess.TimeoutExpired as hang:
            raise Failure("the signal is lost") from hang
        require(end == -signal.SIGTERM, f"the program ended with {end}")

    def killed_with_signal(self):
        """What a signal does to a program does not depend on leakwatch being killed just before the program goes on with it."""
        for words in (["attach", "-q", "--follow", "-o", "report.txt"], ["trace", "-f", "-o", "trace.log", "-p"]):
            with self.target(self.options.frag, "threads") as target:
                leakwatch = self.start([*words, str(target.pid)], (-1, signal.SIGKILL))
                has_begun = Malloc(target.pid).is_hooked if "attach" in words else lambda: target.status("TracerPid") != "0"
                require(programs.wait_for(has_begun, LIMIT), f"{words[0]} does not begin")
                os.kill(target.pid, signal.SIGTERM)
                status, errors = self.finish(leakwatch)
                require(status == -signal.SIGKILL and "struck" in errors, f"{words[0]}: status {status}: {errors}")
                self.require_terminated(target)

    def killed_in_hold(self):
        """The same where the signal stops the first thread just before leakwatch does, which is killed while it holds the program."""
        killed = 0
        for number in range(2, 14):
            with self.target(self.options.frag, "threads") as target:
                strikes = [(1, signal.SIGTERM, target.pid), (number, signal.SIGKILL)]
                status, errors = self.finish(self.attach(target, strikes, "--snapshot=fork"))
                self.require_terminated(target)
            # The program may be gone before the second strike, which then does not come.
            require(status == (-signal.SIGKILL if errors.count("struck") == 2 else 0), f"request {number}: status {status}: {errors}")
            killed += status != 0
        require(killed >= 6, f"leakwatch was killed only {killed} times")

    # ---- leakwatch is stopped -----------------------------------------------------------------------------------------------

    def stopped_with_hold(self):
        """leakwatch is stopped while it holds a program, for longer than it has patience; then it goes on."""
        with self.target(self.options.frag, "threads") as forked, self.target(self.options.frag, "threads") as followed:
            look = self.attach(forked, [(22, signal.SIGSTOP)], "--snapshot=fork")
            follow = self.start(["attach", "-q", "--follow", "-o", "follow.txt", str(followed.pid)], (10, signal.SIGSTOP))
            for process in (look, follow):
                require(programs.wait_for(lambda pid=process.pid: read_status(pid, "State") == "T", LIMIT), "it makes no such request")
            time.sleep(PATIENCE + 0.1)
            for process in (look, follow):
                process.send_signal(signal.SIGCONT)
            require(programs.wait_for(Malloc(followed.pid).is_hooked, LIMIT), "the hooks do not come")
            follow.send_signal(signal.SIGINT)
            for process in (look, follow):
                status, errors = self.finish(process)
                require(status == 0, f"status {status}: {errors}")
            forked.end()
            followed.end()

    # ---- Before the program is executed -------------------------------------------------------------------------------------

    def ways_to_start(self):
        return {"run": ["run", "-q", "-o", "report.txt", "--"], "trace": ["trace", "-f", "-o", "trace.log"]}.items()

    def interrupted_before_exec(self):
        """^C then ends the program that is to be, and leakwatch by the same signal."""
        for way, words in self.ways_to_start():
            status, errors = self.finish(self.start([*words, "cat"], (0, signal.SIGINT, 0), stdin=subprocess.PIPE))
            require(status == -signal.SIGINT, f"{way}: status {status}: {errors}")
            require("ended by a signal before it was executed" in errors, f"{way}: {errors}")
            self.require_nobody()

    def killed_before_exec(self):
        """Without leakwatch nobody would let the program run on that waits for it."""
        for _, words in self.ways_to_start():
            for number in range(4):
                status, errors = self.finish(self.start([*words, "true"], (number, signal.SIGKILL)))
                require(status == -signal.SIGKILL, f"request {number}: status {status}: {errors}")
                self.require_nobody()

    # ---- While the report is written ----------------------------------------------------------------------------------------

    def hold_back(self, process, fifo):
        """Reads the report; signals once it is being written, of which a part does not fit into the FIFO. Returns how it ends."""
        descriptor = os.open(fifo, os.O_RDONLY)
        with os.fdopen(descriptor, "rb", 0) as stream:
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, 4096)
            text = stream.read(1)
            for number in ASK_FOR_END:
                process.send_signal(number)
            text += stream.read()
        status, errors = self.finish(process)
        require(status >= 0, f"status {status}: {errors}")
        require(len(text) > 4097, f"{len(text)} bytes are too few for this test")
        self.schema.validate(json.loads(text))
        return status

    def signals_while_writing(self):
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo)
        run = self.start(["run", "-q", "-o", "report.txt", f"--json={fifo}", self.options.frag, "threads", "5"], stdin=subprocess.PIPE)
        run.stdin.write(b"x")
        run.stdin.close()
        run.stdin = None
        require(self.hold_back(run, fifo) == 5, "the status is not the program's")
        with self.target(self.options.frag, "threads") as target:
            for words in ([], ["--repeat=1ms", "--count=2"]):
                look = self.start(["attach", "-q", "-o", "report.txt", f"--json={fifo}", *words, str(target.pid)])
                require(self.hold_back(look, fifo) == 0, f"{words}: not 0")
            target.end()


def main():
    parser = argparse.ArgumentParser()
    for option in ("--leakwatch", "--strike", "--stuck", "--frag", "--schema"):
        parser.add_argument(option, required=True, type=os.path.realpath)
    options = parser.parse_args()
    if is_forbidden():
        print("Yama forbids it (kernel.yama.ptrace_scope)", file=sys.stderr)
        return 77
    programs.prepare()
    with tempfile.TemporaryDirectory(prefix="leakwatch-test-") as folder:
        tests = Tests(options, folder)
        names = ("killed_in_bad_moments", "killed_at_fork", "killed_with_signal", "killed_in_hold", "stopped_with_hold",
                 "interrupted_before_exec", "killed_before_exec", "signals_while_writing")
        try:
            return run_tests([(name, getattr(tests, name)) for name in names]) != 0
        finally:
            tests.end_all()


if __name__ == "__main__":
    sys.exit(main())
