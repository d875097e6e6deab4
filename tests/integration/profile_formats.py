#!/usr/bin/env python3
"""usage: profile_formats.py --leakwatch PATH --schema PATH --proto PATH --speedscope-schema PATH PROGRAM...

Real programs, and PROGRAM... with known leaks, in the formats of profilers and in valgrind's: each is read by somebody else's parser, and has the
sums of the JSON report of the same run. Speaks TAP.
"""
import argparse
import collections
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import jsonschema

from attach_process import LIMIT, require, run_tests
from real_programs import installed_programs

KINDS = {"definite": "definitely lost", "indirect": "indirectly lost", "possible": "possibly lost", "reachable": "still reachable",
         "suppressed": "suppressed"}
LEAKED = ("definite", "indirect", "possible")
HEAPTRACK_STOPS = ("main", "__libc_start_main", "__static_initialization_and_destruction_0")


def pick(line):
    """The kind that a folded stack begins with, its process before it or not; and its bytes."""
    stack, bytes_ = line.rsplit(" ", 1)
    frames = stack.split(";")
    kind = next((kind for kind, words in KINDS.items() if words in frames[:2]), None)
    return kind, frames, int(bytes_)


def parse_message(lines):
    """What protoc --decode prints, as a list of (name, value), where a value is text or such a list."""
    fields = []
    for line in lines:
        line = line.strip()
        if line == "}":
            break
        if line.endswith(" {"):
            fields.append((line[:-2], parse_message(lines)))
        else:
            fields.append(tuple(line.split(": ", 1)))
    return fields


def values(fields, name):
    return [value for key, value in fields if key == name]


