#!/usr/bin/env python3
"""usage: realtime_live.py --leakwatch PATH --realtime PATH --schema PATH --limits-schema PATH

What an audit of real time says where the kernel does not report page faults, and of a process that is running already. Nothing on
the machine is changed. Speaks TAP.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import jsonschema

from attach_process import LIMIT, require, run_tests


def findings_of(findings, name):
    return [finding for finding in findings if finding["id"] == name]


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.realtime, self.folder = arguments.leakwatch, arguments.realtime, folder
        self.schemas = {}
        for name in ("schema", "limits_schema"):
            with open(getattr(arguments, name), encoding="utf-8") as file:
                self.schemas[name] = json.load(file)

    def report_of(self, command, schema, status):
        """The report that `command`, which ends with this status, writes to the file behind its --json=."""
        path = os.path.join(self.folder, "report.json")
        command = [word.replace("REPORT", path) for word in command]
        # meson has the C library write to all memory that it hands out: then nothing faults any more.
        environment = {name: value for name, value in os.environ.items() if name != "MALLOC_PERTURB_"}
        # A leakwatch with sanitizers cannot look for leaks of its own while it is traced.
        environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        outcome = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT, check=False, env=environment)
        require(outcome.returncode == status, f"status {outcome.returncode}, expected {status}: {outcome.stderr}")
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        jsonschema.Draft202012Validator(self.schemas[schema]).validate(report)
        return report

    def test_faults_that_are_not_reported_are_counted(self):
        """leakwatch itself runs under a tracer that keeps it from perf_event_open(2)."""
        refuse = [self.leakwatch, "trace", "-o", os.devnull, "-e", "trace=none", "-e", "inject=perf_event_open:error=EACCES"]
        audit = [self.leakwatch, "-o", os.devnull, "--json=REPORT", "--audit=rt", "--rt-from=marker", self.realtime, "faults"]
        process = self.report_of([*refuse, *audit], "schema", 0)["processes"][0]
        faults = process["realtime"]["faults"]
        require(faults["with_locking"] and faults["placed"] == 0 and faults["minor"] >= 16, f"{faults}")
        found = findings_of(process["realtime"]["findings"], "rt.pagefault")
        require(len(found) == 1 and found[0]["severity"] == "warning" and found[0]["count"] == faults["minor"], f"{found}")
        require(any("counted only" in reason for reason in process["coverage"]["reasons"]), f"{process['coverage']}")

    def test_faults_of_our_own_code_are_left_out(self):
        audit = [self.leakwatch, "-o", os.devnull, "--json=REPORT", "--audit=rt", "--rt-from=marker", self.realtime, "blocks"]
        realtime = self.report_of(audit, "schema", 0)["processes"][0]["realtime"]
        require(realtime["faults"]["own"] > 0 and realtime["faults"]["minor"] > 0, f"{realtime['faults']}")
        stacks = [finding["stacks"][0]["stack"] for finding in findings_of(realtime["findings"], "rt.pagefault") if finding["stacks"]]
        require(stacks and not any("libleakwatch" in stack[0]["module"] for stack in stacks), f"{stacks}")

    def test_a_process_that_is_running(self):
        """It is a real-time process when it has answered."""
        command = ["chrt", "-f", "7", "cat"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as target:
            try:
                target.stdin.write(b"ready\n")
                target.stdin.flush()
                answered = target.stdout.readline() == b"ready\n"
            except BrokenPipeError:
                answered = False
            if not answered:
                return "no right to SCHED_FIFO"
            look = [self.leakwatch, "limits", "-o", os.devnull, "--json=REPORT", "--audit=rt", str(target.pid)]
            report = self.report_of(look, "limits_schema", 1)
            target.stdin.close()
        process = report["processes"][0]
        found = findings_of(process["findings"], "rt.mlockall-missing")
        require(len(found) == 1 and found[0]["severity"] == "error" and found[0]["numbers"] == "VmLck 0", f"{process['findings']}")
        require(not findings_of(process["findings"], "rt.policy"), f"{process['findings']}")
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("leakwatch", "realtime", "schema", "limits-schema"):
        parser.add_argument(f"--{name}", required=True)
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(parser.parse_args(), folder)
        names = [name for name in vars(Tests) if name.startswith("test_")]
        return 1 if run_tests([(name, getattr(tests, name)) for name in names]) else 0


if __name__ == "__main__":
    sys.exit(main())
