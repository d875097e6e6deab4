# SPDX-License-Identifier: MIT
"""Compares a JSON report with an expectation. Every function returns a list of differences, in words."""

from stacks import describe, stack_contains

LOST_KINDS = ("definite", "indirect", "possible")


def amount(value):
    return (value.get("blocks", 0), value.get("bytes", 0)) if value else (0, 0)


def show(value):
    return f"{value[1]} bytes in {value[0]} blocks"


def compare_totals(what, actual, expected, more):
    """Kinds that are not named must be zero, except reachable and suppressed ones, which then do not matter."""
    differences = []
    for kind in LOST_KINDS + ("reachable", "suppressed"):
        got = amount(actual.get(kind))
        want = expected.get(kind, (0, 0) if kind in LOST_KINDS and not more else None)
        if want is not None and got != want:
            differences.append(f"{what}: {kind}: {show(got)}, expected {show(want)}")
    return differences


def all_records(report):
    return [record for process in report["processes"] for record in (process.get("leaks") or {}).get("records", [])]


def record_matches(record, expected):
    return (
        record["kind"] == expected.kind
        and amount(record) == (expected.blocks, expected.bytes)
        and (expected.indirect is None or amount(record.get("indirect")) == expected.indirect)
        and (expected.allocator is None or record.get("allocator") == expected.allocator)
        and (not expected.cycle or record.get("cycle") is True)
        and stack_contains(record.get("stack", []), expected.functions)
    )


def compare_records(report, expectation):
    records = all_records(report)
    differences = []
    for expected in expectation.records:
        if not any(record_matches(record, expected) for record in records):
            differences.append(f"no record like {expected}")
    return differences


def compare_faults(report, expectation):
    faults = [fault for process in report["processes"] for fault in process.get("errors", [])]
    differences = []
    for expected in expectation.faults:
        found = [
            fault
            for fault in faults
            if fault["kind"] == expected.kind
            and all(stack_contains(fault.get(name) or [], functions) for name, functions in expected.stacks.items())
        ]
        if not found:
            differences.append(f"no error like {expected}")
        else:
            faults.remove(found[0])
    if not expectation.more:
        differences += [f"unexpected error {fault['kind']}: {describe(fault.get('stack') or [])}" for fault in faults]
    return differences


def compare_mappings(report, expectation):
    live = [entry for process in report["processes"] for entry in (process.get("mappings") or {}).get("live", [])]
    differences = []
    for expected in expectation.mappings:
        if not any(
            entry["count"] == expected.blocks and entry["bytes"] == expected.bytes and stack_contains(entry["stack"], expected.functions)
            for entry in live
        ):
            differences.append(f"no mapping like {expected}")
    return differences


def opened_groups(report):
    """What processes opened themselves beyond the standard streams, as (kinds, count, stack)."""
    groups = []
    for process in report["processes"]:
        for record in process["descriptors"].get("records", []):
            left = [entry for entry in record["open"] if entry["number"] > 2]
            if left and record["origin"] != "inherited":
                groups.append(({entry["kind"] for entry in left}, len(left), record["stack"]))
    return groups


def compare_descriptors(report, expectation):
    differences = []
    inherited = sum(process["descriptors"].get("inherited", 0) for process in report["processes"])
    if expectation.inherited is not None and inherited != expectation.inherited:
        differences.append(f"{inherited} descriptors inherited, expected {expectation.inherited}")
    if expectation.opened is None:
        return differences
    left = opened_groups(report)
    for expected in expectation.opened:
        found = [
            group
            for group in left
            if group[1] == expected.count
            and expected.kind in (None, *group[0])
            and stack_contains(group[2], expected.functions)
        ]
        if found:
            left.remove(found[0])
        else:
            differences.append(f"no descriptors like {expected}")
    return differences + [f"{count} {'/'.join(kinds)} not expected to be open: {describe(stack)}" for kinds, count, stack in left]


# What depends on the machine is compared where it is expected only: core dumps may be handed to a program, whatever their limit;
# processors, limits, swap.
FINDINGS_OF_THE_MACHINE = ("mlock.secret-dumpable", "rt.affinity", "rt.policy", "rt.rlimits", "rt.swap", "rt.throttling")


