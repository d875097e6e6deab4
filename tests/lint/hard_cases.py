#!/usr/bin/env python3
"""usage: hard_cases.py TOP

The table of hard cases has a line for each, in order, and names just those programs for it that say so at their head. At least
WANTED cases have a test.
"""
import pathlib
import re
import sys

sys.path.insert(1, str(pathlib.Path(sys.argv[1], "tests/hard")))
import head  # pylint: disable=wrong-import-position

WANTED = 120
CASES = [f"P{n:02}" for n in range(1, 62)] + [f"S{n:02}" for n in range(1, 51)] + [f"V{n:02}" for n in range(1, 23)]
ROW = re.compile(r"\| ([PSV]\d\d) \| [^|]+ \| ([^|]+) \|")


def main():
    folder = pathlib.Path(sys.argv[1], "tests/hard")
    rows = [match.groups() for match in map(ROW.match, (folder / "README.md").read_text(encoding="utf-8").splitlines()) if match]
    findings = [] if [case for case, _ in rows] == CASES else ["the table is not complete, or not in order"]
    programs = {path.stem: head.read_head(path).cases for path in folder.glob("*.c")}
    for case, tests in rows:
        said = set(re.findall(r"`(\w+)`", tests))
        found = {name for name, cases in programs.items() if case in cases}
        if said != found:
            findings.append(f"{case}: the table names {sorted(said)}, the heads of programs say {sorted(found)}")
    tested = sum(not tests.startswith("none") for _, tests in rows)
    if tested < WANTED:
        findings.append(f"only {tested} of {len(CASES)} cases are tested")
    for finding in findings:
        print(f"tests/hard/README.md:1: {finding}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
