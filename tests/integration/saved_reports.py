#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: saved_reports.py --leakwatch LEAKWATCH --diff-schema SCHEMA PROGRAM...

Reports of real runs, saved and shown again: byte for byte what was written at once. Two runs compared. Prints TAP.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema

from attach_process import run_tests

FORMATS = ("json", "text", "html", "folded", "pprof", "speedscope", "heaptrack", "sarif", "junit", "gitlab", "github", "gcc")


def leakwatch(*words, status=None, stdin=subprocess.DEVNULL):
    done = subprocess.run([arguments.leakwatch, *words], stdin=stdin, capture_output=True, timeout=120, check=False)
    assert status is None or done.returncode == status, f"{words} ended with {done.returncode}: {done.stderr}"
    return done


def read(path):
    with open(path, "rb") as file:
        return file.read()


def shown_as_written(program):
    """With the options that say most, and with those that say least."""
    for options in (["-v", "--show-leak-kinds=all", "--track-fds=all", "--color=always"], ["-q"]):
        direct, shown = ([f"--{name}={when}.{name}" for name in FORMATS] for when in ("direct", "shown"))
        leakwatch(*options, *direct, program)
        leakwatch("show", *options, *shown, "direct.json", status=0)
        for name in FORMATS:
            assert read("shown." + name) == read("direct." + name), f"{program} {options}: {name} differs"


def shown_on_standard_output():
    with open("direct.json", "rb") as file:
        assert leakwatch("show", "-", "-q", status=0, stdin=file).stdout == read("direct.text")


def same_leaks_in_two_runs(leaky):
    """Where the loader puts things differs, and so do times and process IDs."""
    leakwatch("--json=old.json", "-q", leaky)
    leakwatch("--json=new.json", "-q", leaky)
    done = leakwatch("diff", "old.json", "new.json", status=0)
    assert b"0 new, 0 grown, 0 shrunk, 0 gone" in done.stdout and not done.stderr, done


def change(path, edit):
    with open("old.json", encoding="utf-8") as file:
        report = json.load(file)
    edit(report["processes"][0])
    with open(path, "w", encoding="utf-8") as file:
        json.dump(report, file)


def grow(process):
    process["leaks"]["records"][0]["bytes"] += 8


def lose_no_more(process):
    process["leaks"]["records"].pop(0)


def differences():
    change("grown.json", grow)
    change("less.json", lose_no_more)
    with open(arguments.diff_schema, encoding="utf-8") as file:
        schema = json.load(file)
    for old, new, status, changed in (("old.json", "grown.json", 1, "grown"), ("old.json", "less.json", 0, "gone"),
                                      ("less.json", "old.json", 1, "new"), ("grown.json", "old.json", 0, "shrunk")):
        found = json.loads(leakwatch("diff", "--json=-", old, new, status=status).stdout)
        jsonschema.Draft202012Validator(schema).validate(found)
        assert found["counts"]["leak"][changed] == 1 and found["worse"] == bool(status), found["counts"]
        assert found["findings"][0]["change"] == changed, found["findings"][0]
    assert leakwatch("diff", "-q", "grown.json", "old.json", status=0).stdout == b""


def new_crossings(leaky):
    leakwatch("-q", "--json=crossed.json", "--max-live=1", leaky)
    found = json.loads(leakwatch("diff", "--json=-", "old.json", "crossed.json", status=1).stdout)
    with open(arguments.diff_schema, encoding="utf-8") as file:
        jsonschema.Draft202012Validator(json.load(file)).validate(found)
    assert found["counts"]["threshold"]["new"] == 1 and found["findings"][0]["kind"] == "live", found
    assert b"new: 1 time, more than --max-live" in leakwatch("diff", "old.json", "crossed.json", status=1).stdout


def damaged_ones_are_refused():
    whole = read("old.json")
    with open("part.json", "wb") as file:
        file.write(whole[:len(whole) // 2])
    for command in (["show", "part.json"], ["diff", "old.json", "part.json"], ["diff", "part.json", "old.json"], ["show", "."],
                    ["show", "not-there.json"]):
        done = leakwatch(*command, status=125)
        assert not done.stdout and done.stderr.startswith(b"leakwatch: ") and done.stderr.count(b"\n") == 1, done
    assert b"part.json: line " in leakwatch("show", "part.json").stderr


def errors_have_a_status():
    leakwatch("show", "--error-exitcode=9", "old.json", status=9)
    leakwatch("show", "old.json", status=0)


def baseline_takes_what_it_knows_for_no_error(leaky):
    """Written anew only when that is wanted, and never in part."""
    gate = ["-q", "--error-exitcode=9", "--baseline=known.json"]
    leakwatch(*gate, leaky, status=125)
    assert not os.path.exists("known.json")
    leakwatch(*gate, "--update-baseline", leaky, status=0)
    leakwatch(*gate, leaky, status=0)
    change("less.json", lose_no_more)
    before = read("less.json")
    done = leakwatch("--json=new.json", "--error-exitcode=9", "--baseline=less.json", leaky, status=9)
    assert b"1 new, 0 grown" in done.stderr, done.stderr
    assert read("less.json") == before and leakwatch("show", "new.json", status=0).stdout == done.stderr
    assert not [name for name in os.listdir(".") if name.startswith(".leakwatch")]


def gates_say_why(leaky):
    done = leakwatch("-q", "--fail-on=definite>0,bytes>1G", leaky, status=1)
    assert re.search(rb"\nleakwatch: not passed: definite>0: [0-9]+\n$", done.stderr), done.stderr
    leakwatch("-q", "--fail-on=definite>0", "--error-exitcode=7", leaky, status=7)
    leakwatch("-q", "--fail-on=definite>1000", "--error-exitcode=7", leaky, status=0)
    done = leakwatch("show", "-q", "-o", "shown.txt", "--fail-on=blocks>=1,growth>5%", "old.json", status=1)
    assert re.fullmatch(rb"leakwatch: not passed: blocks>=1: [0-9]+, growth>5%: not known\n", done.stderr), done.stderr


def all_tests():
    leaky = arguments.programs[0]
    tests = [(f"{os.path.basename(program)} is shown as it was written", lambda program=program: shown_as_written(program))
             for program in arguments.programs]
    return tests + [("a report on standard input", shown_on_standard_output),
                    ("the same leaks in two runs", lambda: same_leaks_in_two_runs(leaky)),
                    ("differences", differences), ("crossed thresholds", lambda: new_crossings(leaky)),
                    ("damaged reports are refused", damaged_ones_are_refused),
                    ("the status of a report with errors", errors_have_a_status),
                    ("a baseline", lambda: baseline_takes_what_it_knows_for_no_error(leaky)), ("gates", lambda: gates_say_why(leaky))]


parser = argparse.ArgumentParser()
parser.add_argument("--leakwatch", required=True, type=os.path.abspath)
parser.add_argument("--diff-schema", required=True, type=os.path.abspath)
parser.add_argument("programs", nargs="+", type=os.path.abspath)
arguments = parser.parse_args()
with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    result = run_tests(all_tests(), AssertionError) > 0
    os.chdir("/")
sys.exit(result)
