# SPDX-License-Identifier: MIT
"""What is run: the programs, their inputs, and which tools take part."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field

ALL = ("native", "leakwatch", "lsan", "heaptrack", "valgrind")
OURS = ("native", "leakwatch")
TRACERS = ("native", "trace", "strace")

PERL = "my %h; $h{qq(key$_)} = $_ for 1..300000; print scalar(keys %h), qq(\\n)"
PYTHON = "import json, sys; print(len(json.load(open(sys.argv[1]))))"
SQLITE = (
    "create table t(a integer primary key, b text); with recursive c(x) as (select 1 union all select x + 1 from c where x < 200000) "
    "insert into t select x, 'value ' || x from c; select count(*) from t;"
)


@dataclass
class Workload:
    """`self_timed`: the program prints the CPU time of its own work in ns; `units`: by what it is divided."""

    name: str
    command: list
    tools: tuple = ALL
    needs: str = None
    self_timed: bool = False
    units: int = 1
    options: dict = field(default_factory=dict)  # of the tools, by their kind
    runs: int = None
    watch_peak: bool = False


def write_inputs(directory):
    """Writes the inputs into `directory`: 8 MB of JSON and 2000 C functions."""
    entries = [{"id": i, "name": f"name {i}", "values": [i, i * 2.5, None, True], "tags": {"a": str(i), "b": "x" * 20}} for i in range(62000)]
    with open(os.path.join(directory, "input.json"), "w", encoding="ascii") as stream:
        json.dump(entries, stream)
    with open(os.path.join(directory, "functions.c"), "w", encoding="ascii") as stream:
        for i in range(2000):
            stream.write(
                f"int f{i}(int a, int *b)\n{{\n    int s = {i};\n    if (a > {i % 97})\n        s += b[a] * {i % 13 + 1};\n    else\n"
                f"        s ^= a << {i % 7};\n    return s;\n}}\n"
            )


def compiler_proper():
    """The program behind gcc that compiles C."""
    if not shutil.which("gcc"):
        return "cc1"
    return subprocess.run(["gcc", "-print-prog-name=cc1"], capture_output=True, text=True, check=True).stdout.strip()


def all_workloads(programs, directory, pairs):
    """All workloads; `programs` is the folder of the compiled ones."""
    pair_program = os.path.join(programs, "bench_pairs")
    block_program = os.path.join(programs, "bench_blocks")
    works = [
        Workload(f"pairs_{how}_{threads}", [pair_program, str(pairs), str(threads), how], self_timed=True, units=pairs,
                 tools=ALL if threads == 1 else ALL[:4])
        for how in ("same", "varying")
        for threads in (1, 2, 4)
    ]
    works += [
        Workload("perl_hash", ["perl", "-e", PERL], needs="perl"),
        Workload("python_json", ["/usr/bin/python3", "-c", PYTHON, f"{directory}/input.json"], needs="python3"),
        # heaptrack does not follow the children of gcc, so that the compiler proper is a workload of its own.
        Workload("gcc", ["gcc", "-O1", "-c", f"{directory}/functions.c", "-o", f"{directory}/functions.o"], needs="gcc", tools=OURS),
        Workload("cc1", [compiler_proper(), "-quiet", "-O1", f"{directory}/functions.c", "-o", f"{directory}/functions.s"], needs="gcc"),
        Workload("sqlite", ["sqlite3", ":memory:", SQLITE], needs="sqlite3"),
        Workload("true", ["/bin/true"], runs=15),
        Workload("getppid", [os.path.join(programs, "bench_getppid"), "200000"], tools=OURS, self_timed=True, units=200000),
    ]
    for name, count, size in (("check_small", 1200000, 130000000), ("check_large", 15000000, 1200000000)):
        command = [block_program, str(count), str(size)]
        runs = 3 if name == "check_large" else None
        works.append(Workload(name, command, tools=OURS, runs=runs, watch_peak=True))
        works.append(Workload(f"{name}_unchecked", command, tools=("leakwatch",), options={"leakwatch": ["--leak-check=no"]}, runs=runs))
    works.append(Workload("ledger", [block_program, "2000000", str(64 * 2000000)], tools=OURS))
    find = ["find", "/usr", "-name", "x"]
    works += [
        Workload("trace_getppid", [os.path.join(programs, "bench_getppid"), "200000"], tools=TRACERS),
        Workload("trace_find", find, tools=TRACERS),
        Workload("trace_find_openat", find, tools=(*TRACERS, "strace-bpf"), options={"trace": ["-e", "trace=openat"]}),
    ]
    return [work for work in works if work.needs is None or shutil.which(work.needs)]
