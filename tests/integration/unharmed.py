#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs a real program with and without leakwatch: same standard output, standard error and status, and no process or file too many.
Exit status: 0 the same, 1 not, 77 skipped because a program is not installed.

    unharmed.py --leakwatch PROGRAM WORK | --list
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass

import programs

SKIPPED = 77


@dataclass
class Work:
    """A shell command (the program's own shell is followed as well) and what it needs. Where output tells times or process ids,
    `compare` says what must be the same nevertheless."""

    shell: str
    needs: tuple = ()
    compare: str = "all"  # or "status"
    prepare: str = ""  # run natively first, in the same folder


C_FILES = """for i in 1 2 3 4 5 6; do
  printf 'int f%d(int x) { return x * %d; }\\n' $i $i > f$i.c; done
printf 'CC = gcc\\nall: f1.o f2.o f3.o f4.o f5.o f6.o\\n\\t@echo built $^\\n%%.o: %%.c\\n\\t@$(CC) -O2 -c $< -o $@\\n' > Makefile"""

WORKS = {
    "true": Work("true"),
    "false": Work("false"),
    "missing_program": Work("no-such-program-anywhere"),
    "bash_script": Work(
        'declare -A a; for i in {1..500}; do a[$i]=$((i * i)); done; echo ${a[17]} ${#a[@]}; f() { local x=$1; ((x > 0)) && f $((x - 1)); '
        'echo $x; }; f 20 | tail -3; trap "echo bye" EXIT; (exit 3); echo $?; printf "%s\\n" $(seq 5) | sort -rn | while read l; do '
        "echo line $l; done; wait; exit 11",
        ("bash",),
    ),
    "bash_jobs": Work("for i in 1 2 3 4 5 6 7 8; do (sleep 0.1; exit $i) & p+=($!); done; for q in ${p[@]}; do wait $q; echo $?; done", ("bash",)),
    "shebang_script": Work(
        "./script one two", ("perl",), prepare="printf '#!/usr/bin/perl -w\\nprint \"$0 @ARGV\\\\n\"; exit 5' > script; chmod +x script"
    ),
    "python": Work(
        "python3 -c \"import json, collections, re; d = {str(i): [i] * 10 for i in range(20000)}; s = json.dumps(d); "
        "print(len(s), len(json.loads(s)), len(re.findall('[0-9]+', s)))\"",
        ("python3",),
    ),
    "python_processes": Work(
        "python3 -c \"import multiprocessing, subprocess, threading; "
        "print(sum(multiprocessing.get_context('fork').Pool(4).map(abs, range(-1000, 0)))); "
        "print(subprocess.run(['cat'], input=b'x' * 300000, capture_output=True).stdout.count(b'x')); "
        "t = [threading.Thread(target=lambda: [bytes(i) for i in range(3000)]) for _ in range(8)]; "
        "[x.start() for x in t]; [x.join() for x in t]; print('ok')\"",
        ("python3",),
    ),
    "perl": Work(
        'perl -e \'my %h; $h{$_} = "v$_" for 1..50000; my $s = 0; $s += length for values %h; print "$s\\n"; '
        "if (my $p = fork) { waitpid $p, 0; print $? >> 8, qq(\\n) } else { exit 7 } die qq(end\\n)'",
        ("perl",),
    ),
    "gcc": Work("gcc -O2 -Wall -o program program.c -lm && ./program && sha256sum program | cut -c1-64", ("gcc",),
                prepare="printf '#include <stdio.h>\\n#include <math.h>\\nint main(int c, char **v) { int u; printf(\"%%f\\\\n\", sqrt(c)); return 0; }\\n' > program.c"),
    "gcc_error": Work("gcc -c broken.c", ("gcc",), prepare="echo 'int main( { return x; }' > broken.c"),
    "git": Work(
        "export GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' GIT_COMMITTER_DATE='2026-01-01T00:00:00Z' GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b "
        "GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b; git init -q -b main r && cd r && seq 3000 > f && git add f && git commit -q -m one && "
        "seq 2 3001 > f && git commit -qam two && git log --stat --format='%H %s' | cat && git diff HEAD~ | wc -l && git gc -q && git fsck; rm -rf ../r",
        ("git",),
    ),
    "sqlite": Work(
        "sqlite3 base.db \"create table t(a integer primary key, b text); with recursive c(x) as (select 1 union all select x + 1 from c "
        "where x < 20000) insert into t select x, hex(x) from c; select count(*), sum(length(b)) from t; create index i on t(b); "
        "select a from t where b = '31'; select nonsense;\"; echo $?; rm -f base.db",
        ("sqlite3",),
    ),
    "tar_gzip": Work("tar cf - tree | gzip -9 | gunzip | tar tf - | sort | md5sum; tar czf x.tgz tree && tar xzf x.tgz -C out && diff -r tree out/tree "
                     "&& echo same; rm -rf x.tgz out/tree", ("tar", "gzip"),
                     prepare="mkdir -p tree/a/b out; seq 50000 > tree/numbers; head -c 100000 /bin/bash > tree/a/b/bytes"),
    "xz": Work("seq 100000 | xz -T2 -c | xz -dc | md5sum", ("xz",)),
    "broken_pipe": Work("yes | head -3; seq 1000000 | head -2; echo ${PIPESTATUS[@]}", ("bash",)),
    "standard_input": Work("seq 200000 | (read a; read b; echo $a $b; cat | tail -1)"),
    "node": Work("node -e \"const m = new Map(); for (let i = 0; i < 200000; i++) m.set('k' + i, {i}); console.log(m.size); "
                 "require('child_process').exec('echo child; exit 3', (e, o) => { console.log(e.code, o); process.exitCode = 6; })\"", ("node",)),
    "vim": Work("vim -u NONE -es -c 'normal ihello' -c 's/hello/done/' -c '%p' -c 'wq! out.txt' new.txt; echo $?; cat out.txt; rm -f out.txt",
                ("vim",)),
    "openssl": Work("openssl speed -seconds 1 -bytes 1024 sha256", ("openssl",), compare="status"),
    "openssl_key": Work("echo secret | openssl enc -aes-256-cbc -pbkdf2 -nosalt -k pass | openssl enc -d -aes-256-cbc -pbkdf2 -nosalt -k pass",
                        ("openssl",)),
    "make": Work("make -j2 && rm -f *.o", ("make", "gcc"), prepare=C_FILES),
    "gdb": Work("gdb -nx --batch -ex 'print 6 * 7' -ex 'info files' -ex 'list' -ex 'ptype struct node' /bin/true 2>/dev/null | head -2", ("gdb",)),
    "job_control": Work("script -qefc \"bash -ic 'set -m; sleep 30 & jobs %1 >/dev/null; kill -STOP %1; kill -CONT %1; kill %1; wait %1; echo status $?; "
                        "(exit 4); echo last $?' 2>/dev/null\" /dev/null | tr -d '\\r' | grep -a -E '^(status|last)'", ("script", "bash")),
    "signals": Work("exec 2>/dev/null; bash -c 'kill -TERM $$'; echo $?; bash -c 'kill -SEGV $$'; echo $?; timeout -s INT 0.2 sleep 10; "
                    "echo $?; timeout 0.2 sleep 10; echo $?",
                    ("bash", "timeout")),
    "find_xargs": Work("find tree | sort | xargs -P2 -n3 echo | sort; find tree -type f -exec wc -c {} +", ("find", "xargs"),
                       prepare="mkdir -p tree/a/b; for i in 1 2 3 4 5; do seq $i > tree/a/b/$i; done"),
    "awk_sort": Work("seq 100000 | awk '{ a[$1 % 1000] += $1 } END { for (k in a) print k, a[k] }' | sort -n | md5sum", ("awk",)),
    "environment": Work("env | grep -v '^_=' | sort; ulimit -a; umask", ("bash",)),
    "strace": Work("strace -f -e trace=execve -o /dev/null true; echo $?", ("strace",), compare="status"),
    "static_busybox": Work("busybox sh -c 'seq 10 | tail -2'", ("busybox",)),
}


