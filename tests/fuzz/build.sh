#!/bin/sh
# SPDX-License-Identifier: MIT
# Compiles every fuzz target of this folder with clang's libFuzzer and sanitizers: build.sh FOLDER [-ON]
# What the targets test is compiled the same way into one library, from which each takes what it needs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    echo "usage: $0 FOLDER [-ON]" >&2
    exit 2
fi
if ! command -v clang >/dev/null; then
    echo "skipped: clang is not installed" >&2
    exit 77
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)

flags="-std=gnu17 -D_GNU_SOURCE -g ${2:--O2} -fno-omit-frame-pointer -fno-sanitize-recover=all"
sanitizers="-fsanitize=address,undefined"
# Tables that the usual build makes, too.
descriptions=$(sed -n "/^abi_descriptions/,/)/p" "$root/src/abi/meson.build" | grep -o "'[a-z]*\.def'" | tr -d "'" | sed "s|^|$root/src/abi/|")
for kind in header source; do
    # shellcheck disable=SC2086 # a list of files
    python3 -B "$root/src/abi/generate_tables.py" --$kind $descriptions >"$folder/abi_tables.$(echo $kind | sed 's/header/h/; s/source/c/')"
done
includes="-I$folder -I$root -I$root/src"
libraries="-ldw -lelf -lseccomp -ljansson -lz -l:libiberty.a"

# The pure parts: no process is run here.
sources="$(find "$root/src" "$root/report" -name '*.c' ! -path '*/program/*') $folder/abi_tables.c $root/tracer/ledger/*.c $root/tracer/unwind/unwind_*.c
    $root/preload/cfi.c $root/preload/cfi_step.c $root/src/program/options/*.c"
export flags sanitizers includes libraries folder
# each COMMAND: runs it with each of the files of standard input as $0, as many at a time as there are processors.
each()
{
    xargs -0 -n 1 -P "$(nproc)" sh -c "$1"
}

for source in $sources; do
    [ -e "$source" ] && printf '%s\0' "$source"
done >"$folder/sources"
# shellcheck disable=SC2016 # expanded in `each`
each 'clang $flags -DLEAKWATCH_VERSION=\"fuzz\" $sanitizers -fsanitize=fuzzer-no-link $includes -c "$0" \
    -o "$folder/$(basename "$(dirname "$0")")-$(basename "$0" .c).o"' <"$folder/sources"
rm -f "$folder/libtested.a"
ar rcs "$folder/libtested.a" "$folder"/*.o

# shellcheck disable=SC2016
printf '%s\0' "$here"/fuzz_*.c |
    each 'clang $flags $sanitizers -fsanitize=fuzzer $includes "$0" "$folder/libtested.a" $libraries -o "$folder/$(basename "$0" .c)"'
