#!/usr/bin/env python3
"""usage: libs_like_loader.py --leakwatch PATH --schema FILE FOLDER...

Examines all programs and libraries in the FOLDERs with `leakwatch libs` and asks the dynamic linker for the same: the libraries that
are found, and their order, must be equal. Speaks TAP.
"""
import argparse
import json
import subprocess
import sys

import json_schema
from libs_loader import loader_list


def difference(file):
    """What leakwatch and the dynamic linker say, if it is not the same."""
    theirs = loader_list(file["path"])
    if theirs is None:
        return None
    found = [library["path"] for library in file["objects"][1:] if library["path"]]
    missing = {library["name"] for library in file["objects"] if not library["path"] and library["cause"] != "auxiliary"}
    if found == theirs.found and missing == theirs.missing:
        return None
    return f"{file['path']}: {found} {missing}, the dynamic linker: {theirs}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("folders", nargs="+")
    arguments = parser.parse_args()
    done = subprocess.run([arguments.leakwatch, "libs", "--recursive", "--json=-", *arguments.folders], check=False, timeout=300,
                          stdout=subprocess.PIPE)
    report = json.loads(done.stdout)
    json_schema.load(arguments.schema).validate(report)
    differences = [line for line in map(difference, report["files"]) if line]
    dynamic = sum(file["kind"] in ("program", "library") for file in report["files"])
    tests = [("there are programs to compare", dynamic > 20),
             (f"the libraries of {dynamic} files and their order are the dynamic linker's", not differences),
             ("the status says whether something is missing", done.returncode == (1 if report["summary"]["failed"] else 0))]
    print(f"TAP version 13\n1..{len(tests)}")
    for number, (name, good) in enumerate(tests, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
    print("".join(f"# {line}\n" for line in differences[:20]), end="")
    sys.exit(0 if all(good for _, good in tests) else 1)


main()
