# SPDX-License-Identifier: MIT
"""What stands in the comment at the head of a program for hard cases: `word: value` lines, see README.md."""

import re
import sys
from dataclasses import dataclass, field

WAYS = ("run", "trace", "look", "follow")
NEEDS = ("root",)  # else a program that must be installed
LINE = re.compile(r" \* (\w+): (.*?)(?: \*/)?$")


class HeadError(Exception):
    """A line that cannot be understood."""


@dataclass
class Head:
    cases: list = field(default_factory=list)
    ways: list = field(default_factory=list)
    build: list = field(default_factory=list)  # flags for the compiler
    needs: list = field(default_factory=list)
    options: list = field(default_factory=list)  # for `leakwatch run`
    status: int = 0  # as subprocess has it: negative for a signal
    report: list = field(default_factory=list)  # expressions of jq that hold for the report of `run`
    log: list = field(default_factory=list)  # regular expressions that are found in the log of `trace`


def read_head(path):
    head = Head()
    with open(path, encoding="utf-8") as file:
        text = file.read().split("*/", 1)[0] + "*/"
    for line in text.splitlines():
        match = LINE.match(line)
        if not match:
            continue
        word, value = match.groups()
        if word in ("report", "log"):
            getattr(head, word).append(value)
        elif word == "status":
            head.status = int(value)
        elif word in ("cases", "ways", "build", "needs", "options"):
            setattr(head, word, value.split())
        else:
            raise HeadError(f"{path}: {word}: not known")
    if not head.cases or not head.ways or not set(head.ways) <= set(WAYS):
        raise HeadError(f"{path}: cases or ways are missing, or not known")
    return head


if __name__ == "__main__":
    print("\n".join(read_head(sys.argv[1]).build))
