#!/usr/bin/env python3
"""usage: attach_follow.py --leakwatch PATH --followed PATH --shim PATH --schema PATH --immovable PATH [--cycles N] [--kills N]

Follows the heaps of running processes with `leakwatch attach --follow`: leaks from then on have stacks, those from before are told by
what they are, and the processes run on as they were. Speaks TAP.
"""
import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

import json_schema
from attach_process import GOOD, LIMIT, Target, require, run_tests
from hooked_code import Malloc
from programs import wait_for


def code_of(pid):
    """What differs between the code of a process and the files it is from."""
    different = []
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            fields = line.split()
            if len(fields) < 6 or "x" not in fields[1] or not fields[5].startswith("/"):
                continue
            start, end = (int(text, 16) for text in fields[0].split("-"))
            memory.seek(start)
            there = memory.read(end - start)
            with open(fields[5], "rb") as file:
                file.seek(int(fields[2], 16))
                original = file.read(end - start)
            if there[: len(original)] != original:
                different.append(fields[5])
    return different


class Slots:
    """What a program and the C library hold in the slots through which they call malloc and free."""

    def __init__(self, pid):
        self.pid, self.addresses, self.code = pid, [], []
        with open(f"/proc/{pid}/maps", encoding="utf-8") as maps:
            for line in maps:
                fields = line.split()
                if len(fields) == 6 and fields[2] == "00000000" and fields[5].endswith(("/followed", "/libc.so.6")):
                    self.addresses += self.of_file(fields[5], int(fields[0].split("-")[0], 16))
                if len(fields) == 6 and "x" in fields[1] and fields[5].endswith("/followed"):
                    self.code.append(range(*(int(text, 16) for text in fields[0].split("-"))))
        require(len(self.addresses) >= 4, f"only {len(self.addresses)} slots were found")
        self.original = self.read()

    @staticmethod
    def of_file(path, base):
        lines = subprocess.run(["readelf", "--relocs", "--wide", path], check=True, capture_output=True, text=True).stdout.splitlines()
        fields = [line.split() for line in lines if "R_X86_64_" in line]
        return [base + int(words[0], 16) for words in fields if len(words) > 4 and words[4].split("@")[0] in ("malloc", "free")]

    def read(self):
        values = []
        with open(f"/proc/{self.pid}/mem", "rb", 0) as memory:
            for address in self.addresses:
                memory.seek(address)
                values.append(memory.read(8))
        return values

    def not_bound(self):
        """How many of the program lead into the program itself, to where they are bound at the first call."""
        values = [int.from_bytes(value, "little") for value in self.original]
        return sum(value in code for value in values for code in self.code)

    def is_hooked(self):
        return all(there != before for there, before in zip(self.read(), self.original))

    def require_as_before(self):
        require(self.read() == self.original, f"slots are changed: {self.original}, now {self.read()}")


class Served(Target):
    def ask(self, *commands):
        for command in commands:
            self.process.stdin.write(command.encode())
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
            require(answer in (b"done\n", b"executed\n"), f"{command} was answered with {answer}")

    def end(self):
        try:
            _, errors = self.process.communicate(b"q", timeout=LIMIT)
        except subprocess.TimeoutExpired as hang:
            self.process.kill()
            raise AssertionError("the target hangs") from hang
        require(self.process.returncode == self.good, f"the target ended with {self.process.returncode}: {errors.decode()}")