def finding_matches(finding, expected):
    stacks = {entry["role"]: entry["stack"] for entry in finding["stacks"]}
    return (
        finding["id"] == expected.id
        and expected.severity in (None, finding["severity"])
        and expected.count in (None, finding["count"])
        and (expected.text or "") in finding["what"] + " " + finding["numbers"]
        and all(stack_contains(stacks.get(role, []), functions) for role, functions in expected.stacks.items())
    )


def compare_findings(left, wanted):
    """Whether the findings, a list that is used up, are those that are wanted."""
    differences = []
    for expected in wanted:
        found = [finding for finding in left if finding_matches(finding, expected)]
        if found:
            left.remove(found[0])
        else:
            differences.append(f"no finding like {expected}")
    unexpected = [finding for finding in left if finding["id"] not in FINDINGS_OF_THE_MACHINE]
    return differences + [
        f"finding not expected: {finding['severity']} {finding['id']} {finding['count']}: {finding['what']}: {finding['numbers']}"
        f" {[(entry['role'], describe(entry['stack'])) for entry in finding['stacks']]}"
        for finding in unexpected
    ]


def compare_locks(report, expectation):
    """Whatever is expected, all that the kernel has locked must be accounted for."""
    ended = [process for process in report["processes"] if process["end"]["how"] != "exec"]
    used = [process["locks"] for process in report["processes"] if process["locks"]["used"]]
    differences = []
    for locks in used:
        if locks["bytes"] + locks["own_bytes"] != locks["kernel_bytes"]:
            differences.append(f"{locks['bytes']} bytes locked and {locks['own_bytes']} of our own are not {locks['kernel_bytes']}")
        differences += [f"{part['bytes']} bytes locked by nobody" for part in locks["memory"] if part["way"] == "unknown"]
    differences += [
        f"the calls and the kernel do not agree: {reason}"
        for process in report["processes"]
        for reason in process["coverage"]["reasons"]
        if "kernel" in reason and "locked" in reason
    ]
    if expectation.locked is not None:
        total = sum(process["locks"].get("bytes", 0) for process in ended)
        if total != expectation.locked.bytes:
            differences.append(f"{total} bytes locked, expected {expectation.locked.bytes}")
        parts = [part for locks in used for part in locks["memory"]]
        if expectation.locked.functions and not any(stack_contains(part["stack"], expectation.locked.functions) for part in parts):
            differences.append(f"nothing locked in {expectation.locked.functions}: {[describe(part['stack']) for part in parts]}")
    if expectation.lock_findings is not None:
        differences += compare_findings([finding for locks in used for finding in locks["findings"]], expectation.lock_findings)
    return differences


def compare_realtime(report, expectation):
    if expectation.realtime_findings is None:
        return []
    audited = [process["realtime"] for process in report["processes"] if "realtime" in process]
    return compare_findings([finding for realtime in audited for finding in realtime["findings"]], expectation.realtime_findings)


def compare_memcheck_opened(stacks, expectation):
    """Whether memcheck found the same: `stacks` has the functions of each descriptor."""
    left = list(stacks)
    differences = []
    for expected in expectation.opened:
        found = [stack for stack in left if stack_contains([{"function": name} for name in stack], expected.functions)]
        if len(found) != expected.count:
            differences.append(f"memcheck has {len(found)} descriptors opened in {expected.functions}, expected {expected.count}")
        left = [stack for stack in left if stack not in found]
    return differences + [f"memcheck: not expected to be open: {' < '.join(stack)}" for stack in left]


def compare_injected(report, expectation):
    counts = [entry["count"] for entry in report["inject"]] if "inject" in report else None
    expected = expectation.injected
    if (counts is None) != (expected is None) or len(counts or []) != len(expected or []):
        return [f"injections took place {counts} times, expected {expected}"]
    different = [pair for pair in zip(counts or [], expected or []) if pair[1] not in (None, pair[0])]
    return [f"an injection took place {count} times, expected {want}" for count, want in different]


