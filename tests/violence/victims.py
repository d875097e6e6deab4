# SPDX-License-Identifier: MIT
"""Who can be hit, and hitting them: only what belongs to one session, which the test has made."""

import ctypes
import os
import signal
import time

LIBC = ctypes.CDLL(None, use_errno=True)


def pause(microseconds):
    """The last of them without sleeping: the kernel wakes too late."""
    end = time.monotonic_ns() + microseconds * 1000
    if microseconds > 300:
        time.sleep((microseconds - 200) / 1e6)
    while time.monotonic_ns() < end:
        pass


def numbers(path):
    try:
        with open(path, encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def threads(pid):
    try:
        return sorted(int(name) for name in os.listdir(f"/proc/{pid}/task"))
    except (FileNotFoundError, ProcessLookupError):  # it is gone, or goes while its threads are listed
        return []


def children(pid):
    return [child for tid in threads(pid) for child in numbers(f"/proc/{pid}/task/{tid}/children")]


def descendants(pid):
    found = children(pid)
    for child in found:
        found += children(child)
    return found


def state(pid):
    """What the threads of a process are, and wait for: for messages."""
    words = []
    for tid in threads(pid):
        for name in ("stat", "wchan", "syscall"):
            try:
                with open(f"/proc/{pid}/task/{tid}/{name}", encoding="ascii", errors="replace") as file:
                    words.append(file.read()[:100].strip())
            except OSError as error:
                words.append(os.strerror(error.errno))
    return f"{pid}: {' | '.join(words)}"


def ends_by(pid, number):
    """Whether the signal, if it comes now, ends leakwatch: it is neither handled, nor ignored, nor held back. Not known if it has
    ended: false."""
    sets = {}
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("Sig"):
                    sets[line[3:6]] = line.split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return False
    handled, ignored, blocked = ({bit + 1 for bit in range(64) if int(sets[name], 16) >> bit & 1} for name in ("Cgt", "Ign", "Blk"))
    if signal.SIGQUIT in blocked:  # never held back: all are blocked for the moment in which a thread is made
        blocked = set()
    return number not in handled | ignored | blocked


class Victims:
    """leakwatch, and the program that it is about. Notes who was hit by what."""

    def __init__(self, leakwatch, program=None):
        self.leakwatch, self.started = leakwatch, program
        self.session = program or leakwatch  # who was started first leads it
        self.hits = []  # (act, number)
        self.fatal = set()  # signals that came when leakwatch had not seen to them: from when it has, it hears them for good

    def program(self):
        """None before there is one, or if it has ended. A program that was executed is another one than the process that is made
        for it."""
        if self.started:
            return self.started
        for pid in children(self.leakwatch):
            try:
                if os.readlink(f"/proc/{pid}/exe") != os.readlink(f"/proc/{self.leakwatch}/exe"):
                    self.started = pid
                    return pid
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                continue
        return None

    def hit(self, act):
        """Does it, if there is somebody to do it to."""
        victim = self.choose(act)
        if victim is None or not self.send(victim, act, act.number):
            return
        if act.number == signal.SIGSTOP:
            pause(act.pause_us)
            self.send(victim, act, signal.SIGCONT)

    def choose(self, act):
        """(how to send, to whom) or None."""
        if act.who == "leakwatch":
            return os.kill, self.leakwatch
        if act.who == "group":
            return os.killpg, self.leakwatch
        program = self.program()
        if program is None:
            return None
        if act.who == "program":
            return os.kill, program
        if act.who == "thread":
            return self.one_of(threads(program), act, lambda tid, number: self.to_thread(program, tid, number))
        return self.one_of(descendants(program), act, self.to_child)

    @staticmethod
    def one_of(found, act, send):
        return (send, found[int(act.pick * len(found))]) if found else None

    @staticmethod
    def to_thread(program, tid, number):
        if LIBC.tgkill(program, tid, number) != 0:
            raise ProcessLookupError

    def to_child(self, pid, number):
        """The number of a child that has ended may be somebody else's by now."""
        descriptor = os.pidfd_open(pid)
        try:
            if os.getsid(pid) != self.session:
                raise ProcessLookupError
            signal.pidfd_send_signal(descriptor, number)
        finally:
            os.close(descriptor)

    def send(self, victim, act, number):
        how, whom = victim
        if act.who in ("leakwatch", "group") and ends_by(self.leakwatch, number):
            self.fatal.add(number)
        try:
            how(whom, number)
        except ProcessLookupError:
            return False
        self.hits.append((act, number))
        return True
