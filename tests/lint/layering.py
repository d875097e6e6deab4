#!/usr/bin/env python3
"""usage: layering.py TOP

Includes run one way: preload/ knows nobody; src/ knows bytes and numbers; tracer/ and report/ stand on src/ and not on each other; only
src/program sees everything, and only tracer/ the ledger. In each of them the folders stand on each other in the order of ALLOWED.
"""
import os
import re

import sources

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^">]+)[">]')

# Which folders the files of a folder may include from, besides their own.
ALLOWED = {
    "preload": [],
    "src/base": [],
    "src/abi": [],
    "src/x86": [],
    "src/calls": ["src/base", "src/abi"],
    "src/syscalls": ["src/base", "src/abi", "src/calls"],
    "src/heap": ["src/base"],
    "src/glibc_heap": ["src/base", "src/heap"],  # it makes blocks of a snapshot
    "src/elf": ["src/base"],
    "src/libraries": ["src/base", "src/elf"],
    "src/records": ["src/base", "src/heap"],
    "src/limits": ["src/base", "src/records"],
    "src/locks": ["src/base", "src/records"],
    "src/realtime": ["src/base", "src/records"],
    "src/model": ["src/base", "src/heap", "src/records"],
    "src/suppressions": ["src/base", "src/heap", "src/model"],
    "src/reporting": ["src/base", "src/elf", "src/heap", "src/model", "src/records", "src/suppressions"],
    "report": ["src/model"],
    "report/encoding": ["src/base"],
    "report/calls": ["src/base", "src/abi", "src/calls", "report/encoding"],
    "report/text": ["src/base", "src/libraries", "src/records", "src/model", "report", "report/encoding"],
    "report/json": ["src/base", "src/libraries", "src/records", "src/model", "report", "report/encoding"],
    "report/reading": ["src/base", "src/records", "src/model", "report", "report/encoding", "report/json"],
    "report/formats": ["src/base", "src/records", "src/model", "report", "report/encoding", "report/json", "report/text"],
    "man": ["src/program/options", "src/limits", "src/locks", "src/realtime"],
}
# The tracer. What knows nothing of a session comes first; the others share its state.
PURE = ["src/" + name for name in ("base", "abi", "x86", "calls", "syscalls", "heap", "glibc_heap", "elf", "records", "limits", "locks",
                                   "realtime")]
ALLOWED |= {"tracer/kernel": PURE, "tracer/ledger": PURE, "tracer/modules": PURE + ["tracer/kernel"]}
SESSION = ["tracer"] + ["tracer/" + name for name in ("calls", "cold", "descriptors", "limits", "locks", "looks", "realtime", "shim", "unwind")]
ALLOWED |= {name: PURE + ["tracer/kernel", "tracer/ledger", "tracer/modules"] + SESSION for name in SESSION}
# The executable.
ALLOWED["src/program/options"] = ["src/" + name for name in ("base", "abi", "calls", "syscalls", "heap", "records", "model")]
ALLOWED |= {"src/program" + room: list(ALLOWED) + ["src/program", "src/program/libs", "src/program/trace"] for room in ("", "/libs", "/trace")}
# Single headers and tables that may be included from elsewhere, too.
ALSO = {
    "tracer/calls": ["preload/ledger.h"],
    "tracer/ledger": ["preload/ledger.h"],
    "tracer/shim": ["preload/ledger.h"],
    "tracer/unwind": ["preload/cfi.h"],
    "man": ["src/reporting/duplicate_checks.def", "src/records/refusal_checks.def"],
    "src/model": ["src/reporting/duplicate_checks.def", "src/limits/checks.def", "src/limits/realtime_checks.def",
                  "src/locks/lock_checks.def", "src/realtime/rt_checks.def"],
}
# The kernel's interface to other processes: nobody else may touch a live one.
TRACER_ONLY = ("sys/ptrace.h", "linux/ptrace.h")


def layer_of(path):
    fitting = [name for name in ALLOWED if path.startswith(name + "/")]
    return max(fitting, key=len) if fitting else None


def resolve(path, name):
    """The file that `#include "name"` in `path` means: beside it, or below the top or src/; None if it is made by the build."""
    for base in (os.path.dirname(path), "src", ""):
        candidate = os.path.normpath(os.path.join(base, name))
        if os.path.exists(os.path.join(sources.root(), candidate)):
            return candidate
    for folder in ALLOWED:
        candidate = os.path.join(folder, name)
        if os.path.exists(os.path.join(sources.root(), candidate)):
            return candidate
    return None


def objection(path, quote, name):
    layer = layer_of(path)
    if quote == "<":
        if name in TRACER_ONLY and not layer.startswith("tracer"):
            return f"<{name}> belongs to tracer/"
        return None
    target = resolve(path, name)
    if target is None or layer_of(target) == layer or target in ALSO.get(layer, []):
        return None
    if layer_of(target) in ALLOWED[layer] or (layer_of(target) is None and not target.startswith("tests/")):
        return None
    return f'"{name}" is {target}, which {layer}/ may not know'


def main():
    findings = []
    for path in sources.files(("src", "preload", "tracer", "report", "man"), (".c", ".h", ".def")):
        for number, line in enumerate(sources.lines(path), 1):
            match = INCLUDE.match(line)
            reason = match and objection(path, *match.groups())
            if reason:
                findings.append(f"{path}:{number}: {reason}")
    sources.finish(findings)


main()
