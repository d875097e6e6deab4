#!/bin/sh
# SPDX-License-Identifier: MIT
# Compiles every fuzz target of this folder with clang's libFuzzer and sanitizers: build.sh FOLDER
# What the targets test is compiled the same way into one library, from which each takes what it needs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
if [ $# -ne 1 ]; then
    echo "usage: $0 FOLDER" >&2
    exit 2
fi
if ! command -v clang >/dev/null; then
    echo "skipped: clang is not installed" >&2
    exit 77
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)

flags="-std=gnu17 -D_GNU_SOURCE -g -O2 -fno-omit-frame-pointer -fno-sanitize-recover=all"
sanitizers="-fsanitize=address,undefined"
# Tables that the usual build makes, too.
descriptions=$(sed -n "/^abi_descriptions/,/)/p" "$root/src/abi/meson.build" | grep -o "'[a-z]*\.def'" | tr -d "'" | sed "s|^|$root/src/abi/|")
for kind in header source; do
    # shellcheck disable=SC2086 # a list of files
    python3 -B "$root/src/abi/generate_tables.py" --$kind $descriptions >"$folder/abi_tables.$(echo $kind | sed 's/header/h/; s/source/c/')"
done
includes="-I$folder -I$root -I$root/src -I$root/src/abi -I$root/src/heap -I$root/src/elf -I$root/tracer -I$root/preload"
libraries="-ldw -lelf -ljansson -l:libiberty.a"

# The pure parts: no process is run here.
sources="$root/src/*.c $root/src/abi/*.c $root/src/syscalls/*.c $root/report/*.c $folder/abi_tables.c $root/src/heap/*.c $root/src/glibc_heap/*.c $root/src/limits/*.c $root/src/elf/*.c $root/tracer/ledger_*.c $root/tracer/address_range*.c
    $root/preload/cfi.c $root/preload/cfi_step.c"
objects=
for source in $sources; do
    [ -e "$source" ] || continue
    object="$folder/$(basename "$(dirname "$source")")-$(basename "$source" .c).o"
    # shellcheck disable=SC2086 # lists of options
    clang $flags -DLEAKWATCH_VERSION='"fuzz"' $sanitizers -fsanitize=fuzzer-no-link $includes -c "$source" -o "$object"
    objects="$objects $object"
done
rm -f "$folder/libtested.a"
# shellcheck disable=SC2086
ar rcs "$folder/libtested.a" $objects

for source in "$here"/fuzz_*.c; do
    # shellcheck disable=SC2086
    clang $flags $sanitizers -fsanitize=fuzzer $includes "$source" "$folder/libtested.a" $libraries \
        -o "$folder/$(basename "$source" .c)"
done
