#!/usr/bin/env python3
"""usage: attach_memory.py --leakwatch PATH --frag PATH --schema PATH [--source FRAG.C]

Where the memory of a process is, at a look from outside and at the end of a run: the parts must make up what the kernel states, and
the truth of a part is what the program did. Speaks TAP.
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

import json_schema
from attach_process import LIMIT, Target, is_forbidden, require, run_tests

MIB = 1 << 20
SLACK = 64 << 10  # what the C library and the test's own words may take beside what is known exactly
LIBRARIES = {
    "jemalloc": "libjemalloc.so.2",
    "tcmalloc": "libtcmalloc_minimal.so.4",
    "mimalloc": "libmimalloc.so.2.0",
}
FOLDER = "/usr/lib/x86_64-linux-gnu"


def sum_of_parts(process):
    return sum(process["memory"]["resident"].values())


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.frag, self.source, self.folder = arguments.leakwatch, arguments.frag, arguments.source, folder
        self.report = os.path.join(folder, "report.json")
        self.schema = json_schema.load(arguments.schema)

    def read_report(self):
        with open(self.report, encoding="utf-8") as file:
            report = json.load(file)
        self.schema.validate(report)
        process = report["processes"][-1]
        memory = process["memory"]
        require(sum_of_parts(process) == memory["rss_bytes"], f"the parts are not the whole: {memory}")
        return process

    def look(self, target):
        """What is told, and the whole text."""
        done = subprocess.run([self.leakwatch, "attach", f"--json={self.report}", str(target.pid)], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=LIMIT, check=False, text=True)
        require(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
        return self.read_report(), done.stderr

    def run(self, *words):
        done = subprocess.run([self.leakwatch, f"--json={self.report}", "--track-fds=no", *words], input="x", capture_output=True,
                              timeout=LIMIT, check=False, text=True)
        require(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
        return self.read_report(), done.stderr

    def rollup(self, target):
        with open(f"/proc/{target.pid}/smaps_rollup", encoding="ascii") as file:
            return int(re.search(r"Rss:\s+(\d+) kB", file.read()).group(1)) << 10

    def kernel(self):
        """The pages that are told are those that the kernel itself counts in its walk over them."""
        for mode in ("parts", "pinned"):
            with Target([self.frag, mode]) as target:
                target.wait_for_state("S")
                process, _ = self.look(target)
                told = sum_of_parts(process) - process["memory"]["resident"]["uncounted_bytes"]
                require(abs(told - self.rollup(target)) <= SLACK, f"{told} told, {self.rollup(target)} by smaps_rollup")
                target.end()

    def parts(self):
        with Target([self.frag, "parts"]) as target:
            process, text = self.look(target)
            resident = process["memory"]["resident"]
            require(resident["shared_bytes"] == 3 * MIB, f"{resident}")
            require(5 * MIB <= resident["own_mappings_bytes"] <= 5 * MIB + SLACK, f"{resident}")
            require(2 * MIB <= resident["stacks_bytes"] <= 2 * MIB + SLACK, f"{resident}")
            require(MIB <= resident["files_bytes"], f"{resident}")
            require(resident["undivided_bytes"] == 0 and resident["leakwatch_bytes"] == 0, f"{resident}")
            largest = process["memory"]["largest_own_mappings"][0]
            require(5 * MIB <= largest["resident_bytes"] <= largest["bytes"], f"{largest}")
            require("fragmentation" not in process["memory"], f"{process['memory']}")
            require(process["memory"]["allocator"] == "glibc", f"{process['memory']}")
            require(re.search(r"3,145,728  shared memory", text), text)
            target.end()

    def require_fragmented(self, process, text):
        story = process["memory"].get("fragmentation")
        require(story, f"{process['memory']}")
        require(story["live_bytes"] < 4 * MIB < 10 * MIB < story["free_bytes"], f"{story}")
        require(story["returnable_bytes"] > story["free_bytes"] * 9 // 10, f"{story}")
        require("The process is large by what it has freed" in text and "malloc_trim(3) would give back" in text, text)
        return story

    def pinned(self):
        with Target([self.frag, "pinned"]) as target:
            process, text = self.look(target)
            story = self.require_fragmented(process, text)
            pin = story["pin"]
            require(pin["bytes"] == 200 and pin["content"] == "blocks of 200 bytes" and pin["distance_bytes"] < 4096, f"{pin}")
            require(f"a block of 200 bytes at {pin['address']}" in text, text)
            arenas = process["heap"]["usage"]["by_arena"]
            require([arena["main"] for arena in arenas] == [True], f"{arenas}")
            require(arenas[0]["pin"] == pin and arenas[0]["address"] == story["arena"], f"{arenas}")
            target.end()

    def threads(self):
        with Target([self.frag, "threads"]) as target:
            process, text = self.look(target)
            self.require_fragmented(process, text)
            arenas = process["heap"]["usage"]["by_arena"]
            large = [arena for arena in arenas if arena["resident"]["free_bytes"] > MIB]
            require(len(large) == 4 and not any(arena["main"] for arena in large), f"{arenas}")
            for arena in arenas:
                resident = sum(size for part, size in arena["resident"].items() if part != "returnable_bytes")
                require(resident <= arena["system_bytes"] + 4096, f"{arena}")
            target.end()

    def given_back(self):
        """What malloc_trim() is said to give back is what it gives back."""
        for mode in ("pinned", "threads", "fast"):
            with Target([self.frag, mode]) as target:
                target.wait_for_state("S")
                process, _ = self.look(target)
                before = self.rollup(target)
                target.process.stdin.write(b"t")
                target.process.stdin.flush()
                ready, _, _ = select.select([target.process.stdout], [], [], LIMIT)
                require(ready and target.process.stdout.readline() == b"trimmed\n", "the target did not answer")
                target.wait_for_state("S")
                given = before - self.rollup(target)
                told = process["heap"]["usage"]["returnable_bytes"]
                require(abs(told - given) <= SLACK, f"{mode}: {told} told, {given} given back")
                after, text = self.look(target)
                require("fragmentation" not in after["memory"] and "large by what" not in text, f"{after['memory']}")
                target.end()

    def not_the_story(self):
        for mode in ("all", "none"):
            with Target([self.frag, mode]) as target:
                process, text = self.look(target)
                require("fragmentation" not in process["memory"] and "large by what" not in text, f"{mode}: {process['memory']}")
                target.end()

    def ended(self):
        """At the end of a run the call site of what pins the heap is known."""
        process, text = self.run(self.frag, "pinned", "0")
        story = self.require_fragmented(process, text)
        functions = [frame["function"] for frame in story["pin"]["stack"]]
        require("take_and_give" in functions, f"{functions}")
        require(process["memory"]["resident"]["leakwatch_bytes"] > 0 and process["memory"]["allocator"] == "glibc", f"{process['memory']}")
        require(re.search(r"0 bytes below the top:\n\s+at malloc|below the top:\n\s+(at|by) take_and_give", text), text)

    def ended_with_much(self):
        """With many blocks and no story the allocator is not looked into, and that is said."""
        process, text = self.run("-v", self.frag, "many", "0")
        memory = process["memory"]
        require("many blocks" in memory["undivided_reason"], f"{memory}")
        require("usage" not in process["heap"], f"{process['heap']}")
        require(memory["resident"]["live_bytes"] > 20 * MIB, f"{memory}")
        require(memory["resident"]["undivided_bytes"] < memory["resident"]["live_bytes"], f"{memory}")
        require("not told apart: there are many blocks" in text, text)
        _, text = self.run(self.frag, "many", "0")
        require(re.search(r"resident: [\d,]+ bytes, [\d,]+ of them in live blocks", text), text)

    def ended_unchecked(self):
        process, _ = self.run("--leak-check=no", self.frag, "pinned", "0")
        require(process["memory"]["undivided_reason"] == "blocks were not looked at", f"{process['memory']}")
        require(process["memory"]["resident"]["undivided_bytes"] > 10 * MIB, f"{process['memory']}")

    def require_foreign(self, process, name):
        require(process["memory"]["allocator"] == name, f"{process['memory']}")
        require(process["coverage"]["heap"] == "partial" and not process["heap"]["blocks_known"], f"{process['coverage']}")
        require(any(f"the allocator is {name}" in reason for reason in process["coverage"]["reasons"]), f"{process['coverage']}")
        require(not process["leaks"]["checked"], "leaks are told")

    def library(self, name):
        path = os.path.join(FOLDER, LIBRARIES[name])
        if not os.path.exists(path):
            return f"no {LIBRARIES[name]}"
        with Target(["/usr/bin/env", f"LD_PRELOAD={path}", self.frag, "none"]) as target:
            process, text = self.look(target)
            self.require_foreign(process, name)
            resident = process["memory"]["resident"]
            require(resident["own_mappings_bytes"] + resident["undivided_bytes"] > 28 * MIB, f"{resident}")
            require(f"the allocator is {name}" in text and "in use:" not in text, text)
            target.end()
        return None

    def compile(self, compiler, *options):
        """The program, made by another compiler."""
        program = os.path.join(self.folder, "program")
        command = [compiler, "-O0", "-D_GNU_SOURCE", "-pthread", *options, "-o", program, self.source]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        require(done.returncode == 0, f"{command}: {done.stderr}")
        return program

    def musl(self, *options):
        if not shutil.which("musl-gcc"):
            return "no musl-gcc"
        program = self.compile("musl-gcc", *options)
        with Target([program, "none"]) as target:
            process, _ = self.look(target)
            self.require_foreign(process, "musl's malloc")
            target.end()
        return None

    def own_malloc(self):
        """A program that defines malloc() itself, and takes its memory from the system in its own way."""
        if not shutil.which("gcc"):
            return "no gcc"
        source = os.path.join(self.folder, "own.c")
        with open(source, "w", encoding="ascii") as file:
            file.write(OWN_MALLOC)
        program = os.path.join(self.folder, "own")
        subprocess.run(["gcc", "-fno-builtin", "-o", program, source], check=True)
        with Target([program]) as target:
            process, text = self.look(target)
            require(process["coverage"]["heap"] == "partial", f"{process['coverage']}")
            require("the allocator is one of the program's own, not glibc's" in text, text)
            require(process["memory"]["resident"]["own_mappings_bytes"] >= 4 * MIB, f"{process['memory']}")
            target.end()
        return None

    def ended_with_library(self):
        """Under leakwatch the blocks of another allocator are known; what it has besides is not."""
        path = os.path.join(FOLDER, LIBRARIES["jemalloc"])
        if not os.path.exists(path):
            return f"no {LIBRARIES['jemalloc']}"
        process, _ = self.run("/usr/bin/env", f"LD_PRELOAD={path}", self.frag, "none", "0")
        memory = process["memory"]
        require(memory["allocator"] == "jemalloc" and memory["undivided_reason"] == "the allocator is not glibc's", f"{memory}")
        require(memory["resident"]["live_bytes"] > 28 * MIB, f"{memory}")
        return None

    def ended_static(self):
        """Of a program that cannot be watched it is told at least where its memory is."""
        if not shutil.which("gcc") or not os.path.exists(os.path.join(FOLDER, "libc.a")):
            return "no static programs"
        process, text = self.run(self.compile("gcc", "-static"), "pinned", "0")
        require(process["coverage"]["heap"] == "none" and not process["heap"]["blocks_known"], f"{process['coverage']}")
        require(process["memory"]["resident"]["undivided_bytes"] > 28 * MIB, f"{process['memory']}")
        require(re.search(r"resident: [\d,]+ bytes  \(the rest with -v\)", text), text)
        return None

    def static(self):
        if not shutil.which("gcc") or not os.path.exists(os.path.join(FOLDER, "libc.a")):
            return "no static programs"
        program = self.compile("gcc", "-static")
        with Target([program, "pinned"]) as target:
            process, text = self.look(target)
            require(process["coverage"]["heap"] == "full", f"{process['coverage']}")
            self.require_fragmented(process, text)
            require(process["leaks"]["definite"]["blocks"] == 0, f"{process['leaks']}: what protected data lead to is not lost")
            target.end()
        return None

    def runtime(self, name, command):
        if not os.path.exists(command[0]):
            return f"no {command[0]}"
        with Target(command) as target:
            process, text = self.look(target)
            require(process["memory"]["runtime"] == name, f"{process['memory']}")
            require(f"those of {name} among them" in text, text)
            target.end()
        return None


OWN_MALLOC = r"""
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>
static char *at, *end;
void *malloc(size_t size)
{
    size = (size + 15) & ~(size_t)15;
    if (at == NULL || (size_t)(end - at) < size) {
        at = mmap(NULL, 8 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        end = at + (8 << 20);
    }
    at += size;
    return at - size;
}
void free(void *block) { (void)block; }
void *calloc(size_t count, size_t size) { return malloc(count * size); }
void *realloc(void *block, size_t size) { (void)block; return malloc(size); }
int main(void)
{
    char byte;
    for (int i = 0; i < 4096; i++)
        ((char *)malloc(1024))[0] = 1;
    return write(1, "ready\n", 6) == 6 && read(0, &byte, 1) == 1 ? 7 : 1;
}
"""
PYTHON = ["/usr/bin/python3", "-c", "import sys; kept = [str(i) for i in range(99999)]; print('ready', flush=True); sys.stdin.read(1); sys.exit(7)"]
NODE = ["/usr/bin/node", "-e", "console.log('ready'); process.stdin.on('data', () => process.exit(7))"]


def main():
    parser = argparse.ArgumentParser()
    for name in ("leakwatch", "frag", "schema", "source"):
        parser.add_argument(f"--{name}", required=True)
    arguments = parser.parse_args()
    if is_forbidden():
        print("Yama forbids it (kernel.yama.ptrace_scope)", file=sys.stderr)
        sys.exit(77)
    arguments.leakwatch, arguments.frag = os.path.abspath(arguments.leakwatch), os.path.abspath(arguments.frag)
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(arguments, folder)
        names = ("kernel", "parts", "pinned", "threads", "given_back", "not_the_story", "ended", "ended_with_much", "ended_unchecked", "ended_static", "ended_with_library", "musl", "static", "own_malloc")
        chosen = [(name, getattr(tests, name)) for name in names]
        chosen += [(f"library: {name}", lambda name=name: tests.library(name)) for name in LIBRARIES]
        chosen += [("static musl", lambda: tests.musl("-static"))]
        chosen += [("runtime: Python", lambda: tests.runtime("Python", PYTHON)), ("runtime: JavaScript", lambda: tests.runtime("JavaScript", NODE))]
        failed = run_tests(chosen)
    sys.exit(failed != 0)


main()
