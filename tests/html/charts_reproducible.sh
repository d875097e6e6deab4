#!/bin/bash
# usage: charts_reproducible.sh FOLDER
# The bundle in FOLDER is what its script makes of the packages that its lock file names.
command -v npm >/dev/null || exit 77
exec "$1/bundle" --check
