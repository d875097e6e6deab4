# SPDX-License-Identifier: MIT
"""The tools that are compared, each as it would be used: how a command is run under it."""

import os
import shutil
import subprocess


class Tool:
    """A tool, and how often it is run at most: the slow ones are measured less often."""

    def __init__(self, name, prefix, environment=None, runs=None, kind=None):
        """`kind`: which of a workload's options it takes; its name, if there is none."""
        self.name = name
        self.kind = kind or name
        self.prefix = prefix
        self.environment = environment or {}
        self.runs = runs

    def command(self, command, directory, options):
        """`options`: of each kind of tool."""
        prefix = [word.replace("{directory}", directory) for word in self.prefix]
        return [*prefix, *options.get(self.kind, ()), *command]


def lsan_library():
    """The LeakSanitizer library of gcc, or None."""
    try:
        path = subprocess.run(["gcc", "-print-file-name=liblsan.so"], capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    return os.path.realpath(path) if os.path.isabs(path) and os.path.exists(path) else None


def installed_tools(leakwatch):
    """All tools that are there, native first."""
    tools = [
        Tool("native", []),
        Tool("leakwatch", [leakwatch, "run", "-o", "{directory}/report.txt"]),
    ]
    lsan = lsan_library()
    if lsan:
        tools.append(Tool("lsan", [], {"LD_PRELOAD": lsan, "LSAN_OPTIONS": "exitcode=0"}))
    if shutil.which("heaptrack"):
        tools.append(Tool("heaptrack", ["heaptrack", "-o", "{directory}/heaptrack"], runs=3))
    if shutil.which("valgrind"):
        tools.append(Tool("valgrind", ["valgrind", "-q", "--leak-check=full", "--num-callers=30", "--log-file=/dev/null"], runs=1))
    log = ["-f", "-o", "/dev/null"]
    tools.append(Tool("trace", [leakwatch, "trace", *log], kind="trace"))
    if shutil.which("strace"):
        tools.append(Tool("strace", ["strace", *log], kind="trace"))
        tools.append(Tool("strace-bpf", ["strace", "--seccomp-bpf", *log], kind="trace"))
    return tools
