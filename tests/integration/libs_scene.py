# SPDX-License-Identifier: MIT
"""A folder with programs and libraries made for one scenario, what leakwatch says about them, and what the dynamic linker does."""

import json
import os
import struct
import subprocess

import json_schema
from libs_loader import in_plain_folder, loader_list, loader_tries

PT_DYNAMIC = 2
DT_NEEDED, DT_RPATH, DT_DEBUG, DT_RUNPATH = 1, 15, 21, 29


class Skip(Exception):
    """The scenario needs something that this machine lacks."""


def expect(condition, *facts):
    if not condition:
        raise AssertionError(" ".join(map(str, facts)))


class Scene:
    """Files below `folder`; the working directory of all that is run."""

    def __init__(self, leakwatch, schema, folder):
        self.leakwatch = leakwatch
        self.validator = json_schema.load(schema)
        self.folder = folder
        # Without package managers, which take their time and say other things on each machine.
        os.mkdir(self.path("tools"))
        os.symlink("/bin/sh", self.path("tools/sh"))

    # ---- Making files ----

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, contents, mode=0o755):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as stream:
            stream.write(contents.encode() if isinstance(contents, str) else contents)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as stream:
            return stream.read()

    def run(self, words, **environment):
        user = environment.pop("user", None)
        return subprocess.run(words, cwd=self.folder, env={"PATH": os.environ["PATH"], "LC_ALL": "C", **environment}, check=False,
                              capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, user=user)

    def compile(self, name, source, *arguments):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        self.write(name + ".c", source)
        done = self.run(["gcc", "-o", self.path(name), self.path(name + ".c"), *arguments])
        os.unlink(self.path(name + ".c"))
        expect(done.returncode == 0, "gcc:", done.stderr)
        return self.path(name)

    def library(self, name, *arguments, soname=None, function=None, calls=None, source=None):
        """A library with one function, by default called as its file; `calls`: a function that it needs."""
        function = function or os.path.basename(name).split(".")[0].removeprefix("lib")
        source = source or (f"int {calls}(void);\n" if calls else "") + f"int {function}(void) {{ return {calls + '()' if calls else 1}; }}\n"
        return self.compile(name, source, "-shared", "-fPIC", f"-Wl,-soname,{soname or os.path.basename(name)}", *arguments)

    def program(self, name, *arguments, calls=None):
        """A program that needs the library of the function `calls`."""
        return self.compile(name, f"int {calls}(void);\nint main(void) {{ return {calls}() - 1; }}\n" if calls else
                            "int main(void) { return 0; }\n", *arguments)

    def patch(self, name, change):
        """Changes the bytes of a 64-bit ELF file through `change`(bytearray, program headers)."""
        data = bytearray(self.read(name))
        offset, count = struct.unpack_from("<Q", data, 32)[0], struct.unpack_from("<H", data, 56)[0]
        segments = [struct.unpack_from("<IIQQQQQQ", data, offset + i * 56) for i in range(count)]
        change(data, segments)
        self.write(name, bytes(data))

    # ---- Asking ----

    def load(self, name):
        """A report that was written to a file; checked against the schema."""
        report = json.loads(self.read(name))
        self.validator.validate(report)
        return report

    def examine(self, *words, user=None, **environment):
        """Runs `leakwatch libs`. What is to be preloaded is not preloaded into leakwatch itself."""
        preload = environment.pop("LD_PRELOAD", None)
        options = ["-E", "LD_PRELOAD=" + preload] if preload else []
        return self.run([self.leakwatch, "libs", *options, *words], user=user, **{"PATH": self.path("tools"), **environment})

    def libs(self, *words, user=None, **environment):
        """The whole report; checked against the schema and the exit status."""
        done = self.examine("--json=-", *words, user=user, **environment)
        expect(done.returncode in (0, 1), "leakwatch ended with", done.returncode, done.stderr)
        report = json.loads(done.stdout)
        self.validator.validate(report)
        expect(done.returncode == (1 if report["summary"]["failed"] else 0), "status", done.returncode, report["summary"])
        return report

    def file(self, path, *options, **environment):
        """What is said about one file."""
        return self.libs(*options, path, **environment)["files"][0]

    def text(self, *words, **environment):
        return self.examine(*words, **environment).stdout

    def like_loader(self, path, *options, **environment):
        """The same, after comparing it with what the dynamic linker lists."""
        file = self.file(path, *options, **environment)
        theirs = loader_list(path, cwd=self.folder, **environment)
        found = [library["path"] for library in file["objects"][1:] if library["path"]]
        missing = {library["name"] for library in file["objects"] if not library["path"]}
        optional = {library["name"] for library in file["objects"] if library["cause"] in ("auxiliary", "LD_PRELOAD", "ld.so.preload")}
        expect(theirs is not None, "no dynamic linker for", path)
        expect(found == theirs.found and missing - optional == theirs.missing - optional, path, found, missing, "the dynamic linker:",
               theirs)
        for library in file["objects"]:
            if not library["path"] and library["cause"] == "needed":
                self.expect_tries(path, library, environment)
        return file

    def expect_tries(self, path, library, environment):
        """The places of a missing library must be those that the dynamic linker tries, in its order."""
        theirs = loader_tries(path, library["name"], cwd=self.folder, **environment)
        ours = [entry["path"] for entry in library["places"]
                if in_plain_folder(entry["path"], self.folder) and entry["path"] != "/etc/ld.so.cache"]
        if "/" not in library["name"]:
            expect(ours == theirs, library["name"], "was looked for in", ours, "and by the dynamic linker in", theirs)

    def loader_says(self, path, *texts, **environment):
        """Runs the program: the dynamic linker must complain in these words."""
        done = self.run([path], **environment)
        expect(all(text in done.stderr for text in texts), "the dynamic linker said", done.stderr, "status", done.returncode)
        return done

    def runs(self, path, **environment):
        done = self.run([path], **environment)
        expect(done.returncode == 0, path, "ended with", done.returncode, done.stderr)


def missing(file, name):
    """The entry of a library that was not found."""
    entries = [library for library in file["objects"] if library["name"] == name and not library["path"]]
    expect(len(entries) == 1, name, "is not said to be missing once:", file)
    return entries[0]


def found(file, name):
    entries = [library for library in file["objects"] if library["name"] == name and library["path"]]
    expect(len(entries) == 1, name, "is not found once:", file)
    return entries[0]


def place(library, path):
    entries = [entry for entry in library["places"] if entry["path"] == path]
    expect(len(entries) == 1, path, "was not looked at once:", library)
    return entries[0]


def mend(entry, kind, text=""):
    """Expects a mend of this kind, with this text in its sentence or command."""
    fitting = [item for item in entry["mends"] if item["kind"] == kind and text in item["text"] + " " + item.get("command", "")]
    expect(fitting, f"no mend of kind {kind} with {text!r}:", entry)
    return fitting[0]


def dynamic_entries(data, segments):
    """Yields (offset in the file, tag, value)."""
    segment = next(entry for entry in segments if entry[0] == PT_DYNAMIC)
    for offset in range(segment[2], segment[2] + segment[5], 16):
        tag, value = struct.unpack_from("<qQ", data, offset)
        yield offset, tag, value
