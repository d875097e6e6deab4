#!/usr/bin/env python3
"""usage: bad_input.py LEAKWATCH LEAKY

What leakwatch does at its edges: wrong words, files that cannot be read or written, programs that do not start, and how it ends.
LEAKY is a program that leaks and exits with 0. Prints TAP.
"""
import json
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

LEAKWATCH, LEAKY = (os.path.abspath(path) for path in sys.argv[1:3])
TESTS = []


def test(function):
    TESTS.append(function)
    return function


class Skip(Exception):
    pass


def environment(**changes):
    kept = {name: value for name, value in os.environ.items() if name not in ("LEAKWATCH_OPTIONS", "XDG_CONFIG_HOME")}
    return {**kept, "HOME": os.getcwd(), "LC_ALL": "C", **changes}


def run(*words, env=None, **more):
    """Runs leakwatch in the scratch directory; bytes in, bytes out."""
    return subprocess.run([LEAKWATCH, *words], env=env or environment(), capture_output=True, timeout=60, check=False,
                          stdin=more.pop("stdin", subprocess.DEVNULL), **more)


def expect(condition, *facts):
    if not condition:
        raise AssertionError(" ".join(map(str, facts)))


def expect_refusal(status, pattern, *words, **more):
    """One line on standard error, nothing on standard output, and this exit status."""
    done = run(*words, **more)
    expect(done.returncode == status, words, "ended with", done.returncode, done.stderr)
    expect(re.fullmatch(rb"leakwatch: " + pattern + rb"\n", done.stderr), words, "said", done.stderr)
    expect(done.stdout == b"", "on standard output:", done.stdout)


def write(path, text, mode=0o600):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


# ---- The command line ----

@test
def unknown_option():
    expect_refusal(125, rb"unknown option '--jsn=x' \(did you mean '--json'\?\)", "--jsn=x", "true")


@test
def no_program():
    expect_refusal(125, rb"no program given; try 'leakwatch --help'")


@test
def trace_without_anything_to_trace():
    expect_refusal(125, rb"no program given and no -p PID; try 'leakwatch help trace'", "trace", "-f")


@test
def trace_of_no_process():
    for word in ("0", "-1", "x", "1x", ""):
        expect_refusal(125, b"option '--attach': '" + word.encode() + b"' is not a process ID", "trace", "-p", word)


@test
def trace_of_leakwatch_itself():
    shell = ["sh", "-c", 'exec "$0" trace -p $$', LEAKWATCH]
    done = subprocess.run(shell, capture_output=True, timeout=60, check=False, env=environment())
    expect(done.returncode == 125 and re.fullmatch(rb"leakwatch: option '--attach': \d+ is leakwatch itself\n", done.stderr), done)


@test
def limits_of_what_is_no_process():
    for word in ("0", "x", "1x", "", "99999999999", "./app"):
        expect_refusal(125, b"limits: '" + word.encode() + rb"' is not a process ID \(a program: leakwatch limits -- .*\)", "limits", word)
    expect_refusal(125, rb"limits: one process ID is wanted", "limits", "1", "2")
    expect_refusal(125, rb"there is no process 4194305", "limits", "4194305")
    expect_refusal(125, rb"limits: no program given behind '--'", "limits", "--")


@test
def limits_with_sizes_and_percentages_that_are_none():
    for word in ("0", "x", "1X", "-1", "1KK", "1 K", "99999999999999999999", "18014398509481984K"):
        expect_refusal(125, b"option '--request': '" + word.encode() + b"' is not a size such as .*", "limits", "--request=" + word)
    for word in ("0", "101", "x", "50%%", "-5", "5.5%"):
        expect_refusal(125, b"option '--warn-at': '" + word.encode() + b"' is not a percentage from 1% to 100%", "limits", "--warn-at=" + word)
    expect_refusal(125, rb"option '--for': '5' is not a time such as .*", "limits", "--for=5")


@test
def limits_with_options_that_exclude_each_other():
    expect_refusal(125, rb"--root is for what is saved.*", "limits", "--root=/", "--", "true")
    expect_refusal(125, rb"--for is not for programs.*", "limits", "--for=1s", "--", "true")
    expect_refusal(125, rb"--for and --root exclude each other.*", "limits", "--for=1s", "--root=/", "1")
    expect_refusal(125, rb"options of 'limits' belong behind it", "-q", "limits")


