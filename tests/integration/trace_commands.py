"""Commands of the system that trace_like_strace.py runs: words, what is there before (a shell script), what differs from run to run.

Whatever is made equal here was seen to differ between two runs of strace itself.
"""
import collections
import re

Command = collections.namedtuple("Command", "words prepare settle", defaults=(None, ()))

# Where the heap of a program that is not position independent begins is chance, and with that, how often it has to grow; its addresses
# are short.
HEAP = [(r"brk\(.*", None), (r"\b0x[0-9a-f]{6,8}\b", "HEAP")]
# When a child's end is told, between which calls of its parent, is chance; so is, of two children, which ended first.
CHILDREN = [(r"--- SIGCHLD .*", None), (r"rt_sigreturn\(\{mask=\[\]\}\) = .*", None), (r"wait4\((-1, .*) = PID\d+$", r"wait4(\1 = CHILD")]
# So is whether a child has ended already when it is asked for.
ASKING = [(r"(wait4\(PID\d+, .*WNOHANG|rt_sigsuspend\(|rt_sigreturn\().*", None)]
# Where it has ended before bash waits, all that bash does about it comes at another place, in the handler of the signal.
BASH_WAITS = [(r"wait4\(.*|rt_sigprocmask\(.*|rt_sigaction\(SIGINT, .*|ioctl\(2, TIOCGWINSZ, .*", None)]
# Which of two threads has to wait for the other is chance.
TURNS = [(r"futex\(.*", None)]
# A thread's heap is aligned: how much before and behind it is given back, if anything, is chance.
THREAD_HEAP = [(r"munmap\(ADDRESS, \d+\) = 0", None)]
# Python orders some of its sets by address: when it needs another arena for its objects is chance.
ARENAS = [(r"(mmap\(NULL|munmap\(ADDRESS), 1048576\b.*", None)]
# Names of temporary files, and how often they had to be made up.
TEMPORARY = [(r"getrandom\(.*", None), (r"/tmp/cc\w{6}", "/tmp/ccVARIES"), (r"/sed\w{6}\"", "/sedVARIES\"")]
# What a program reads of its own maps, and random bytes.
MAPS = [(r"read\((\d+), \"[0-9a-f]{8,12}-[0-9a-f]{4}.*\"\.\.\., (\d+)\) = \d+", r"read(\1, MAPS, \2)")]
RANDOM = [(r"read\((\d+), .*, (4|44)\) = \2$", r"read(\1, RANDOM, \2)")]
# The index of git holds the times of the files and a checksum of all.
INDEX = [(r"(pread64|write)\((\d+), .*, (20|117)", r"\1(\2, INDEX, \3")]

# Of the programs of tests/trace.
PROGRAM_RULES = {
    # A thread may have ended before the call that made it has returned: then its id is gone, and there is nothing to wait for.
    "process_threads": [(r"(=> \{parent_tid=\[)(0|PID\d+)\]", r"\1TID]"), (r"futex\(ADDRESS, FUTEX_WAIT_BITSET.*", None)],
    # Whether the first thread has ended already when the other waits for that is chance.
    "process_without_first": [(r"futex\(ADDRESS, FUTEX_WAIT_BITSET.*", None)],
    # It waits until its child sleeps; how often it has to look is chance.
    "process_stopped": [(r"pread64\(\d, \"PID\d+ \(process_stopped\) .*", None)],
}


def settle(lines, rules):
    """The lines with all that matches a rule replaced; None drops a line."""
    result = []
    for line in lines:
        for pattern, replacement in rules:
            if replacement is None and re.fullmatch(pattern, line):
                break
            if replacement is not None:
                line = re.sub(pattern, replacement, line)
        else:
            result.append(line)
    return result


HELLO = r"""cat >hello.c <<'END'
#include <stdio.h>
int main(void) { puts("hello"); return 0; }
END
"""
FILES = "mkdir -p tree/a/b; seq 1 2000 >tree/numbers; echo text >tree/a/text; ln -s text tree/a/link; touch -h -d @0 tree/numbers tree/a/text tree/a/link; touch -d @0 tree/a/b tree/a tree"
# Some programs go through a folder in the order of inode numbers, which is chance: here is one in each.
DEEP = "mkdir -p tree/a/b; seq 1 2000 >tree/a/b/numbers; touch -d @0 tree/a/b/numbers tree/a/b tree/a tree"
REPOSITORY = """export GIT_AUTHOR_DATE='@0 +0000' GIT_COMMITTER_DATE='@0 +0000'
git init -q; git config user.name n; git config user.email e; echo 1 >file; git add file; git commit -qm one; echo 2 >file; git commit -qam two"""
PYTHON_FILES = """import os, tempfile
open('f', 'w').write('x' * 100)
os.rename('f', 'g'); os.mkdir('d'); print(os.listdir('.'), os.stat('g').st_size, open('g').read(3)); os.unlink('g')"""
PYTHON_PROCESSES = "import subprocess; print(subprocess.run(['/bin/echo', 'hi'], stdout=subprocess.PIPE).stdout)"
PYTHON_THREADS = "import threading; t = threading.Thread(target=print, args=(1,)); t.start(); t.join()"
PYTHON_SOCKETS = """import socket
a, b = socket.socketpair(); a.sendall(b'text'); print(b.recv(9)); a.close()
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('127.0.0.1', 0)); s.listen()
c = socket.create_connection(s.getsockname()); d, n = s.accept(); d.sendall(b'x'); print(c.recv(1))"""
PERL = "open my $f, '<', '/etc/passwd' or die; my @l = <$f>; print scalar(@l), sort(@l); mkdir 'd'; system('/bin/true'); unlink 'f'"

