#!/usr/bin/env python3
"""usage: size.py TOP

No function of more than 100 lines, no file of more than 600 but for tables.
"""
import re

import sources

FUNCTION_LINES = 100
FILE_LINES = 600
FUNCTION_NAME = re.compile(r"(\w+)\s*\(")


def functions(lines):
    """Yields (name, first line, last line) of every function: its braces stand at the beginning of a line."""
    start = None
    header = ""
    for number, line in enumerate(lines, 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start is not None:
            name = FUNCTION_NAME.search(header)
            yield name.group(1) if name else "?", start, number
            start = None
        elif line and not line[0].isspace() and start is None:
            header = line


def main():
    findings = []
    for path in sources.files(sources.CODE_FOLDERS, (".c", ".h", ".cc", ".cpp")):
        lines = sources.lines(path)
        if len(lines) - 1 > FILE_LINES:
            findings.append(f"{path}:{FILE_LINES + 1}: a file of {len(lines) - 1} lines")
        for name, first, last in functions(lines):
            if last - first - 1 > FUNCTION_LINES:
                findings.append(f"{path}:{first}: {name}() has {last - first - 1} lines")
    sources.finish(findings)


main()
