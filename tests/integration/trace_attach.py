#!/usr/bin/env python3
"""usage: trace_attach.py --leakwatch PATH --attached PATH [--rounds N]

Attaches `leakwatch trace` to running processes and lets them go, in each state a process can be in, and kills each participant at
some moment: the processes must go on as if nothing had been, and nothing may hang. Speaks TAP.
"""
import argparse
import os
import random
import re
import select
import signal
import subprocess
import sys
import tempfile

from attach_process import GOOD, LIMIT, Failure, Target, require, run_tests

MODES = ["busy", "asleep", "threads", "children", "short"]


class Tracer:
    def __init__(self, leakwatch, options, log):
        self.log = log
        self.process = subprocess.Popen([leakwatch, "trace", "-o", log, *options], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE)
        self.errors = b""

    def wait_for(self, text):
        """Waits until it has said so on standard error."""
        while text not in self.errors:
            ready, _, _ = select.select([self.process.stderr], [], [], LIMIT)
            require(ready, f"leakwatch did not say {text!r}")
            data = os.read(self.process.stderr.fileno(), 4096)
            require(data, f"leakwatch ended without {text!r}: {self.errors.decode()}")
            self.errors += data

    def end(self, number=None):
        if number:
            self.process.send_signal(number)
        try:
            self.errors += self.process.communicate(timeout=LIMIT)[1] or b""
        except subprocess.TimeoutExpired as hang:
            self.process.kill()
            raise Failure("leakwatch hangs") from hang
        return self.process.returncode

    def lines(self):
        with open(self.log, encoding="latin-1") as file:
            return file.read().split("\n")


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.attached, self.rounds = arguments.leakwatch, arguments.attached, arguments.rounds
        self.folder = folder
        self.random = random.Random(20261129)

    def log(self):
        return os.path.join(self.folder, "log")

    def trace(self, *options):
        return Tracer(self.leakwatch, options, self.log())

    def attach(self, target, *options):
        tracer = self.trace("-f", "-p", str(target.pid), *options)
        tracer.wait_for(b" attached")
        return tracer

    # ---- In each state ------------------------------------------------------------------------------------------------------

    def mode(self, mode, number):
        target = Target([self.attached, mode])
        try:
            tracer = self.attach(target)
            require(tracer.end(number) == 0, f"leakwatch ended with {tracer.process.returncode}")
            require(target.process.poll() is None, "the target has ended")
            require(f"Process {target.pid} detached".encode() in tracer.errors, "leakwatch did not say that it let go")
            target.end()
        finally:
            target.remove()

    def calls_shown(self, wanted):
        """The calls that the log shows of a process that is let go."""
        target = Target([self.attached, "asleep"])
        try:
            tracer = self.attach(target, "-e", "status=" + wanted)
            require(tracer.end(signal.SIGINT) == 0, "leakwatch failed")
            shown = [line for line in tracer.lines() if "read(" in line]
            require(all(line.endswith(" <detached ...>") for line in shown), f"{shown}")
            target.end()
        finally:
            target.remove()
        return len(shown)

    def status(self, wanted):
        """-e status=detached shows the call that the process is in when it is let go, and nothing else. It may be let go before it has
        gone on with its call: then there is none."""
        if wanted == "detached":
            require(any(self.calls_shown(wanted) == 1 for _ in range(100)), "the call is not shown")
        else:
            require(self.calls_shown(wanted) == 0, "a call is shown")

    def until_its_end(self, mode):
        target = Target([self.attached, mode])
        try:
            tracer = self.attach(target)
            target.end()
            require(tracer.end() == 0, f"leakwatch ended with {tracer.process.returncode}")
            require("+++ exited with 7 +++" in "\n".join(tracer.lines()), "the end is not in the log")
        finally:
            target.remove()

    def stopped(self):
        target = Target([self.attached, "threads"])
        try:
            os.kill(target.pid, signal.SIGSTOP)
            os.waitpid(target.pid, os.WUNTRACED)
            tracer = self.attach(target)
            while "stopped by SIGSTOP" not in "\n".join(tracer.lines()):
                require(tracer.process.poll() is None, "leakwatch has ended")
            require(tracer.end(signal.SIGINT) == 0, "leakwatch failed")
            target.wait_for_state("T")
            os.kill(target.pid, signal.SIGCONT)
            target.end()
        finally:
            target.remove()

    def group_stop(self):
        """A traced process really stops, and goes on."""
        target = Target([self.attached, "busy"])
        try:
            tracer = self.attach(target)
            os.kill(target.pid, signal.SIGSTOP)
            os.waitpid(target.pid, os.WUNTRACED)
            while "stopped by SIGSTOP" not in "\n".join(tracer.lines()):
                require(tracer.process.poll() is None, "leakwatch has ended")
            before = len(tracer.lines())
            require(len(tracer.lines()) == before, "a stopped process makes calls")
            os.kill(target.pid, signal.SIGCONT)
            while len(tracer.lines()) < before + 10:
                require(tracer.process.poll() is None, "leakwatch has ended")
            target.end()
            require(tracer.end() == 0, "leakwatch failed")
        finally:
            target.remove()

    def asked_for_report(self):
        """SIGUSR1 is for reports of the main job: a log goes on."""
        target = Target([self.attached, "busy"])
        try:
            tracer = self.attach(target)
            tracer.process.send_signal(signal.SIGUSR1)
            before = len(tracer.lines())
            while len(tracer.lines()) < before + 1000:
                require(tracer.process.poll() is None, "leakwatch has ended")
            require(tracer.end(signal.SIGINT) == 0, "leakwatch failed")
            target.end()
        finally:
            target.remove()

    def several(self):
        targets = [Target([self.attached, mode]) for mode in MODES]
        try:
            tracer = self.trace("-f", "-p", ",".join(str(target.pid) for target in targets))
            for target in targets:
                tracer.wait_for(f"Process {target.pid} attached".encode())
            require(tracer.end(signal.SIGTERM) == 0, "leakwatch failed")
            for target in targets:
                target.end()
        finally:
            for target in targets:
                target.remove()

    # ---- Again and again ----------------------------------------------------------------------------------------------------

    def cycles(self, mode):
        """Lets go after some calls, at once, or not at all: the tracer is killed."""
        target = Target([self.attached, mode])
        try:
            for i in range(self.rounds):
                if i % 3 == 0 and mode != "asleep":
                    tracer = self.attach(target, f"--syscall-limit={1 + i}")
                    require(tracer.end() == 0, "leakwatch failed")
                else:
                    tracer = self.attach(target)
                    status = tracer.end(signal.SIGINT if i % 3 == 1 else signal.SIGKILL)
                    require(status in (0, -signal.SIGKILL), f"leakwatch ended with {status}")
                require(target.process.poll() is None, "the target has ended")
            target.end()
        finally:
            target.remove()

    def killed(self, mode, who, options):
        """A launched program, of which one participant dies at a random moment."""
        for _ in range(self.rounds // 4 + 1):
            command = [self.leakwatch, "trace", "-f", "-o", self.log(), *options, self.attached, mode]
            tracer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            require(tracer.stdout.readline() == b"ready\n", "the target did not start")
            with open(f"/proc/{tracer.pid}/task/{tracer.pid}/children", encoding="ascii") as file:
                pid = int(file.read().split()[0])
            select.select([], [], [], self.random.random() * 0.03)
            os.kill(tracer.pid if who == "tracer" else pid, signal.SIGKILL)
            try:
                # A program that goes on without its tracer ends at the byte, and closes the pipe.
                tracer.communicate(b"x", timeout=LIMIT)
            except subprocess.TimeoutExpired as hang:
                os.kill(pid, signal.SIGKILL)
                tracer.kill()
                raise Failure("something hangs") from hang
            require(tracer.returncode == -signal.SIGKILL, f"leakwatch ended with {tracer.returncode}")

    def storm(self):
        """Every call of every thread is in the log, whole."""
        for _ in range(self.rounds // 4 + 1):
            done = self.run("-f", self.attached, "storm")
            require(done.returncode == GOOD, f"status {done.returncode}: {done.stderr}")
            with open(self.log(), encoding="latin-1") as file:
                log = file.read()
            ends, calls = len(re.findall(r"\+\+\+ exited with", log)), len(re.findall(r"^\d+ +getppid\(\) += \d+$", log, re.MULTILINE))
            require(ends == 201, f"{ends} threads ended")
            calls += len(re.findall(r"<\.\.\. getppid resumed>\) += \d+$", log, re.MULTILINE))
            require(calls == 200 * 20, f"{calls} calls")
            resumed, unfinished = log.count("resumed>"), len(re.findall(r"<unfinished \.\.\.>$", log, re.MULTILINE))
            require(resumed == unfinished, f"{unfinished} calls were begun and left, {resumed} resumed")

    # ---- Options of the engine ----------------------------------------------------------------------------------------------

    def run(self, *words, **more):
        return subprocess.run([self.leakwatch, "trace", "-o", self.log(), *words], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=LIMIT, check=False, text=True, **more)

    def in_background(self):
        """-D: the program is the process that was started, and its status comes from it."""
        for option in ("-D", "-DD", "-DDD"):
            tracer = subprocess.Popen([self.leakwatch, "trace", option, "-o", self.log(), "/bin/sh", "-c", "echo $$; exit 3"],
                                      stdout=subprocess.PIPE, text=True)
            output, _ = tracer.communicate(timeout=LIMIT)
            require(output.strip() == str(tracer.pid), f"{option}: the program is {output.strip()}, not {tracer.pid}")
            require(tracer.returncode == 3, f"{option}: status {tracer.returncode}")

    def limit(self):
        done = self.run("--syscall-limit=5", "/bin/sh", "-c", "echo on; exit 4")
        with open(self.log(), encoding="latin-1") as file:
            lines = file.read().splitlines()
        require(done.returncode == 4 and done.stdout == "on\n", f"status {done.returncode}, output {done.stdout!r}")
        require(len(lines) == 5, f"{len(lines)} lines: {lines}")

    def on_exec(self):
        done = self.run("-f", "-b", "execve", "/bin/sh", "-c", "/bin/echo on; exit 4")
        with open(self.log(), encoding="latin-1") as file:
            log = file.read()
        require(done.returncode == 4 and done.stdout == "on\n", f"status {done.returncode}, output {done.stdout!r}")
        require("write(1" not in log and "exited with 4" in log, "a process that was to be let go was traced")

    def other_user(self):
        if os.geteuid() != 0:
            return "only root may"
        done = self.run("-u", "nobody", "/usr/bin/id", "-un")
        require(done.stdout == "nobody\n", f"output {done.stdout!r}, {done.stderr!r}")
        done = self.run("-u", "nobody-of-this-name", "/usr/bin/id")
        require(done.returncode == 125 and "no such user" in done.stderr, done.stderr)
        return None

    def environment(self):
        done = self.run("-E", "A=1", "-E", "HOME", "--argv0=zero", "/bin/sh", "-c", "echo $A-$HOME", env={"HOME": "/x", "PATH": "/bin"})
        require(done.stdout == "1-\n", done.stdout)
        with open(self.log(), encoding="latin-1") as file:
            require('["zero", "-c"' in file.readline(), "argv[0] is another one")

    def deaf(self):
        """With -o, signals to the tracer are of no interest, as with strace; with -I they are."""
        for options, expected in ((["-I", "3"], GOOD), (["-I", "2"], -signal.SIGTERM)):
            tracer = subprocess.Popen([self.leakwatch, "trace", *options, "-o", self.log(), self.attached, "asleep"], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE)
            require(tracer.stdout.readline() == b"ready\n", "the target did not start")
            tracer.send_signal(signal.SIGTERM)
            tracer.communicate(b"x" if expected == GOOD else None, timeout=LIMIT)
            require(tracer.returncode in (expected, 128 - expected), f"{options}: status {tracer.returncode}")

    def refused(self, words, reason):
        done = self.run(*words)
        require(done.returncode == 125, f"status {done.returncode}")
        require(re.search(reason, done.stderr), done.stderr)

    def refusals(self):
        self.refused(["-p", "4194304"], "no such process")
        self.refused(["-p", "nonsense"], "not a process ID")
        child = subprocess.Popen(["/bin/true"])
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        self.refused(["-p", str(child.pid)], "ended already")
        child.wait()
        target = Target([self.attached, "asleep"])
        try:
            tracer = self.attach(target)
            self.refused(["-p", str(target.pid)], "traces it already")
            require(tracer.end(signal.SIGINT) == 0, "leakwatch failed")
            target.end()
        finally:
            target.remove()

    # ---- Injection ----------------------------------------------------------------------------------------------------------

    def injected(self, injection, command, pattern):
        done = self.run("-e", "inject=" + injection, *command)
        with open(self.log(), encoding="latin-1") as file:
            log = file.read()
        require(re.search(pattern, log), f"no /{pattern}/ in\n{log[-2000:]}")
        return done

    def injections(self):
        python = "/usr/bin/python3"
        done = self.injected("getppid:retval=42", [python, "-c", "import os; print(os.getppid())"], r"getppid\(\) += 42 \(INJECTED\)")
        require(done.stdout == "42\n", done.stdout)
        done = self.injected("fsync:error=EIO:when=2", [python, "-c", "import os\nfor i in 1, 2, 3:\n try: os.fsync(0)\n except OSError as e: print(e.errno)"],
                             r"fsync\(0\) += -1 EIO \(Input/output error\) \(INJECTED\)")
        require(done.stdout.split().count("5") == 1, done.stdout)
        done = self.injected("getppid:signal=SIGUSR1:when=1",
                             [python, "-c", "import os, signal; signal.signal(signal.SIGUSR1, lambda *_: print('caught')); os.getppid()"],
                             r"--- SIGUSR1 ")
        require(done.stdout == "caught\n", done.stdout)
        done = self.injected("getppid:signal=SIGTERM", [python, "-c", "import os; os.getppid()"], r"\+\+\+ killed by SIGTERM \+\+\+")
        done = self.injected("getppid:delay_enter=5ms:delay_exit=5ms",
                             [python, "-c", "import os, time; a = time.monotonic(); os.getppid(); print(time.monotonic() - a >= 0.01)"],
                             r"getppid\(\) += \d+ \(DELAYED\)")
        require(done.stdout == "True\n", done.stdout)
        done = self.injected("write:error=EPIPE", ["/bin/echo", "lost"], r"write\(1, \"lost\\n\", 5\) += -1 EPIPE .*\(INJECTED\)")
        require(done.stdout == "" and done.returncode != 0, "the write took place")


def tests_of(tests):
    """(name, function) pairs."""
    for mode in MODES:
        yield f"let go on ^C: {mode}", lambda mode=mode: tests.mode(mode, signal.SIGINT)
        yield f"let go on SIGTERM: {mode}", lambda mode=mode: tests.mode(mode, signal.SIGTERM)
        yield f"until its end: {mode}", lambda mode=mode: tests.until_its_end(mode)
        yield f"again and again: {mode}", lambda mode=mode: tests.cycles(mode)
        for options in ([], ["-e", "trace=openat,futex"]):
            yield f"target killed: {mode} {' '.join(options)}", lambda mode=mode, options=options: tests.killed(mode, "target", options)
    for status in ("detached", "successful"):
        yield f"status: {status}", lambda status=status: tests.status(status)
    yield "stopped", tests.stopped
    yield "group stop", tests.group_stop
    yield "SIGUSR1", tests.asked_for_report
    yield "several at once", tests.several
    yield "200 threads", tests.storm
    yield "-D", tests.in_background
    yield "--syscall-limit", tests.limit
    yield "-b execve", tests.on_exec
    yield "-u", tests.other_user
    yield "-E, --argv0", tests.environment
    yield "-I", tests.deaf
    yield "refusals", tests.refusals
    yield "injections", tests.injections


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--attached", required=True)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--only", help="tests whose name begins so")
    arguments = parser.parse_args()
    arguments.leakwatch, arguments.attached = os.path.abspath(arguments.leakwatch), os.path.abspath(arguments.attached)
    with tempfile.TemporaryDirectory() as folder:
        chosen = [test for test in tests_of(Tests(arguments, folder)) if test[0].startswith(arguments.only or "")]
        failed = run_tests(chosen)
    sys.exit(failed != 0)


main()
