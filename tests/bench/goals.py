# SPDX-License-Identifier: MIT
"""The figures that leakwatch is meant to reach, computed from the medians of all samples."""

from dataclasses import dataclass
from statistics import median

LEDGER_BLOCKS = 2000000
LEDGER_BLOCK_BYTES = 64


@dataclass
class Goal:
    """`value` is None where a tool or program was missing. `least`: the limit is a lower one."""

    what: str
    unit: str
    limit: float
    value: float = None
    least: bool = False

    def reached(self):
        if self.value is None:
            return None
        return self.value >= self.limit if self.least else self.value <= self.limit


class Medians:
    """Medians of the samples: results[workload][tool] is a list of measure.Sample."""

    def __init__(self, results, workloads):
        self.results = results
        self.units = {work.name: work.units for work in workloads}

    def of(self, workload, tool, key):
        """The median of one quantity, or None. `key` takes a sample."""
        samples = self.results.get(workload, {}).get(tool)
        return median(map(key, samples)) if samples else None

    def wall(self, workload, tool):
        return self.of(workload, tool, lambda sample: sample.wall)

    def cpu(self, workload, tool):
        return self.of(workload, tool, lambda sample: sample.cpu)

    def own_ns(self, workload, tool):
        """CPU time that the program measured itself, in ns for each unit of work."""
        total = self.of(workload, tool, lambda sample: int(sample.output.split()[-1]))
        return None if total is None else total / self.units[workload]

    def printed(self, workload, tool):
        return self.of(workload, tool, lambda sample: int(sample.output.split()[0]))

    def peak_kib(self, workload, tool):
        return self.of(workload, tool, lambda sample: sample.first_peak_kib)


def difference(more, less):
    return None if more is None or less is None else more - less


def ratio(upper, lower):
    return None if upper is None or not lower else upper / lower


def added(quantity, workload, tool):
    """What a tool adds to the native median of a quantity."""
    return difference(quantity(workload, tool), quantity(workload, "native"))


def pair_goals(medians):
    goals = []
    for how in ("same", "varying"):
        single = added(medians.own_ns, f"pairs_{how}_1", "leakwatch")
        goals.append(Goal(f"malloc+free, 20 frames, {how} stacks: added in the target", "ns per pair", 120, single))
        times = ratio(added(medians.cpu, f"pairs_{how}_1", "heaptrack"), added(medians.cpu, f"pairs_{how}_1", "leakwatch"))
        goals.append(Goal(f"the same: heaptrack adds this many times more CPU, all processes", "times", 8, times, least=True))
        for threads in (2, 4):
            grown = ratio(added(medians.own_ns, f"pairs_{how}_{threads}", "leakwatch"), single)
            goals.append(Goal(f"the same on {threads} threads: added cost against one thread", "ratio", 1.3, grown))
    return goals


def program_goals(medians):
    goals = []
    for name in ("perl_hash", "python_json", "gcc", "cc1", "sqlite"):
        goals.append(Goal(f"{name}: wall", "ratio", 1.5, ratio(medians.wall(name, "leakwatch"), medians.wall(name, "native"))))
        if name == "gcc":
            continue
        times = ratio(added(medians.wall, name, "heaptrack"), added(medians.wall, name, "leakwatch"))
        goals.append(Goal(f"{name}: heaptrack adds this many times more wall time", "times", 4, times, least=True))
    start = added(medians.wall, "true", "leakwatch")
    goals.append(Goal("/bin/true: added", "ms", 40, None if start is None else start * 1000))
    goals.append(Goal("200k getppid: CPU", "ratio", 1.3, ratio(medians.own_ns("getppid", "leakwatch"), medians.own_ns("getppid", "native"))))
    return goals


def check_goals(medians):
    goals = []
    for name, what, limit in (("check_small", "1.2 M blocks, 130 MB", 0.5), ("check_large", "15 M blocks, 1.2 GB", 4)):
        spent = difference(medians.wall(name, "leakwatch"), medians.wall(f"{name}_unchecked", "leakwatch"))
        goals.append(Goal(f"final check, {what}", "s", limit, spent))
    peak = medians.peak_kib("check_large", "leakwatch")
    goals.append(Goal("final check, 15 M blocks: peak memory of the supervisor", "MiB", 1024, None if peak is None else peak / 1024))
    resident = added(medians.printed, "ledger", "leakwatch")
    share = None if resident is None else (resident * 1024 - (8 << 20)) / (LEDGER_BLOCKS * LEDGER_BLOCK_BYTES)
    goals.append(Goal("ledger, beyond 8 MiB, for each byte of heap in 64-byte blocks", "bytes", 0.5, share))
    return goals


def trace_goals(medians):
    goals = []
    for name, peer, what, limit in (
        ("trace_getppid", "strace", "200k getppid, all traced: CPU against strace's", 0.85),
        ("trace_find", "strace", "find /usr, all traced: CPU against strace's", 0.75),
        ("trace_find_openat", "strace", "find /usr, openat traced: CPU against strace's", 0.25),
        ("trace_find_openat", "strace-bpf", "the same against strace's with --seccomp-bpf", 1.1),
    ):
        for quantity, unit in ((medians.cpu, "CPU"), (medians.wall, "wall")):
            goals.append(Goal(what.replace("CPU", unit), "ratio", limit, ratio(quantity(name, "trace"), quantity(name, peer))))
    return goals


def all_goals(medians):
    return pair_goals(medians) + program_goals(medians) + check_goals(medians) + trace_goals(medians)
