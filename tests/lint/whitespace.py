#!/usr/bin/env python3
"""usage: whitespace.py TOP

No white space at the end of a line, no tabs in code, and a line feed at the end of every file.
"""
import os

import sources

CODE = (".c", ".h", ".cc", ".cpp", ".def")
TEXT = CODE + (".md", ".py", ".sh", ".bash", ".js", ".css", ".html", ".build", ".json", ".1", ".supp", ".clang-tidy", ".clang-format", ".editorconfig")
TOP_FILES = ("run", "check", "LICENSE", "README.md", "CHANGELOG.md", "THIRD-PARTY.md", "meson.build", ".clang-format", ".clang-tidy", ".editorconfig")


def main():
    findings = []
    top = [name for name in TOP_FILES if os.path.exists(os.path.join(sources.root(), name))]
    for path in top + list(sources.files(sources.CODE_FOLDERS + (".ci",), TEXT)):
        lines = sources.lines(path)
        for number, line in enumerate(lines, 1):
            if line != line.rstrip():
                findings.append(f"{path}:{number}: white space at the end")
            if "\t" in line and path.endswith(CODE):
                findings.append(f"{path}:{number}: a tab")
        if lines[-1] != "":
            findings.append(f"{path}:{len(lines)}: no line feed at the end")
    sources.finish(findings)


main()
