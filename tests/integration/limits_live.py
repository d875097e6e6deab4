#!/usr/bin/env python3
"""usage: limits_live.py --leakwatch PATH --grower PATH --schema PATH --tree FOLDER

What `leakwatch limits` says of processes under real limits: which limit comes first, how much is left until then, and what then
happens. Each process then goes there. Nothing on the machine is changed but control groups that the test makes. Speaks TAP.
"""
import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import json_schema
from attach_process import LIMIT, Failure, Target, require, run_tests
from control_group import Group, skippable

MIB = 1 << 20
NEAR = 2 * MIB
NOBODY, NOBODY_ELSE = 65534, 61234  # the second one has no processes but ours

EFFECTS = {"ENOMEM": "ENOMEM", "EAGAIN": "EAGAIN", "EPERM": "EPERM", "SIGKILL": -signal.SIGKILL, "SIGSEGV": -signal.SIGSEGV}


def limited(command, **limits):
    return ["prlimit", *(f"--{name}={value}" for name, value in limits.items()), "--", *command]


def as_user(user, command):
    """Without root's capabilities."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--", *command]


def wait_until_blocked(pid, number):
    end = time.monotonic() + LIMIT
    while True:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            blocked = next(int(line.split()[1], 16) for line in file if line.startswith("SigBlk:"))
        if blocked >> (number - 1) & 1:
            return
        require(time.monotonic() < end, "the signal is not blocked")


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.tree, self.folder = arguments.leakwatch, arguments.tree, folder
        self.program = os.path.join(folder, "grower")  # where any user may execute it
        shutil.copy(arguments.grower, self.program)
        os.chmod(folder, 0o755)
        self.schema = json_schema.load(arguments.schema)

    # ---- What is foreseen, and what happens

    def limits(self, *words, status=(0, 1)):
        name = os.path.join(self.folder, "report.json")
        done = subprocess.run([self.leakwatch, "limits", "-q", f"--json={name}", "-o", "/dev/null", *words], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=LIMIT, check=False)
        require(done.returncode in status, f"status {done.returncode}: {done.stderr.decode()}")
        with open(name, encoding="utf-8") as file:
            report = json.load(file)
        self.schema.validate(report)
        return report

    def first(self, pid, growth):
        process = self.limits(str(pid))["processes"][0]
        require(process["pid"] == pid, "another process")
        return next(entry for entry in process["first"] if entry["growth"] == growth)

    @staticmethod
    def go(target):
        """Lets it grow. The amount that it got to, and what ended it."""
        try:
            output, _ = target.process.communicate(b"x", timeout=LIMIT)
        except subprocess.TimeoutExpired as hang:
            raise Failure("the target hangs") from hang
        lines = output.decode().split("\n")
        amounts = [int(line) for line in lines if line.isdigit()]
        failed = [line.split()[1] for line in lines if line.startswith("failed ")]
        return amounts[-1] if amounts else 0, failed[0] if failed else target.process.returncode

    def foresee(self, way, growth, limit, command, near=NEAR, where=None):
        """The process under `limit` fails where leakwatch says it will."""
        with Target(command([self.program, *way.split()])) as target:
            first = self.first(target.pid, growth)
            require(first["limit"] == limit, f"the first limit is said to be {first}")
            require(where is None or first["where"] == where, f"it is said to be in {first['where']}")
            amount, end = self.go(target)
        require(end == EFFECTS[first["effect"]], f"{first['effect']} was foreseen, {end} came")
        require(abs(amount - first["left"]) <= near, f"{first['left']} was foreseen, {amount} came")

    # ---- setrlimit

    def address_space(self):
        self.foresee("heap", "heap", "RLIMIT_AS", lambda c: as_user(NOBODY, limited(c, **{"as": 100 * MIB})))

    def data_before_address_space(self):
        self.foresee("heap", "heap", "RLIMIT_DATA", lambda c: limited(c, **{"as": 100 * MIB, "data": 40 * MIB}))

    def address_space_before_data(self):
        self.foresee("heap", "heap", "RLIMIT_AS", lambda c: limited(c, **{"as": 50 * MIB, "data": 80 * MIB}))

    def data_by_brk(self):
        self.foresee("brk", "heap", "RLIMIT_DATA", lambda c: as_user(NOBODY, limited(c, data=64 * MIB)))

    def shared_memory_is_no_data(self):
        self.foresee("shared", "shared memory", "RLIMIT_AS", lambda c: limited(c, **{"as": 100 * MIB, "data": 40 * MIB}))

    def small_stack(self):
        self.foresee("stack", "stack", "RLIMIT_STACK", lambda c: limited(c, stack=MIB), near=64 << 10)

    def large_stack(self):
        self.foresee("stack", "stack", "RLIMIT_STACK", lambda c: limited(c, stack=32 * MIB), near=64 << 10)

    def stack_in_a_small_address_space(self):
        self.foresee("stack", "stack", "RLIMIT_AS", lambda c: limited(c, **{"as": 24 * MIB, "stack": 64 * MIB}), near=256 << 10)

    def stack_in_a_group(self):
        with Group("memory", memory__limit_in_bytes=24 * MIB) as group:
            self.foresee("stack", "stack", "cgroup memory", lambda c: group.enter_with(limited(c, stack=64 * MIB)))

    def little_locked_memory(self):
        self.foresee("locked", "locked memory", "RLIMIT_MEMLOCK", lambda c: as_user(NOBODY, limited(c, memlock=256 << 10)), near=16 << 10)

    def more_locked_memory(self):
        self.foresee("locked", "locked memory", "RLIMIT_MEMLOCK", lambda c: as_user(NOBODY, limited(c, memlock=6 * MIB)), near=16 << 10)

    def no_locked_memory(self):
        self.foresee("locked", "locked memory", "RLIMIT_MEMLOCK", lambda c: as_user(NOBODY, limited(c, memlock=0)), near=0)

    def number_of_mappings(self):
        self.foresee("mappings", "mappings", "vm.max_map_count", lambda c: c, near=3)

    def number_of_threads(self):
        if os.geteuid() != 0:
            return "only root can become a user without processes"
        self.foresee("threads", "threads", "RLIMIT_NPROC", lambda c: as_user(NOBODY_ELSE, limited(c, nproc=20)), near=0)
        return None

    def single_request(self):
        """Heuristic overcommit: more than memory and swap at once is refused, as --request says."""
        with open("/proc/sys/vm/overcommit_memory", encoding="ascii") as file:
            if file.read().strip() != "0":
                return "vm.overcommit_memory is not 0"
        machine = self.limits()["machine"]
        most = next(limit for limit in machine["limits"] if limit["name"] == "single request")["left"]
        for size, refused in ((most, False), (most + 8 * MIB, True)):
            report = self.limits(f"--request={size}", status=(1 if refused else 0,))
            require((report["summary"]["errors"] > 0) == refused, f"a request of {size}: {report['summary']}")
            with Target([self.program, "request", str(size)]) as target:
                _, end = self.go(target)
            require((end == "ENOMEM") == refused, f"a request of {size} ended with {end}")
        return None

    # ---- Control groups

    def group_before_address_space(self):
        with Group("memory", memory__limit_in_bytes=60 * MIB) as group:
            self.foresee("heap", "heap", "cgroup memory", lambda c: group.enter_with(limited(c, **{"as": 100 * MIB, "data": 80 * MIB})))

    def data_before_group(self):
        with Group("memory", memory__limit_in_bytes=60 * MIB) as group:
            self.foresee("heap", "heap", "RLIMIT_DATA", lambda c: group.enter_with(limited(c, **{"as": 100 * MIB, "data": 40 * MIB})))

    def group_around_the_group(self):
        with Group("memory", memory__limit_in_bytes=48 * MIB) as outer, Group("memory", within=outer) as inner:
            where = outer.folder.split("/memory", 1)[1]
            self.foresee("heap", "heap", "cgroup memory", inner.enter_with, where=where)

    def pages_of_files_give_way(self):
        name = os.path.join(self.folder, "file")
        with open(name, "wb") as file:
            file.write(bytes(24 * MIB))
            file.flush()
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        with Group("memory", memory__limit_in_bytes=48 * MIB) as group:
            self.foresee(f"heap {name}", "heap", "cgroup memory", group.enter_with)

    def shared_memory_in_a_group(self):
        with Group("memory", memory__limit_in_bytes=40 * MIB) as group:
            self.foresee("shared", "shared memory", "cgroup memory", group.enter_with)

    def threads_in_a_group(self):
        with Group("pids", pids__max=30) as group:
            self.foresee("threads", "threads", "cgroup pids", group.enter_with, near=0)

    def oom_kill_in_a_program(self):
        """The report of a program that was killed says so, and which group was at its limit."""
        with Group("memory", memory__limit_in_bytes=40 * MIB) as group:
            command = group.enter_with(["/bin/sh", "-c", 'echo x | "$0" heap', self.program])
            report = self.limits("--interval=10ms", "--", *command, status=(1,))
            killed = [(process, finding) for process in report["processes"] for finding in process["findings"] if finding["id"] == "oom.killed"]
            require(len(killed) == 1, f"{len(killed)} killed: {[process['name'] for process in report['processes']]}")
            grown, finding = killed[0]
            require(grown["name"] == "grower", grown["name"])
            require(finding["severity"] == "error" and group.folder.endswith(finding["subject"]), f"{finding}")
            limit = next(limit for limit in grown["limits"] if limit["name"] == "cgroup memory" and limit["where"] == finding["subject"])
            require(limit["limit"] == 40 * MIB and limit["used"] > 38 * MIB, f"{limit}")

    # ---- A saved tree

    def a_saved_tree(self):
        """One that the text report is compared of, too: the numbers that follow from it, by hand."""
        report = self.limits("--root=" + self.tree, "100")
        process, machine = report["processes"][0], report["machine"]
        left = {(limit["name"], limit["where"]): limit["left"] for limit in process["limits"]}
        gib = 1 << 30
        require(left["RLIMIT_DATA", None] == 200 * MIB, f"{left}")
        require(left["CommitLimit", None] == 5 * gib - 8 * MIB - 25 * MIB - 4980736 * 1024, f"{left}")
        reclaimable, swap = 10485760 + 20971520 + 1048576, (128 - 64) * MIB
        require(left["cgroup memory", "/shop"] == 512 * MIB - 500000000 + reclaimable + swap, f"{left}")
        require(left["cgroup high", "/shop/web"] == reclaimable, "above high only what gives way is left")
        require(left["cgroup pids", "/shop"] == 5 and left["cgroup pids", "/shop/web"] == "unlimited", f"{left}")
        require(machine["figures"]["kernel"]["realtime"] is True, "the kernel is one for real time")
        require(process["figures"]["pages"]["unique"] == (1024 + 139268) * 1024, f"{process['figures']['pages']}")
        require([owner["kind"] for owner in process["owners"][:3]] == ["heap", "shared", "thread stack"], "other owners")
        require(report["summary"] == {"errors": 0, "warnings": 10, "notes": 1}, f"{report['summary']}")

    # ---- A program, and several looks

    def program_to_its_end(self):
        with tempfile.TemporaryFile() as output:
            done = subprocess.run([self.leakwatch, "limits", "-o", "/dev/null", "--json=" + self.folder + "/run.json", "--interval=10ms",
                                   "--request=256K", "--", *limited([self.program, "heap"], **{"as": 64 * MIB})],
                                  input=b"x", stdout=output, timeout=LIMIT, check=False)
            output.seek(0)
            require(output.read().endswith(b"failed ENOMEM\n"), "the program's own output")
        require(done.returncode == 1, f"status {done.returncode}")
        with open(self.folder + "/run.json", encoding="utf-8") as file:
            report = json.load(file)
        self.schema.validate(report)
        require(report["mode"] == "run" and report["end"] == "exited with status 0", f"{report['mode']}, {report['end']}")
        process = report["processes"][-1]
        finding = next(finding for finding in process["findings"] if finding["id"] == "limit.address-space")
        require(finding["severity"] == "error" and "RLIMIT_AS" in finding["numbers"], f"{finding}")
        limit = next(limit for limit in process["limits"] if limit["name"] == "RLIMIT_AS")
        require(limit["left"] < NEAR, f"{limit}")
        owner = process["owners"][0]
        require(owner["kind"] == "mapping" and owner["resident"] > 50 * MIB, f"{owner}")

    def growth_of_a_process(self):
        with Target(limited([self.program, "leak"], data=2048 * MIB)) as target:
            target.process.stdin.write(b"x")
            target.process.stdin.flush()
            report = self.limits("--for=600ms", "--interval=20ms", str(target.pid))
            target.process.stdin.close()
            target.process.wait(LIMIT)
            process = report["processes"][0]
            require(process["looks"] > 2, f"{process['looks']} looks")
            owner = next(owner for owner in process["owners"] if owner["kind"] == "mapping")
            require(owner["resident_growth"] > 0, f"{owner}")
            heap = next(entry for entry in process["first"] if entry["growth"] == "heap")
            require(heap["limit"] == "RLIMIT_DATA", f"{heap}")
            if process["looks"] >= 10:
                require(isinstance(heap["seconds"], int), f"{heap}")
            target.process.stdin = None

    def a_process_that_ends_meanwhile(self):
        with Target([self.program, "heap"]) as target:
            look = subprocess.Popen([self.leakwatch, "limits", "-q", "--json=-", "-o", "/dev/null", "--for=60m", "--interval=5ms", str(target.pid)],
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
            target.remove()
            output, _ = look.communicate(timeout=LIMIT)
            require(look.returncode in (0, 125), f"status {look.returncode}")
            if look.returncode == 0:
                self.schema.validate(json.loads(output))

    def a_signal_brings_the_report(self):
        """As soon as it is ready for that, SIGINT and SIGTERM end the looks, not leakwatch."""
        for number in (signal.SIGINT, signal.SIGTERM):
            with Target([self.program, "heap"]) as target:
                look = subprocess.Popen([self.leakwatch, "limits", "-q", "--json=-", "-o", "/dev/null", "--for=60m", str(target.pid)],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
                wait_until_blocked(look.pid, number)
                look.send_signal(number)
                output, _ = look.communicate(timeout=LIMIT)
                require(look.returncode == 0, f"status {look.returncode}")
                report = json.loads(output)
                self.schema.validate(report)
                require(report["processes"][0]["looks"] >= 2, f"{report['processes'][0]['looks']} looks")

    def mergeable_memory_that_nobody_merges(self):
        with open("/sys/kernel/mm/ksm/run", encoding="ascii") as file:
            if file.read().strip() == "1":
                return "pages are merged here"
        script = ("import mmap, sys; m = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS); m.madvise(12); "
                  "print('ready', flush=True); sys.stdin.read(1)")
        with Target([sys.executable, "-c", script]) as target:
            findings = self.limits(str(target.pid))["processes"][0]["findings"]
            finding = next(finding for finding in findings if finding["id"] == "ksm.inactive")
            require(finding["numbers"].startswith("1 MiB of mappings marked"), f"{finding}")
        return None

    def locked_memory_that_is_not_resident(self):
        script = ("import ctypes, mmap, sys; m = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS); m[:8192] = bytes(8192); "
                  "a = ctypes.addressof(ctypes.c_char.from_buffer(m)); "
                  "sys.exit('mlock2') if ctypes.CDLL(None).mlock2(ctypes.c_void_p(a), ctypes.c_size_t(1 << 20), 1) else None; "
                  "print('ready', flush=True); sys.stdin.read(1)")
        with Target([sys.executable, "-c", script]) as target:
            findings = self.limits(str(target.pid))["processes"][0]["findings"]
            finding = next(finding for finding in findings if finding["id"] == "mlock.not-resident")
            require(finding["severity"] == "note" and finding["numbers"].startswith("1016 KiB of 1 MiB locked"), f"{finding}")

    def what_others_may_not_read(self):
        """As nobody, of a process of root's: what may not be read is said, the rest is there."""
        if os.geteuid() != 0:
            return "not root"
        with Target([self.program, "heap"]) as target:
            public = os.path.join(self.folder, "leakwatch")
            shutil.copy(self.leakwatch, public)
            done = subprocess.run(as_user(NOBODY, [public, "limits", "-q", "--json=-", "-o", "/dev/null", str(target.pid)]),
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False)
            require(done.returncode == 0, f"status {done.returncode}: {done.stderr.decode()}")
            process = json.loads(done.stdout)["processes"][0]
            require(any("smaps: Permission denied" in note for note in process["not_seen"]), f"{process['not_seen']}")
            require(process["figures"]["pages"]["proportional"] is None and process["owners"] == [], "pages that could not be read")
            require(process["figures"]["memory"]["resident"] > 0, "what may be read is missing")
        return None


def main():
    parser = argparse.ArgumentParser()
    for name in ("leakwatch", "grower", "schema", "tree"):
        parser.add_argument("--" + name, required=True)
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(arguments, folder)
        names = [name for name in vars(Tests) if not name.startswith("_") and name not in ("limits", "first", "go", "foresee")]
        return 1 if run_tests([(name, skippable(getattr(tests, name))) for name in names]) else 0


if __name__ == "__main__":
    sys.exit(main())