class Tests:
    def __init__(self, arguments, folder):
        self.arguments = arguments
        self.path = lambda name: os.path.join(folder, name)
        self.report = None

    def run(self, command):
        """Writes all formats of one run, and reads the JSON report."""
        with open(self.path("known.supp"), "w", encoding="utf-8") as file:
            file.write("leak:Perl_init_stacks\n")
        options = [f"--{name}={self.path(name)}" for name in ("json", "folded", "pprof", "speedscope", "heaptrack", "xml")]
        subprocess.run([self.arguments.leakwatch, "run", "-o", os.devnull, "--show-leak-kinds=all", "--suppressions=" + self.path("known.supp"), *options, "--",
                        *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=LIMIT, check=False)
        with open(self.path("json"), encoding="utf-8") as file:
            self.report = json.load(file)
        with open(self.arguments.schema, encoding="utf-8") as file:
            jsonschema.Draft202012Validator(json.load(file)).validate(self.report)

    def sums(self, unit):
        return {kind: self.report["summary"][kind][unit] for kind in KINDS if self.report["summary"][kind]["blocks"] > 0}

    def folded(self):
        with open(self.path("folded"), encoding="utf-8") as file:
            return [pick(line.rstrip("\n")) for line in file]

    def check_folded(self):
        sums = collections.Counter()
        for kind, _, bytes_ in self.folded():
            require(kind or bytes_ == 0, "a stack of no kind has bytes")
            if kind:
                sums[kind] += bytes_
        require(sums == self.sums("bytes"), f"folded: {sums}, report: {self.sums('bytes')}")

    def check_pprof(self):
        with open(self.path("pprof"), "rb") as file:
            message = gzip.decompress(file.read())
        decoded = subprocess.run(["protoc", "--decode=perftools.profiles.Profile", "--proto_path=" + os.path.dirname(self.arguments.proto),
                                  self.arguments.proto], input=message, capture_output=True, check=True).stdout.decode()
        profile = parse_message(iter(decoded.splitlines()))
        strings = values(profile, "string_table")
        named = lambda index: json.loads(strings[int(index)].replace("\\'", "'"))
        require(strings[0] == '""' and not [name for name, _ in profile if name.isdigit()], "an unknown field, or no empty string")
        sums = [collections.Counter() for _ in range(4)]
        for sample in values(profile, "sample"):
            labels = {named(values(label, "key")[0]): named(values(label, "str")[0]) for label in values(sample, "label")}
            for sum_, value in zip(sums, values(sample, "value")):
                sum_[labels["kind"]] += int(value)
        leaked = lambda sums: {kind: value for kind, value in sums.items() if kind in LEAKED}
        expected = [self.sums("blocks"), self.sums("bytes"), leaked(self.sums("blocks")), leaked(self.sums("bytes"))]
        require([+sum_ for sum_ in sums] == [+collections.Counter(sum_) for sum_ in expected], f"pprof: {sums}, report: {expected}")
        self.check_references(profile)

    @staticmethod
    def check_references(profile):
        """What messages refer to is there, each once."""
        def numbers(messages, name):
            return [number for message in messages for number in values(message, name)]

        locations = values(profile, "location")
        lines = [line for location in locations for line in values(location, "line")]
        for users, name, kind in ((values(profile, "sample"), "location_id", "location"), (locations, "mapping_id", "mapping"),
                                  (lines, "function_id", "function")):
            known = numbers(values(profile, kind), "id")
            require(len(set(known)) == len(known) and set(numbers(users, name)) == set(known), f"{kind}s are not what is referred to")

    def check_speedscope(self):
        with open(self.arguments.speedscope_schema, encoding="utf-8") as schema, open(self.path("speedscope"), encoding="utf-8") as file:
            content = json.load(file)
            jsonschema.Draft7Validator(json.load(schema)).validate(content)
        sums = collections.Counter()
        for profile in content["profiles"]:
            require(len(profile["samples"]) == len(profile["weights"]) and sum(profile["weights"]) == profile["endValue"], "weights")
            require(all(0 <= frame < len(content["shared"]["frames"]) for sample in profile["samples"] for frame in sample), "frames")
            for kind, words in KINDS.items():
                if profile["name"].startswith(words):
                    sums[kind] += profile["endValue"]
        require(+sums == +collections.Counter(self.sums("bytes")), f"speedscope: {sums}, report: {self.sums('bytes')}")

    def heaptrack_stacks(self, cost):
        """The bytes of each stack as heaptrack itself folds them."""
        command = ["heaptrack_print", "--disable-builtin-suppressions", "-t", "0", "-p", "0", "-a", "0", "-T", "0",
                   "--flamegraph-cost-type", cost, "-F", self.path("stacks"), self.path("heaptrack")]
        done = subprocess.run(command, capture_output=True, timeout=LIMIT, check=True)
        require(b"temporary memory allocations: 0 " in done.stdout and done.stderr.count(b"\n") <= 3, f"{done.stdout[-400:]}{done.stderr}")
        with open(self.path("stacks"), encoding="utf-8") as file:
            return self.comparable_stacks(pick(line) for line in file)

    @staticmethod
    def comparable_stacks(lines):
        """heaptrack leaves out what is outside of main() and operator new, has inlined functions in another order (so frames are
        sorted), and the name of a source file behind that of a function."""
        stacks = collections.Counter()
        for _, frames, bytes_ in lines:
            frames = [re.sub(r" \([^ ()]*\)$", "", frame) for frame in frames if frame]
            frames = [frame for frame in frames if not re.fullmatch(r"operator new(\[\])?\(unsigned long\)", frame)]
            start = max((i for i, frame in enumerate(frames) if frame in HEAPTRACK_STOPS), default=0)
            stacks[tuple(sorted(frames[start:]))] += bytes_
        return +stacks

    def check_heaptrack(self):
        folded = [(kind, frames[:-1], bytes_) for kind, frames, bytes_ in self.folded() if kind]
        for cost, kinds in (("leaked", LEAKED), ("peak", KINDS)):
            expected = self.comparable_stacks(line for line in folded if line[0] in kinds)
            found = self.heaptrack_stacks(cost)
            require(found == expected, f"heaptrack, {cost}: {list((found - expected).items())[:3]}, {list((expected - found).items())[:3]}")

    def check_xml(self):
        """The blocks of each kind; the bytes of memcheck's records have those that hang on them in them."""
        subprocess.run(["xmllint", "--noout", self.path("xml")], check=True)
        sums = collections.Counter()
        document = ElementTree.parse(self.path("xml"))
        for error in document.iter("error"):
            words = error.findtext("xwhat/text") or ""
            sums[next(kind for kind, name in KINDS.items() if name in words)] += int(error.findtext("xwhat/leakedblocks"))
        expected = {kind: blocks for kind, blocks in self.sums("blocks").items() if kind != "suppressed"}
        require(sums == expected, f"XML: {sums}, report: {expected}")

    def test(self, command):
        self.run(command)
        self.check_folded()
        self.check_pprof()
        self.check_speedscope()
        self.check_heaptrack()
        self.check_xml()

    def test_compressed(self, command):
        """What heaptrack_print reads from a name with .gz is what it is without."""
        files = [self.path("heaptrack"), self.path("heaptrack.gz")]
        for file in files:
            subprocess.run([self.arguments.leakwatch, "-o", os.devnull, "--heaptrack=" + file, "--", *command], timeout=LIMIT,
                           stdout=subprocess.DEVNULL, check=False)
        with gzip.open(files[1], "rt", encoding="utf-8") as compressed, open(files[0], encoding="utf-8") as plain:
            lines = [[line for line in file if line[0] in "a+-"] for file in (compressed, plain)]
        require(len(lines[0]) > 1 and lines[0] == lines[1], "the allocations are not the same")


def main():
    parser = argparse.ArgumentParser()
    for name in ("leakwatch", "schema", "proto", "speedscope-schema"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("programs", nargs="+")
    arguments = parser.parse_args()
    commands = installed_programs() + [[program] for program in arguments.programs]
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(arguments, folder)
        cases = [(os.path.basename(command[0]), lambda command=command: tests.test(command)) for command in commands]
        cases.append(("compressed by name", lambda: tests.test_compressed([arguments.programs[0]])))
        return run_tests(cases) > 0


if __name__ == "__main__":
    sys.exit(main())
