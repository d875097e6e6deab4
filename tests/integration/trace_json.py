#!/usr/bin/python3
"""usage: trace_json.py --leakwatch PATH --schema FILE --summary-schema FILE [PROGRAM...]

Runs programs under `leakwatch trace` with a text log and a JSON log at once: each line of the JSON log must fit the schema, and both
must tell the same, event by event, in the same order. The PROGRAMs are those of tests/trace; besides, some of the system's own. Then
come the edges: strange bytes, a full disk, readers and tracers that are killed. Speaks TAP.
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

import jsonschema

import json_schema

PYTHON = ["/usr/bin/python3", "-E", "-S", "-c"]
THREADS = """
import subprocess, threading
threads = [threading.Thread(target=lambda: [open('/etc/passwd').close() for _ in range(20)]) for _ in range(4)]
[thread.start() for thread in threads]
subprocess.run(['/bin/echo', 'a'])
[thread.join() for thread in threads]
"""
SOCKETS = """
import os, select, signal, socket
server = socket.create_server(('127.0.0.1', 0)); client = socket.create_connection(server.getsockname()); server.accept()
name = socket.socket(socket.AF_UNIX); name.bind('\\0leakwatch test'); select.select([client], [client], [], 1)
poll = select.poll(); poll.register(client, select.POLLOUT); poll.poll(); os.memfd_create('a'); os.stat('/dev/null')
signal.signal(signal.SIGUSR1, lambda *_: None); os.kill(os.getpid(), signal.SIGUSR1); os.fsync(99)
"""
UNKNOWN = "import ctypes; libc = ctypes.CDLL(None); libc.syscall(0x1d8, 1, 2, -1); libc.syscall(-1, 0)"
# A thread that waits in a call when its process ends, and one that runs another program in place of the first.
# Killed when the thread has entered its call: number 0.
KILLED = """import os, threading
r, w = os.pipe()
thread = threading.Thread(target=lambda: os.read(r, 1))
thread.start()
while open(f'/proc/self/task/{thread.native_id}/syscall').read().split()[0] != '0':
    pass
