#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Kills, stops and interrupts leakwatch, the program that it watches, its threads and its children at moments that chance decides. Says
what went otherwise than it should, with what repeats that round. Speaks TAP; see README.md.

    violence.py --leakwatch PROGRAM --restless PROGRAM --schema FILE --trace-schema FILE [--seed N] [--rounds N] [--seconds N]
                [--way WAY] [--round N [--times N]]
"""

import argparse
import os
import random
import sys
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "integration"))
import json_schema  # pylint: disable=wrong-import-position
import programs  # pylint: disable=wrong-import-position
from attach_process import Failure, is_forbidden, run_tests  # pylint: disable=wrong-import-position
from plan import roll  # pylint: disable=wrong-import-position
from rounds import WAYS, Scene, play  # pylint: disable=wrong-import-position

MOST_SHOWN = 20


def play_rounds(scene, options, way):
    """Plays them until they are done, or the time is over."""
    begin, failures, played = time.monotonic(), [], 0
    numbers = [options.round] * options.times if options.round is not None else range(options.rounds)
    for number in numbers:
        if time.monotonic() - begin > options.seconds:
            break
        played += 1
        plan = roll(options.seed, way, number, WAYS[way].whom)
        failures += [f"--seed {options.seed} --way {way} --round {number}: {plan}\n    {problem}" for problem in play(scene, plan)]
        if len(failures) >= MOST_SHOWN:
            break
    print(f"# {way}: {played} rounds in {time.monotonic() - begin:.0f} s", flush=True)
    if failures:
        raise Failure("\n".join(failures))


def main():
    parser = argparse.ArgumentParser()
    for option in ("--leakwatch", "--restless", "--schema", "--trace-schema"):
        parser.add_argument(option, required=True, type=os.path.realpath)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--rounds", type=int, default=1000, help="of each way")
    parser.add_argument("--seconds", type=float, default=1200, help="for each way: no round is begun after that")
    parser.add_argument("--way", choices=WAYS, action="append")
    parser.add_argument("--round", type=int, help="only this one")
    parser.add_argument("--times", type=int, default=1, help="how often")
    options = parser.parse_args()
    if is_forbidden():
        print("Yama forbids it (kernel.yama.ptrace_scope)", file=sys.stderr)
        return 77
    programs.prepare()
    scene = Scene(options.leakwatch, options.restless, json_schema.load(options.schema), json_schema.load(options.trace_schema))
    ways = options.way or list(WAYS)
    return run_tests([(f"{way}, seed {options.seed}", lambda way=way: play_rounds(scene, options, way)) for way in ways]) != 0


if __name__ == "__main__":
    sys.exit(main())
