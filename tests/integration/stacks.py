# SPDX-License-Identifier: MIT
"""Which functions stand on a stack of a JSON report."""

import os


def frame_matches(frame, name):
    """Whether a frame is of `function` or `function@module`; a demangled name may go on with its parameters."""
    function, _, module = name.partition("@")
    actual = frame.get("function") or ""
    if module and os.path.basename(frame.get("module") or "") != module:
        return False
    return actual == function or actual.startswith(function + "(") or actual.startswith(function + ".")


def stack_contains(stack, names):
    """Whether the functions stand on the stack in this order, innermost first, others in between allowed."""
    frames = iter(stack)
    return all(any(frame_matches(frame, name) for frame in frames) for name in names)


def describe(stack):
    """The stack in one line."""
    names = [frame.get("function") or frame.get("address", "?") for frame in stack]
    return " < ".join(names) if names else "(no stack)"
