#!/usr/bin/env python3
"""usage: trace_options_like_strace.py --leakwatch PATH

For each option that changes what a log looks like: runs programs under strace and under `leakwatch trace` with it, and compares the
lines of the calls that are described whole. Times, process ids and addresses are made equal; everything else must be the same, in the
same order. Speaks TAP.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

# Calls whose every argument is described; the others come as descriptions are added.
CALLS = "read,write,close,mmap,munmap,execve,openat,getppid,getpid,fsync,fadvise64,exit_group"
SCRIPT = (
    "import os; fd = os.open('/etc/passwd', 0); os.read(fd, 5); os.write(1, b'a\\x80\\x01b\\n'); os.fsync(0); os.getppid(); "
    "os.open('/tmp', os.O_DIRECTORY); os.write(1, b'0123456789abcdefgh'); os.fsync(99)"
)
PYTHON = ["/usr/bin/python3", "-S", "-c", SCRIPT]
CAT = ["/bin/cat", "/etc/hostname", "/does/not/exist"]
SOCKETS = (
    "import os, socket; t = socket.create_server(('127.0.0.1', 0)); os.fsync(t.fileno()); "
    "c = socket.create_connection(t.getsockname()); os.fsync(c.fileno()); os.fsync(t.accept()[0].fileno()); "
    "u = socket.socket(socket.AF_UNIX); u.bind('\\0leakwatch \"test'); os.fsync(u.fileno()); "
    "s = socket.socketpair(); os.fsync(s[0].fileno()); n = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); n.bind((0, 0)); "
    "os.fsync(n.fileno()); six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); os.fsync(six.fileno()); "
    "os.fsync(os.pidfd_open(os.getpid())); os.fsync(os.eventfd(3)); os.fsync(os.pipe()[0]); os.fsync(os.memfd_create('a<b')); "
    "os.fsync(os.open('/dev/null', 0))"
)
SOCKET_PYTHON = ["/usr/bin/python3", "-c", SOCKETS]
FORK = ["/bin/sh", "-c", "/bin/true; /bin/false; echo x"]

# name: options, program
CASES = {
    "-t": (["-t"], CAT),
    "-tt": (["-tt"], CAT),
    "-ttt": (["-ttt"], CAT),
    "timestamps in ns": (["--absolute-timestamps=precision:ns"], CAT),
    "unix timestamps in ms": (["--timestamps=unix,ms"], CAT),
    "-r": (["-r"], CAT),
    "-r in ms": (["--relative-timestamps=ms"], CAT),
    "-r -tt -T": (["-r", "-tt", "-T"], CAT),
    "-T": (["-T"], CAT),
    "-T in ns": (["--syscall-times=ns"], CAT),
    "-T in s": (["--syscall-times=s"], CAT),
    "-i": (["-i"], CAT),
    "-n": (["-n"], PYTHON),
    "-n -i -t": (["-n", "-i", "-t"], PYTHON),
    "-x": (["-x"], PYTHON),
    "-xx": (["-xx"], PYTHON),
    "hexadecimal escapes": (["--strings-in-hex=non-ascii-chars"], PYTHON),
    "-X raw": (["-X", "raw"], PYTHON),
    "-X verbose": (["-X", "verbose"], PYTHON),
    "-v": (["-v", "-s", "9999"], PYTHON),
    "raw": (["-e", "raw=all"], PYTHON),
    "raw of one": (["-e", "raw=openat"], PYTHON),
    "verbose of none": (["-e", "verbose=none"], PYTHON),
    "abbrev of others": (["-e", "abbrev=!execve", "-s", "9999"], PYTHON),
    "-y": (["-y"], PYTHON),
    "-y -x": (["-y", "-x"], PYTHON),
    "-yy": (["-yy"], PYTHON),
    "-y of sockets": (["-y"], SOCKET_PYTHON),
    "-yy of sockets": (["-yy"], SOCKET_PYTHON),
    "descriptors as sockets": (["--decode-fds=socket"], SOCKET_PYTHON),
    "descriptors as devices": (["--decode-fds=dev"], PYTHON),
    "-Y": (["-Y"], PYTHON),
    "-f -Y": (["-f", "-Y"], PYTHON),
    "-z": (["-z"], CAT),
    "-Z": (["-Z"], CAT),
    "-f -z": (["-f", "-z"], FORK),
    "unfinished": (["-e", "status=unfinished"], PYTHON),
    "-P": (["-P", "/etc/passwd"], PYTHON),
    "-P of a directory": (["-P", "/tmp", "-P", "/etc/hostname"], PYTHON),
    "read dump": (["-e", "read=3"], CAT),
    "write dump": (["-e", "write=1"], PYTHON),
    "-k": (["-k"], ["/bin/ls", "/usr"]),
    "-k of another": (["-k"], CAT),
    "-qq": (["-qq"], PYTHON),
    "quiet": (["--quiet=exit"], PYTHON),
    "-a": (["-a", "20"], PYTHON),
    "-a 0": (["-a", "0"], PYTHON),
    "injected value": (["-e", "inject=fsync:retval=7"], PYTHON),
    "injected error": (["-e", "inject=close:error=EBADF:when=3+2"], CAT),
    "injected fault": (["-e", "fault=read:when=2"], CAT),
    "injected signal": (["-e", "inject=getppid:signal=SIGINT"], PYTHON),
    "injected call": (["-e", "inject=fsync:retval=3:syscall=getpid"], PYTHON),
    "injected delay": (["-e", "inject=getppid:delay_exit=1000"], PYTHON),
    "command": (["-o", "|cat >FILE"], PYTHON),
    "command in the old way": (["-o", "!cat >FILE"], PYTHON),
}

TIME = r"(?:\d\d:\d\d:\d\d|\d{10})(?:\.\d+)?"
REPLACED = [
    # Names of functions are better where there is no symbol in the table of the linker; the places must be the same.
    (re.compile(r"^ > (\S+)\(.*\) (?=\[0x)"), r" > \1 "),
    (re.compile(r"0x[0-9a-f]{7,}|0x[0-9a-f]{5,6}(?=[,)])"), "ADDRESS"),
    (re.compile(r"\[[0-9a-f?]{16}\]"), lambda match: "[%s]" % ("?" * 16 if "?" in match.group() else "POINTER")),
    (re.compile(r"^" + TIME + " "), lambda match: re.sub(r"\d", "9", match.group())),
    (re.compile(r"^( *|.*\(\+ *)\d+(\.\d+)?( |\) )(?!\d*$)"), None),
    (re.compile(r"<\d+(\.\d+)?>$"), lambda match: re.sub(r"\d", "9", match.group())),
    (re.compile(r"\bstrace\b|\bleakwatch\b(?! )"), "TRACER"),
    (re.compile(r"[0-9a-f:.]+\]?:\d{4,5}(?=\]|->)"), "ENDPOINT"),
    (re.compile(r" {2,}= "), " = "),
    # A process id may be short.
    (re.compile(r"^\d+(?=[ <])|(?<=si_pid=)\d+|(?<=pid\(\) = )\d+|\b\d{4,9}\b"), "NUMBER"),
]


def spans(match):
    """The digits of a span of time, and how many there are."""
    return re.sub(r"[1-9]", "0", match.group())


def normal(line):
    for pattern, replacement in REPLACED:
        line = pattern.sub(replacement or spans, line, count=0)
    return line


def comparable(lines):
    """Without the stack of the first call, which is the tracer's own. The end comes last: strace has it before the stack of the call
    that brought it."""
    calls, ends = 0, []
    for line in lines:
        if line.startswith("+++ "):
            ends.append(line)
            continue
        calls += not line.startswith(" > ")
        if calls > 1 or not line.startswith(" > "):
            yield line
    yield from ends


def run(tool, options, program, folder):
    log = os.path.join(folder, "log")
    arguments = [option.replace("FILE", log) for option in options]
    if "-o" not in options:
        arguments += ["-o", log]
    command = tool + arguments + ["-e", "trace=" + CALLS] + program
    # How much memory Python wants depends on its hashes.
    environment = dict(os.environ, PYTHONHASHSEED="0")
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False)
    with open(log, encoding="latin-1") as file:
        return [normal(line.rstrip("\n")) for line in comparable(file)]


def compare(leakwatch, options, program):
    with tempfile.TemporaryDirectory() as theirs, tempfile.TemporaryDirectory() as ours:
        expected = run(["strace"], options, program, theirs)
        found = run([leakwatch, "trace"], options, program, ours)
    # The log of several processes depends on who is first.
    if "-f" in options and program is FORK:
        expected, found = sorted(expected), sorted(found)
    if expected and found == expected:
        return True
    print(f"# {len(expected)} lines expected, {len(found)} found")
    for theirs, ours in zip(expected + [""] * len(found), found + [""] * len(expected)):
        if theirs != ours:
            print(f"# strace:    {theirs}\n# leakwatch: {ours}")
            break
    return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--only", help="this case alone")
    arguments = parser.parse_args()
    if not shutil.which("strace"):
        sys.exit(77)
    cases = {name: case for name, case in CASES.items() if arguments.only in (None, name)}
    print(f"TAP version 13\n1..{len(cases)}")
    failed = 0
    for number, (name, (options, program)) in enumerate(cases.items(), 1):
        good = compare(arguments.leakwatch, options, program)
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}", flush=True)
    sys.exit(failed != 0)


main()
