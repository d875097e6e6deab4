#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How long is a process stopped to be looked at, and how long does a look take?

    attach.py --leakwatch PROGRAM --held PROGRAM [--blocks N] [--runs N]

A process with N blocks (10 million) in the arenas of four threads is looked at in each way in turn. Prints medians as Markdown."""

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
from statistics import median

WAYS = ("copy", "fork", "none")
MIB = 1 << 20


def look(leakwatch, pid, way, report):
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([leakwatch, "attach", "-q", f"--snapshot={way}", f"--json={report}", str(pid)], check=True)
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(report, encoding="utf-8") as file:
        process = json.load(file)["processes"][0]
    if process["coverage"] != {"heap": "full", "reasons": []}:
        raise SystemExit(f"not all was seen: {process['coverage']}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return process["stopped_ns"] / 1e6, wall * 1e3, cpu * 1e3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--held", required=True)
    parser.add_argument("--blocks", type=int, default=10000000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    samples = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen([arguments.held, "many", str(arguments.blocks)],
                                                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE) as target:
        target.stdout.readline()
        with open(f"/proc/{target.pid}/statm", encoding="ascii") as file:
            resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        for _ in range(arguments.runs):
            for way in WAYS:
                samples[way].append(look(arguments.leakwatch, target.pid, way, os.path.join(folder, "report.json")))
        target.communicate(b"x")
    print(f"{arguments.blocks} blocks, {resident // MIB} MiB resident, medians of {arguments.runs} runs\n")
    print("| `--snapshot=` | process stopped, ms | whole look, ms | CPU of leakwatch, ms |\n| --- | --- | --- | --- |")
    for way in WAYS:
        print(f"| {way} | " + " | ".join(f"{median(column):.0f}" for column in zip(*samples[way])) + " |")


main()