@test
def limits_of_places_that_are_not_there():
    expect_refusal(125, rb"/nonexistent: No such file or directory", "limits", "--root=/nonexistent")
    expect_refusal(125, rb"/dev/null: Not a directory", "limits", "--root=/dev/null")
    expect_refusal(125, rb"there is no process 1", "limits", "--root=.", "1")
    expect_refusal(125, rb"the JSON report cannot be written to /nonexistent/x: .*", "limits", "--json=/nonexistent/x")
    expect_refusal(125, rb"the text and the JSON report cannot both be written to x", "limits", "-o", "x", "--json=x")


@test
def limits_of_programs_that_do_not_start():
    expect_refusal(127, rb"no-such-program: No such file or directory", "limits", "--", "no-such-program")
    write("data", "no program")
    expect_refusal(126, rb"\./data: Permission denied", "limits", "--", "./data")


@test
def limits_of_nothing_known():
    """An empty tree is no error: nothing is known, and the report says so."""
    done = run("limits", "--root=.", "-v", "-o", "-")
    expect(done.returncode == 0 and done.stderr == b"", done)
    expect(b"of the machine unknown" in done.stdout and b"no limit is near" in done.stdout, done.stdout)


@test
def trace_with_sets_that_are_none():
    expect_refusal(125, rb"invalid system call 'foo'", "trace", "-e", "trace=close,foo", "true")
    expect_refusal(125, rb"invalid system call 'foo=1'", "trace", "-e", "foo=1", "true")
    expect_refusal(125, rb"invalid regular expression '\(': .*", "trace", "-e", "/(", "true")
    expect_refusal(125, rb"invalid signal 'foo'", "trace", "--signal=foo", "true")
    expect_refusal(125, rb"invalid status 'foo'", "trace", "--status=foo", "true")
    expect_refusal(125, rb"invalid descriptor '-1'", "trace", "-e", "read=-1", "true")


@test
def trace_with_injections_that_are_none():
    expect_refusal(125, rb"invalid inject argument 'close:when=1': needs error=.*", "trace", "--inject=close:when=1", "true")
    expect_refusal(125, rb"invalid fault argument 'close:signal=1': .*", "trace", "-e", "fault=close:signal=1", "true")


@test
def trace_with_options_that_exclude_each_other():
    expect_refusal(125, rb"-c/--summary-only and -C/--summary exclude each other", "trace", "-cC", "true")
    expect_refusal(125, rb"-ff/--output-separately excludes -c.*", "trace", "-ff", "-c", "true")
    expect_refusal(125, rb"-o '\|COMMAND' and -ff/--output-separately exclude each other", "trace", "-ff", "-o", "|cat", "true")
    expect_refusal(125, rb"-q and --quiet exclude each other", "trace", "-q", "--quiet=exit", "true")
    expect_refusal(125, rb"-D/--daemonize needs a PROGRAM to run", "trace", "-D", "-p", "1")
    expect_refusal(125, rb"--kill-on-exit and -p/--attach exclude each other: .*", "trace", "--kill-on-exit", "-p", "1")
    expect_refusal(125, rb"options of 'trace' belong behind it", "-q", "trace", "true")


@test
def trace_with_numbers_that_are_none():
    expect_refusal(125, rb"option '--syscall-limit': '0' is not .*", "trace", "--syscall-limit=0", "true")
    expect_refusal(125, rb"option '--columns': '-1' is not .*", "trace", "-a-1", "true")
    expect_refusal(125, rb"option '--string-limit': 'x' is not .*", "trace", "-s", "x", "true")


@test
def trace_says_what_has_no_effect():
    done = run("trace", "-A", "-o", "/dev/null", "nonexistent-program")
    expect(done.returncode == 127 and b"-A" not in done.stderr, done)
    done = run("trace", "-A", "nonexistent-program")
    expect(done.stderr.startswith(b"leakwatch: -A/--output-append-mode has no effect without -o FILE\n"), done)


