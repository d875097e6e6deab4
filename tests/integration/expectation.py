# SPDX-License-Identifier: MIT
"""What a target program must show, read from the comment at the head of its source. The grammar is in ../targets/README.md."""

import shlex
from dataclasses import dataclass, field

KINDS = ("definite", "indirect", "possible", "reachable", "suppressed")
DEFAULT_CASE = "default"


class GrammarError(Exception):
    """A line of an expectation that cannot be understood."""


@dataclass
class Record:
    """A leak record: numbers, and functions that stand on its stack in this order, `function` or `function@module`."""

    kind: str
    blocks: int
    bytes: int
    indirect: tuple = None
    allocator: str = None
    cycle: bool = False
    functions: list = field(default_factory=list)


@dataclass
class Fault:
    """A memory error, with functions that stand on its stacks."""

    kind: str
    stacks: dict = field(default_factory=dict)


@dataclass
class Opened:
    """Descriptors that one call site of the program opened and nobody closed: how many, what kind (None: any), functions."""

    count: int
    kind: str = None
    functions: list = field(default_factory=list)


@dataclass
class Locked:
    """What is locked in the end, with functions that stand on the stack of a part of it."""

    bytes: int
    functions: list = field(default_factory=list)


@dataclass
class Finding:
    """A finding with stacks: its check, its severity, a part of its text and how often (None: any), functions on its stacks."""

    id: str
    severity: str = None
    text: str = None
    count: int = None
    stacks: dict = field(default_factory=dict)


@dataclass
class Process:
    """How one process image ended. `totals` is None where they do not matter."""

    how: str
    value: str = None
    totals: dict = None


@dataclass
class Failing:
    """What --fail-alloc finds: allocations counted (None: any number), runs of each outcome, calls that failed in them."""

    allocations: int = None
    outcomes: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)


@dataclass
class FailingCall:
    """A run with this outcome, in which a call in these functions failed, and this was lost that is not lost otherwise."""

    outcome: str
    functions: list
    record: Record = None


@dataclass
class Valgrind:
    """How memcheck's numbers relate to ours: "same", "gives" other `totals` (of the kinds named), or
    "skip", the last two with the reason."""

    relation: str = None
    totals: dict = None
    reason: str = ""


@dataclass
class Expectation:
    args: list = field(default_factory=list)
    options: list = field(default_factory=list)
    environment: dict = field(default_factory=dict)
    command: list = field(default_factory=lambda: ["{target}"])
    needs: list = field(default_factory=list)
    processes: list = field(default_factory=list)
    totals: dict = None
    more: bool = False
    records: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    mappings: list = field(default_factory=list)
    opened: list = None
    inherited: int = None
    locked: Locked = None
    lock_findings: list = None
    realtime_findings: list = None
    injected: list = None
    verdict: str = None
    coverage: str = "full"
    status: int = None
    failing: Failing = None
    valgrind: Valgrind = field(default_factory=Valgrind)

    def expected_verdict(self):
        """The verdict: as written, or what follows from the rest."""
        if self.verdict:
            return self.verdict
        if self.faults:
            return "errors"
        lost = [record for record in self.records if record.kind in ("definite", "possible")]
        totals = self.totals or {}
        if lost or any(totals.get(kind, (0, 0))[0] for kind in ("definite", "possible")):
            return "leaks"
        return "clean"


def parse_totals(words):
    """`definite 1 24 indirect 2 48` as {"definite": (1, 24), ...}; `none` is {}."""
    totals = {}
    if words == ["none"]:
        return totals
    while words:
        if len(words) < 3 or words[0] not in KINDS:
            raise GrammarError(f"not a kind with blocks and bytes: {words}")
        totals[words[0]] = (int(words[1]), int(words[2]))
        words = words[3:]
    return totals


def parse_record(words):
    record = Record(words[0], int(words[1]), int(words[2]))
    words = words[3:]
    while words:
        if words[0] == "+":
            record.indirect = (int(words[1]), int(words[2]))
            words = words[3:]
        elif words[0] == "from":
            record.allocator = words[1]
            words = words[2:]
        elif words[0] == "cycle":
            record.cycle = True
            words = words[1:]
        elif words[0] == "in":
            record.functions = words[1:]
            words = []
        else:
            raise GrammarError(f"not part of a record: {words[0]}")
    return record


def parse_opened(expectation, words):
    """`none`, or `COUNT [KIND] [in FUNCTION...]`."""
    expectation.opened = expectation.opened or []
    if words != ["none"]:
        functions = words[words.index("in") + 1:] if "in" in words else []
        kind = words[1] if len(words) > 1 and words[1] != "in" else None
        expectation.opened.append(Opened(int(words[0]), kind, functions))


FINDING_ROLES = ("call", "lock", "other-lock", "unlock", "allocation", "free", "fork", "instruction")