def missing(needs):
    return next((need for need in needs if not shutil.which(need)), None)


def run_in_new_folder(parent, work, prefix):
    """Runs a work in a folder that has the same path each time; returns the outcome and the files that were left in it."""
    folder = os.path.join(parent, "work")
    os.mkdir(folder)
    subprocess.run(["bash", "-c", work.prepare], cwd=folder, env=programs.environment(folder), check=True)
    outcome = programs.run([*prefix, "bash", "-c", work.shell], folder)
    left = sorted(os.listdir(folder))
    shutil.rmtree(folder)
    return outcome, left


def check_report(path):
    """The JSON report is there, and every process that was loaded with the shim was seen to its end."""
    with open(path, encoding="utf-8") as stream:
        report = json.load(stream)
    return [] if report["processes"] else ["the report has no processes"]


def check(work, leakwatch, parent):
    native, native_files = run_in_new_folder(parent, work, [])
    programs.reap_orphans()
    report_path = os.path.join(parent, "report.json")
    prefix = [leakwatch, "run", "-o", os.path.join(parent, "report.txt"), f"--json={report_path}", "--"]
    actual, files = run_in_new_folder(parent, work, prefix)
    differences = [f"left behind: process {pid}" for pid in programs.left_behind()]
    if work.compare == "status":
        native.stdout, native.stderr = actual.stdout, actual.stderr
    differences += programs.outcome_differences(actual, native)
    if files != native_files:
        differences.append(f"files {files}, natively {native_files}")
    return differences + check_report(report_path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", action="store_true", help="print the names of all works")
    parser.add_argument("--leakwatch")
    parser.add_argument("work", nargs="?", choices=WORKS)
    options = parser.parse_args()
    if options.list:
        print("\n".join(WORKS))
        return 0
    work = WORKS[options.work]
    lacking = missing(work.needs)
    if lacking:
        print(f"skipped: {lacking} is not installed")
        return SKIPPED
    programs.prepare()
    with tempfile.TemporaryDirectory(prefix="leakwatch-test-") as parent:
        try:
            differences = check(work, os.path.abspath(options.leakwatch), parent)
        except subprocess.TimeoutExpired as error:
            differences = [f"did not end within {error.timeout} s; stderr: {(error.stderr or b'')[-1000:]!r}"]
            programs.left_behind()
    for difference in differences:
        print(difference)
    print(f"{options.work}: {'unharmed' if not differences else 'HARMED'}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