COMMANDS = {
    "true": Command(["/bin/true"]),
    "echo": Command(["/bin/echo", "a\tb", "\x1b[2J"]),
    "cat": Command(["/bin/cat", "/etc/hostname", "/does/not/exist"]),
    "ls": Command(["/bin/ls", "/usr"]),
    "ls -l": Command(["/bin/ls", "-lR", "tree"], FILES),
    "missing": Command(["/bin/sh", "-c", "/no/such/program"]),
    "sh": Command(["/bin/sh", "-c", "x=$(echo a); cd /; for i in 1 2; do :; done; /bin/echo $x >/dev/null; test -f /etc/passwd"],
                  None, CHILDREN),
    "pipeline": Command(["/bin/sh", "-c", "seq 100 | sort -rn | head -3"], None, CHILDREN),
    "bash": Command(["/bin/bash", "-c", "a=(1 2); f() { /bin/true; }; f; echo ${a[1]} >f; read x <f; kill -0 $$"], None, CHILDREN + BASH_WAITS),
    "python3": Command(["/usr/bin/python3", "-c", PYTHON_FILES], None, HEAP + ARENAS),
    "python3 processes": Command(["/usr/bin/python3", "-c", PYTHON_PROCESSES], None, HEAP + ARENAS + CHILDREN),
    "python3 threads": Command(["/usr/bin/python3", "-c", PYTHON_THREADS], None, HEAP + ARENAS + TURNS + THREAD_HEAP),
    "python3 sockets": Command(["/usr/bin/python3", "-c", PYTHON_SOCKETS], None, HEAP + ARENAS),
    "perl": Command(["/usr/bin/perl", "-e", PERL], None, CHILDREN + RANDOM),
    "git version": Command(["/usr/bin/git", "--version"]),
    "git log": Command(["/usr/bin/git", "--no-pager", "log", "-p"], REPOSITORY),
    "git status": Command(["/usr/bin/git", "status"], REPOSITORY, INDEX),
    "tar": Command(["/bin/tar", "-cf", "tree.tar", "tree"], DEEP),
    "tar list": Command(["/bin/tar", "-tvzf", "tree.tar.gz"], DEEP + "; tar -czf tree.tar.gz tree", CHILDREN),
    "sqlite3": Command(["/usr/bin/sqlite3", "data", "pragma journal_mode=memory; create table t (a); insert into t values (1), (2)"],
                       None, RANDOM),
    "find": Command(["/usr/bin/find", "tree", "-newer", "/etc/hostname", "-type", "f"], DEEP),
    "grep": Command(["/bin/grep", "-rn", "19", "tree"], DEEP, MAPS),
    "sort": Command(["/usr/bin/sort", "-rn", "-o", "sorted", "tree/numbers"], FILES),
    "gcc": Command(["/usr/bin/gcc", "-c", "hello.c"], HELLO, HEAP + TEMPORARY + CHILDREN),
    "gcc link": Command(["/usr/bin/gcc", "-o", "hello", "hello.c"], HELLO, HEAP + TEMPORARY + CHILDREN),
    "make": Command(["/usr/bin/make"], "printf 'all: a b\\na:\\n\\t@echo a >a\\nb: a\\n\\tcp a b\\n' >Makefile", CHILDREN),
    "gzip": Command(["/bin/gzip", "-k", "tree/numbers"], FILES),
    "sed": Command(["/bin/sed", "-i", "s/1/one/g", "tree/numbers"], FILES, TEMPORARY),
    "awk": Command(["/usr/bin/awk", "{ n += $1 } END { print n }", "tree/numbers"], FILES),
    "date": Command(["/bin/date", "-r", "/etc/passwd"]),
    "id": Command(["/usr/bin/id"]),
    "cp": Command(["/bin/cp", "-a", "tree", "copy"], DEEP),
    "rm": Command(["/bin/rm", "-r", "tree"], DEEP),
    "dd": Command(["/bin/dd", "if=/dev/zero", "of=f", "bs=1k", "count=3", "status=none"]),
    "readlink": Command(["/bin/readlink", "-f", "/proc/self/exe"]),
    "stat": Command(["/usr/bin/stat", "-f", "/"]),
    "env": Command(["/usr/bin/env", "-i", "nice", "-n", "1", "true"]),
    "timeout": Command(["/usr/bin/timeout", "100", "/bin/true"], None, CHILDREN + ASKING),
    "node": Command(["/usr/bin/node", "--version"], None, HEAP),
}
