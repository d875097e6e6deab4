#!/bin/bash
# usage: manual.sh TOP [PAGE...]
# The manual pages are in good mdoc. Whether the pages that they refer to are installed here does not matter.
command -v mandoc >/dev/null || exit 77
top=$1
shift
findings=$(mandoc -T lint -W style "$top"/man/*.[1-8] "$@" 2>/dev/null | grep -v 'referenced manual not found')
printf '%s' "$findings"
[ -z "$findings" ]
