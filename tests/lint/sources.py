"""What the lint tests share: which files there are, and how findings are told."""
import os
import sys

CODE_FOLDERS = ("src", "preload", "tracer", "report", "tests", "man", "examples")


def root():
    """The top of the source tree: the first argument of every lint test."""
    return sys.argv[1]


def files(folders, suffixes):
    """Yields the paths, relative to the top, of the files in `folders` whose names end in one of `suffixes`."""
    for folder in folders:
        for directory, subdirectories, names in os.walk(os.path.join(root(), folder)):
            subdirectories[:] = [name for name in subdirectories if not name.startswith((".", "build", "__pycache__"))]
            for name in sorted(names):
                if name.endswith(suffixes):
                    yield os.path.relpath(os.path.join(directory, name), root())


def lines(path):
    with open(os.path.join(root(), path), encoding="utf-8") as file:
        return file.read().split("\n")


def finish(findings):
    """Prints the findings, "file:line: what is wrong", and exits with 1 if there are any."""
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
