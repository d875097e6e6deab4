#!/bin/bash
# usage: decode_profile.sh PROTO FORMAT COMMAND...
#
# Prints what COMMAND writes as text that can be compared: pprof through gunzip(1) and protoc(1), heaptrack with equal lines that
# follow each other told as one line and their number.
set -euo pipefail
proto=$1 format=$2
shift 2

case $format in
pprof)
    "$@" | gunzip | protoc --decode=perftools.profiles.Profile --proto_path="$(dirname "$proto")" "$proto"
    ;;
heaptrack)
    "$@" | uniq -c
    ;;
esac