@test
def trace_ignores_the_options_of_run():
    write(".leakwatchrc", "--nonsense\n")
    expect(run("trace", "-V", env=environment(LEAKWATCH_OPTIONS="--nonsense")).returncode == 0)
    done = run("trace", "-o", "/dev/null", "true", env=environment(LEAKWATCH_OPTIONS="--nonsense"))
    expect(done.returncode == 0 and done.stderr == b"", done)


@test
def help_of_trace():
    for words in (("help", "trace"), ("trace", "--help"), ("trace", "-h")):
        done = run(*words)
        expect(done.returncode == 0 and done.stderr == b"" and b"--follow-forks" in done.stdout, done)
        expect(b"--leak-check" not in done.stdout, done)


@test
def program_named_like_a_command():
    write("trace", "#!/bin/sh\nexit 7\n", 0o700)
    expect(run("-q", "./trace").returncode == 7)
    expect(run("-q", "--", "trace", env=environment(PATH=os.getcwd() + ":/bin")).returncode == 7)


@test
def help_goes_to_standard_output():
    done = run("--help")
    expect(done.returncode == 0 and done.stderr == b"" and b"--leak-check" in done.stdout, done)
    with open("/dev/full", "wb") as full:
        failed = subprocess.run([LEAKWATCH, "--help"], stdout=full, stderr=subprocess.PIPE, check=False)
    expect(failed.returncode == 125, failed)


# ---- Programs that do not start ----

@test
def program_not_found():
    expect_refusal(127, rb"nonexistent-program: No such file or directory", "nonexistent-program")
    done = run("limit", "--json=x")
    expect(done.returncode == 127 and done.stderr.endswith(b"leakwatch: did you mean the command 'limits'?\n"), done)
    expect_refusal(127, rb"\./nonexistent: No such file or directory", "./nonexistent")


@test
def interpreter_not_found():
    write("script", "#!/nonexistent/interpreter\n", 0o700)
    expect_refusal(127, rb"\./script: the interpreter in its first line is not there: /nonexistent/interpreter", "./script")
    write("script", "#!/bin/sh\r\n", 0o700)
    expect_refusal(127, rb"\./script: its first line ends with a carriage return.*: /bin/sh", "./script")


@test
def library_not_found():
    """What the dynamic linker has said is said again, and the report has it, too."""
    with open("x.c", "w", encoding="utf-8") as file:
        file.write("int x(void); int x(void) { return 0; }\n")
    with open("app.c", "w", encoding="utf-8") as file:
        file.write("int x(void); int main(void) { return x(); }\n")
    subprocess.run(["gcc", "-shared", "-fPIC", "-Wl,-soname,libgone.so.1", "-o", "libgone.so.1", "x.c"], check=True)
    subprocess.run(["gcc", "-o", "app", "app.c", "./libgone.so.1"], check=True)
    os.unlink("libgone.so.1")
    done = run("--json=report.json", "./app")
    expect(done.returncode == 127, done)
    reasons = json.load(open("report.json", encoding="utf-8"))["processes"][0]["coverage"]["reasons"]
    expect(len(reasons) == 1 and reasons[0].startswith("the program did not start: libgone.so.1 is missing, needed by "), reasons)


@test
def program_not_executable():
    write("plain", "#!/bin/sh\n")
    expect_refusal(126, rb"\./plain: Permission denied", "./plain")
    write("data", "no program")
    expect_refusal(126, rb"\./data: Permission denied", "./data")


@test
def program_is_a_directory():
    expect_refusal(126, rb"/tmp: Is a directory", "/tmp")


@test
def already_traced():
    if shutil.which("strace") is None:
        raise Skip("no strace")
    env = environment(ASAN_OPTIONS="detect_leaks=0") # where leakwatch is built with it: LeakSanitizer cannot be traced either
    done = subprocess.run(["strace", "-f", "-o", "/dev/null", LEAKWATCH, "true"], capture_output=True, env=env, check=False, timeout=60)
    expect(done.returncode == 125 and re.match(rb"leakwatch: .*trac", done.stderr), done)


# ---- Files ----

@test
def suppression_file_missing():
    expect_refusal(125, rb"missing\.supp: No such file or directory", "--suppressions=missing.supp", LEAKY)


@test
def suppression_file_malformed():
    write("bad.supp", "{\n  name\n  Memcheck:Leak\n  fnu:malloc\n}\n")
    expect_refusal(125, rb"bad\.supp:4:\d+: .*", "--suppressions=bad.supp", LEAKY)


