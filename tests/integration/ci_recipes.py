#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: ci_recipes.py --leakwatch LEAKWATCH --recipes DIRECTORY

The recipes for CI systems, on a small project that leaks, and on one that does not: as far as one machine can execute them. Prints TAP.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import xml.dom.minidom

from attach_process import run_tests

APP = """
#include <stdlib.h>
#include <string.h>
static void *volatile kept;
static void forget(void)
{
    kept = malloc(24);
    memset(kept, 0, 24);
    kept = NULL;
}
int main(int argc, char **argv)
{
    if (argc > 1)
        forget();
    return 0;
}
"""
MAKEFILE = """
app: app.c
\t$(CC) $(CFLAGS) -o $@ $<
check: app
\t./app $(ARGUMENTS)
"""
CARGO = """
[package]
name = "app"
version = "0.1.0"
edition = "2021"
"""
RUST = """
#[test]
fn forgets() {
    std::mem::forget(Box::new([1u64; 8]));
}
#[test]
fn keeps_nothing() {
    assert_eq!(*Box::new(1), 1);
}
"""
PYTEST = """
def test_clean(run_without_leaks):
    assert run_without_leaks("./app").returncode == 0
def test_leaky(run_without_leaks):
    run_without_leaks("./app", "leak")
"""
LEAKS, CLEAN = "leak", ""


def write(path, text):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.lstrip("\n"))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def run(command, arguments_of_app=CLEAN, **variables):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "LEAKWATCH_", "MAKE", "CARGO_TARGET"))}
    path = os.path.abspath("bin") + ":" + os.environ["PATH"]
    return subprocess.run(command, env=environment | {"PATH": path, "ARGUMENTS": arguments_of_app} | variables, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120, check=False)


def run_script(script, arguments_of_app, **variables):
    """As CI systems run them: each line must succeed."""
    return run(["bash", "-e", "-c", script], arguments_of_app, **variables)


def expect_status(done, status):
    assert done.returncode == status, f"ended with {done.returncode}: {done.stdout}"


def recipe(name):
    return read(os.path.join(arguments.recipes, name))


def failures(path):
    return len(xml.dom.minidom.parse(path).getElementsByTagName("failure"))


def results(path):
    return json.loads(read(path))["runs"][0]["results"]


def github():
    script = textwrap.dedent(re.search(r"\n        run: \|\n((?:          .*\n)+)", recipe("github.yml"))[1])
    done = run_script(script, LEAKS, GITHUB_STEP_SUMMARY="summary.md")
    expect_status(done, 99)
    line = next(number for number, line in enumerate(read("app.c").splitlines(), 1) if "malloc(24)" in line)
    assert f"\n::error file=app.c,line={line},title=Memory is definitely lost::24 bytes in 1 block are" in done.stdout, done.stdout
    assert read("summary.md").count("| error | 24 bytes") == 1, read("summary.md")
    location = results("leakwatch.sarif")[0]["locations"][0]["physicalLocation"]
    assert location == {"artifactLocation": {"uri": "app.c", "uriBaseId": "SRCROOT"}, "region": {"startLine": line}}, location
    done = run_script(script, CLEAN, GITHUB_STEP_SUMMARY="summary.md")
    expect_status(done, 0)
    assert "::" not in done.stdout and results("leakwatch.sarif") == [], done.stdout
    assert read("summary.md").count("### leakwatch") == 2, "the summary is not added to"


def gitlab():
    block = re.search(r"\n  script:\n((?:    - .*\n)+)", recipe("gitlab.yml"))[1]
    script = re.sub(r"(?m)^    - ", "", block)
    expect_status(run_script(script, LEAKS), 99)
    issues = json.loads(read("leakwatch.json"))
    assert failures("leakwatch.xml") == 1 and [issue["location"]["path"] for issue in issues] == ["app.c"], issues
    expect_status(run_script(script, CLEAN), 0)
    assert failures("leakwatch.xml") == 0 and json.loads(read("leakwatch.json")) == []


def jenkins():
    script = textwrap.dedent(re.search(r"sh '''\n(.*?)'''", recipe("Jenkinsfile"), re.DOTALL)[1])
    expect_status(run_script(script, LEAKS), 99)
    assert failures("leakwatch.xml") == 1 and len(results("leakwatch.sarif")) == 1
    expect_status(run_script(script, CLEAN), 0)
    assert failures("leakwatch.xml") == 0 and results("leakwatch.sarif") == []


def pytest():
    if run([sys.executable, "-c", "import pytest"]).returncode != 0:
        return "pytest is not installed"
    write("conftest.py", recipe("conftest.py"))
    write("test_app.py", PYTEST)
    done = run([sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"])
    expect_status(done, 1)
    assert "1 failed, 1 passed" in done.stdout and "24 bytes in 1 blocks, definite, at forget < main" in done.stdout, done.stdout
    return None


def cargo():
    if shutil.which("cargo") is None:
        return "cargo is not installed"
    write("Cargo.toml", CARGO)
    write("src/lib.rs", RUST)
    write(".cargo/config.toml", recipe("cargo-config.toml"))
    home = os.path.abspath("cargo-home")
    done = run(["cargo", "test", "--offline", "--lib"], CARGO_HOME=home)
    assert done.returncode != 0 and "src/lib.rs:3:1: error: 64 bytes in 1 block are definitely lost" in done.stdout, done.stdout
    expect_status(run(["cargo", "test", "--offline", "--lib", "keeps_nothing"], CARGO_HOME=home), 0)
    return None


def make_project():
    write("app.c", APP)
    write("Makefile", MAKEFILE)
    os.mkdir("bin")
    write("bin/leakwatch", f"#!/bin/sh\nexec '{arguments.leakwatch}' \"$@\"\n")
    os.chmod("bin/leakwatch", 0o755)
    expect_status(run(["make", "CFLAGS=-g -O1"]), 0)


parser = argparse.ArgumentParser()
parser.add_argument("--leakwatch", required=True, type=os.path.abspath)
parser.add_argument("--recipes", required=True, type=os.path.abspath)
arguments = parser.parse_args()
with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    make_project()
    result = run_tests([(test.__name__, test) for test in (github, gitlab, jenkins, pytest, cargo)], AssertionError) > 0
    os.chdir("/")
sys.exit(result)
