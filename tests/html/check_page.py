#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""usage: check_page.py --models WRITE_MODEL MODEL...
       check_page.py --runs LEAKWATCH PROGRAM...

The HTML reports of models, or of runs of programs, without a browser: the report in each is the JSON report, nothing in it is markup,
and the page allows nothing but its own styles and scripts. Speaks TAP.
"""
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile

import report_page

PAGE_BYTES = 250_000  # of a page without its report
ELEMENTS = ["html", "head", "meta", "meta", "meta", "meta", "meta", "title", "link", "style", "style", "script", "script", "body", "div",
            "p", "noscript", "p", "details", "summary", "pre", "script"]
SPECIAL = "<>&\u2028\u2029"


def hashes(texts):
    return [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts]


def faults(page, json_text):
    """What is wrong with the page of a report whose JSON is `json_text`."""
    parts = report_page.Page(page)
    (data,) = parts.texts["data"]
    names = [name for name, _ in parts.elements]
    if names != ELEMENTS:
        yield f"other elements than those of the page: {names}"
    if any(character in data for character in SPECIAL):
        yield "a character in the report that means something to HTML or to scripts"
    if report_page.report_of(data) != json.loads(json_text):
        yield "not the report that is written as JSON"
    if parts.policy() != {
            "default-src": ["'none'"], "style-src": hashes(parts.texts["style"]), "script-src": hashes(parts.texts["script"]),
            "img-src": ["data:"], "base-uri": ["'none'"], "form-action": ["'none'"], "require-trusted-types-for": ["'script'"],
            "trusted-types": ["'none'"]}:
        yield f"another policy: {parts.policy()}"
    if [attributes["href"] for _, attributes in parts.elements if "href" in attributes] != ["data:,"]:
        yield "a reference to something outside"
    if any("src" in attributes for _, attributes in parts.elements):
        yield "a source outside"
    if len(page) - len(data.encode()) > PAGE_BYTES:
        yield f"{len(page) - len(data.encode())} bytes without the report"


def reports_of_model(write_model, model):
    """The page and the JSON text."""
    json_text = subprocess.run([write_model, model, "json"], stdout=subprocess.PIPE, check=True).stdout
    return report_page.written(write_model, model), json_text


def reports_of_run(leakwatch, program):
    """Likewise, of one run that writes both."""
    with tempfile.TemporaryDirectory() as folder:
        files = [os.path.join(folder, name) for name in ("report.html", "report.json")]
        subprocess.run([leakwatch, "-o", "/dev/null", "--track-fds=yes", f"--html={files[0]}", f"--json={files[1]}", program],
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return [open(file, "rb").read() for file in files]


def main(kind, program, *subjects):
    reports_of = {"--models": reports_of_model, "--runs": reports_of_run}[kind]
    print(f"1..{len(subjects)}")
    for number, subject in enumerate(subjects, 1):
        found = list(faults(*reports_of(program, subject)))
        print(f"{'not ok' if found else 'ok'} {number} - {os.path.basename(subject)}", *found, sep="\n# ")


main(*sys.argv[1:])
