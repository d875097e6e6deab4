#!/usr/bin/env python3
"""usage: layering.py TOP

Includes run one way: preload/ knows nobody; src/ knows bytes and numbers; the folders in src/ do not know each other; tracer/ and
report/ stand on src/; only src/program sees everything, and only tracer/ the ledger.
"""
import os
import re

import sources

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^">]+)[">]')

# Which folders the files of a folder may include from, besides their own. The longest name that fits decides.
ALLOWED = {
    "preload": [],
    "src": ["src/heap", "src/elf", "src/abi"],
    "src/glibc_heap": ["src", "src/heap"],  # it makes blocks of a snapshot
    "src/syscalls": ["src", "src/abi"],
    "src/heap": ["src"],
    "src/limits": ["src"],
    "src/locks": ["src"],
    "src/realtime": ["src"],
    "src/elf": ["src"],
    "src/abi": ["src"],
    "src/program": ["src", "src/heap", "src/glibc_heap", "src/elf", "src/abi", "src/syscalls", "src/limits", "src/locks", "src/realtime", "tracer", "report"],
    "tracer": ["src", "src/heap", "src/glibc_heap", "src/elf", "src/abi", "src/syscalls", "src/limits", "src/locks", "src/realtime"],
    "report": ["src", "src/abi"],
    "man": ["src", "src/program", "src/limits", "src/locks", "src/realtime"],
}
# Single headers and tables that may be included from elsewhere, too.
ALSO = {
    "tracer": ["preload/cfi.h", "preload/ledger.h"],
    "man": ["src/refusal_checks.def"],
    "src": ["src/limits/checks.def", "src/limits/realtime_checks.def", "src/locks/lock_checks.def", "src/realtime/rt_checks.def"],
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
        if name in TRACER_ONLY and layer != "tracer":
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
