#!/bin/bash
# usage: format.sh TOP
# All code is as clang-format leaves it.
command -v clang-format >/dev/null || exit 77
cd "$1" || exit 1
findings=$(find src preload tracer report tests man examples -name '*.[ch]' -print0 |
    xargs -0 clang-format --dry-run 2>&1 | sed -n 's/^\([^: ]*\):.*/\1: clang-format would change this file/p' | sort -u)
printf '%s\n' "$findings"
[ -z "$findings" ]
