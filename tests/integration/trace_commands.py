"""Commands of the system that trace_like_strace.py runs: words, what is there before (a shell script), what differs from run to run."""
import collections

Command = collections.namedtuple("Command", "words prepare settle", defaults=(None, None))

COMMANDS = {
    "true": Command(["/bin/true"]),
    "echo": Command(["/bin/echo", "a\tb", "\x1b[2J"]),
    "cat": Command(["/bin/cat", "/etc/hostname", "/does/not/exist"]),
    "ls": Command(["/bin/ls", "/usr"]),
    "missing": Command(["/bin/sh", "-c", "/no/such/program"]),
}
