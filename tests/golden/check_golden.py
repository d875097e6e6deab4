#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: check_golden.py [--update] SCHEMA EXPECTED COMMAND...

Runs COMMAND and compares its output with the file EXPECTED, byte for byte. JSON is validated against SCHEMA as well, and its sums
are checked; XML is parsed. With --update the file is written instead: read the difference before committing it.
"""
import difflib
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import jsonschema

KINDS = ["definite", "indirect", "possible", "reachable", "suppressed"]


def check_json(text, schema_file):
    report = json.loads(text)
    with open(schema_file, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.validators.validator_for(schema)(schema).validate(report)
    if "processes" not in report:
        return
    for kind in KINDS:
        for unit in ["blocks", "bytes"]:
            total = sum(process["leaks"][kind][unit] for process in report["processes"])
            assert total == report["summary"][kind][unit], f"{kind} {unit}: the processes do not add up"
    for process in report["processes"]:
        if "memory" in process:
            total = sum(process["memory"]["resident"].values())
            assert total == process["memory"]["rss_bytes"], f"the parts of the RSS of {process['pid']} do not add up"


def main(arguments):
    update = arguments[0] == "--update"
    schema_file, expected_file, *command = arguments[update:]
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    if expected_file.endswith(".json"):
        check_json(output.decode("utf-8"), schema_file)
    if expected_file.endswith(".xml"):
        ElementTree.fromstring(output)
    if update:
        with open(expected_file, "wb") as file:
            file.write(output)
        return 0
    with open(expected_file, "rb") as file:
        expected = file.read()
    for line in difflib.unified_diff(
        expected.decode("utf-8", "backslashreplace").split("\n"),
        output.decode("utf-8", "backslashreplace").split("\n"),
        "expected", "written", lineterm="",
    ):
        print(line)
    return 0 if output == expected else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