@test
def unwritable_output_is_said_before_the_program_starts():
    os.mkdir("folder")
    for option, reason in (("--json=none/report", b"No such file or directory"), ("-ofolder", b"Is a directory"),
                           ("--json=folder", b"Is a directory"), ("--text=none/report", b"No such file or directory")):
        expect_refusal(125, rb"the (text|JSON) report cannot be written to .*: " + reason, option, "touch", "started")
    expect(not os.path.exists("started"))


@test
def one_file_for_two_reports():
    expect_refusal(125, rb"the text and the JSON report cannot both be written to \./same", "-osame", "--json=./same", "true")


@test
def full_disk():
    for name in ("json", "html", "folded", "pprof", "speedscope", "heaptrack"):
        done = run("-q", f"--{name}=/dev/full", LEAKY)
        expect(done.returncode == 125 and b"/dev/full: No space left on device" in done.stderr, done)


@test
def nothing_is_left_beside_the_reports():
    run("-o", "report", "--json=report.json", "--heaptrack=report.gz", LEAKY)
    expect(sorted(os.listdir()) == ["report", "report.gz", "report.json"], os.listdir())
    json.load(open("report.json", encoding="utf-8"))


@test
def json_to_standard_output():
    done = run("-o", "text", "--json=-", "true")
    expect(json.loads(done.stdout)["format"] == "leakwatch-report" and done.stderr == b"", done)


@test
def report_to_devices():
    done = run("-o", "/dev/stderr", "--json=/dev/null", LEAKY)
    expect(done.returncode == 0 and b"definitely lost" in done.stderr, done)
    expect(stat.S_ISCHR(os.stat("/dev/null").st_mode))


# ---- Options from elsewhere ----

@test
def options_from_files_and_environment():
    """Each overrules what came before."""
    os.makedirs("home/.config/leakwatch")
    os.makedirs("config/leakwatch")
    os.mkdir("here")
    env = environment(HOME=os.path.abspath("home"))
    write("home/.config/leakwatch/config", "--error-exitcode='69'")
    expect(run("-q", LEAKY, env=env, cwd="here").returncode == 69)
    write("config/leakwatch/config", "--error-exitcode=70")
    env["XDG_CONFIG_HOME"] = os.path.abspath("config")
    expect(run("-q", LEAKY, env=env, cwd="here").returncode == 70)
    write("home/.leakwatchrc", "--error-exitcode=71 # comment\n")
    expect(run("-q", LEAKY, env=env, cwd="here").returncode == 71)
    env["LEAKWATCH_OPTIONS"] = "-q --error-exitcode=72"
    expect(run(LEAKY, env=env, cwd="here").returncode == 72)
    write("here/.leakwatchrc", "--error-exitcode=73\n")
    expect(run(LEAKY, env=env, cwd="here").returncode == 73)
    expect(run("--error-exitcode=74", LEAKY, env=env, cwd="here").returncode == 74)


@test
def configuration_by_a_relative_path_is_not_read():
    os.makedirs("config/leakwatch")
    write("config/leakwatch/config", "--nonsense")
    expect(run("-q", "true", env=environment(XDG_CONFIG_HOME="config")).returncode == 0)


@test
def options_files_of_others_are_left_out():
    """Nor is a FIFO waited for."""
    os.makedirs("home/.config/leakwatch")
    os.mkfifo("home/.config/leakwatch/config", 0o600)
    write("home/.leakwatchrc", "--error-exitcode=72\n")
    write(".leakwatchrc", "--error-exitcode=73\n", 0o620)
    left_out = [b"config is left out: not a regular file", b"/.leakwatchrc is left out: writable by others"]
    if os.geteuid() == 0:
        os.chown("home/.leakwatchrc", 65534, 65534)
        left_out.append(b"home/.leakwatchrc is left out: owned by another user")
    done = run("-o", "report", LEAKY, env=environment(HOME=os.path.abspath("home")))
    expect(done.returncode == (0 if os.geteuid() == 0 else 72) and all(line in done.stderr for line in left_out), done)


@test
def options_file_malformed():
    os.mkdir("here")
    write("here/.leakwatchrc", "--nonsense")
    expect_refusal(125, rb"\./\.leakwatchrc: unknown option '--nonsense'", "true", cwd="here")


