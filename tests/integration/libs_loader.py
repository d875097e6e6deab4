# SPDX-License-Identifier: MIT
"""What the dynamic linker itself says about a program."""

import os
import re
import subprocess
from dataclasses import dataclass

# Class and machine in the ELF header, and who loads such files.
LOADERS = {(2, 62): "/lib64/ld-linux-x86-64.so.2", (1, 3): "/lib/ld-linux.so.2"}


@dataclass
class Listing:
    """Paths of what is loaded, in this order, without the program and the vdso; names of what is not found; what was complained of."""

    found: list
    missing: set
    complaints: str


def loader_of(path):
    """The dynamic linker for the file, or None if it is not installed."""
    with open(path, "rb") as stream:
        head = stream.read(20)
    loader = LOADERS.get((head[4], int.from_bytes(head[18:20], "little")))
    return loader if loader and os.path.exists(loader) else None


def loader_list(path, cwd=None, **environment):
    """Loads and lists, and runs nothing, as ldd(1) does: a Listing. None if no dynamic linker for it is here."""
    if loader_of(path) is None:
        return None
    done = subprocess.run([loader_of(path), path], env={**os.environ, "LC_ALL": "C", "LD_TRACE_LOADED_OBJECTS": "1", **environment},
                          check=False, capture_output=True, text=True, timeout=60, cwd=cwd)
    return listing_of(done)


def listing_of(done):
    """The Listing in what a dynamic linker has printed."""
    found, missing = [], set()
    for line in done.stdout.splitlines():
        match = re.match(r"\t(.*?)(?: => (.*?))?(?: \(0x[0-9a-f]+\))?$", line)
        name, target = match.groups() if match else (None, None)
        if match is None or name.startswith(("linux-vdso", "linux-gate", "statically linked")):
            continue
        if target == "not found":
            missing.add(name)
        else:
            found.append(target or name)
    return Listing(found, missing, done.stderr + done.stdout)


PROCESSOR_FOLDERS = re.compile(r"/(glibc-hwcaps/[^/]*|tls|x86_64|haswell|xeon_phi|avx512_1|i686|sse2)$")


def loader_tries(path, name, cwd=None, **environment):
    """The paths that the dynamic linker tries when the library is first looked for, in folders that are there and are not for
    processors: what LD_DEBUG=libs says."""
    done = subprocess.run([loader_of(path), path], check=False, capture_output=True, text=True, timeout=60, cwd=cwd,
                          env={**os.environ, "LC_ALL": "C", "LD_TRACE_LOADED_OBJECTS": "1", "LD_DEBUG": "libs", **environment})
    tries, found = [], False
    for line in done.stderr.splitlines():
        if "find library=" in line:
            if found:
                break
            found = f"find library={name} [" in line
        match = re.search(r"trying file=(.*)", line)
        if found and match:
            tries.append(match.group(1))
    return [path for path in tries if in_plain_folder(path, cwd)]


def in_plain_folder(path, cwd):
    """Whether the file's folder is there, and is not one for processors."""
    folder = os.path.join(cwd or ".", os.path.dirname(path))
    return os.path.isdir(folder) and not PROCESSOR_FOLDERS.search(os.path.dirname(path))
