#!/usr/bin/env python3
"""usage: clocks.py TOP

What happened when, and for how long, is told by clocks that nobody sets: CLOCK_REALTIME is read only where the time of day is shown.
"""
import re

import sources

# Files that show the time of day, and what of.
SHOWN = {
    "src/program/limits_command.c": "when the report was made",
    "src/program/run_session.c": "when the program was started",
    "src/program/trace/trace_json.c": "when the log was begun",
    "src/program/trace/trace_line.c": "lines of a log (-t)",
    "tracer/calls/call_trace.c": "calls of a log (-t)",
}
SET_BY_USERS = re.compile(r"\bclock_(?:gettime|ns)\(CLOCK_(?:REALTIME|TAI)|\b(?:timer_create|timerfd_create|pthread_cond_clockwait)\(.*CLOCK_REALTIME"
                          r"|\b(?:gettimeofday|ftime|timespec_get|pthread_cond_timedwait|sem_timedwait)\(|(?<![\w.>])time\((?:NULL|&)")


def main():
    findings, shown = [], set()
    for path in sources.files(("src", "preload", "tracer", "report"), (".c", ".h")):
        for number, line in enumerate(sources.lines(path), 1):
            if not SET_BY_USERS.search(line):
                continue
            shown.add(path)
            if path not in SHOWN:
                findings.append(f"{path}:{number}: a clock that users set; CLOCK_MONOTONIC, unless it is shown as the time of day")
    findings += [f"{path}:1: {what}: no such clock is read there any more" for path, what in SHOWN.items() if path not in shown]
    sources.finish(findings)


main()
