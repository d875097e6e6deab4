#!/usr/bin/env python3
"""usage: valgrind_forms.py --leakwatch PATH --beside yes|no --programs PATH...

leakwatch by the name of valgrind: its options, and, beside valgrind itself, the XML and the text of memcheck line by line. PROGRAMS
are targets that leak in known ways. Speaks TAP.
"""
import argparse
import collections
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

from attach_process import LIMIT, require, run_tests

BESIDE = ["--leak-check=full", "--show-leak-kinds=all", "--num-callers=40", "--vgdb=no"]
ONLY_THERE = ["--run-libc-freeres=no", "--run-cxx-freeres=no"]  # leakwatch lets nobody free anything
VALUES = ("protocolversion", "protocoltool", "tool", "state", "unique", "tid", "kind", "what", "text", "leakedbytes", "leakedblocks",
          "auxwhat", "fn", "file", "line", "count")


# Only valgrind has frames of its own malloc; and the two find different names in the dynamic linker.
OTHER_FRAMES = re.compile("vgpreload|/ld-linux")


def without_addresses(text):
    return re.sub(r"0x[0-9A-Fa-f]+", "ADDRESS", text or "")


def shape(element):
    """An element as (name, value, children). What must differ is left out: the command line, and what a tool says of itself."""
    if element.tag in ("vargv", "preamble"):
        return element.tag, None, []
    children = [child for child in element if not OTHER_FRAMES.search(child.findtext("obj") or "")]
    value = without_addresses(element.text) if element.tag in VALUES else None
    return element.tag, value, [shape(child) for child in children]


def comparable(log):
    """The lines of a log without process IDs, addresses, and what must differ."""
    lines = []
    for line in log.splitlines():
        line = re.sub(r"^==\d+== ?", "", line)
        line = re.sub(r"^   (at|by) 0x[0-9A-F]+: ", "   ", line)
        if not OTHER_FRAMES.search(line) and not line.startswith("For lists of detected"):
            lines.append(without_addresses(line))
    return lines[lines.index(""):]  # what stands before says who wrote it


