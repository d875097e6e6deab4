# SPDX-License-Identifier: MIT
"""Runs one command and measures it: wall time, CPU time of all its processes, peak memory of the first one."""

import os
import subprocess
import threading
import time
from dataclasses import dataclass


@dataclass
class Sample:
    """Times in seconds; `output` is what the program printed; `first_peak_kib` the peak resident set of the first process alone
    (under leakwatch: of the supervisor), 0 if it ended too soon to be seen."""

    wall: float
    cpu: float
    status: int
    output: str
    first_peak_kib: int = 0


class PeakWatcher(threading.Thread):
    """Reads VmHWM of a process until it ends. The mark only rises, so that reading it now and then is enough, but for the last
    interval."""

    INTERVAL = 0.005

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path = f"/proc/{pid}/status"
        self.peak_kib = 0
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(self.INTERVAL):
            try:
                with open(self.path, encoding="ascii", errors="replace") as stream:
                    for line in stream:
                        if line.startswith("VmHWM:"):
                            self.peak_kib = max(self.peak_kib, int(line.split()[1]))
            except OSError:
                return


def measure(command, environment, directory, watch_peak=False):
    """Runs `command`; its standard output is kept, its standard error dropped."""
    start = time.monotonic()
    with subprocess.Popen(command, env=environment, cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        watcher = PeakWatcher(process.pid) if watch_peak else None
        if watcher:
            watcher.start()
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    if watcher:
        watcher.ended.set()
        watcher.join()
    return Sample(wall, usage.ru_utime + usage.ru_stime, process.returncode, output.decode(errors="replace"),
                  watcher.peak_kib if watcher else 0)
