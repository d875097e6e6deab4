#!/bin/bash
# usage: options_documented.sh TOP LEAKWATCH
# Every option that the help of a command names has an entry in its manual page.
set -u
status=0

# documented COMMAND LEAKWATCH PAGE
documented()
{
    local help options option
    help=$("$2" help "$1") || exit 1
    options=$(sed -nE 's/^  (-.)?,? *(--[a-z0-9-]+)?.*/\1 \2/p' <<<"$help")
    [ -n "${options// /}" ] || { echo "no options in the help of $1"; exit 1; }
    for option in $options; do
        if ! grep -Eq "^\.It .*Fl ${option#-}( |$)" "$3"; then
            echo "$3: no entry for $option"
            status=1
        fi
    done
}

documented run "$2" "$1/man/leakwatch.1"
documented attach "$2" "$1/man/leakwatch.1"
documented limits "$2" "$1/man/leakwatch-limits.1"
documented trace "$2" "$1/man/leakwatch-trace.1"
documented diff "$2" "$1/man/leakwatch-diff.1"
documented show "$2" "$1/man/leakwatch-show.1"
documented libs "$2" "$1/man/leakwatch-libs.1"
exit $status
