# SPDX-License-Identifier: MIT
"""Rounds: a program is run by leakwatch, or leakwatch attaches to it, and what the plan says is done to them. Each way has a class, whose
play() returns all that went otherwise than it should, as texts."""

import os
import select
import signal
import subprocess
import tempfile
from dataclasses import dataclass

import programs
import victims
from attach_process import GOOD, LIMIT, Failure, Target, require
from hooked_code import Malloc
from judge import Judge, name_end


@dataclass
class Scene:
    """What rounds need."""

    leakwatch: str
    restless: str
    report_schema: object
    trace_schema: object


class Round:
    """One way to run leakwatch. `whom` it can be done to."""

    whom = ("leakwatch", "program", "thread", "child")
    output = "report.json"

    def __init__(self, scene, plan, folder):
        self.scene, self.plan, self.folder = scene, plan, folder
        self.program = [scene.restless, str(plan.seed), *(["catch"] if plan.catches else [])]
        self.leakwatch, self.victims = None, None
        self.errors, self.ends = b"", {}

    def path(self, name):
        return os.path.join(self.folder, name)

    def how(self):
        return {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "start_new_session": True,
                "cwd": self.folder, "env": programs.environment(self.folder, {"TMPDIR": self.folder})}

    def act(self, phase):
        for act in self.plan.acts:
            if act.phase == phase:
                victims.pause(act.delay_us)
                self.victims.hit(act)

    def finish(self, process):
        """Waits for its end; what it said on standard error."""
        try:
            return process.communicate(timeout=LIMIT)[1]
        except subprocess.TimeoutExpired as hang:
            raise Failure("\n    ".join([f"hangs: {victims.state(process.pid)}", *self.states()])) from hang

    @staticmethod
    def states():
        """Of all that we have started, and what that has left to us."""
        return [victims.state(pid) for pid in victims.descendants(os.getpid())]

    @staticmethod
    def say_end(stdin):
        """A byte, then the end of the input."""
        try:
            stdin.write(b"x")
            stdin.close()
        except BrokenPipeError:
            pass

    def no_orphans(self):
        """How those ended that leakwatch has left to us. There are none that do not end."""
        def are_gone():
            while True:
                try:
                    pid, status = os.waitpid(-1, os.WNOHANG)
                except ChildProcessError:
                    return True
                if pid == 0:
                    return False
                self.ends[pid] = os.waitstatus_to_exitcode(status)

        if not programs.wait_for(are_gone, LIMIT):
            raise Failure("\n    ".join(["left behind:", *self.states()]))

    def clear(self):
        """After something went wrong: nobody is left."""
        for process in (self.leakwatch, self.victims and self.victims.started):
            for pid in [process.pid] if isinstance(process, subprocess.Popen) else [process] if process else []:
                for one in [*victims.descendants(pid), pid]:
                    try:
                        os.kill(one, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
        if self.leakwatch and self.leakwatch.poll() is None:
            self.leakwatch.communicate()
        programs.wait_for(lambda: not victims.children(os.getpid()) or programs.left_behind() is None, 10)

    def play(self):
        try:
            self.take_place()
            self.no_orphans()
        except Failure as failure:
            self.clear()
            return [str(failure)]
        return self.judge(Judge(self.scene, self.plan, self.victims))


class Launched(Round):
    """leakwatch starts the program."""

    whom = (*Round.whom, "group")

    def take_place(self):
        self.leakwatch = process = subprocess.Popen([*self.command(), *self.program], **self.how())
        self.victims = victims.Victims(process.pid)
        self.act("start")
        ready, _, _ = select.select([process.stdout], [], [], LIMIT)
        require(ready, f"the program did not start: {victims.state(process.pid)}")
        self.began = process.stdout.readline() == b"ready\n"
        self.victims.program()
        self.act("ready")
        self.say_end(process.stdin)
        process.stdin = None
        self.act("end")
        self.errors = self.finish(process)

    def judge(self, judge):
        status = self.leakwatch.returncode
        allowed = judge.program_ends(self.takes_terminate)
        found = judge.left_files(self.folder, status)
        if judge.was_killed(status):
            own = self.ends.get(self.victims.started)
            if own is not None and own not in allowed | {-signal.SIGKILL}:
                found.append(f"the program ended with {name_end(own)}, not {[name_end(end) for end in allowed]}")
            return found + self.check_output(judge, None)
        if not self.began and judge.died_early(status):
            return found + self.check_output(judge, None)
        if status not in allowed:
            found.append(f"status {name_end(status)}, not {[name_end(end) for end in allowed]}: {self.errors.decode()}")
        if not self.began and status < 0 and b"ended by a signal before it was executed" in self.errors:
            return found  # of no program is there anything to report
        return found + self.check_output(judge, status)


class Run(Launched):
    takes_terminate = True  # SIGTERM to leakwatch ends the program

    def command(self):
        return [self.scene.leakwatch, "run", "-q", "-o", self.path("report.txt"), f"--json={self.path('report.json')}", "--"]

    def check_output(self, judge, status):
        return judge.report(self.path("report.json"), status, launched=True)


class Trace(Launched):
    takes_terminate = False  # with -o, signals to leakwatch are of no interest, as with strace

    def command(self):
        return [self.scene.leakwatch, "trace", "-f", "-o", self.path("trace.log"), f"--json={self.path('trace.json')}", "--"]

    def check_output(self, judge, status):
        return judge.log(self.path("trace.json"), self.victims.started, status)


class Attached(Round):
    """leakwatch comes when the program is at work."""

    def take_place(self):
        with Target(self.program, start_new_session=True, cwd=self.folder, env=self.how()["env"]) as target:
            try:
                self.meet(target)
            except Failure:
                self.clear()  # before the target is waited for, which leakwatch may hold
                raise

    def meet(self, target):
        hooks = Malloc(target.pid)
        self.leakwatch = process = subprocess.Popen([*self.command(), str(target.pid)], **{**self.how(), "stdin": subprocess.DEVNULL})
        self.victims = victims.Victims(process.pid, target.pid)
        self.act("start")
        self.wait_until_ready(process, hooks)
        self.act("ready")
        self.say_end(target.process.stdin)
        target.process.stdin = None
        self.act("end")
        self.program_errors = self.finish(target.process)
        self.errors += self.finish(process)
        self.ends[target.pid] = target.process.returncode

    def judge(self, judge):
        end, status, allowed = self.ends[self.victims.started], self.leakwatch.returncode, judge.program_ends(False)
        found = judge.left_files(self.folder, status)
        if end not in allowed:
            found.append(f"the program ended with {name_end(end)}, not {[name_end(one) for one in allowed]}: {self.program_errors.decode()}")
        if judge.was_killed(status) or judge.died_early(status):
            return found + self.check_output(judge, None)
        if status == 125 and judge.may_be_refused(self.errors) and self.errors.startswith(b"leakwatch: "):
            return found + self.check_output(judge, None)
        if status != 0:
            return found + [f"leakwatch ended with {name_end(status)}: {self.errors.decode()}"]
        return found + self.check_output(judge, end)


class Look(Attached):
    options = []

    def wait_until_ready(self, process, hooks):
        """Until it has hold of the program: from then on signals do not end it without a report."""
        def has_hold():
            with open(f"/proc/{self.victims.started}/status", encoding="ascii", errors="replace") as file:
                return process.poll() is not None or "TracerPid:\t0\n" not in file.read()

        require(programs.wait_for(has_hold, LIMIT), f"leakwatch does not attach: {victims.state(process.pid)}")

    def command(self):
        return [self.scene.leakwatch, "attach", "-q", "-o", self.path("report.txt"), f"--json={self.path('report.json')}", *self.options]

    def check_output(self, judge, status):
        return judge.report(self.path("report.json"), status, launched=False)


class Follow(Look):
    options = ["--follow"]

    def wait_until_ready(self, process, hooks):
        def is_ready():
            try:
                return process.poll() is not None or hooks.is_hooked()
            except OSError:  # the program has ended
                return True

        require(programs.wait_for(is_ready, LIMIT), f"the hooks do not come: {victims.state(process.pid)}")


class TraceAttached(Attached):
    def command(self):
        return [self.scene.leakwatch, "trace", "-f", "-o", self.path("trace.log"), f"--json={self.path('trace.json')}", "-p"]

    def wait_until_ready(self, process, hooks):
        while b" attached" not in self.errors:
            ready, _, _ = select.select([process.stderr], [], [], LIMIT)
            require(ready, f"leakwatch does not attach: {victims.state(process.pid)}")
            data = os.read(process.stderr.fileno(), 4096)
            if not data:
                return
            self.errors += data

    def check_output(self, judge, status):
        return judge.log(self.path("trace.json"), self.victims.started, status, detached=True)


WAYS = {"run": Run, "trace": Trace, "look": Look, "follow": Follow, "trace-attach": TraceAttached}


def play(scene, plan):
    """All that went wrong."""
    with tempfile.TemporaryDirectory(prefix="leakwatch-test-") as folder:
        return WAYS[plan.way](scene, plan, folder).play()
