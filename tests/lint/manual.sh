#!/bin/bash
# usage: manual.sh TOP
# The manual page is in good mdoc. Whether the pages that it refers to are installed here does not matter.
command -v mandoc >/dev/null || exit 77
findings=$(mandoc -T lint -W style "$1/man/leakwatch.1" 2>/dev/null | grep -v 'referenced manual not found')
printf '%s' "$findings"
[ -z "$findings" ]
