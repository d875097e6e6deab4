#!/usr/bin/env python3
"""usage: attach_servers.py --leakwatch PATH [--rounds N]

Follows servers from Debian's packages while their own load tools are at work: no client may see an error, and afterwards the servers are as
they were, and answer as before. What is not installed is skipped. Speaks TAP.
"""
import argparse
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from attach_follow import code_of
from attach_process import LIMIT, require, run_tests


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_program(name):
    """PostgreSQL's programs are not on everybody's path."""
    places = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    return shutil.which(name) or next((found for place in places if (found := shutil.which(name, path=place))), None)


class Server:
    """One that listens, in a folder of its own; `user`: whom it runs as."""

    def __init__(self, command, folder, ready, user=None):
        self.log = os.path.join(folder, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=user)
        end = time.monotonic() + LIMIT
        while not ready():
            require(self.process.poll() is None, f"the server ended with {self.process.returncode}: {self.text()}")
            require(time.monotonic() < end, f"the server does not answer: {self.text()}")
            time.sleep(0.01)

    def text(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Tests:
    def __init__(self, arguments):
        self.leakwatch, self.rounds = arguments.leakwatch, arguments.rounds

    def follow(self, pid):
        done = subprocess.run([self.leakwatch, "attach", "-q", "--follow=300ms", "--show-leak-kinds=none", str(pid)], check=False,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT)
        if done.returncode != 0 and not os.path.exists(f"/proc/{pid}"):
            return  # it served a client that is gone
        require(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
        try:
            changed = code_of(pid)
        except (FileNotFoundError, ProcessLookupError):
            return
        require(changed == [], f"changed: {changed}")

    def under_load(self, load, is_good, pids):
        """The load goes on from before the first process is followed until after the last one was let go."""
        for _ in range(self.rounds):
            with subprocess.Popen(load, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as client:
                followed = 0
                while client.poll() is None:
                    for pid in pids():
                        self.follow(pid)
                        followed += 1
                output = client.communicate(timeout=LIMIT)[0]
            require(followed > 0, "the load was over too early")
            require(client.returncode == 0 and is_good(output), output)
        done = subprocess.run(load, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, check=False)
        require(done.returncode == 0 and is_good(done.stdout), f"afterwards: {done.stdout}{done.stderr}")

    def missing(self, *names):
        absent = [name for name in names if not find_program(name)]
        return "not installed: " + ", ".join(absent) if absent else None

    def redis(self):
        if reason := self.missing("redis-server", "redis-benchmark"):
            return reason
        port = free_port()
        with tempfile.TemporaryDirectory() as folder:
            command = [find_program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
            with Server(command, folder, lambda: listens(port)) as server:
                load = [find_program("redis-benchmark"), "-p", str(port), "-t", "set,get,lpush", "-n", "40000", "-c", "20", "--csv"]
                self.under_load(load, lambda output: output.count('","') >= 3 and "rror" not in output, lambda: [server.process.pid])
        return None

    def nginx(self):
        if reason := self.missing("nginx", "ab"):
            return reason
        port = free_port()
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            with open(os.path.join(folder, "index.html"), "w", encoding="ascii") as file:
                file.write("hello\n")
            with open(os.path.join(folder, "nginx.conf"), "w", encoding="ascii") as file:
                file.write(f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors info; events {{}}\n"
                           f"http {{ access_log off; server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n")
            command = [find_program("nginx"), "-p", folder, "-c", os.path.join(folder, "nginx.conf")]
            with Server(command, folder, lambda: listens(port)) as server:
                load = [find_program("ab"), "-q", "-n", "8000", "-c", "20", f"http://127.0.0.1:{port}/index.html"]
                self.under_load(load, self.ab_is_good, lambda: [server.process.pid])
            with open(os.path.join(folder, "errors"), encoding="utf-8") as file:
                errors = file.read()
            require("(4: Interrupted system call)" not in errors.split("exiting")[0], errors)
        return None

    @staticmethod
    def ab_is_good(output):
        lines = dict(line.split(":", 1) for line in output.splitlines() if ":" in line)
        return lines.get("Failed requests", "").strip() == "0" and "Non-2xx responses" not in lines

    def python(self):
        if reason := self.missing("python3", "ab"):
            return reason
        port = free_port()
        program = ("import http.server as s\n"
                   "class H(s.BaseHTTPRequestHandler):\n"
                   "    def do_GET(self):\n"
                   "        self.send_response(200); self.send_header('Content-Length', '100'); self.end_headers()\n"
                   "        self.wfile.write(b'x' * 100)\n"
                   "    def log_message(self, *_): pass\n"
                   f"s.ThreadingHTTPServer(('127.0.0.1', {port}), H).serve_forever()\n")
        with tempfile.TemporaryDirectory() as folder:
            with Server(["/usr/bin/python3", "-c", program], folder, lambda: listens(port)) as server:
                load = [find_program("ab"), "-q", "-n", "2000", "-c", "8", f"http://127.0.0.1:{port}/"]
                self.under_load(load, self.ab_is_good, lambda: [server.process.pid])
                require("Traceback" not in server.text(), server.text())
        return None

    def postgres(self):
        if reason := self.missing("postgres", "initdb", "pgbench", "createdb"):
            return reason
        user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()  # it refuses to run as root
        with tempfile.TemporaryDirectory() as folder:
            os.chown(folder, user, -1)
            data = os.path.join(folder, "data")
            environment = dict(os.environ, PGHOST=folder, PGUSER="tester", PGDATABASE="tested", LC_ALL="C")

            def run(*command):
                done = subprocess.run([find_program(command[0]), *command[1:]], cwd=folder, env=environment, user=user, check=False,
                                      capture_output=True, text=True, timeout=LIMIT)
                require(done.returncode == 0, done.stdout + done.stderr)

            run("initdb", "-D", data, "-A", "trust", "-U", "tester", "--no-sync")
            socket_path = os.path.join(folder, ".s.PGSQL.5432")
            command = [find_program("postgres"), "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
            with Server(command, folder, lambda: os.path.exists(socket_path), user) as server:
                run("createdb", "--maintenance-db=postgres", "tested")
                run("pgbench", "-i", "-q", "-s", "1")
                load = ["env", f"PGHOST={folder}", "PGUSER=tester", "PGDATABASE=tested", find_program("pgbench"), "-n", "-S", "-c", "4",
                        "-T", "3"]
                self.under_load(load, lambda output: "number of failed transactions: 0 " in output,
                                lambda: [self.backend(server.process.pid), server.process.pid])
                require("crash" not in server.text() and "was terminated by signal" not in server.text(), server.text())
                server.process.send_signal(signal.SIGINT)  # the fast way to end: clients need not go first
        return None

    @staticmethod
    def backend(postmaster):
        """One of its processes that serves a client; itself if there is none yet."""
        with open(f"/proc/{postmaster}/task/{postmaster}/children", encoding="ascii") as file:
            for child in file.read().split():
                try:
                    with open(f"/proc/{child}/cmdline", encoding="ascii", errors="replace") as title:
                        if "tester tested" in title.read():
                            return int(child)
                except FileNotFoundError:
                    continue
        return postmaster


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    tests = Tests(parser.parse_args())
    return run_tests([("redis-server", tests.redis), ("nginx", tests.nginx), ("python3", tests.python), ("postgres", tests.postgres)])


if __name__ == "__main__":
    sys.exit(main() != 0)
