#!/usr/bin/env python3
"""usage: attach_look.py --leakwatch PATH --held PATH --schema PATH [--looks N]

Looks at running processes with `leakwatch attach`: what it finds must be right, and the processes must be as they were, down to each
byte of their memory. Speaks TAP.
"""
import argparse
import json
import os
import random
import re
import select
import signal
import subprocess
import sys
import tempfile

import json_schema
from attach_process import LIMIT, Target, is_forbidden, require, run_tests

# What runs until its input ends, and says that it is ready: a program with a heap of its own each.
PROGRAMS = {
    "python3": ["/usr/bin/python3", "-c", "import json, re, sys; print('ready', flush=True); sys.stdin.read(1); sys.exit(7)"],
    "perl": ["/usr/bin/perl", "-e", "$| = 1; my %h = map { $_ => 'x' x $_ } 1..500; print qq(ready\\n); getc; exit 7"],
    "sh": ["/bin/sh", "-c", "echo ready; read line; exit 7"],
    "bash": ["/bin/bash", "-c", "echo ready; read -n 1; exit 7"],
}

# Puts a filter on itself that allows everything (prctl(2): PR_SET_SECCOMP, SECCOMP_MODE_FILTER).
FILTERED = """
import ctypes, struct, sys
allow = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7fff0000))
program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", 1, ctypes.addressof(allow)))
assert ctypes.CDLL("libc.so.6").prctl(22, 2, ctypes.c_void_p(ctypes.addressof(program)), 0, 0) == 0
print("ready", flush=True)
sys.stdin.read(1)
sys.exit(7)
"""


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.held, self.looks = arguments.leakwatch, arguments.held, arguments.looks
        self.report = os.path.join(folder, "report.json")
        self.schema = json_schema.load(arguments.schema)

    def run(self, *words):
        return subprocess.run([self.leakwatch, "attach", *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT,
                              check=False, text=True)

    def look(self, target, *options):
        """The report's only process."""
        done = self.run("-q", f"--json={self.report}", *options, str(target.pid))
        require(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
        require(target.status("TracerPid") == "0", "the target is still traced")
        with open(self.report, encoding="utf-8") as file:
            report = json.load(file)
        self.schema.validate(report)
        require(report["mode"] == "attach" and len(report["processes"]) == 1, "another report")
        process = report["processes"][0]
        require(process["pid"] == target.pid and process["end"]["how"] == "detached", f"{process['end']}")
        return process

    def kinds(self):
        """Usable sizes: 104 for 100, 56 for 48, 1000 for 1000, 2008 for 2000; a large block has whole pages, less two words."""
        with Target([self.held, "kinds"]) as target:
            leaks = self.look(target, "--show-leak-kinds=all")["leaks"]
            require(leaks["definite"] == {"blocks": 4, "bytes": 3 * 104 + 56}, f"{leaks['definite']}")
            require(leaks["indirect"] == {"blocks": 2, "bytes": 2 * 56}, f"{leaks['indirect']}")
            require(leaks["possible"] == {"blocks": 1, "bytes": 2008}, f"{leaks['possible']}")
            groups = {(leak["kind"], leak["content"]): (leak["blocks"], leak["bytes"]) for leak in leaks["records"]}
            expected = {
                ("definite", "blocks of 104 bytes"): (3, 312),
                ("definite", "blocks of 56 bytes"): (1, 56),
                ("reachable", "blocks of 1000 bytes"): (1, 1000),
                ("reachable", "blocks of 256 KiB and more, less than twice as much"): (1, 303104 - 16),
            }
            require(expected.items() <= groups.items(), f"{groups}")
            target.end()

    def in_place(self):
        """The same without a copy."""
        with Target([self.held, "kinds"]) as target:
            copied, read = self.look(target), self.look(target, "--snapshot=none")
            require(copied["leaks"] == read["leaks"], f"{copied['leaks']}, {read['leaks']}")
            require(0 < copied["stopped_ns"] < copied["ended_ns"] and 0 < read["stopped_ns"], f"{copied}, {read}")
            target.end()

    def forked(self):
        """The same in a fork, of which nothing is left."""
        for mode in ("kinds", "storm"):
            with Target([self.held, mode]) as target:
                copied, forked = self.look(target), self.look(target, "--snapshot=fork")
                if mode == "kinds":
                    require(forked["coverage"]["reasons"] == [], f"{forked['coverage']}")
                    require(copied["leaks"] == forked["leaks"], f"{copied['leaks']}, {forked['leaks']}")
                else:
                    self.require_full_or_said(forked["coverage"])
                require(self.children(target) == "", "a child is left")
                target.end()

    def not_forked(self):
        """What may not make system calls for us is copied, and the report says so."""
        with Target(["/usr/bin/setpriv", "--no-new-privs", "/usr/bin/python3", "-c", FILTERED]) as target:
            coverage = self.look(target, "--snapshot=fork")["coverage"]
            require(any(reason.startswith("its memory was copied in place of a fork: a seccomp filter") for reason in coverage["reasons"]),
                    f"{coverage}")
            target.end()

    def children(self, target):
        with open(f"/proc/{target.pid}/task/{target.pid}/children", encoding="ascii") as file:
            return file.read()

    def usage(self):
        """The parts make up the whole, but for what the allocator has for itself."""
        with Target([self.held, "kinds"]) as target:
            process = self.look(target)
            usage = process["heap"]["usage"]
            parts = sum(usage[part + "_bytes"] for part in ("live", "cached", "binned", "top"))
            require(0 <= usage["system_bytes"] - parts < 4096 * usage["arenas"], f"{usage}")
            require(usage["arenas"] == 2 and usage["mapped_bytes"] == 303104, f"{usage}")
            require(usage.get("returnable_bytes", 0) <= usage["cached_bytes"] + usage["binned_bytes"] + usage["top_bytes"], f"{usage}")
            blocks = usage["live_bytes"] + usage["mapped_bytes"]
            require(blocks >= process["heap"]["live"]["bytes"] > blocks // 2, f"{process['heap']}")
            target.end()

    def text(self):
        with Target([self.held, "kinds"]) as target:
            done = self.run("--show-leak-kinds=definite", str(target.pid))
            require("definitely lost" in done.stderr and "blocks of 104 bytes" in done.stderr, done.stderr)
            require(re.search(r"from the system: [\d,]+ bytes in 2 arenas, 303,104 mapped for single blocks", done.stderr), done.stderr)
            require("total heap usage" not in done.stderr, "what is not known is told")
            done = self.run("-q", "--error-exitcode=9", str(target.pid))
            require(done.returncode == 9, f"status {done.returncode}")
            target.end()

    def memory(self, target):
        """All that the target can write to."""
        contents = {}
        with open(f"/proc/{target.pid}/maps", encoding="ascii") as maps, open(f"/proc/{target.pid}/mem", "rb", buffering=0) as memory:
            for line in maps:
                start, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
                if "w" not in rights:
                    continue
                memory.seek(int(start, 16))
                contents[line] = memory.read(int(end, 16) - int(start, 16))
        return contents

    def unchanged(self):
        with Target([self.held, "kinds"]) as target:
            # The kernel notes in a thread's memory on which processor it runs (rseq(2)), whoever woke it.
            os.sched_setaffinity(target.pid, {min(os.sched_getaffinity(0))})
            self.look(target)
            target.wait_for_state("S")
            before = self.memory(target)
            for _ in range(5):
                self.look(target)
            target.wait_for_state("S")
            require(self.memory(target) == before, "the memory of the target has changed")
            target.end()

    def program(self, name):
        command = PROGRAMS[name]
        if not os.path.exists(command[0]):
            return f"no {name}"
        with Target(command) as target:
            process = self.look(target)
            require(process["coverage"] == {"heap": "full", "reasons": []}, f"{process['coverage']}")
            require(process["heap"]["live"]["blocks"] > 10, f"{process['heap']}")
            sums = sum(process["leaks"][kind]["blocks"] for kind in ("definite", "indirect", "possible", "reachable"))
            require(sums == process["heap"]["live"]["blocks"], f"{process['leaks']}")
            target.end()
        return None

    def require_full_or_said(self, coverage):
        require(coverage["heap"] == "full" or any("lock" in reason or "changed" in reason for reason in coverage["reasons"]), f"{coverage}")

    def storm(self):
        """At each look all is seen, or it is said what was being changed."""
        with Target([self.held, "storm"]) as target:
            for _ in range(self.looks):
                self.require_full_or_said(self.look(target)["coverage"])
            target.end()

    def stopped(self):
        with Target([self.held, "kinds"]) as target:
            os.kill(target.pid, signal.SIGSTOP)
            os.waitpid(target.pid, os.WUNTRACED)
            self.look(target)
            target.wait_for_state("T")
            os.kill(target.pid, signal.SIGCONT)
            target.end()

    def killed(self):
        """Whatever leakwatch was doing when it was killed, the target goes on."""
        chance = random.Random(20261129)
        for mode, way in (("kinds", "copy"), ("storm", "copy"), ("kinds", "fork"), ("storm", "fork")):
            with Target([self.held, mode]) as target:
                for _ in range(self.looks):
                    look = subprocess.Popen([self.leakwatch, "attach", "-q", f"--snapshot={way}", str(target.pid)], stdin=subprocess.DEVNULL,
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    select.select([], [], [], chance.random() * 0.02)
                    look.kill()
                    look.wait(timeout=LIMIT)
                target.end()

    def refused(self, words, reason):
        done = self.run(*words)
        require(done.returncode == 125, f"{words}: status {done.returncode}")
        require(re.search(reason, done.stderr), f"{words}: {done.stderr}")

    def refusals(self):
        self.refused([], "no process ID")
        self.refused(["1", "2"], "one process ID")
        self.refused(["nonsense"], "'nonsense' is not a process ID")
        self.refused(["-5"], "unknown option")
        self.refused(["0"], "is not a process ID")
        self.refused(["99999999999999999999"], "is not a process ID")
        self.refused(["4194304"], "no such process")
        self.refused(["--snapshot=some", "1"], "'some' is not copy")
        self.refused(["--fail-alloc=1", "1"], "for programs that leakwatch starts")
        self.refused(["--inject=mmap:error=ENOMEM", "1"], "for programs that leakwatch starts")
        child = subprocess.Popen(["/bin/true"])
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        self.refused([str(child.pid)], "ended already")
        child.wait()

    def traced(self):
        with Target([self.held, "kinds"]) as target, tempfile.NamedTemporaryFile() as log:
            tracer = subprocess.Popen([self.leakwatch, "trace", "-p", str(target.pid), "-o", log.name], stderr=subprocess.PIPE)
            require(b"attached" in tracer.stderr.readline(), "the other tracer did not start")
            self.refused([str(target.pid)], "traces it already")
            tracer.send_signal(signal.SIGINT)
            tracer.communicate(timeout=LIMIT)
            target.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--held", required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--looks", type=int, default=10)
    arguments = parser.parse_args()
    if is_forbidden():
        print("Yama forbids it (kernel.yama.ptrace_scope)", file=sys.stderr)
        sys.exit(77)
    arguments.leakwatch, arguments.held = os.path.abspath(arguments.leakwatch), os.path.abspath(arguments.held)
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(arguments, folder)
        chosen = [(f"program: {name}", lambda name=name: tests.program(name)) for name in PROGRAMS]
        chosen += [(name, getattr(tests, name)) for name in ("kinds", "in_place", "forked", "not_forked", "usage", "text", "unchanged", "storm", "stopped", "killed", "refusals", "traced")]
        failed = run_tests(chosen)
    sys.exit(failed != 0)


main()
