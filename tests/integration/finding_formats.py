#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: finding_formats.py --leakwatch LEAKWATCH --sarif-schema SCHEMA --gitlab-schema SCHEMA PROGRAM...

Real programs, and PROGRAM... with known leaks, in the formats of CI systems and editors: each is read by somebody else's parser, and
has what the JSON report of the same run has. Prints TAP.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema

from attach_process import run_tests
from real_programs import installed_programs

FORMATS = ("json", "sarif", "junit", "gitlab", "github", "gcc")
KINDS = ("definite", "indirect", "possible", "reachable")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


def run(command, root):
    options = [f"--{name}={name}" for name in FORMATS]
    subprocess.run([arguments.leakwatch, "-o", os.devnull, "--show-leak-kinds=all", "--track-fds=yes", "--source-root=" + root, *options,
                    "--", *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=120, check=False)
    return json.loads(read("json"))


def expected_findings(report):
    """How many there are of each rule that this test can tell from the JSON report."""
    counts = collections.Counter()
    for process in report["processes"]:
        counts.update("leak." + record["kind"] for record in process["leaks"]["records"] if record["kind"] in KINDS)
        counts.update("memory." + error["kind"] for error in process["errors"])
    return counts


def told(rules):
    return collections.Counter(rule for rule in rules if rule.startswith("leak.") or rule.endswith("-free"))


def check_sarif(expected, report):
    jsonschema.Draft4Validator(json.loads(read(arguments.sarif_schema))).validate(json.loads(read("sarif")))
    rules = output("jq", "-r", ".runs[0] | (.tool.driver.rules | map(.id)) as $known | .results[] | .ruleId | select(IN($known[]))", "sarif")
    assert told(rules.split()) == expected, f"SARIF: {told(rules.split())}, JSON: {expected}"
    fingerprints = {record["fingerprint"] for process in report["processes"] for record in process["leaks"]["records"]}
    seen = {result["partialFingerprints"]["leakwatch/v1"] for result in json.loads(read("sarif"))["runs"][0]["results"]
            if result["ruleId"].startswith("leak.")}
    assert seen <= fingerprints, "the fingerprints are not those of the JSON report"


def check_junit(expected, report):
    names = output("xmllint", "--xpath", "//testcase/@name", "junit")
    found = told(re.findall(r'name="([a-z.-]+): ', names))
    assert found == expected, f"JUnit: {found}, JSON: {expected}"
    suites = output("xmllint", "--xpath", "count(//testsuite)", "junit")
    assert int(suites) == len(report["processes"]), f"{suites} suites"
    failures = output("xmllint", "--xpath", "count(//failure)", "junit")
    assert int(failures) == report["summary"]["errors"], f"{failures} failures, {report['summary']['errors']} errors"


def check_gitlab(expected, _):
    jsonschema.Draft202012Validator(json.loads(read(arguments.gitlab_schema))).validate(json.loads(read("gitlab")))
    found = told(output("jq", "-r", ".[].check_name", "gitlab").split())
    assert found == expected, f"GitLab: {found}, JSON: {expected}"


def check_lines(expected, _):
    found = told(re.findall(r"(?m)^[^\n]+: (?:error|warning|note): .* \[leakwatch:([a-z.-]+)\]$", read("gcc")))
    assert found == expected, f"gcc: {found}, JSON: {expected}"
    commands = re.findall(r"(?m)^::(?:error|warning|notice) .*::.+ \[leakwatch:[a-z.-]+\]$", read("github"))
    assert len(commands) == min(10, len(json.loads(read("gitlab")))), f"{len(commands)} annotations"


def check_all(command, root):
    report = run(command, root)
    expected = expected_findings(report)
    for check in (check_sarif, check_junit, check_gitlab, check_lines):
        check(expected, report)


def target_is_found_in_its_source(program):
    """The place of each leak is in the source file, not in the C library's."""
    source = os.path.basename(program)
    root = os.path.dirname(os.path.abspath(__file__))
    check_all([program], os.path.dirname(root))
    leaks = [issue for issue in json.loads(read("gitlab")) if issue["check_name"] == "leak.definite"]
    places = {issue["location"]["path"] for issue in leaks}
    assert leaks and all(re.fullmatch(r"targets/\w+\.(c|cc|h)", place) for place in places), f"{source}: {places}"


def all_tests():
    tests = [(os.path.basename(command[0]), lambda command=command: check_all(command, "/")) for command in installed_programs()]
    return tests + [(os.path.basename(program), lambda program=program: target_is_found_in_its_source(program))
                    for program in arguments.programs]


parser = argparse.ArgumentParser()
for option in ("leakwatch", "sarif-schema", "gitlab-schema"):
    parser.add_argument("--" + option, required=True, type=os.path.abspath)
parser.add_argument("programs", nargs="+", type=os.path.abspath)
arguments = parser.parse_args()
with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    result = run_tests(all_tests(), (AssertionError, subprocess.CalledProcessError, jsonschema.ValidationError)) > 0
    os.chdir("/")
sys.exit(result)
