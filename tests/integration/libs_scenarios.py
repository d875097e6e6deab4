#!/usr/bin/env python3
"""usage: libs_scenarios.py --leakwatch PATH --schema FILE TOPIC [SCENARIO...]

Programs that do not find their libraries, for one reason each: `leakwatch libs` must name it. Wherever the dynamic linker can be asked,
it must find and miss the same, or complain of the same. The scenarios of a TOPIC are the functions of libs_TOPIC_cases.py. Speaks TAP.
"""
import argparse
import importlib
import os
import shutil
import sys
import tempfile
import traceback

from libs_scene import Scene, Skip

def scenarios(topic):
    """All functions of the topic that are no helpers, in their order."""
    module = importlib.import_module(f"libs_{topic}_cases")
    return [(name, function) for name, function in vars(module).items()
            if callable(function) and not name.startswith("_") and getattr(function, "__module__", None) == module.__name__]


def run(function, leakwatch, schema):
    """Returns None, the reason for skipping it as Skip, or what went wrong."""
    folder = os.path.realpath(tempfile.mkdtemp(prefix="libs "))
    os.chmod(folder, 0o755)
    try:
        function(Scene(leakwatch, schema, folder))
    except Skip as skip:
        return skip
    except Exception:  # pylint: disable=broad-except
        return traceback.format_exc()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--leakwatch", required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("topic")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    chosen = [entry for entry in scenarios(arguments.topic) if not arguments.names or entry[0] in arguments.names]
    print(f"TAP version 13\n1..{len(chosen)}")
    failed = False
    for number, (name, function) in enumerate(chosen, 1):
        problem = run(function, os.path.abspath(arguments.leakwatch), arguments.schema)
        if isinstance(problem, Skip):
            print(f"ok {number} - {name} # SKIP {problem}")
        else:
            print(f"{'not ok' if problem else 'ok'} {number} - {name}")
            print("".join(f"# {line}\n" for line in (problem or "").splitlines()), end="", flush=True)
            failed = failed or bool(problem)
    sys.exit(1 if failed else 0)


main()
