#!/usr/bin/env python3
"""usage: libs_sweep.py --leakwatch PATH [--runs N] [FOLDER...]

How long `leakwatch libs` takes for all programs of folders (/usr/bin and /usr/sbin), beside ldd(1) and, if it is installed, libtree,
which are run once for each file, as they take one program at a time. Alternating runs, medians, a Markdown table.
"""
import argparse
import json
import shutil
import statistics
import subprocess
import time

GOAL_SECONDS = 10  # for 1000 files


def sweep(leakwatch, folders):
    return json.loads(subprocess.run([leakwatch, "libs", "--recursive", "--json=-", *folders], check=False, stdout=subprocess.PIPE).stdout)


def each(tool, paths):
    for path in paths:
        subprocess.run([tool, path], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def timed(function, *arguments):
    start = time.monotonic()
    function(*arguments)
    return time.monotonic() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("folders", nargs="*", default=["/usr/bin", "/usr/sbin"])
    arguments = parser.parse_args()
    paths = [file["path"] for file in sweep(arguments.leakwatch, arguments.folders)["files"]]
    tools = {"leakwatch libs": lambda: sweep(arguments.leakwatch, arguments.folders)}
    for name in ("ldd", "libtree"):
        if shutil.which(name):
            tools[name] = lambda name=name: each(name, paths)
    times = {name: [] for name in tools}
    for _ in range(arguments.runs):
        for name, function in tools.items():
            times[name].append(timed(function))
    print(f"| {len(paths)} files | s | s for 1000 files |\n| --- | --- | --- |")
    for name, samples in times.items():
        median = statistics.median(samples)
        print(f"| {name} | {median:.2f} | {median * 1000 / len(paths):.2f} |")
    reached = statistics.median(times["leakwatch libs"]) * 1000 / len(paths) <= GOAL_SECONDS
    print(f"\nat most {GOAL_SECONDS} s for 1000 files: {'reached' if reached else 'not reached'}")


main()
