#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs every fuzz target, one after the other: run.sh FOLDER [SECONDS-EACH | -runs=N] [TARGET...]
# FOLDER is where build.sh left the programs; what is found is left there too. Prints how many inputs each target was given. Exit
# status 1 if a target found something.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?usage: $0 FOLDER [SECONDS-EACH | -runs=N] [TARGET...]}
amount=${2:-60}
case $amount in
-runs=*) limit=$amount ;;
*) limit=-max_total_time=$amount ;;
esac
if [ $# -gt 2 ]; then
    shift 2
else
    set --
    for source in "$here"/fuzz_*.c; do
        set -- "$@" "$(basename "$source" .c)"
    done
fi

# The default quarantine of freed memory is larger than what most inputs need, and slow.
export ASAN_OPTIONS="quarantine_size_mb=16:${ASAN_OPTIONS:-}"

result=0
for target; do
    found="$folder/corpus/${target#fuzz_}"
    mkdir -p "$found"
    seeds="$here/corpus/${target#fuzz_}"
    [ -d "$seeds" ] || seeds=
    log="$folder/$target.log"
    # shellcheck disable=SC2086 # no seeds: no argument
    if "$folder/$target" "$limit" -seed=1 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$folder/$target-" "$found" $seeds >"$log" 2>&1; then
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, nothing found"
    else
        result=1
        echo "$target: FOUND SOMETHING, see $log"
        grep -E 'ERROR|SUMMARY|Test unit written' "$log" || tail -20 "$log"
    fi
done
exit $result
