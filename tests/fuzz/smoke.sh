#!/bin/sh
# SPDX-License-Identifier: MIT
# A short run of every fuzz target, as a test: smoke.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# To compile takes longer than the run.
"$here/build.sh" "$1" -O0
"$here/run.sh" "$1" -runs=1000
