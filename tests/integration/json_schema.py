# SPDX-License-Identifier: MIT
"""Validators of reports. That the schemas are sound themselves is what lint/schemas.py looks at: it takes longer than a report."""

import json

import jsonschema


def load(path):
    """The validator for the schema in a file: `validate(report)` raises what is wrong, `iter_errors(report)` yields it."""
    with open(path, encoding="utf-8") as file:
        return jsonschema.Draft202012Validator(json.load(file))
