#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints the names of the cases in a target's source, one on each line: meson makes a test of each."""

import sys

import expectation

print("\n".join(expectation.cases_of(sys.argv[1])))
