#!/usr/bin/env python3
"""usage: names_live.py --leakwatch PATH --schema PATH

Names from files that are damaged, or that are others by the time that names are wanted of them. Speaks TAP.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

import json_schema
from attach_process import LIMIT, Target, is_forbidden, require, run_tests

NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
LOSER = """
#include <stdlib.h>
__attribute__((noinline)) static void lose(void) { void *volatile block = malloc(33); block = NULL; (void)block; }
int main(void) { lose(); return 0; }
"""
LIBRARY = """
#include <stdlib.h>
void *library_table[4] = {library_table};
void *make(void) { void **block = malloc(72); *block = library_table; return block; }
"""
USER = """
#include <unistd.h>
void *make(void);
void *kept;
int main(void) { char byte; kept = make(); if (write(1, "ready\\n", 6) != 6 || read(0, &byte, 1) != 1) return 1; return 7; }
"""


def links_to_mappings_work():
    """Whether the kernel's own links to mapped files can be followed here: that needs a capability."""
    folder = "/proc/self/map_files"
    try:
        os.close(os.open(os.path.join(folder, os.listdir(folder)[0]), os.O_RDONLY))
    except OSError:
        return False
    return True


class Tests:
    def __init__(self, arguments, folder):
        self.folder, self.schema = folder, json_schema.load(arguments.schema)
        self.built, self.leakwatch = arguments.leakwatch, shutil.copy(arguments.leakwatch, folder)  # where other users can read it
        self.report = os.path.join(folder, "report.json")

    def compile(self, name, source, *options):
        path = os.path.join(self.folder, name)
        subprocess.run(["cc", "-g", "-O1", "-x", "c", "-", "-x", "none", "-o", path, *options], input=source, text=True, check=True)
        return path

    def process(self, command):
        """The only process of the report that the command writes."""
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False, text=True,
                              cwd=self.folder, env=dict(os.environ, HOME=self.folder))
        require(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
        with open(self.report, encoding="utf-8") as file:
            report = json.load(file)
        os.unlink(self.report)
        self.schema.validate(report)
        return report["processes"][0]

    def damaged(self):
        """What debugging information is damaged costs, are lines at most: the symbol table is whole."""
        program, bytes_file = self.compile("loser", LOSER), os.path.join(self.folder, "bytes")
        numbers = random.Random(1)
        for section in (".debug_info", ".debug_abbrev", ".debug_line", ".debug_str"):
            with open(bytes_file, "wb") as file:
                file.write(numbers.randbytes(600))
            subprocess.run(["objcopy", "--update-section", f"{section}={bytes_file}", program, f"{program}{section}"], check=True)
            process = self.process([self.built, "-q", "-o", os.devnull, f"--json={self.report}", f"{program}{section}"])
            records = process["leaks"]["records"]
            require([record["bytes"] for record in records] == [33], f"{section}: {records}")
            names = [frame["function"] for frame in records[0]["stack"]]
            require(names[:2] == ["lose", "main"], f"{section}: {names}")

    def group(self, target, *prefix):
        """What the block of the library is called, and the reasons of the report."""
        process = self.process([*prefix, self.leakwatch, "attach", "-q", "--show-leak-kinds=all", f"--json={self.report}", str(target.pid)])
        records = [record for record in process["leaks"]["records"] if record["bytes"] == 72]
        require(len(records) == 1, f"{process['leaks']}")
        return records[0]["content"], process["coverage"]["reasons"]

    def replaced(self):
        """A library is a FIFO now. Whoever may follow the kernel's link to what is mapped has its names."""
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            return "another user is needed"
        library = self.compile("library.so", LIBRARY, "-shared", "-fPIC")
        user = self.compile("user", USER, library)
        os.chmod(self.folder, 0o777)
        with Target([*NOBODY, user]) as target:
            os.unlink(library)
            os.mkfifo(library)
            content, reasons = self.group(target, *NOBODY)
            require(content.startswith("first word points to library.so+0x"), content)
            problem = "in its place there is another file than the one that was mapped"
            require(reasons == [f"names of {library} are missing: {problem}"], f"{reasons}")
            content, reasons = self.group(target)
            expected = ("first word points to library_table", []) if links_to_mappings_work() else (content, reasons)
            require((content, reasons) == expected, f"{content}, {reasons}")
            target.end()
        return None


def main():
    parser = argparse.ArgumentParser()
    for option in ("--leakwatch", "--schema"):
        parser.add_argument(option, required=True, type=os.path.realpath)
    arguments = parser.parse_args()
    if not shutil.which("cc") or not shutil.which("objcopy") or is_forbidden():
        print("a compiler and binutils are needed, and to look into processes", file=sys.stderr)
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(arguments, folder)
        failed = run_tests([(name, getattr(tests, name)) for name in ("damaged", "replaced")])
    sys.exit(failed != 0)


main()
