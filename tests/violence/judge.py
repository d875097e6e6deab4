# SPDX-License-Identifier: MIT
"""What may come of what was done to a program and to leakwatch."""

import json
import os
import signal

from attach_process import GOOD
from plan import LETHAL

OUTPUTS = {"report.json", "report.txt", "trace.log", "trace.json"}
PROGRAM = ("program", "thread", "group")


def name_end(status):
    """A status as subprocess has it, for people."""
    return signal.Signals(-status).name if status < 0 else str(status)


def read_json(text, schema):
    """(value, problem): one of them is None."""
    try:
        value = json.loads(text)
    except ValueError as error:
        return None, f"not JSON: {error}: ...{text[-200:]!r}"
    problem = next((error.message for error in schema.iter_errors(value)), None)
    return (None, f"not as the schema says: {problem[:500]}") if problem else (value, None)


def has_unnamed_files(folder):
    """Whether reports are written to files without a name, of which nothing is left."""
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY))
    except OSError:
        return False
    return True


class Judge:
    def __init__(self, scene, plan, victims):
        self.scene, self.plan, self.hits, self.fatal = scene, plan, victims.hits, victims.fatal

    def lethal(self, whom):
        return [(act, number) for act, number in self.hits if act.who in whom and number in LETHAL]

    # ---- Ends ---------------------------------------------------------------------------------------------------------------

    def was_killed(self, status):
        return status == -signal.SIGKILL and any(number == signal.SIGKILL for _, number in self.lethal(("leakwatch",)))

    def died_early(self, status):
        """Until it has seen to its signals, leakwatch ends as every process does."""
        return -status in self.fatal and status != -signal.SIGKILL

    def may_be_refused(self, errors):
        """Who has ended, or is hit, cannot be attached to; who allocates all the time may never be found at a good moment."""
        reasons = (b"no such process", b"ended already", b"it has ended", b"in the middle of allocations each time")
        return any(reason in errors for reason in reasons) or any(act.who in PROGRAM for act, _ in self.hits)

    def program_ends(self, takes_terminate):
        """How the program may end. `takes_terminate`: what leakwatch gets of SIGTERM, the program gets, and who presses ^C twice means
        leakwatch."""
        ends, is_certain, may_have_ended = set(), False, False
        asked = self.lethal(("leakwatch",)) if takes_terminate else []
        for act, number in self.lethal(PROGRAM) + [one for one in asked if one[1] == signal.SIGTERM]:
            if number == signal.SIGKILL or not self.plan.catches or act.phase == "start":
                ends.add(-number)
            if self.plan.catches and number != signal.SIGKILL:
                may_have_ended = True
            elif (act.phase == "ready" or act.who == "program") and act.phase != "end" and act.who != "thread":
                # Not what tgkill(2) sends to a thread that is ending (PF_EXITING), SIGKILL neither: wants_signal() in kernel/signal.c
                # refuses it, and for one thread (PIDTYPE_PID) complete_signal() asks no other.
                is_certain = True
        if takes_terminate and self.asked_twice():
            ends.add(-signal.SIGKILL)
        return ends if is_certain and not may_have_ended else ends | {GOOD}

    def asked_twice(self):
        asked = [number for _, number in self.lethal(("leakwatch", "group"))]
        return asked.count(signal.SIGTERM) > 1 or asked.count(signal.SIGINT) > 1

    # ---- Files --------------------------------------------------------------------------------------------------------------

    def left_files(self, folder, status):
        found = sorted(set(os.listdir(folder)) - OUTPUTS)
        if self.was_killed(status) and not has_unnamed_files(folder):  # a file beside the report is there while it is written
            found = [name for name in found if not name.startswith(".leakwatch-")]
        return [f"left behind: {name}" for name in found]

    def report(self, path, status, launched):
        """`status`: how the program ended, if there must be a report of that."""
        if not os.path.exists(path):
            return [] if status is None else ["there is no report"]
        with open(path, encoding="utf-8") as file:
            report, problem = read_json(file.read(), self.scene.report_schema)
        if problem:
            return [f"the report is {problem}"]
        if status is None:
            return []
        process = min(report["processes"], key=lambda one: one["started_ns"])
        return self.report_end(process, status, launched) + self.report_leaks(process, launched)

    @staticmethod
    def report_end(process, status, launched):
        end = process["end"]
        good = [{"how": "signal", "signal": name_end(status)}] if status < 0 else [{"how": "exit", "status": status}]
        if not launched:
            good.append({"how": "detached"})
        if any(one.items() <= end.items() for one in good):
            return []
        return [f"the report says {end}, it ended with {name_end(status)}"]

    @staticmethod
    def report_leaks(process, launched):
        end, coverage, lost = process["end"], process["coverage"], process["leaks"]["definite"]
        if not launched or end["how"] != "exit" or end["status"] != GOOD:
            return []
        if coverage["heap"] != "full":
            return [f"the heap was not seen: {coverage}"]
        return [] if lost == {"blocks": 3, "bytes": 300} else [f"lost are {lost}"]

    def log(self, path, pid, status, detached=False):
        """The log has whole lines, all but the calls are as the schema says, and one of them tells of the end. `detached`: or that
        the program was let go."""
        if not os.path.exists(path):
            return [] if status is None else ["there is no log"]
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        if status is not None and lines.pop() != "":
            return ["the last line of the log is not whole"]
        if status is None:
            lines.pop()  # whole or not
        pid = pid or self.first_process(lines)
        events = []
        for line in lines:
            if '"type":"syscall"' in line[:20]:
                continue
            event, problem = read_json(line, self.scene.trace_schema)
            if problem:
                return [f"a line of the log is {problem}"]
            events.append(event)
        return [] if status is None else self.log_end(events, pid, status, detached)

    @staticmethod
    def first_process(lines):
        """The program, if it was not met alive: it is executed before all else."""
        found = next((line for line in lines if '"type":"syscall"' in line[:20]), None)
        try:
            return found and json.loads(found)["pid"]
        except ValueError:
            return None  # the last line, not whole

    @staticmethod
    def log_end(events, pid, status, detached):
        ends = [event for event in events if event.get("type") in ("exit", "detach")]
        attached = [event for event in events if event.get("type") == "attach"]
        # Nobody can take hold of a first thread that has ended before the others: PTRACE_SEIZE of a zombie fails (ptrace_attach() in
        # kernel/ptrace.c looks at exit_state). Then the log begins with another thread, and the last one tells of the end.
        others_tell = bool(attached) and attached[0]["tid"] != pid
        mine = [event for event in ends if event["pid" if others_tell else "tid"] == pid]
        if not mine:
            return ["the log does not tell of the end"]
        last = mine[-1]
        if last["type"] == "detach":
            return [] if detached else ["the program was let go"]
        said = -signal.Signals[last["signal"]] if last["how"] == "signal" else last["status"]
        return [] if said == status else [f"the log says {last}, it ended with {name_end(status)}"]
