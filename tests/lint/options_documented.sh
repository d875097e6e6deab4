#!/bin/bash
# usage: options_documented.sh TOP LEAKWATCH
# Every option that --help names has an entry in the manual page.
set -u
help=$("$2" --help) || exit 1
options=$(grep -Eo '^  (-.,|   ) --[a-z-]+' <<<"$help" | grep -Eo -- '--[a-z-]+')
[ -n "$options" ] || { echo "no options in --help"; exit 1; }
status=0
for option in $options; do
    if ! grep -Eq "^\.It .*Fl -${option#--}( |$)" "$1/man/leakwatch.1"; then
        echo "man/leakwatch.1: no entry for $option"
        status=1
    fi
done
exit $status