def process_differences(process, expected, more):
    """What keeps this process of the report from being the expected one."""
    end = process["end"]
    value = {"exit": str(end.get("status")), "signal": end.get("signal")}.get(end["how"])
    if end["how"] != expected.how or (expected.value is not None and value != expected.value):
        return [f"ended by {end['how']} {value}, expected {expected.how} {expected.value}"]
    if expected.totals is None:
        return []
    return compare_totals("process", process.get("leaks") or {}, expected.totals, more)


def compare_processes(report, expectation):
    """Every process of the report is one of the expected ones, in any order."""
    left = list(report["processes"])
    differences = []
    # Those with totals first, so that "any" takes what is left.
    for expected in sorted(expectation.processes, key=lambda process: process.totals is None):
        found = [process for process in left if not process_differences(process, expected, expectation.more)]
        if found:
            left.remove(found[0])
        else:
            differences.append(f"no process like {expected}")
    for process in left:
        leaks = {kind: amount((process.get("leaks") or {}).get(kind)) for kind in LOST_KINDS}
        differences.append(f"process {process['pid']} not expected: end {process['end']}, leaks {leaks}")
    return differences


def compare_coverage(report, expectation):
    differences = []
    for process in report["processes"]:
        coverage = process.get("coverage") or {}
        heap = coverage.get("heap")
        good = heap != "full" if expectation.coverage == "not-full" else heap == expectation.coverage
        if not good and process["end"]["how"] != "exec":
            differences.append(f"process {process['pid']}: coverage {heap} {coverage.get('reasons')}, expected {expectation.coverage}")
        if heap != "full" and not coverage.get("reasons"):
            differences.append(f"process {process['pid']}: coverage {heap} without a reason")
    return differences


def call_matches(run, expected):
    return (
        run["outcome"] == expected.outcome
        and stack_contains(run["failed"]["stack"] if run["failed"] else [], expected.functions)
        and (
            len(run["records"]) == 1 and record_matches(run["records"][0], expected.record)
            if expected.record
            else not run["records"]
        )
    )


def compare_failing(report, expectation):
    actual, expected = report.get("fail_alloc"), expectation.failing
    if (actual is None) != (expected is None):
        return ["fail_alloc is missing" if expected else "fail_alloc is not expected"]
    if expected is None:
        return []
    differences = []
    if expected.allocations not in (None, actual["allocations"]):
        differences.append(f"{actual['allocations']} allocations counted, expected {expected.allocations}")
    outcomes = {outcome: count for outcome, count in actual["outcomes"].items() if count}
    if outcomes != expected.outcomes:
        differences.append(f"outcomes {outcomes}, expected {expected.outcomes}")
    for call in expected.calls:
        if not any(call_matches(run, call) for run in actual["runs"]):
            differences.append(f"no run like {call}")
    if differences:
        differences += [
            f"  run {run['n']}: {run['outcome']}, {[(amount(record), describe(record['stack'])) for record in run['records']]},"
            f" failed: {run['failed'] and describe(run['failed']['stack'])}"
            for run in actual["runs"][:40]
        ]
    return differences


def compare_report(report, expectation):
    """All differences between a report and what was expected."""
    differences = []
    summary = report["summary"]
    if summary["verdict"] != expectation.expected_verdict():
        differences.append(f"verdict {summary['verdict']}, expected {expectation.expected_verdict()}")
    if expectation.totals is not None:
        differences += compare_totals("summary", summary, expectation.totals, expectation.more)
    differences += compare_processes(report, expectation)
    differences += compare_records(report, expectation)
    differences += compare_faults(report, expectation)
    differences += compare_mappings(report, expectation)
    differences += compare_descriptors(report, expectation)
    differences += compare_locks(report, expectation)
    differences += compare_realtime(report, expectation)
    differences += compare_injected(report, expectation)
    differences += compare_failing(report, expectation)
    differences += compare_coverage(report, expectation)
    if differences:
        differences += [
            f"  record: {record['kind']} {show(amount(record))} + {show(amount(record.get('indirect')))}"
            f" {record.get('allocator')}: {describe(record.get('stack', []))}"
            for record in all_records(report)[:40]
        ]
    return differences
