#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures leakwatch side by side with other tools: alternating runs, medians, tables in Markdown, and all samples as JSON.
Ends with 0 unless a run, native or under leakwatch, failed: a figure that was not reached is said, it is no error.

    bench.py --leakwatch PROGRAM --programs FOLDER [--runs N] [--pairs N] [--only NAME...] [--json FILE]
"""

import argparse
import dataclasses
import datetime
import json
import os
import platform
import sys
import tempfile

import goals
import workloads
from measure import measure
from tools import installed_tools


def machine():
    """The class of the machine, for the head of the results."""
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as stream:
        models = [line.partition(":")[2].strip() for line in stream if line.startswith("model name")]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{os.cpu_count()} x {models[0] if models else platform.machine()}, {pages >> 30} GiB, Linux {platform.release()}"


def run_once(work, tool, directory):
    """One sample, or None with a message if the program did not end well."""
    environment = {"PATH": os.environ["PATH"], "HOME": directory, "LANG": "C.UTF-8", **tool.environment}
    sample = measure(tool.command(work.command, directory, work.options), environment, directory, work.watch_peak)
    if sample.status != 0:
        print(f"{work.name} under {tool.name} ended with {sample.status}", file=sys.stderr)
        return None
    return sample


def measure_workload(work, tools, runs, directory):
    """All samples of a workload, tools alternating: {tool: [Sample, ...]}, and how many runs failed."""
    samples, failures = {}, 0
    for number in range(work.runs or runs):
        for tool in tools:
            if tool.name not in work.tools or (tool.runs and number >= tool.runs):
                continue
            print(f"{work.name}: {tool.name} {number + 1}", file=sys.stderr)
            sample = run_once(work, tool, directory)
            if sample:
                samples.setdefault(tool.name, []).append(sample)
            elif tool.name in workloads.OURS:
                failures += 1
    return samples, failures


def format_number(value):
    return "-" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def print_samples(medians, names, tools):
    """The table of medians: what is compared, tool by tool, with the ratio to native."""
    print("| work | " + " | ".join(tools) + " |")
    print("| --- |" + " --- |" * len(tools))
    for name in names:
        for what, quantity in (("wall s", medians.wall), ("CPU s, all processes", medians.cpu)):
            native = quantity(name, "native")
            cells = []
            for tool in tools:
                value = quantity(name, tool)
                times = goals.ratio(value, native)
                cells.append(format_number(value) + (f" ({times:.2f}x)" if times and tool != "native" else ""))
            print(f"| {name}, {what} | " + " | ".join(cells) + " |")


def print_goals(reached):
    print("| figure | limit | measured | reached |")
    print("| --- | --- | --- | --- |")
    for goal in reached:
        bound = "at least" if goal.least else "at most"
        answer = {True: "yes", False: "NO", None: "not measured"}[goal.reached()]
        print(f"| {goal.what} | {bound} {goal.limit} {goal.unit} | {format_number(goal.value)} | {answer} |")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--programs", required=True, help="folder of bench_pairs, bench_blocks, bench_getppid")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--pairs", type=int, default=3000000)
    parser.add_argument("--only", nargs="*", help="names of workloads")
    parser.add_argument("--tools", nargs="*", help="names of tools")
    parser.add_argument("--json", help="write all samples there")
    options = parser.parse_args()
    options.leakwatch = os.path.abspath(options.leakwatch)
    options.programs = os.path.abspath(options.programs)
    return options


def main():
    options = parse_arguments()
    tools = [tool for tool in installed_tools(options.leakwatch) if not options.tools or tool.name in options.tools]
    results, failures = {}, 0
    with tempfile.TemporaryDirectory(prefix="leakwatch-bench-") as directory:
        workloads.write_inputs(directory)
        works = workloads.all_workloads(options.programs, directory, options.pairs)
        works = [work for work in works if not options.only or any(work.name.startswith(name) for name in options.only)]
        for work in works:
            results[work.name], failed = measure_workload(work, tools, options.runs, directory)
            failures += failed
    medians = goals.Medians(results, works)
    reached = goals.all_goals(medians)
    date = datetime.date.today().isoformat()
    print(f"Measured on {date}: {machine()}; medians of {options.runs} alternating runs.\n")
    print_goals([goal for goal in reached if goal.value is not None])
    print()
    print_samples(medians, list(results), [tool.name for tool in tools])
    if options.json:
        samples = {name: {tool: [dataclasses.asdict(sample) for sample in each] for tool, each in by_tool.items()}
                   for name, by_tool in results.items()}
        with open(options.json, "w", encoding="utf-8") as stream:
            json.dump({"date": date, "machine": machine(), "runs": options.runs, "samples": samples,
                       "goals": [dataclasses.asdict(goal) | {"reached": goal.reached()} for goal in reached]}, stream, indent=1)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
