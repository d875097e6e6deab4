# SPDX-License-Identifier: MIT
"""Runs memcheck on a program and reads the totals of each leak kind from its XML."""

import glob
import os
import re
import xml.etree.ElementTree as ElementTree

KIND_NAMES = {
    "Leak_DefinitelyLost": "definite",
    "Leak_IndirectlyLost": "indirect",
    "Leak_PossiblyLost": "possible",
    "Leak_StillReachable": "reachable",
}


def command(directory):
    """The command line of memcheck; it leaves one XML file for each process in `directory`. It does not let libraries free what they
    keep, as leakwatch does not, so that reachable blocks can be compared too."""
    return [
        "valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=all", "--trace-children=yes", "--keep-debuginfo=yes",
        "--run-libc-freeres=no", "--run-cxx-freeres=no", "--num-callers=40", "--leak-resolution=high", "--error-limit=no",
 "--vgdb=no", "--xml=yes", f"--xml-file={directory}/%p.%n.xml",
    ]


def direct_amount(error):
    """Blocks and bytes of a record itself, without what hangs on it."""
    text = error.findtext("xwhat/text") or ""
    direct = re.match(r"[\d,]+ \(([\d,]+) direct", text)
    size = int(direct.group(1).replace(",", "")) if direct else int(error.findtext("xwhat/leakedbytes"))
    return int(error.findtext("xwhat/leakedblocks")), size


def read_totals(directory):
    """The totals over all processes: {"definite": (blocks, bytes), ...}."""
    totals = {kind: (0, 0) for kind in KIND_NAMES.values()}
    for path in sorted(glob.glob(os.path.join(directory, "*.xml"))):
        with open(path, encoding="utf-8", errors="replace") as stream:
            text = stream.read()
        if "</valgrindoutput>" not in text:  # an image that was replaced by exec
            continue
        for error in ElementTree.fromstring(text).iter("error"):
            kind = KIND_NAMES.get(error.findtext("kind"))
            if kind:
                blocks, size = direct_amount(error)
                totals[kind] = (totals[kind][0] + blocks, totals[kind][1] + size)
    return totals


def descriptor_command(directory):
    """A command line that leaves what each process has open in `directory`."""
    return ["valgrind", "--track-fds=yes", "--leak-check=no", "--trace-children=yes", "--num-callers=40", "--vgdb=no",
            f"--log-file={directory}/%p.%n.log"]


def read_opened(directory):
    """The stacks (functions, innermost first) of all open descriptors that have one and are no standard streams, over all processes.
    A child lists what its parent opened, too, with the parent's stack."""
    stacks = []
    for path in glob.glob(os.path.join(directory, "*.log")):
        stack = None
        with open(path, encoding="utf-8", errors="replace") as stream:
            for line in stream:
                text = re.sub(r"^==\d+== ?", "", line.rstrip("\n"))
                frame = re.match(r"   (?:at|by) 0x[0-9A-F]+: (\S+)", text)
                if text.startswith("Open "):
                    stack = []
                elif stack is not None and frame:
                    stack.append(frame[1].split("@")[0])
                elif stack is not None:
                    stacks += [stack] if stack else []
                    stack = None
    return stacks
