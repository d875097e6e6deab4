#!/usr/bin/env python3
"""usage: attach_like_memcheck.py --leakwatch PATH --hold PATH [--memcheck no] PROGRAM...

Holds each program at its end, once as it is and once in memcheck, and compares what `leakwatch attach` finds in it with what memcheck
finds when asked at that moment (vgdb, leak_check). Blocks must be equal; bytes are larger by what malloc rounds up. With
--memcheck=no the programs are only looked at, and their heaps must be seen as a whole. Speaks TAP.
"""
import argparse
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile

from attach_process import LIMIT, Failure, require, run_tests

KINDS = {"definite": "definitely lost", "indirect": "indirectly lost", "possible": "possibly lost"}
# A block of glibc's has at least 24 bytes, and else 8 more than a multiple of 16; a large one has whole pages.
ROUNDING = 24
PAGE = 4096

# Where other numbers are right: of which kinds ours are others, what they are (blocks), and why.
DIFFERENCES = {
    "cxx_interior_pointers": ({"definite": 0, "possible": 1}, "what was asked for is not known: behind an empty array there is room in its block"),
    "lost_hidden_pointer": ({"definite": 1, "possible": 1}, "the same: the pointer behind a block leads to what malloc added"),
}
# In memcheck the heap lies at low addresses (0x4a...): now and then a number looks like a pointer into a large block, such as the cycles
# that the dynamic linker has counted (glibc's elf/rtld.c: relocate_time). It is another number in the next run.
MEMCHECK_RUNS = 3
# Bytes that a program may have more than rounding explains.
KEPT = {"realloc_chain": PAGE}  # a block with a mapping of its own that is made smaller keeps its page


class Held:
    """A program that waits at its end."""

    def __init__(self, command, hold):
        said, tell = os.pipe()
        go, self.release = os.pipe()
        environment = {**os.environ, "LD_PRELOAD": hold, "HOLD_AT_EXIT": f"{tell},{go}"}
        self.process = subprocess.Popen(command, env=environment, pass_fds=(tell, go), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        os.close(tell)
        os.close(go)
        ready, _, _ = select.select([said], [], [], LIMIT)
        self.holds = bool(ready) and os.read(said, 1) == b"h"
        os.close(said)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.release)
        try:
            self.process.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def looked_at(leakwatch, target, folder):
    report = os.path.join(folder, "report.json")
    done = subprocess.run([leakwatch, "attach", "-q", f"--json={report}", str(target.pid)], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=LIMIT, check=False, text=True)
    require(done.returncode == 0, done.stderr)
    with open(report, encoding="utf-8") as file:
        process = json.load(file)["processes"][0]
    require(process["coverage"]["heap"] == "full", f"{process['coverage']}")
    return {kind: (process["leaks"][kind]["blocks"], process["leaks"][kind]["bytes"]) for kind in KINDS}


def memcheck_says(prefix, target):
    """Blocks and bytes of each kind. It calls the descriptors of threads possibly lost (_dl_allocate_tls): they are left out."""
    done = subprocess.run(["vgdb", f"--vgdb-prefix={prefix}", f"--pid={target.pid}", "leak_check", "full", "possibleleak", "any"],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False, text=True)
    require("LEAK SUMMARY" in done.stdout or "no leaks" in done.stdout, f"vgdb: {done.stdout} {done.stderr}")
    found = {}
    for kind, name in KINDS.items():
        line = re.search(r"^(?:==\d+==)? +" + name + r": ([\d,]+) (?:\([^)]*\) )?bytes in ([\d,]+)", done.stdout, re.MULTILINE)
        found[kind] = (int(line[2].replace(",", "")), int(line[1].replace(",", ""))) if line else (0, 0)
    for record in re.split(r"\n(?=(?:==\d+== )?[\d,]+ )", done.stdout):
        line = re.match(r"(?:==\d+== )?([\d,]+) (?:\([^)]*\) )?bytes in ([\d,]+) blocks are possibly lost", record)
        if line and "_dl_allocate_tls" in record:
            blocks, size = int(line[2].replace(",", "")), int(line[1].replace(",", ""))
            found["possible"] = (found["possible"][0] - blocks, found["possible"][1] - size)
    return found


def is_equal(name, kind, ours, theirs):
    blocks, _ = DIFFERENCES.get(name, ({}, ""))
    if kind in blocks:
        return ours[0] == blocks[kind]
    large = theirs[1] // (128 * 1024) * PAGE
    return ours[0] == theirs[0] and theirs[1] <= ours[1] <= theirs[1] + ROUNDING * theirs[0] + large + KEPT.get(name, 0)


def held_in_memcheck(program, hold, folder):
    prefix = os.path.join(folder, "vgdb")
    command = ["valgrind", f"--log-file={folder}/log", "--vgdb=yes", f"--vgdb-prefix={prefix}", "--leak-check=no", program]
    with Held(command, hold) as target:
        require(target.holds, "memcheck did not come to the end")
        return memcheck_says(prefix, target)


def compare(arguments, program):
    name = os.path.basename(program)
    with tempfile.TemporaryDirectory() as folder:
        with Held([program], arguments.hold) as target:
            require(target.holds, "the program did not come to its end")
            ours = looked_at(arguments.leakwatch, target, folder)
        if arguments.memcheck == "no":
            return
        for _ in range(MEMCHECK_RUNS):
            theirs = held_in_memcheck(program, arguments.hold, folder)
            unequal = [kind for kind in KINDS if not is_equal(name, kind, ours[kind], theirs[kind])]
            if not unequal:
                return
    raise Failure(f"{unequal}: ours {ours}, memcheck's {theirs}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--hold", required=True)
    parser.add_argument("--memcheck", choices=("yes", "no"), default="yes")
    parser.add_argument("programs", nargs="+")
    arguments = parser.parse_args()
    if arguments.memcheck == "yes" and (not shutil.which("valgrind") or not shutil.which("vgdb")):
        print("no valgrind", file=sys.stderr)
        sys.exit(77)
    tests = [(os.path.basename(program), lambda program=program: compare(arguments, program)) for program in arguments.programs]
    sys.exit(run_tests(tests) != 0)


main()