class Tests:
    def __init__(self, arguments, folder):
        self.folder = folder
        self.programs = {os.path.basename(program): os.path.abspath(program) for program in arguments.programs}
        self.valgrind = self.path("valgrind")
        os.symlink(os.path.abspath(arguments.leakwatch), self.valgrind)
        self.environment = {**os.environ, "HOME": folder, "LEAKWATCH_OPTIONS": ""}
        self.environment.pop("VALGRIND_OPTS", None)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, *words, **more):
        return subprocess.run(words, cwd=self.folder, env={**self.environment, **more}, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=LIMIT, check=False)

    def beside(self, name, form, *options):
        """What valgrind and leakwatch write about a program in a file."""
        texts = []
        for word, more in (("valgrind", ONLY_THERE), (self.valgrind, [])):
            file = self.path(name + form)
            done = self.run(word, *BESIDE, *more, *options, f"--{form}-file={file}", self.programs[name])
            require(not done.stderr, f"{word}: {done.stderr}")
            with open(file, encoding="utf-8") as stream:
                texts.append(stream.read())
        return texts

    def xml_is_memchecks(self, name):
        theirs, ours = (shape(ElementTree.fromstring(text)) for text in self.beside(name, "xml", "--xml=yes"))
        require(len(theirs[2]) > 10 and [part[0] for part in theirs[2]].count("error") > 0, "valgrind has found no error")
        require(len(theirs[2]) == len(ours[2]), f"{[part[0] for part in theirs[2]]} {[part[0] for part in ours[2]]}")
        for their, our in zip(theirs[2], ours[2]):
            require(their == our, f"valgrind: {their}\nleakwatch: {our}")

    def text_is_memchecks(self, name, *options):
        theirs, ours = (comparable(text) for text in self.beside(name, "log", *options))
        require(any(re.search(r" [1-9].* blocks", line) for line in theirs), "valgrind has found no block")
        require(theirs == ours, f"valgrind: {theirs}\nleakwatch: {ours}")

    def pids(self, name, *options):
        """The processes of which a log tells, each with what it has lost."""
        done = self.run(self.valgrind, "-q", "--leak-check=full", *options, self.programs[name])
        return collections.Counter(line.split("==")[1] for line in done.stderr.splitlines() if "definitely lost" in line)

    def children_are_told_of_as_asked(self):
        for name, options, count in (("fork_children", [], 3), ("fork_children", ["--child-silent-after-fork=yes"], 1),
                                     ("spawn_children", [], 1), ("spawn_children", ["--trace-children=yes"], 4)):
            found = len(self.pids(name, *options))
            require(found == count, f"{name} {options}: {found} processes")

    def file_for_each_process(self):
        self.run(self.valgrind, "--xml=yes", "--xml-file=%q{NAME}.%p.xml", self.programs["fork_children"], NAME="each")
        lost = []
        for file in glob.glob(self.path("each.*.xml")):
            document = ElementTree.parse(file)
            require(document.findtext("pid") == file.split(".")[-2], f"{file} is about {document.findtext('pid')}")
            require(document.find("error/auxwhat") is None, "errors of another process")
            lost.append(sum(int(error.findtext("xwhat/leakedbytes")) for error in document.iter("error")))
        require(sorted(lost) == [24, 56, 96], f"lost: {lost}")

    def one_document_for_all_processes(self):
        done = self.run(self.valgrind, "--xml=yes", "--xml-fd=1", self.programs["fork_children"])
        errors = list(ElementTree.fromstring(done.stdout).iter("error"))
        notes = [error.findtext("auxwhat") for error in errors]
        require(notes.count(None) == 1 and len(set(notes)) == 3, f"auxwhat: {notes}")
        require(len({error.findtext("unique") for error in errors}) == len(errors), "numbers are not unique")
        self.require_xmllint(done.stdout)

    @staticmethod
    def require_xmllint(document):
        done = subprocess.run(["xmllint", "--noout", "-"], input=document, text=True, capture_output=True, check=False)
        require(done.returncode == 0, done.stderr)

    def names_are_text(self):
        """What XML cannot hold is shown by number, and markup is none."""
        program = os.fsencode(self.path("a]]>")) + b"<b>&\x1b[31m\xff\xef\xbf\xbf"
        shutil.copy(self.programs["lost_list"], program)
        document = self.run(self.valgrind, "--xml=yes", "--xml-fd=1", program, b"\x01").stdout
        self.require_xmllint(document)
        root = ElementTree.fromstring(document)
        shown = self.path("a]]>") + r"<b>&\x1b[31m\xff\u{ffff}"
        require(root.findtext("args/argv/exe") == shown and root.findtext("args/argv/arg") == r"\x01", "the command line")
        require(shown in [element.text for element in root.iter("obj")], "the path of the program")

    def words_about_itself(self):
        require(self.run(self.valgrind, "--version").stdout == "valgrind-3.19.0\n", "version")
        require("--leak-check=" in self.run(self.valgrind, "--help").stdout, "help")
        done = self.run(self.valgrind, "--no-such-option", "true")
        require(done.returncode == 1 and done.stderr.count("\n") == 1, f"unknown option: {done}")
        done = self.run(self.valgrind, "-q", "--track-origins=yes", "--vgdb-error=0", "true")
        require(done.stderr == "leakwatch: without effect here: --track-origins=yes --vgdb-error=0\n", done.stderr)

    def status(self):
        leaky = self.programs["lost_blocks_by_site"]
        for options, variable, status in ((["--error-exitcode=42"], "", 0), (["--leak-check=full", "--error-exitcode=42"], "", 42),
                                          (["--leak-check=full"], "--error-exitcode=43", 43), (["--error-exitcode=4"], "--leak-check=full", 4)):
            done = self.run(self.valgrind, *options, leaky, VALGRIND_OPTS=variable)
            require(done.returncode == status, f"{options} {variable}: {done.returncode}")
        done = self.run(self.valgrind, "--leak-check=full", "--error-exitcode=42", "sh", "-c", "kill -TERM $$")
        require(done.returncode == -15, f"killed: {done.returncode}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--beside", choices=("yes", "no"), required=True)
    parser.add_argument("--programs", nargs="+", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(arguments, folder)
        cases = []
        if arguments.beside == "yes":
            cases += [("XML of " + name, lambda name=name: tests.xml_is_memchecks(name)) for name in
                      ("lost_list", "fault_mismatched_free")]
            cases += [("text of " + name, lambda name=name: tests.text_is_memchecks(name)) for name in
                      ("possible_interior", "lost_blocks_by_site", "fault_mismatched_free")]
            cases += [("text of a summary", lambda: tests.text_is_memchecks("lost_list", "--leak-check=summary"))]
        cases += [
            ("children", tests.children_are_told_of_as_asked),
            ("a file for each process", tests.file_for_each_process),
            ("one document for all processes", tests.one_document_for_all_processes),
            ("names", tests.names_are_text),
            ("words about itself", tests.words_about_itself),
            ("status", tests.status),
        ]
        return run_tests(cases) > 0


if __name__ == "__main__":
    sys.exit(main())