os.kill(os.getpid(), 9)
"""
SUPERSEDED = "import os, threading; threading.Thread(target=lambda: os.execv('/bin/true', ['true'])).start(); os.read(os.pipe()[0], 1)"

WORKS = {
    "ls": ["/bin/ls", "-l", "/"],
    "threads and programs": PYTHON + [THREADS],
    "sockets": PYTHON + [SOCKETS],
    "pipeline": ["/bin/sh", "-c", "/bin/cat /etc/passwd | sort | tail -1; /bin/false; /no/such/program"],
    "killed": ["/bin/sh", "-c", "kill -SEGV $$"],
    "unknown calls": PYTHON + [UNKNOWN],
    "killed in a call": PYTHON + [KILLED],
    "superseded": PYTHON + [SUPERSEDED],
}
OPTIONS = [
    ["-y"], ["-yy", "-Y"], ["-v", "-s", "9999"], ["-xx"], ["-X", "verbose"], ["-N"], ["-i", "-n", "-t", "-T"], ["-z"], ["-Z"], ["-k"], ["-e", "trace=%file"],
    ["-P", "/etc/passwd"], ["-e", "trace-fds=3"], ["-e", "raw=all"], ["-e", "verbose=none"], ["-e", "signal=none"],
    ["-e", "status=unfinished"], ["-e", "inject=openat:error=EACCES:when=40"], ["--color=always"], ["-qqq"],
]


def no_duplicates(pairs):
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), f"a member twice: {names}"
    return dict(pairs)


def parse(line):
    return json.loads(line.decode("utf-8"), object_pairs_hook=no_duplicates)


def shape(line):
    """A line without what the schema does not ask about: which number it is that is not 0 and not near the largest."""
    if re.search(rb"\d{19}", line):
        return line
    return re.sub(rb"\b[1-9]\d*\b", b"1", re.sub(rb"\b0x[0-9a-f]+\b", b"0x1", line))


class Checker:
    def __init__(self, arguments):
        self.leakwatch = os.path.abspath(arguments.leakwatch)
        self.validator = json_schema.load(arguments.schema)
        self.validators = {kind: self.of_kind(kind) for kind in self.validator.schema["$defs"]}
        self.summary_validator = json_schema.load(arguments.summary_schema)
        self.fitting = set()  # shapes of lines that fit the schema

    def of_kind(self, kind):
        return self.validator.evolve(schema={"$ref": f"#/$defs/{kind}", "$defs": self.validator.schema["$defs"]})

    def trace(self, options, program, **more):
        keywords = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "timeout": 120, **more}
        return subprocess.run([self.leakwatch, "trace", *options, *program], check=False, **keywords)

    def validate(self, event):
        # The type alone decides what an event must look like: its own schema says more about what is wrong than all together.
        kind = event.get("type", "header")
        assert kind in self.validators, event
        for error in self.validators[kind].iter_errors(event):
            raise AssertionError(f"{error.message[:300]} at {list(error.absolute_path)} of {event}")

    def read(self, path):
        """The events of a log, each of which fits the schema, after its first line."""
        with open(path, "rb") as file:
            data = file.read()
        assert data.endswith(b"\n"), "the last line is not whole"
        lines = []
        for text in data.split(b"\n")[:-1]:
            lines.append(parse(text))
            if shape(text) not in self.fitting:
                self.validate(lines[-1])
                self.fitting.add(shape(text))
        assert [line for line in lines if "format" in line] == lines[:1], "not one first line"
        return lines[1:]

    def events(self, options, program):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "log")
            self.trace(["--json=" + path, *options], program)
            return self.read(path)


# ---- The same as the text log ----

COLORS = re.compile("\033\\[\\d*m")
COLUMNS = re.compile(r"(\d+)(?:<\S*>)? +(?:\d\d:\d\d:\d\d )?(?:\[ *[0-9]+\] )?(?:\[[0-9a-f?]{16}\] )?(.*)")


def text_events(path, options):
    """(thread, text) of each event of a text log; of a call in two parts, where it ends."""
    begun = {}
    with open(path, encoding="latin-1") as file:
        for line in file:
            if line.startswith(" > "):
                continue
            thread, text = COLUMNS.fullmatch(COLORS.sub("", line.rstrip("\n"))).groups()
            if "-T" in options:
                text = re.sub(r" <\d+\.\d+>$", "", text)
            changed = re.fullmatch(r"(.*) <pid changed to \d+ \.\.\.>", text)
            superseded = re.fullmatch(r"\+\+\+ superseded by execve in pid (\d+) \+\+\+", text)
            if superseded and superseded[1] in begun:
                begun[thread] = begun.pop(superseded[1])
            if changed:
                begun[thread] = changed[1]
            elif text.endswith(" <unfinished ...>"):
                begun[thread] = text.removesuffix(" <unfinished ...>")
            else:
                yield thread, re.sub(r"^<\.\.\. \w+ resumed>", lambda _, thread=thread: begun.pop(thread), text)


def unpadded(events):
    return [(thread, re.sub(r"\) +(= )", r") \1", text)) for thread, text in events]


def compare(checker, options, program):
    with tempfile.TemporaryDirectory() as folder:
        text, log = os.path.join(folder, "text"), os.path.join(folder, "json")
        checker.trace(["-f", *options, "-o", text, "--json=" + log], program, cwd=folder)
        events = checker.read(log)
        expected = unpadded(text_events(text, options))
        count = subprocess.run(["jq", "-s", "length", log], stdout=subprocess.PIPE, check=True).stdout
    found = unpadded((str(event["tid"]), event["text"]) for event in events if "text" in event)
    if options == ["-qqq"]:  # what is not said there is here
        quiet = re.compile(r"\+\+\+ (exited with|superseded)")
        found = [event for event in found if not quiet.match(event[1])]
    for theirs, ours in zip(expected + [None] * len(found), found + [None] * len(expected)):
        assert theirs == ours, f"text: {theirs}\njson: {ours}"
    assert int(count) == len(events) + 1, "jq has read something else"
    return events


def check_events(name, events):
    """What these programs do must be there."""
    types = {event["type"] for event in events}
    calls = [event for event in events if event["type"] == "syscall"]
    assert {"syscall", "exec", "exit"} <= types, types
    for call in calls:
        assert ("duration_ns" in call) == ("unfinished" not in call), call
        assert ("error" in call) == ("errno" in call), call
    if name in ("threads and programs", "pipeline"):
        assert "fork" in types and len({call["tid"] for call in calls}) > 2
    if name == "pipeline":
        assert any(event["type"] == "signal" and event["signal"] == "SIGCHLD" and event["info"]["si_signo"]["value"] == 17 for event in events)
    if name == "killed":
        assert events[-1]["how"] == "signal" and events[-1]["signal"] == "SIGSEGV" and events[-1]["nr"] == 11
    if name == "unknown calls":
        unknown = [call for call in calls if call["name"] == "syscall_0x1d8"]
        assert unknown[0]["nr"] == 472 and unknown[0]["args"]["arg3"] == "0xffffffffffffffff" and unknown[0]["error"] == "ENOSYS"
        assert any(call["nr"] == 2**64 - 1 for call in calls)
    if name == "killed in a call":
        assert any(call.get("unfinished") and call["name"] == "read" and call["ret"] is None for call in calls)
    if name == "superseded":
        assert any(event["type"] == "exec" and event.get("former_tid") for event in events)


def check_work(checker, name):
    check_events(name, compare(checker, [], WORKS[name]))


# ---- Bytes ----

def check_strings(checker):
    names = {b"/no\n\"\\\t\x01": "/no\n\"\\\t\x01", "/nä€🐛".encode(): "/nä€🐛", b"/no\xff\xc3": {"bytes": b"/no\xff\xc3".hex()}, b"0x10": {"string": "0x10"},
             b"/" + b"n" * 99: "/" + "n" * 99}
    program = PYTHON + [f"import os\nfor name in {list(names)}: os.path.exists(name)\nos.write(1, b'0123456789'); os.write(1, b'\\xff' * 9)\n"
                        "os.write(1, '\\u20ac\\u20ac'.encode())"]
    events = checker.events(["-s", "4", "-e", "trace=stat,newfstatat,write"], program)
    paths = [list(event["args"].values())[1 if event["name"] == "newfstatat" else 0] for event in events if "stat" in event.get("name", "")]
    for expected in names.values():
        assert expected in paths, f"{expected} not in {paths}"
    assert [event["args"]["buf"] for event in events if event.get("name") == "write"] == [
        {"string": "0123", "truncated": True}, {"bytes": "ffffffff", "truncated": True}, {"string": "\u20ac", "truncated": True}]


def check_command(checker):
    with tempfile.NamedTemporaryFile() as log:
        checker.trace(["--json=" + log.name], ["/bin/true", b"a\nb", b"\xff"])
        first = parse(log.readline())
    assert first["command"] == ["/bin/true", "a\nb", {"bytes": "ff"}] and first["attached"] == [], first


def check_stacks(checker):
    calls = [event for event in checker.events(["-k"], ["/bin/cat", "/etc/hostname"]) if event["type"] == "syscall"]
    read = [call for call in calls if call["name"] == "read"][-1]
    assert read["stack"][0]["function"].endswith("read") and read["stack"][0]["file"].endswith("libc.so.6"), read
    assert "__libc_start_main" in [frame.get("function") for frame in read["stack"]], read


def check_types(checker):
    calls = {event["name"]: event for event in checker.events(["-y"], ["/bin/cat", "/etc/hostname"]) if event["type"] == "syscall"}
    assert calls["openat"]["args"]["flags"] == {"value": 0, "flags": ["O_RDONLY"]}, calls["openat"]
    assert calls["openat"]["args"]["dirfd"]["name"] == "AT_FDCWD" and calls["openat"]["args"]["dirfd"]["path"] == os.getcwd()
    assert calls["openat"]["ret_fd"] == {"fd": calls["openat"]["ret"], "path": "/etc/hostname"}
    assert calls["read"]["args"]["fd"]["path"] == "/etc/hostname" and isinstance(calls["read"]["ret"], int)
    assert re.fullmatch("0x[0-9a-f]+", calls["mmap"]["ret"]) and calls["mmap"]["args"]["addr"] is None
    assert calls["exit_group"]["unfinished"] is True and calls["exit_group"]["ret"] is None


# ---- Where it goes ----

def check_alone(checker):
    with tempfile.NamedTemporaryFile() as log:
        result = checker.trace(["-f", "--json=" + log.name], ["/bin/sh", "-c", "/bin/true; exit 3"])
    assert result.stderr == b"" and result.returncode == 3, result


def check_standard_output(checker):
    result = checker.trace(["--json=-"], ["/bin/echo", "not json"], stdout=subprocess.PIPE)
    lines = result.stdout.split(b"\n")[:-1]
    assert b"not json" in lines and result.stderr == b"", result
    assert len([parse(line) for line in lines if line != b"not json"]) == len(lines) - 1


def check_with_table(checker):
    with tempfile.NamedTemporaryFile() as log:
        result = checker.trace(["-c", "--json=" + log.name], ["/bin/true"])
        assert len(checker.read(log.name)) > 10
    assert b"% time" in result.stderr and b"execve(" not in result.stderr, result


def check_full_disk(checker):
    for options in (["--json=/dev/full"], ["--summary-json=/dev/full", "-o", "/dev/null"]):
        result = checker.trace(options, ["/bin/sh", "-c", "for i in 1 2 3; do /bin/true; done; exit 3"])
        assert result.returncode == 3 and result.stderr == b"leakwatch: /dev/full: No space left on device\n", result


def check_unopened(checker):
    for option in ("--json", "--summary-json"):
        result = checker.trace([option + "=/does/not/exist"], ["/bin/echo", "started"], stdout=subprocess.PIPE)
        assert result.returncode == 125 and result.stdout == b"" and b"/does/not/exist" in result.stderr, result


def check_killed_tracer(checker):
    with tempfile.TemporaryDirectory() as folder:
        pipe = os.path.join(folder, "pipe")
        os.mkfifo(pipe)
        tracer = subprocess.Popen([checker.leakwatch, "trace", "--json=" + pipe, "dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=200000"],
                                  stderr=subprocess.DEVNULL)
        with open(pipe, "rb") as file:
            lines = [file.readline() for _ in range(5000)]
            tracer.kill()
            lines += file.read().split(b"\n")[:-1]
        tracer.wait()
    assert len([parse(line) for line in lines]) >= 5000


def check_reader_gone(checker):
    with tempfile.TemporaryDirectory() as folder:
        pipe = os.path.join(folder, "pipe")
        os.mkfifo(pipe)
        tracer = subprocess.Popen([checker.leakwatch, "trace", "--json=" + pipe, "/bin/sh", "-c", "i=0; while [ $i -lt 999 ]; do i=$((i + 1)); /bin/true; done; exit 3"],
                                  stderr=subprocess.PIPE)
        with open(pipe, "rb") as file:
            file.readline()
        errors = tracer.communicate()[1]
    assert tracer.returncode == 3 and errors.count(b"\n") <= 1, (tracer.returncode, errors)


# ---- Attaching ----

def attach(checker, finish):
    """Attaches to a program that waits for its input; finish(program, tracer) once that is seen. Returns the events."""
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as program:
        pipe = os.path.join(folder, "pipe")
        os.mkfifo(pipe)
        tracer = subprocess.Popen([checker.leakwatch, "trace", "-p", str(program.pid), "--json=" + pipe], stderr=subprocess.PIPE)
        with open(pipe, "rb") as file:
            lines = [file.readline() for _ in range(2)]
            finish(program, tracer)
            lines += file.readlines()
        assert tracer.wait() in (0, -signal.SIGINT), tracer.communicate()
        program.stdin.close()
        program.wait()
    events = [parse(line) for line in lines]
    for event in events:
        checker.validator.validate(event)
    assert events[0]["attached"] == [program.pid] and events[1]["type"] == "attach" and events[1]["pid"] == program.pid, events[:2]
    return events


def check_attached(checker):
    events = attach(checker, lambda program, tracer: program.stdin.close())
    assert events[-1]["type"] == "exit" and "detach" not in {event.get("type") for event in events}, events


def check_detached(checker):
    events = attach(checker, lambda program, tracer: tracer.send_signal(signal.SIGINT))
    assert events[-1]["type"] == "detach", events


def check_detached_on_exec(checker):
    events = checker.events(["-f", "-b", "execve"], ["/bin/sh", "-c", "/bin/true; exit 0"])
    assert [event["type"] for event in events].count("detach") == 1, events


# ---- The summary ----

def check_summary(checker):
    with tempfile.NamedTemporaryFile() as log, tempfile.NamedTemporaryFile() as table:
        checker.trace(["-f", "-w", "-S", "calls", "--json=" + log.name, "--summary-json=" + table.name], WORKS["pipeline"])
        calls = [event for event in checker.read(log.name) if event["type"] == "syscall" and "unfinished" not in event]
        summary = parse(table.read())
    checker.summary_validator.validate(summary)
    rows = summary["calls"]
    assert [row["calls"] for row in rows] == sorted((row["calls"] for row in rows), reverse=True)
    for row in rows:
        mine = [call for call in calls if call["name"] == row["name"]]
        assert row["calls"] == len(mine) and row["errors"] == sum("error" in call for call in mine), row
        assert row["time_ns"] == sum(call["duration_ns"] for call in mine), row
    for name in ("calls", "errors", "time_ns"):
        assert summary["total"][name] == sum(row[name] for row in rows), name


EDGES = {
    "strings are exact": check_strings, "the command is exact": check_command, "values have types": check_types, "stacks": check_stacks, "alone": check_alone,
    "standard output": check_standard_output, "with a table": check_with_table, "a full disk": check_full_disk,
    "a file that cannot be opened": check_unopened, "a killed tracer": check_killed_tracer, "a reader that is gone": check_reader_gone,
    "attached": check_attached, "detached": check_detached, "detached on exec": check_detached_on_exec, "summary": check_summary,
}


def all_tests(checker, programs):
    for name in WORKS:
        yield name, lambda name=name: check_work(checker, name)
    for options in OPTIONS:
        yield " ".join(options), lambda options=options: compare(checker, options, WORKS["threads and programs"])
    for program in programs:
        yield os.path.basename(program), lambda program=program: compare(checker, ["-v"], [program])
    for name, check in EDGES.items():
        yield name, lambda check=check: check(checker)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--summary-schema", required=True)
    parser.add_argument("--only", help="this case alone")
    parser.add_argument("programs", nargs="*")
    arguments = parser.parse_args()
    checker = Checker(arguments)
    tests = [test for test in all_tests(checker, [os.path.abspath(program) for program in arguments.programs]) if arguments.only in (None, test[0])]
    print(f"TAP version 13\n1..{len(tests)}")
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {name}", flush=True)
        except (AssertionError, ValueError, KeyError, jsonschema.ValidationError) as error:
            failed += 1
            for line in f"{type(error).__name__}: {error}".split("\n")[:20]:
                print(f"# {line[:900]}")
            print(f"not ok {number} - {name}", flush=True)
    sys.exit(failed != 0)


main()