class Follower:
    """leakwatch, from when its hooks are in until it is asked to end."""

    def __init__(self, tests, target, *options, hooks=None):
        self.tests, self.target, self.hooks = tests, target, hooks or Malloc(target.pid)
        if os.path.exists(tests.report):
            os.unlink(tests.report)
        self.process = subprocess.Popen([tests.leakwatch, "attach", "-q", "--follow", f"--json={tests.report}", *options, str(target.pid)],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        came = wait_for(lambda: self.process.poll() is not None or self.hooks.is_hooked(), LIMIT)
        if self.process.poll() is not None:
            require(False, f"leakwatch has ended: {self.process.communicate()[1]}")
        require(came, "the hooks do not come")
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def ask_to_end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.wait()

    def wait(self):
        _, errors = self.process.communicate(timeout=LIMIT)
        require(self.process.returncode == 0, f"status {self.process.returncode}: {errors}")
        return self.tests.read_report(self.target.pid)


def lost(process, kinds=("definite",)):
    """Blocks lost, definitely if nothing else is said, by the function that took them, or by what they are."""
    found = {}
    for leak in process["leaks"]["records"]:
        if leak["kind"] not in kinds:
            continue
        names = [frame["function"] for frame in leak["stack"]]
        name = next((name for name in names if name in ("lose_after", "lose_in_thread")), leak.get("content"))
        found[name] = found.get(name, 0) + leak["blocks"]
    return found


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.program = arguments.leakwatch, arguments.followed
        self.shim = os.path.realpath(arguments.shim)
        self.immovable = os.path.realpath(arguments.immovable)
        self.cycles, self.kills = arguments.cycles, arguments.kills
        self.report = os.path.join(folder, "report.json")
        self.schema = json_schema.load(arguments.schema)

    def run(self, *words):
        return subprocess.run([self.leakwatch, *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False,
                              text=True)

    def read_report(self, pid):
        with open(self.report, encoding="utf-8") as file:
            report = json.load(file)
        self.schema.validate(report)
        require(report["mode"] == "attach" and len(report["processes"]) == 1, f"{report['mode']}, {len(report['processes'])}")
        process = report["processes"][0]
        require(process["pid"] == pid, "another process")
        return process

    def serve(self):
        return Served([self.program, "serve"])

    def require_as_before(self, target):
        require(target.status("TracerPid") == "0", "the target is still traced")
        require(code_of(target.pid) == [], f"{code_of(target.pid)} are changed")

    def names_leaks(self):
        """5 blocks lost twice, and 2 by a thread; 3 of 300 bytes were lost before: 312 is what they can be used to."""
        with self.serve() as target:
            with Follower(self, target) as follower:
                target.ask("l", "t", "m", "p", "l")
                process = follower.ask_to_end()
            expected = {"lose_after": 10, "lose_in_thread": 2, "before attach: blocks of 312 bytes": 3}
            require(expected.items() <= lost(process).items(), f"{lost(process)}")
            require(process["coverage"] == {"heap": "full", "reasons": []}, f"{process['coverage']}")
            require(process["end"]["how"] == "detached" and process["errors"] == [], f"{process['end']}, {process['errors']}")
            require(process["heap"]["allocations"] >= 1000 + 12, f"{process['heap']}")
            self.require_as_before(target)
            target.ask("l", "t", "m")
            target.end()

    def blocks_of_before(self):
        """That they are freed or moved is no error, and they are not there any more."""
        with self.serve() as target:
            with Follower(self, target, "--show-leak-kinds=all") as follower:
                target.ask("f", "f", "r")
                process = follower.ask_to_end()
            require(process["errors"] == [], f"{process['errors']}")
            blocks = {leak.get("content"): leak["blocks"] for leak in process["leaks"]["records"]}
            large = "before attach: blocks of 4 KiB and more, less than twice as much"
            text = blocks.get("before attach: text", 0)
            require(text >= 1 and blocks.get(large) is None, f"{blocks}")
            with Follower(self, target, "--show-leak-kinds=all") as follower:
                process = follower.ask_to_end()
            again = {leak.get("content"): leak["blocks"] for leak in process["leaks"]["records"]}
            require(again.get("before attach: text") == text + 1, f"{blocks}, then {again}")
            target.end()

    def children(self):
        """What it forks has no hooks, and what it spawns runs."""
        with self.serve() as target, Follower(self, target) as follower:
            target.ask("k", "k", "l")
            process = follower.ask_to_end()
            require(lost(process).get("lose_after") == 5, f"{lost(process)}")
            target.end()

    def thresholds(self):
        """They are looked at in the end at the latest. What is live is known at looks only, and what is ours is in the samples."""
        with self.serve() as target, Follower(self, target, "--max-mappings=1", "--max-rss=4K", "--interval=60m") as follower:
            process = follower.ask_to_end()
            target.end()
        crossed = {one["kind"]: one["value"] for one in process["thresholds"]}
        require(crossed.keys() == {"mappings", "rss"} and crossed["mappings"] > 1 and crossed["rss"] > 4096, f"{crossed}")
        samples = process["timeline"]["samples"]
        require(len(samples) == 1 and samples[0]["live"] is None and samples[0]["resident"] >= crossed["rss"], f"{samples}")

    def ends_with_target(self):
        with self.serve() as target, Follower(self, target) as follower:
            target.ask("l")
            target.end()
            process = follower.wait()
            require(process["end"]["how"] == "exit" and process["end"]["status"] == GOOD, f"{process['end']}")
            require(lost(process).get("lose_after") == 5, f"{lost(process)}")

    def killed_target(self):
        with self.serve() as target, Follower(self, target) as follower:
            target.ask("l")
            target.process.kill()
            process = follower.wait()
            require(process["end"]["how"] == "signal" and process["end"]["signal"] == "SIGKILL", f"{process['end']}")
            if process["coverage"]["heap"] != "partial":  # of few SIGKILLs the kernel does not tell in time
                require(lost(process).get("lose_after") == 5, f"{lost(process)}")

    def another_program(self):
        with self.serve() as target, Follower(self, target) as follower:
            target.ask("x")
            process = follower.wait()
            require(process["end"]["how"] == "exec", f"{process['end']}")
            require(target.process.wait(LIMIT) == GOOD, "what was executed failed")

    def terminated(self):
        for number in signal.SIGTERM, signal.SIGHUP:
            with self.serve() as target, Follower(self, target) as follower:
                target.ask("l")
                process = follower.ask_to_end(number)
                require(lost(process).get("lose_after") == 5, f"{lost(process)}")
                self.require_as_before(target)
                target.end()

    def time_is_over(self):
        with self.serve() as target:
            done = self.run("attach", "-q", "--follow=1ms", f"--json={self.report}", str(target.pid))
            require(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
            require(self.read_report(target.pid)["end"]["how"] == "detached", "another end")
            self.require_as_before(target)
            target.end()

    def storm(self):
        """Every moment is a bad one."""
        with Target([self.program, "storm"]) as target:
            for cycle in range(self.cycles):
                done = self.run("attach", "-q", "--follow=20ms", "--show-leak-kinds=none", f"--json={self.report}", str(target.pid))
                require(done.returncode == 0, f"cycle {cycle}: status {done.returncode}: {done.stderr}")
                process = self.read_report(target.pid)
                require(process["errors"] == [], f"cycle {cycle}: {process['errors']}")
                self.require_as_before(target)
            target.end()

    def killed(self):
        """Whenever leakwatch is killed, the target runs on, and can be followed again."""
        dice = random.Random(7)
        with Target([self.program, "storm"]) as target:
            for _ in range(self.kills):
                with subprocess.Popen([self.leakwatch, "attach", "-q", "--follow", str(target.pid)], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                    time.sleep(dice.random() * 0.08)  # anywhere between its start and its work
                    process.kill()
                require(target.process.poll() is None, f"the target ended with {target.process.returncode}")
            done = self.run("attach", "-q", "--follow=1ms", str(target.pid))
            require(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
            self.require_as_before(target)
            target.end()

    def refused(self, target, reason):
        done = self.run("attach", "--follow=1ms", str(target.pid))
        require(done.returncode == 125 and reason in done.stderr, f"status {done.returncode}: {done.stderr}")
        require(target.status("TracerPid") == "0", "the target is still traced")

    def sandbox(self):
        with Target([self.program, "sandboxed"]) as target:
            self.refused(target, "seccomp")
            target.end()

    def stopped(self):
        with self.serve() as target:
            os.kill(target.pid, signal.SIGSTOP)
            target.wait_for_state("T")
            self.refused(target, "it is stopped")
            target.wait_for_state("T")
            os.kill(target.pid, signal.SIGCONT)
            target.ask("l")
            target.end()

    def hidden_shim(self):
        """In a mount namespace where the shim's folder is empty."""
        hide = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', os.path.dirname(self.shim)]
        if subprocess.run([*hide, "true"], check=False, capture_output=True).returncode != 0:
            return "no mount namespace can be made"
        with Served([*hide, self.program, "serve"]) as target:
            require(not os.path.exists(f"/proc/{target.pid}/root{self.shim}"), "the shim is not hidden")
            for _ in range(2):
                with Follower(self, target) as follower:
                    target.ask("l")
                    process = follower.ask_to_end()
                require(lost(process).get("lose_after") == 5, f"{lost(process)}")
                require(process["coverage"]["heap"] == "full", f"{process['coverage']}")
            require(not [link for link in os.listdir(f"/proc/{target.pid}/fd") if int(link) > 2], "a descriptor is left")
            with open(f"/proc/{target.pid}/maps", encoding="utf-8") as maps:
                text = maps.read()
            require(text.count("memfd:") == text.count("memfd:" + os.path.basename(self.shim)) <= 6, text)
            target.end()
        return None

    def with_immovable(self, mode, *variables, kind=Target):
        return kind(["env", f"LD_PRELOAD={self.immovable}", *variables, self.program, mode])

    def slots(self):
        """No jump can be put into malloc and free: their slots lead to the shim, bound at the start or not yet."""
        for variables in (), ("LD_BIND_NOW=1",):
            with self.with_immovable("serve", *variables, kind=Served) as target:
                slots = Slots(target.pid)
                require((slots.not_bound() > 0) == (not variables), f"{slots.not_bound()} slots are not bound, with {variables}")
                for cycle in range(self.cycles):
                    with Follower(self, target, hooks=slots) as follower:
                        target.ask("k", "p", "t", "m", "l")
                        process = follower.ask_to_end()
                    # The allocator's own pointer to its free memory is just behind the last block, and not told from the program's.
                    found = lost(process, ("definite", "possible"))
                    require((found.get("lose_after"), found.get("lose_in_thread")) == (5, 2), f"cycle {cycle}: {found}")
                    self.require_partial(process)
                    self.require_as_before(target)
                    slots.require_as_before()
                target.ask("l", "t", "m", "f", "r")
                target.end()

    @staticmethod
    def require_partial(process):
        reasons = [text for text in process["coverage"]["reasons"] if "calls of malloc, free through pointers" in text]
        require(process["coverage"]["heap"] == "partial" and len(reasons) == 1, f"{process['coverage']}")
        require("may be among the leaks" in reasons[0] and process["errors"] == [], f"{reasons}, {process['errors']}")

    def slots_of_killed(self):
        """One that is followed anew after leakwatch was killed has its own slots back in the end."""
        with self.with_immovable("serve", kind=Served) as target:
            slots = Slots(target.pid)
            with Follower(self, target, hooks=slots) as follower:
                target.ask("l")
                follower.process.kill()
                follower.process.wait(LIMIT)
            require(slots.is_hooked(), "the slots were put back")
            target.ask("l", "m")
            done = self.run("attach", "-q", "--follow=1ms", f"--json={self.report}", str(target.pid))
            require(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
            slots.require_as_before()
            self.require_as_before(target)
            target.end()

    def slots_in_storm(self):
        with self.with_immovable("storm") as target:
            for cycle in range(self.cycles):
                done = self.run("attach", "-q", "--follow=20ms", "--show-leak-kinds=none", f"--json={self.report}", str(target.pid))
                require(done.returncode == 0, f"cycle {cycle}: status {done.returncode}: {done.stderr}")
                self.require_partial(self.read_report(target.pid))
                self.require_as_before(target)
            target.end()

    def not_for_run(self):
        done = self.run("--follow", "true")
        require(done.returncode == 125 and "attach" in done.stderr, f"status {done.returncode}: {done.stderr}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--followed", required=True)
    parser.add_argument("--shim", required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--immovable", required=True)
    parser.add_argument("--cycles", type=int, default=10)
    parser.add_argument("--kills", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(arguments, folder)
        return run_tests([
            ("leaks from then on are named by stack, those from before by what they are", tests.names_leaks),
            ("blocks from before may be freed and moved", tests.blocks_of_before),
            ("children have no hooks", tests.children),
            ("thresholds are looked at", tests.thresholds),
            ("the target ends by itself", tests.ends_with_target),
            ("the target is killed", tests.killed_target),
            ("the target executes another program", tests.another_program),
            ("SIGTERM and SIGHUP end it with a report", tests.terminated),
            ("its time is over", tests.time_is_over),
            (f"{tests.cycles} times in a storm of allocations", tests.storm),
            (f"leakwatch is killed {tests.kills} times", tests.killed),
            ("a sandboxed process is refused", tests.sandbox),
            ("a stopped process is refused", tests.stopped),
            ("a process that does not see the shim gets a copy", tests.hidden_shim),
            (f"{tests.cycles} times by slots, where no jump can be put in", tests.slots),
            ("slots after leakwatch was killed", tests.slots_of_killed),
            (f"{tests.cycles} times by slots in a storm of allocations", tests.slots_in_storm),
            ("it is not for programs that leakwatch starts", tests.not_for_run),
        ])


if __name__ == "__main__":
    sys.exit(main() != 0)
