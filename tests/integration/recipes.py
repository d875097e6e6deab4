#!/usr/bin/env python3
"""usage: recipes.py --leakwatch PATH --recipes FOLDER

The recipes of ../recipes, as a user would run them: what leaks fails, and is counted; what does not passes. Speaks TAP.
"""
import argparse
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

from attach_process import LIMIT, require, run_tests


class Recipes:
    def __init__(self, arguments, folder):
        self.folder = folder
        self.recipes = arguments.recipes
        programs = self.path("bin")
        os.mkdir(programs)
        for name in ("leakwatch", "valgrind"):
            os.symlink(os.path.abspath(arguments.leakwatch), os.path.join(programs, name))
        self.valgrind = os.path.join(programs, "valgrind")
        self.environment = {**os.environ, "HOME": folder, "LEAKWATCH_OPTIONS": "", "PATH": programs + ":" + os.environ["PATH"]}
        for name in ("VALGRIND_OPTS", "MESON_TEST_ITERATION", "MALLOC_PERTURB_", "CFLAGS", "LDFLAGS"):
            self.environment.pop(name, None)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def copy(self, name):
        return shutil.copytree(os.path.join(self.recipes, name), self.path(name))

    def run(self, *words, status=0):
        done = subprocess.run(words, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=LIMIT, check=False)
        require(status is None or done.returncode == status, f"{words} ended with {done.returncode}: {done.stdout}")
        return done.stdout

    def memcheck(self, build):
        """Runs the tests of a build directory as CTest does under valgrind. Returns what it prints, and the defects of each test that
        has some."""
        shutil.rmtree(os.path.join(build, "Testing"), ignore_errors=True)
        output = self.run("ctest", "--test-dir", build, "-T", "memcheck", status=None)
        document = ElementTree.parse(glob.glob(os.path.join(build, "Testing", "2*", "DynamicAnalysis.xml"))[0])
        return output, {test.findtext("Name"): {defect.get("type"): int(defect.text) for defect in test.iter("Defect") if defect.text}
                        for test in document.iter("Test") if test.find("Name") is not None}

    def ctest(self):
        build = self.path("ctest-build")
        self.run("cmake", "-G", "Ninja", "-S", self.copy("ctest"), "-B", build, "-DMEMORYCHECK_COMMAND=" + self.valgrind)
        self.run("cmake", "--build", build)
        output, defects = self.memcheck(build)
        leaks = {"Memory Leak": 2}
        require(defects == {"leaky": leaks, "script": leaks}, f"defects: {defects}")
        require(re.search(r"leaky \.+\*\*\*Failed", output) and re.search(r"tidy \.+ +Passed", output), output)
        require("Memory Leak - 4" in output, output)
        self.run("cmake", build, "-DMEMORYCHECK_COMMAND_OPTIONS=")  # those that CTest has by itself
        output, defects = self.memcheck(build)
        require(defects["leaky"] == leaks, f"defects by default: {defects}")
        require(set(defects["script"]) == {"Potential Memory Leak"}, f"what the shell keeps: {defects}")

    def meson(self):
        build = self.path("meson-build")
        self.run("meson", "setup", build, self.copy("meson"))
        self.run("meson", "compile", "-C", build)
        for options in (["--setup=leakwatch"], ["--wrapper", "leakwatch --error-exitcode=42"]):
            output = self.run("meson", "test", "-C", build, *options, status=1)
            require(re.search(r"leaky +FAIL .*exit status 42", output) and re.search(r"tidy +OK", output), f"{options}: {output}")
        self.run("meson", "test", "-C", build)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--recipes", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        recipes = Recipes(arguments, folder)
        return run_tests([("ctest -T memcheck", recipes.ctest), ("meson test", recipes.meson)]) > 0


if __name__ == "__main__":
    sys.exit(main())
