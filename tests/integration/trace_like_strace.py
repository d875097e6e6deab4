#!/usr/bin/env python3
"""usage: trace_like_strace.py --leakwatch PATH [PROGRAM...]

Runs programs under strace and under `leakwatch trace`, and compares all lines of their logs, thread by thread: with addresses, process
ids and what differs from run to run made equal, they must be the same. The PROGRAMs are those of tests/trace, which go through what
calls can look like; besides, some of the system's own. Speaks TAP.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

# Programs of the system: of these, only calls whose every argument is described on both sides.
CALLS = ["read", "write", "close", "mmap", "munmap", "execve", "openat"]
WORKS = {
    "true": ["/bin/true"],
    "echo": ["/bin/echo", "a\tb", "\x1b[2J"],
    "cat": ["/bin/cat", "/etc/hostname", "/does/not/exist"],
    "ls": ["/bin/ls", "/usr"],
    "python3": ["/usr/bin/python3", "-c", "print(open('/etc/passwd').read()[:9])"],
    "missing": ["/bin/sh", "-c", "/no/such/program"],
}

# What is not as in strace 6.1, and why: program (or "" for all), a pattern of strace's line.
DIFFERENCES = []

ADDRESS = re.compile(r"0x[0-9a-f]{9,}")
LINE = re.compile(r"(\d+) +(.*)")
NAME = re.compile(r"\w+")
# What two runs of a program do not have in common. Where a name of a call is given, only in its lines.
VARYING = [
    (None, re.compile(r"(si_[us]time|st_ino|stx_ino|d_ino|st_[amc]time|st_[amc]time_nsec|sival_int|d_off)=-?\d+( /\* \d{4}[^*]*\*/)?")),
    (None, re.compile(r"(stx_[abcm]time=\{)tv_sec=-?\d+, tv_nsec=\d+\}( /\* [^*]*\*/)?")),
    (None, re.compile(r"(ru_\w+)=\d+")),
    (None, re.compile(r"(ru_[us]time=\{)tv_sec=\d+, tv_usec=\d+")),
    ("sysinfo", re.compile(r"(\w+)=(\d+|\[[^]]*\])")),
    ("(f?statfs)", re.compile(r"(f_[bf]\w+)=(\d+|\{[^}]*\})")),
    ("(clock_gettime|gettimeofday|clock_adjtime|adjtimex|settimeofday)", re.compile(r"(tv_\w+)=\d+")),
    ("(clock_)?nanosleep", re.compile(r"(, \{tv_sec)=3599, tv_nsec=\d+")),
    ("clock_gettime", re.compile(r"(\()0xfff\w+")),
    ("time", re.compile(r"(\[|= )\d+ (/\* |\()[^*)]*")),
    ("times", re.compile(r"(tms_\w+|\)) *= ?\d+")),
    ("getrandom", re.compile(r"(\\x)[0-9a-f]{2}")),
    ("kcmp", re.compile(r"(KCMP_FILE, 0, 1\)) *= \d")),
    ("(name_to_handle_at)", re.compile(r"(f_handle=)\"[^\"]*\"")),
]


def run(command, log):
    """Runs `command` in an empty folder, and returns the lines of `log` and the process id that the tracer had."""
    with tempfile.TemporaryDirectory(prefix="lw") as folder:
        work = os.path.join(folder, "work")
        os.mkdir(work)
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=work, start_new_session=True,
                                   env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
        process.wait(timeout=120)
    with open(log, encoding="latin-1") as file:
        return [line.rstrip("\n").replace(folder, "/FOLDER__") for line in file], process.pid


def join(threads, thread, text):
    """Adds a line of a thread; what was interrupted by another thread's line goes on where it stopped."""
    lines = threads.setdefault(thread, [])
    resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", text)
    if resumed and lines and lines[-1].endswith("<unfinished ...>"):
        lines[-1] = lines[-1][:-len("<unfinished ...>")].removesuffix(" ") + resumed[1]
    else:
        lines.append(text)


def make_equal(line):
    line = ADDRESS.sub("ADDRESS", line)
    # Both align the results, but not where the line was interrupted.
    line = re.sub(r"\) +(= )", r") \1", line)
    name = NAME.match(line)
    for call, pattern in VARYING:
        if call is None or (name and re.fullmatch(call, name[0])):
            line = pattern.sub(r"\1=VARIES", line)
    return line


def threads_of(log):
    """The lines of each thread, with process ids replaced by the order in which they came."""
    lines, tracer = log
    threads, ids = {}, {}
    for line in lines:
        match = LINE.match(line)
        if match:
            ids.setdefault(match[1], f"PID{len(ids)}")
            join(threads, match[1], match[2])
    ids[str(tracer)] = "TRACER"
    pattern = re.compile(r"\b(" + "|".join(ids) + r")\b")
    return [[make_equal(pattern.sub(lambda match: ids[match[1]], line)) for line in part] for part in threads.values()]


def is_known(name, line):
    return any(re.search(pattern, line) for program, pattern in DIFFERENCES if program in ("", name))


def differences(name, expected, found):
    """Yields the first pairs of lines that differ though they are not known to."""
    for theirs, ours in zip(expected, found):
        for their_line, our_line in zip(theirs + [""] * len(ours), ours + [""] * len(theirs)):
            if their_line != our_line and not is_known(name, their_line):
                yield their_line, our_line


def compare_program(leakwatch, program, options):
    name = os.path.basename(program)
    with tempfile.NamedTemporaryFile() as ours, tempfile.NamedTemporaryFile() as theirs:
        expected = threads_of(run(["strace", *options, "-f", "-o", theirs.name, program], theirs.name))
        found = threads_of(run([leakwatch, "trace", *options, "-f", "-o", ours.name, program], ours.name))
    pairs = list(differences(name, expected, found))
    for their_line, our_line in pairs[:20]:
        print(f"# strace:    {their_line}\n# leakwatch: {our_line}")
    if len(expected) != len(found):
        print(f"# {len(expected)} threads under strace, {len(found)} under leakwatch")
    return bool(expected) and not pairs and len(expected) == len(found)


def chosen_lines(command, log):
    lines = run(command, log)[0]
    return [ADDRESS.sub("ADDRESS", line) for line in lines if line.startswith("+++") or line.split("(")[0] in CALLS]


def compare_work(leakwatch, name, work):
    with tempfile.NamedTemporaryFile() as ours, tempfile.NamedTemporaryFile() as theirs:
        expected = chosen_lines(["strace", "-o", theirs.name] + work, theirs.name)
        found = chosen_lines([leakwatch, "trace", "-o", ours.name] + work, ours.name)
    pairs = list(differences(name, [expected], [found]))
    for their_line, our_line in pairs[:5]:
        print(f"# strace:    {their_line}\n# leakwatch: {our_line}")
    return bool(expected) and not pairs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("programs", nargs="*")
    arguments = parser.parse_args()
    leakwatch = os.path.abspath(arguments.leakwatch)
    programs = [os.path.abspath(program) for program in arguments.programs]
    if not shutil.which("strace"):
        sys.exit(77)
    tests = [(name, lambda name=name, work=work: compare_work(leakwatch, name, work)) for name, work in WORKS.items()]
    for program in programs:
        for options in ([], ["-v"]):
            name = " ".join([os.path.basename(program), *options])
            tests.append((name, lambda program=program, options=options: compare_program(leakwatch, program, options)))
    print(f"TAP version 13\n1..{len(tests)}")
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        good = test()
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}", flush=True)
    sys.exit(failed != 0)


main()
