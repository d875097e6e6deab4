#!/usr/bin/env python3
"""usage: attach_repeat.py --leakwatch PATH --growing PATH --schema PATH

Looks again and again at a process that grows by the same blocks at each step, one step between two looks: what is told of its growth
must be so, between looks nobody may trace it, and looking ends at once when it is to end. Speaks TAP.
"""
import json
import os
import random
import re
import select
import signal
import subprocess

import json_schema
from attach_process import LIMIT, Target, require, run_class

LATER = "60m"  # no look comes by itself
LOST, KEPT = (3, 3 * 1000), (2, 2 * 2008)  # blocks and usable bytes of a step


class Growing(Target):
    def __init__(self, program):
        super().__init__([program, "steps"])

    def step(self):
        self.process.stdin.write(b"g")
        self.process.stdin.flush()
        require(self.process.stdout.readline() == b"ready\n", "the target made no step")


class Looks:
    """leakwatch at work, look by look: it tells of each on standard error."""

    def __init__(self, leakwatch, target, report, *options):
        self.target, self.path = target, report
        words = [leakwatch, "attach", f"--repeat={LATER}", f"--json={report}", *options, str(target.pid)]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.unread = b""
        self.texts = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()

    def line(self):
        while b"\n" not in self.unread:
            ready, _, _ = select.select([self.process.stderr], [], [], LIMIT)
            part = os.read(self.process.stderr.fileno(), 65536) if ready else b""
            require(part, f"no look was told: {self.texts}")
            self.unread += part
        line, self.unread = self.unread.split(b"\n", 1)
        self.texts.append(line.decode())
        return self.texts[-1]

    def wait_for(self, number):
        """Until this look is told; afterwards nobody traces the target."""
        while not self.line().startswith(f"leakwatch: look {number} "):
            pass
        require(self.target.status("TracerPid") == "0", "the target is traced between looks")

    def again(self):
        self.process.send_signal(signal.SIGUSR1)

    def end(self, expected=0):
        _, errors = self.process.communicate(timeout=LIMIT)
        self.texts.append((self.unread + errors).decode())
        require(self.process.returncode == expected, f"status {self.process.returncode}: {self.texts}")
        with open(self.path, encoding="utf-8") as file:
            return json.load(file)


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.growing = arguments.leakwatch, arguments.growing
        self.path = os.path.join(folder, "report.json")
        self.schema = json_schema.load(arguments.schema)

    def looks(self, target, *options):
        return Looks(self.leakwatch, target, self.path, *options)

    def valid(self, report):
        self.schema.validate(report)
        return report

    def growth(self):
        """Four looks, a step between each two of them."""
        with Growing(self.growing) as target, self.looks(target, "--count=4", "--show-leak-kinds=none") as looks:
            for number in range(1, 4):
                looks.wait_for(number)
                target.step()
                looks.again()
            report = self.valid(looks.end())
            target.end()
        growth = report["growth"]
        require(growth["looks"] == 4 and growth["stopped"] == "count" and growth["confirm"] is None, f"{growth}")
        series = growth["series"]
        require([look["look"] for look in series] == [1, 2, 3, 4], f"{series}")
        require(all(a["at_ns"] < b["at_ns"] for a, b in zip(series, series[1:])), f"{series}")
        require([look["lost"]["blocks"] for look in series] == [3, 6, 9, 12], f"{series}")
        require(all(b["live"]["blocks"] - a["live"]["blocks"] == 5 for a, b in zip(series, series[1:])), f"{series}")
        groups = {group["content"]: group for group in growth["groups"]}
        kept, lost = groups["blocks of 2008 bytes"], groups["blocks of 1000 bytes"]
        require(growth["groups"][0] is kept and growth["groups"][1] is lost, f"{growth['groups']}")
        require(kept["grown"] == {"blocks": 6, "bytes": 3 * KEPT[1]} and lost["grown"] == {"blocks": 9, "bytes": 3 * LOST[1]}, f"{groups}")
        require(lost["survived"] == {"blocks": 3, "bytes": LOST[1]} and kept["survived"]["blocks"] == 0, f"{groups}")
        seconds = (series[-1]["at_ns"] - series[0]["at_ns"]) / 1e9
        require(0.5 < kept["bytes_per_second"] * seconds / kept["grown"]["bytes"] < 2, f"{kept} in {seconds} s")
        require("blocks of 504 bytes" not in groups, "what was given back and taken again has not grown")
        require(report["processes"][0]["end"]["how"] == "detached", f"{report['processes'][0]['end']}")

    def text(self):
        with Growing(self.growing) as target, self.looks(target, "--count=2") as looks:
            looks.wait_for(1)
            target.step()
            looks.again()
            looks.end()
            target.end()
        text = "\n".join(looks.texts)
        require(re.search(r"look 2 after [\d.]+ s: [\d,]+ bytes in \d+ blocks, 6,000 bytes in 6 blocks lost; \+7,016 bytes, \+5 blocks\n"
                          r"leakwatch:   \+4,016 bytes, \+2 blocks: blocks of 2008 bytes\n"
                          r"leakwatch:   \+3,000 bytes, \+3 blocks: blocks of 1000 bytes\n", text), text)
        require(re.search(r"Growth over 2 looks in [\d.]+ s\n  \+4,016 bytes, \+2 blocks, \+[\d,]+ bytes per (second|hour): blocks of 2008 bytes\n"
                          r"  \+3,000 bytes.*: blocks of 1000 bytes \(3,000 bytes in 3 blocks lost at each look\)\n", text), text)

    def confirmed(self):
        """Only what was lost at both looks is reported."""
        with Growing(self.growing) as target, self.looks(target, "--confirm=2", "--count=2", "--error-exitcode=9") as looks:
            looks.wait_for(1)
            target.step()
            looks.again()
            report = self.valid(looks.end(9))
            target.end()
        leaks = report["processes"][0]["leaks"]
        require(leaks["definite"] == {"blocks": 3, "bytes": 3000}, f"{leaks}")
        require(leaks["unconfirmed"] == {"blocks": 3, "bytes": 3000}, f"{leaks}")
        require([record["blocks"] for record in leaks["records"]] == [3], f"{leaks['records']}")
        require(report["growth"]["confirm"] == 2 and report["growth"]["series"][1]["lost"]["blocks"] == 6, f"{report['growth']}")
        require(any("3,000 bytes in 3 blocks, lost but not in each look" in text for text in looks.texts), f"{looks.texts}")

    def unconfirmed(self):
        """Ended too early, nothing is confirmed: there are no errors."""
        with Growing(self.growing) as target, self.looks(target, "--confirm=2", "--error-exitcode=9") as looks:
            looks.wait_for(1)
            looks.process.send_signal(signal.SIGINT)
            report = self.valid(looks.end())
            target.end()
        require(report["summary"]["errors"] == 0 and report["summary"]["definite"]["blocks"] == 0, f"{report['summary']}")
        require(report["processes"][0]["leaks"]["unconfirmed"]["blocks"] == 3, f"{report['processes'][0]['leaks']}")

    def interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with Growing(self.growing) as target, self.looks(target) as looks:
                looks.wait_for(1)
                looks.process.send_signal(number)
                report = self.valid(looks.end())
                target.end()
            require(report["growth"]["stopped"] == "interrupted" and report["growth"]["looks"] == 1, f"{report['growth']}")
            require(report["processes"][0]["leaks"]["definite"]["blocks"] == 3, f"{report['processes'][0]['leaks']}")

    def interrupted_at_any_moment(self):
        """No signal gets lost: one before leakwatch is ready ends it, any later one ends the looks."""
        chance = random.Random(20261129)
        with Growing(self.growing) as target:
            for _ in range(20):
                with self.looks(target, "-q") as looks:
                    select.select([], [], [], chance.random() * 0.02)
                    looks.process.send_signal(signal.SIGTERM)
                    looks.process.communicate(timeout=LIMIT)
                    require(looks.process.returncode in (0, -signal.SIGTERM), f"status {looks.process.returncode}")
            target.end()

    def ended(self):
        """The end of the target is the end of the looks, and what they saw is told."""
        with Growing(self.growing) as target, self.looks(target, "--error-exitcode=9") as looks:
            looks.wait_for(1)
            target.step()
            target.end()
            report = self.valid(looks.end(9))
        require(report["growth"]["stopped"] == "process-ended" and report["growth"]["looks"] == 1, f"{report['growth']}")
        require(report["processes"][0]["leaks"]["definite"]["blocks"] == 3, f"{report['processes'][0]['leaks']}")

    def by_itself(self):
        """Looks come in time without anybody's help."""
        with Growing(self.growing) as target:
            done = subprocess.run([self.leakwatch, "attach", "-q", "--repeat=1ms", "--count=20", f"--json={self.path}", str(target.pid)],
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False, text=True)
            require(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
            require("look 2" not in done.stderr, f"-q is not quiet: {done.stderr}")
            target.end()
        with open(self.path, encoding="utf-8") as file:
            growth = self.valid(json.load(file))["growth"]
        require(growth["looks"] == 20 and len(growth["series"]) == 20, f"{growth}")
        require([group["content"] for group in growth["groups"]] == ["blocks of 1000 bytes"], f"{growth['groups']}")
        require(growth["groups"][0]["bytes_per_second"] == 0, f"{growth['groups']}")

    def refused(self, reason, *options):
        done = subprocess.run([self.leakwatch, *options], stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False, text=True)
        require(done.returncode == 125 and re.search(reason, done.stderr), f"{options}: {done.returncode}, {done.stderr}")
        require(done.stderr.count("\n") == 1, f"{options}: more than a line: {done.stderr}")

    def refusals(self):
        self.refused("'soon' is not a time", "attach", "--repeat=soon", "1")
        self.refused("--count is for --repeat", "attach", "--count=2", "1")
        self.refused("wants more looks", "attach", "--repeat=1s", "--count=2", "--confirm=3", "1")
        self.refused("'1' is not a number from 2", "attach", "--confirm=1", "1")
        self.refused("leaves nothing to compare", "attach", "--repeat=1s", "--leak-check=no", "1")
        self.refused("for a process that is running already", "--repeat=1s", "/bin/true")
        self.refused("for a process that is running already", "run", "--confirm", "/bin/true")
        self.refused("no such process", "attach", "--repeat=1s", "4194304")


run_class(Tests, ("growth", "text", "confirmed", "unconfirmed", "interrupted", "interrupted_at_any_moment", "ended", "by_itself", "refusals"))