# ---- How it ends ----

@test
def exit_status_is_the_programs():
    for status in (0, 1, 2, 42, 77, 124, 125, 126, 127, 128, 200, 255):
        expect(run("-q", "sh", "-c", f"exit {status}").returncode == status, status)


@test
def death_by_signal_is_the_programs():
    for name in ("TERM", "KILL", "SEGV", "ABRT", "INT", "HUP", "PIPE", "USR1", "RTMIN"):
        number = getattr(signal, "SIG" + name)
        expect(run("-q", "sh", "-c", f"kill -{int(number)} $$").returncode == -number, name)


@test
def no_second_core_dump():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
    child = os.fork()
    if child == 0:
        os.execve(LEAKWATCH, [LEAKWATCH, "-q", "-o/dev/null", "sh", "-c", "ulimit -c 0; kill -SEGV $$"], environment())
    _, status = os.waitpid(child, 0)
    expect(os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSEGV and not os.WCOREDUMP(status), status)


@test
def error_exitcode():
    expect(run("-q", "--error-exitcode=99", LEAKY).returncode == 99)
    expect(run("-q", "--error-exitcode=99", "--errors-for-leak-kinds=none", LEAKY).returncode == 0)
    expect(run("-q", "--error-exitcode=99", "--leak-check=no", LEAKY).returncode == 0)
    expect(run("-q", LEAKY).returncode == 0)


# ---- What the program finds ----

@test
def streams_are_the_programs():
    done = subprocess.run([LEAKWATCH, "-o", "report", "cat"], input=b"words\0more", capture_output=True, env=environment(),
                          check=False, timeout=60)
    expect(done.stdout == b"words\0more" and done.stderr == b"", done)


@test
def closed_streams_stay_closed():
    script = '"$0" -o report sh -c "ls -l /proc/self/fd >seen 2>&1; exit 5" <&- >&- 2>&-'
    done = subprocess.run(["sh", "-c", script, LEAKWATCH], env=environment(), check=False, timeout=60)
    expect(done.returncode == 5, done)
    with open("seen", encoding="utf-8") as seen:
        descriptors = re.findall(r" (\d+) -> (\S+)", seen.read())
    expect(all(int(number) > 2 or "/seen" in target or "/proc/" in target for number, target in descriptors), descriptors)
    expect(os.path.getsize("report") > 0)


@test
def signals_are_left_as_they_are():
    script = "grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status"
    for before in ("", "trap '' PIPE USR1 CHLD; "):
        plain = subprocess.run(["sh", "-c", before + script], capture_output=True, check=False)
        watched = subprocess.run(["sh", "-c", before + 'exec "$0" -o report sh -c "$1"', LEAKWATCH, script], env=environment(),
                                 capture_output=True, check=False, timeout=60)
        expect(watched.stdout == plain.stdout, before, watched.stdout, plain.stdout)


@test
def report_on_request():
    os.mkfifo("go")
    os.mkfifo("report")
    child = subprocess.Popen([LEAKWATCH, "-o", "report", "sh", "-c", "echo ready; read word <go; exit 3"], env=environment(),
                             stdout=subprocess.PIPE)
    with open("report", "rb", buffering=0) as report:
        expect(child.stdout.readline() == b"ready\n")
        child.send_signal(signal.SIGUSR1)
        first = report.read(1)
        expect(first != b"")
        write("go", "word\n")
        expect(report.read() != b"")
    expect(child.wait(timeout=60) == 3)


def give_up(number, frame):
    raise TimeoutError("it hangs")


def main():
    failures = 0
    signal.signal(signal.SIGALRM, give_up)
    print(f"TAP version 13\n1..{len(TESTS)}")
    for function in TESTS:
        with tempfile.TemporaryDirectory() as scratch:
            os.chdir(scratch)
            signal.alarm(60)
            try:
                function()
                print("ok -", function.__name__)
            except Skip as reason:
                print("ok -", function.__name__, "# SKIP", reason)
            except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as problem:
                failures += 1
                print("not ok -", function.__name__)
                print("# " + str(problem).replace("\n", "\n# "))
            os.chdir("/")
    sys.exit(failures != 0)


main()
