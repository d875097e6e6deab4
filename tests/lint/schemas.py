#!/usr/bin/env python3
"""usage: schemas.py TOP

The JSON schemas of reports are JSON schemas themselves.
"""
import json
import os
import sys

try:
    import jsonschema
except ImportError:
    print("no jsonschema", file=sys.stderr)
    sys.exit(77)

import sources


def main():
    findings = []
    for path in sources.files(("report",), ("schema.json",)):
        with open(os.path.join(sources.root(), path), encoding="utf-8") as file:
            schema = json.load(file)
        for error in jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA).iter_errors(schema):
            findings.append(f"{path}:1: {error.json_path}: {error.message[:300]}")
    sources.finish(findings)


main()
