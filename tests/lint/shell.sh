#!/bin/bash
# usage: shell.sh TOP
# Shell scripts are free of what shellcheck knows to go wrong.
command -v shellcheck >/dev/null || exit 77
cd "$1" || exit 1
mapfile -t scripts < <(grep -rlE '^#!/bin/(ba)?sh' run check .ci tests preload report | grep -v '\.py$')
shellcheck -x -S warning "${scripts[@]}"
