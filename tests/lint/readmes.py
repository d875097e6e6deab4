#!/usr/bin/env python3
"""usage: readmes.py TOP

What a README names is there: each `path.c` in one of them is a file, seen from the README or from the top.
"""
import glob
import os
import re

import sources

NAMED = re.compile(r"`([\w./*-]+\.(?:c|h|def|py|sh|js|json|map|supp|tc))`")
# Files of the kernel. What a reader is asked to make has capitals in its name.
ELSEWHERE = ("kernel/signal.c", "kernel/ptrace.c")


def is_there(path, name):
    return any(glob.glob(os.path.join(sources.root(), base, name)) for base in (os.path.dirname(path), "", "src"))


def main():
    findings = []
    for path in sources.files(sources.CODE_FOLDERS, ("README.md",)):
        for number, line in enumerate(sources.lines(path), 1):
            for name in NAMED.findall(line):
                if name not in ELSEWHERE and name == name.lower() and not is_there(path, name):
                    findings.append(f"{path}:{number}: there is no {name}")
    sources.finish(findings)


main()
