#!/usr/bin/env python3
"""usage: attach_pointers.py --leakwatch PATH --growing PATH --schema PATH

Asks of blocks of a running process who points at them and what they hold. The target tells where its blocks are. Speaks TAP.
"""
import base64
import json
import os
import re
import shutil
import subprocess

import json_schema
from attach_process import LIMIT, Target, require, run_class


class Objects(Target):
    def __init__(self, program):
        super().__init__([program, "objects"])
        self.addresses = {}
        while "end" not in self.addresses:
            name, address = self.process.stdout.readline().decode().split()
            self.addresses[name] = int(address, 16)


class Tests:
    def __init__(self, arguments, folder):
        self.leakwatch, self.growing, self.folder = arguments.leakwatch, arguments.growing, folder
        self.path = os.path.join(folder, "report.json")
        self.schema = json_schema.load(arguments.schema)

    def look(self, target, *options):
        """The report's only process, and its text."""
        done = subprocess.run([self.leakwatch, "attach", f"--json={self.path}", *options, str(target.pid)], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=LIMIT, check=False, text=True)
        require(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
        with open(self.path, encoding="utf-8") as file:
            report = json.load(file)
        self.schema.validate(report)
        return report["processes"][0], done.stderr

    def ask(self, target, *addresses):
        process, text = self.look(target, *(f"--who-points-at={address:#x}" for address in addresses))
        answers = process["who_points_at"]
        require([int(answer["address"], 16) for answer in answers] == list(addresses), f"{answers}")
        return answers, text

    def variable(self, step, symbol, offset):
        require(step["holder"] == "data" and step["module"] == self.growing, f"{step}")
        require((step["symbol"], step["symbol_offset"], step["target_offset"]) == (symbol, offset, 0), f"{step}")

    def paths(self):
        """From a variable in .data through a list, and from one in .bss."""
        with Objects(self.growing) as target:
            where = target.addresses
            (last, variable), text = self.ask(target, where["last"] + 8, where["variable"])
            require(last["found"] and int(last["block"]["address"], 16) == where["last"] and last["block"]["kind"] == "reachable", f"{last}")
            require(last["block"]["content"] == "first word points to file_operations", f"{last['block']}")
            require((last["roots"], last["blocks"], last["lost_blocks"], len(last["paths"])) == (0, 1, 0, 1), f"{last}")
            table, first, second = last["paths"][0]["steps"]
            self.variable(table, "open_files", 24)
            require(int(first["block"]["address"], 16) == where["first"] and first["block_offset"] == 8, f"{first}")
            require(int(first["address"], 16) == where["first"] + 8 and second["block_offset"] == 8, f"{first} {second}")
            self.variable(variable["paths"][0]["steps"][0], "bss_variable", 0)
            require(re.search(r"8 bytes into a block of 72 bytes, still reachable\n +first word points to file_operations\n", text), text)
            require(re.search(r"\n +open_files\+24 in \S*growing \(0x\w+\)\n +-> block 0x\w+ \(72 bytes, first word points to file_operations\) at \+8\n"
                              r" +-> block 0x\w+ \(.*\) at \+8\n +-> this block\n", text), text)
            target.end()

    def unreachable(self):
        with Objects(self.growing) as target:
            where = target.addresses
            (middle, lost), text = self.ask(target, where["middle"], where["lost"])
            require(middle["block"]["kind"] == "indirect" and middle["paths"] == [], f"{middle}")
            require((middle["roots"], middle["blocks"], middle["lost_blocks"]) == (0, 0, 1), f"{middle}")
            holder = middle["lost"][0]
            require(int(holder["block"]["address"], 16) == where["lost"] and holder["block_offset"] == 16, f"{holder}")
            require(holder["target_offset"] == 100 and holder["block"]["kind"] == "definite", f"{holder}")
            require(lost["block"]["kind"] == "definite" and lost["paths"] == lost["lost"] == [], f"{lost}")
            require("nothing that the program can reach points to it; 1 lost block does" in text, text)
            require("definitely lost, 100 bytes into it" in text, text)
            target.end()

    def thread(self):
        with Objects(self.growing) as target:
            (answer,), _ = self.ask(target, target.addresses["thread"])
            holders = [path["steps"][0] for path in answer["paths"]]
            require(any(holder["holder"] == "memory" and holder["thread"] == target.pid for holder in holders), f"{holders}")
            target.end()

    def nothing(self):
        with Objects(self.growing) as target:
            answers, text = self.ask(target, 16, 0xffffffffffffffff)
            require(answers == [{"address": "0x10", "found": False}, {"address": "0xffffffffffffffff", "found": False}], f"{answers}")
            require("Who points at 0x10: no live block is there" in text, text)
            target.end()

    def groups(self, target):
        process, _ = self.look(target, "--show-leak-kinds=all")
        return {(record["kind"], record["content"]): record["blocks"] for record in process["leaks"]["records"]}

    def names(self):
        """Structures go by the table of functions that they begin with, or the function."""
        with Objects(self.growing) as target:
            groups = self.groups(target)
            expected = {("reachable", "first word points to file_operations"): 3, ("definite", "first word points to file_operations"): 1,
                        ("reachable", "first word points to close_it"): 1}
            require(expected.items() <= groups.items(), f"{groups}")
            target.end()

    def stripped(self):
        """Without symbols the place in the file stands for the name."""
        if not shutil.which("strip"):
            return "strip is not installed"
        program = os.path.join(self.folder, "stripped")
        subprocess.run(["strip", "-o", program, self.growing], check=True, timeout=LIMIT)
        with Objects(program) as target:
            groups = {key: count for key, count in self.groups(target).items() if "stripped" in key[1]}
            counts = sorted((kind, count) for (kind, content), count in groups.items()
                            if re.fullmatch(r"first word points to stripped\+0x[0-9a-f]+", content))
            require(counts == [("definite", 1), ("reachable", 1), ("reachable", 3)], f"{groups}")
            target.end()
        return None

    def contents(self):
        with Objects(self.growing) as target:
            process, text = self.look(target, "--contents=2", "--show-leak-kinds=all")
            records = {(record["kind"], record["content"]): record for record in process["leaks"]["records"]}
            files = records["reachable", "first word points to file_operations"]["examples"]
            require(len(files) == 2 and all(example["size"] == 72 for example in files), f"{files}")
            (latin,) = (example for example in records["reachable", "text"]["examples"]
                        if int(example["address"], 16) == target.addresses["variable"])
            require(latin["bytes"] == "caf\u00e9" + 60 * "\0", f"{latin}")
            require(base64.b64decode(latin["raw_base64"]["bytes"]) == b"caf\xe9" + 60 * b"\0", f"{latin}")
            (lost,) = records["definite", "first word points to file_operations"]["examples"]
            require(int(lost["address"], 16) == target.addresses["lost"], f"{lost}")
            raw = base64.b64decode(lost["raw_base64"]["bytes"]) if "raw_base64" in lost else lost["bytes"].encode()
            require(int.from_bytes(raw[16:24], "little") == target.addresses["middle"], f"{lost}")
            require(re.search(r"72 bytes at 0x\w+\n +\| 00000  ", text) and " 63 61 66 e9 " in text, text)
            process, _ = self.look(target, "--show-leak-kinds=all")
            require(all("examples" not in record for record in process["leaks"]["records"]), "contents that nobody asked for")
            target.end()

    def refusals(self):
        for option, reason in (("--who-points-at=here", "'here' is not an address"), ("--who-points-at=0x", "is not an address"),
                               ("--who-points-at=0x10000000000000000", "is not an address"), ("--who-points-at=-1", "is not an address"),
                               ("--contents=0", "'0' is not a number from 1"), ("--contents=many", "'many' is not a number")):
            done = subprocess.run([self.leakwatch, "attach", option, "1"], stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT,
                                  check=False, text=True)
            require(done.returncode == 125 and re.search(reason, done.stderr), f"{option}: {done.returncode}, {done.stderr}")
            require(done.stderr.count("\n") == 1, f"{option}: more than a line: {done.stderr}")


run_class(Tests, ("paths", "unreachable", "thread", "nothing", "names", "stripped", "contents", "refusals"))
