#!/usr/bin/env python3
"""usage: attach_refusals.py --leakwatch PATH --frag PATH --source FRAG.C --schema PATH

Processes that cannot be looked at, or not without more: each refusal says why, and what would help. And those that only seem so.
Speaks TAP.
"""
import argparse
import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import json_schema
from attach_process import LIMIT, Target, is_forbidden, require, run_tests

NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
NAMESPACE = ["unshare", "--pid", "--mount", "--fork", "--mount-proc"]


def works(command):
    """Whether a command can be used here, and does nothing wrong."""
    return shutil.which(command[0]) and subprocess.run([*command, "/bin/true"], capture_output=True, check=False).returncode == 0


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def inner_pid(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return int(re.search(r"^NSpid:.*\s(\d+)$", file.read(), re.MULTILINE).group(1))


def start_with_number(number):
    """Starts a process that has this number, and ends when the descriptor that is returned is closed, or we are; None if it may not."""
    ours, theirs = (ctypes.c_uint64 * 11)(), (ctypes.c_int * 1)(number)  # struct clone_args, set_tid
    ours[4], ours[8], ours[9] = signal.SIGCHLD, ctypes.addressof(theirs), 1
    reading, writing = os.pipe()
    sys.stdout.flush()
    made = ctypes.CDLL(None).syscall(435, ours, ctypes.sizeof(ours))  # clone3
    if made == 0:
        os.dup2(reading, 0)
        os.execv("/bin/cat", ["cat"])
    os.close(reading)
    if made != number:
        os.close(writing)
        return None
    return writing


def await_handle(process):
    """Waits until the process holds a descriptor of another."""
    folder = f"/proc/{process.pid}/fd"

    def holds(name):
        try:
            return "pidfd" in os.readlink(os.path.join(folder, name))
        except FileNotFoundError:
            return False

    while process.poll() is None and not any(holds(name) for name in os.listdir(folder)):
        pass


class Tests:
    def __init__(self, arguments, folder):
        # Where other users can read it, and find no settings.
        self.folder, self.source, self.frag = folder, arguments.source, os.path.join(folder, "frag")
        self.leakwatch = shutil.copy(arguments.leakwatch, folder)
        shutil.copy(arguments.frag, self.frag)
        os.chmod(folder, 0o755)
        self.report = os.path.join(folder, "report.json")
        self.schema = json_schema.load(arguments.schema)

    def attach(self, pid, *prefix, options=()):
        return subprocess.run([*prefix, self.leakwatch, "attach", *options, str(pid)], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=LIMIT, check=False, text=True, cwd=self.folder, env=dict(os.environ, HOME=self.folder))

    def refused(self, reason, pid, *prefix):
        done = self.attach(pid, *prefix)
        require(done.returncode == 125, f"status {done.returncode}: {done.stderr}")
        require(re.search(reason, done.stderr), done.stderr)
        require(done.stderr.count("\n") == 1, f"more than one line: {done.stderr}")

    def look(self, pid, *prefix):
        done = self.attach(pid, *prefix, options=("-q", f"--json={self.report}"))
        require(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
        with open(self.report, encoding="utf-8") as file:
            report = json.load(file)
        self.schema.validate(report)
        os.unlink(self.report)
        process = report["processes"][0]
        require(process["coverage"] == {"heap": "full", "reasons": []}, f"{process['coverage']}")
        require(process["memory"]["resident"]["live_bytes"] > 0, f"{process['memory']}")
        return process

    def missing(self):
        self.refused("cannot attach to process 4194304: there is no such process", 4194304)

    def kernel_thread(self):
        with open("/proc/2/stat", encoding="ascii") as file:
            if int(file.read().rsplit(")", 1)[1].split()[6]) & 0x200000 == 0:
                return "no threads of the kernel are seen"
        self.refused("it is a thread of the kernel", 2)
        return None

    def itself(self):
        done = subprocess.run(["/bin/sh", "-c", f"exec {self.leakwatch} attach $$"], capture_output=True, timeout=LIMIT, check=False,
                              text=True, cwd=self.folder)
        require(done.returncode == 125 and "that is leakwatch itself" in done.stderr, f"{done}")

    def zombie(self):
        child = subprocess.Popen(["/bin/true"])
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        self.refused("it has ended already", child.pid)
        child.wait()

    def another(self):
        """Its number is given to another process while leakwatch waits for the reader of a FIFO."""
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo)
        child = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE)
        with subprocess.Popen([self.leakwatch, "attach", f"--json={fifo}", str(child.pid)], cwd=self.folder, stderr=subprocess.PIPE,
                              text=True) as watcher:
            await_handle(watcher)
            child.communicate(timeout=LIMIT)
            other = start_with_number(child.pid)
            with open(fifo, encoding="utf-8"):
                errors = watcher.communicate(timeout=LIMIT)[1]
        if other is None:
            return "no process can be made with a given number"
        os.close(other)
        require(os.waitpid(child.pid, 0)[1] == 0, "the other process was harmed")
        require(watcher.returncode == 125 and f"process {child.pid}: it has ended, and another has its number now" in errors, errors)
        return None

    def traced(self):
        with Target([self.frag, "all"]) as target:
            with open(os.path.join(self.folder, "log"), "w", encoding="ascii") as log:
                tracer = subprocess.Popen([self.leakwatch, "trace", "-p", str(target.pid), "-o", log.name], stderr=subprocess.PIPE)
                require(b"attached" in tracer.stderr.readline(), "the other tracer did not start")
            self.refused(rf"process {tracer.pid} \(leakwatch\) traces it already.*let it go first", target.pid)
            tracer.send_signal(signal.SIGINT)
            tracer.communicate(timeout=LIMIT)
            target.end()

    def other_user(self):
        if not works(NOBODY):
            return "users cannot be changed"
        with Target([self.frag, "all"]) as target:
            self.refused(rf"it belongs to user {os.geteuid()}; that user, or CAP_SYS_PTRACE, is needed", target.pid, *NOBODY)
            target.end()
        return None

    def same_user(self):
        """Without any privilege all is seen of a process of one's own."""
        if not works(NOBODY):
            return "users cannot be changed"
        with Target([*NOBODY, self.frag, "none"]) as target:
            self.report = os.path.join(tempfile.mkdtemp(dir=self.folder), "report.json")
            os.chown(os.path.dirname(self.report), 65534, 65534)
            self.look(target.pid, *NOBODY)
            target.end()
        return None

    def undumpable(self):
        if not works(NOBODY):
            return "users cannot be changed"
        with Target([*NOBODY, self.frag, "undumpable"]) as target:
            self.refused("it is not dumpable.*CAP_SYS_PTRACE is needed", target.pid, *NOBODY)
            self.look(target.pid)
            target.end()
        return None

    def user_namespace(self):
        prefix = ["unshare", "--user", "--map-root-user"]
        if not works(prefix):
            return "no user namespaces"
        with Target([self.frag, "all"]) as target:
            self.refused("only in a user namespace of its own.*run outside", target.pid, *prefix)
            target.end()
        return None

    def pid_namespace(self):
        """From outside, by the number there; the number inside is nobody's here, and from inside there is no number for what is outside."""
        if not works(NAMESPACE) or not shutil.which("nsenter"):
            return "no PID namespaces"
        with Target([*NAMESPACE, "/bin/sh", "-c", f"{self.frag} none; exit $?"]) as target:
            shell = children(target.pid)[0]
            held = children(shell)[0]
            process = self.look(held)
            require(process["pid"] == held, f"{process['pid']}")
            inner = inner_pid(held)
            if not os.path.exists(f"/proc/{inner}"):
                self.refused(rf"process \d+ has that number in a PID namespace of its own", inner)
            self.refused("no such process in this PID namespace", 4194304, "nsenter", f"--target={held}", "--pid", "--mount")
            target.end()
        return None

    def own_root(self):
        """Its files are not where their names say."""
        program = os.path.join(self.folder, "root", "frag")
        os.mkdir(os.path.dirname(program))
        done = subprocess.run(["gcc", "-static", "-D_GNU_SOURCE", "-pthread", "-o", program, self.source], capture_output=True, check=False)
        if os.geteuid() != 0 or done.returncode != 0:
            return "not root, or no static programs"
        with Target(["chroot", os.path.dirname(program), "/frag", "pinned"]) as target:
            process = self.look(target.pid)
            require("fragmentation" in process["memory"], f"{process['memory']}")
            target.end()
        return None

    def leaderless(self):
        """The first thread has ended: the others hold the memory."""
        with Target([self.frag, "leaderless"]) as target:
            target.wait_for_state("Z")
            process = self.look(target.pid)
            require(process["executable"] == self.frag and process["command"] == [self.frag, "leaderless"], f"{process}")
            target.end()


def main():
    parser = argparse.ArgumentParser()
    for name in ("leakwatch", "frag", "source", "schema"):
        parser.add_argument(f"--{name}", required=True)
    arguments = parser.parse_args()
    if is_forbidden():
        print("Yama forbids it (kernel.yama.ptrace_scope)", file=sys.stderr)
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(arguments, folder)
        names = ("missing", "kernel_thread", "itself", "zombie", "another", "traced", "other_user", "same_user", "undumpable", "user_namespace", "pid_namespace", "own_root", "leaderless")
        failed = run_tests([(name, getattr(tests, name)) for name in names])
    sys.exit(failed != 0)


main()
