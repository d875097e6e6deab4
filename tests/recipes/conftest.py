"""pytest: `def test_app(run_without_leaks): run_without_leaks("./app", "--version")` fails if the program or a child of it leaks."""
import json
import subprocess

import pytest


def describe(process):
    records = [record for record in process["leaks"]["records"] if record["kind"] in ("definite", "possible")]
    lines = [f"{record['bytes']} bytes in {record['blocks']} blocks, {record['kind']}, at "
             + " < ".join(frame.get("function", frame["address"]) for frame in record["stack"][:5]) for record in records]
    lines += [f"{error['kind']} at " + " < ".join(frame.get("function", frame["address"]) for frame in error["stack"][:5])
              for error in process["errors"]]
    return "\n".join([process["executable"], *("  " + line for line in lines)])


@pytest.fixture
def run_without_leaks(tmp_path):
    def run(*command, **options):
        """As subprocess.run(); returns what that returns."""
        report_file = tmp_path / "leakwatch.json"
        done = subprocess.run(["leakwatch", "-o", "/dev/null", f"--json={report_file}", "--", *command], **options)
        report = json.loads(report_file.read_text(encoding="utf-8"))
        if report["summary"]["verdict"] != "clean":
            pytest.fail(report["summary"]["verdict"] + "\n" + "\n".join(map(describe, report["processes"])), pytrace=False)
        return done
    return run