def parse_finding(findings, words):
    """Adds to `findings`, which may be None, and returns it: `none`, or `ID[:SEVERITY[=TEXT]] [COUNT] [ROLE FUNCTION...]...`."""
    findings = findings or []
    if words == ["none"]:
        return findings
    name, _, rest = words[0].partition(":")
    severity, _, text = rest.partition("=")
    finding = Finding(name, severity or None, text or None)
    words = words[1:]
    if words and words[0].isdigit():
        finding.count = int(words.pop(0))
    current = None
    for word in words:
        # A role is also the name of a function: "free". It begins a list once.
        if word in FINDING_ROLES and word.replace("-", " ") not in finding.stacks:
            current = finding.stacks.setdefault(word.replace("-", " "), [])
        elif current is None:
            raise GrammarError(f"not part of a finding: {word}")
        else:
            current.append(word)
    return [*findings, finding]


def parse_fault(words):
    fault = Fault(words[0])
    names = {"in": "stack", "allocated": "allocated", "freed": "freed"}
    current = None
    for word in words[1:]:
        if word in names:
            current = fault.stacks.setdefault(names[word], [])
        elif current is None:
            raise GrammarError(f"not part of an error: {word}")
        else:
            current.append(word)
    return fault


def parse_process(words):
    value, totals = (words[1], words[2:]) if words[0] in ("exit", "signal") else (None, words[1:])
    return Process(words[0], value, parse_totals(totals) if totals else None)


def parse_failing(words):
    allocations = None if words[0] == "any" else int(words[0])
    return Failing(allocations, {outcome: int(count) for outcome, count in zip(words[1::2], words[2::2])})


def parse_failing_call(words):
    split = words.index("loses") if "loses" in words else len(words)
    record = parse_record(words[split + 1 :]) if split < len(words) else None
    return FailingCall(words[0], words[1:split], record)


def parse_valgrind(text):
    head, _, reason = text.partition(":")
    words = head.split()
    totals = parse_totals(words[1:]) if words[0] == "gives" else None
    if words[0] not in ("same", "gives", "skip") or (words[0] != "same" and not reason.strip()):
        raise GrammarError(f"valgrind same, gives TOTALS: REASON, or skip: REASON; not {text}")
    return Valgrind(words[0], totals, reason.strip())


def apply_line(expectation, text):
    """Adds one line (without "expect:") to an expectation."""
    keyword, _, rest = text.partition(" ")
    words = shlex.split(rest) if keyword != "valgrind" else []
    if keyword in ("args", "options", "command"):
        setattr(expectation, keyword, words)
    elif keyword == "environment":
        expectation.environment.update(word.split("=", 1) for word in words)
    elif keyword == "needs":
        expectation.needs += words
    elif keyword == "process":
        expectation.processes.append(parse_process(words))
    elif keyword == "repeat":
        expectation.processes += [parse_process(words[2:])] * int(words[1])
    elif keyword == "leaks":
        expectation.totals = parse_totals(words)
    elif keyword == "more":
        expectation.more = True
    elif keyword == "record":
        expectation.records.append(parse_record(words))
    elif keyword == "error":
        expectation.faults.append(parse_fault(words))
    elif keyword == "mapping":
        expectation.mappings.append(parse_record(["mapping", *words]))
    elif keyword == "open":
        parse_opened(expectation, words)
    elif keyword == "lock":
        expectation.lock_findings = parse_finding(expectation.lock_findings, words)
    elif keyword == "realtime":
        expectation.realtime_findings = parse_finding(expectation.realtime_findings, words)
    elif keyword == "locked":
        expectation.locked = Locked(int(words[0]), words[2:])
    elif keyword == "injected":
        expectation.injected = [None if word == "any" else int(word) for word in words]
    elif keyword == "inherited":
        expectation.inherited = int(rest)
    elif keyword in ("verdict", "coverage"):
        setattr(expectation, keyword, rest)
    elif keyword == "status":
        expectation.status = int(rest)
    elif keyword == "failing":
        expectation.failing = parse_failing(words)
    elif keyword == "fails":
        expectation.failing.calls.append(parse_failing_call(words))
    elif keyword == "valgrind":
        expectation.valgrind = parse_valgrind(rest)
    else:
        raise GrammarError(f"unknown keyword {keyword}")


def expectation_lines(source):
    """The lines after "expect:" in the comment at the head of a source file."""
    with open(source, encoding="utf-8") as stream:
        comment = stream.read().partition("*/")[0]
    lines = [line.partition("expect:")[2].strip() for line in comment.splitlines()]
    return [line for line in lines if line]


def cases_of(source):
    """The names of the cases in a source file."""
    names = [line.split()[1] for line in expectation_lines(source) if line.startswith("case ")]
    return names or [DEFAULT_CASE]


def load(source, case):
    """The expectation of one case: what stands before the first case, then what stands in that case."""
    expectation = Expectation()
    current = case
    known = cases_of(source)
    if case not in known:
        raise GrammarError(f"{source} has no case {case}")
    common = True
    for line in expectation_lines(source):
        if line.startswith("case "):
            common = False
            current = line.split()[1]
        elif common or current == case:
            apply_line(expectation, line)
    if not expectation.processes:
        expectation.processes = [Process("exit", "0", None)]
    if expectation.valgrind.relation is None:
        raise GrammarError(f"{source} does not say how valgrind compares")
    return expectation
