"""Control groups of version 1 for tests: made below our own, and removed whatever ends the test."""
import os
import select
import signal
import time

ROOT = "/sys/fs/cgroup"


class NotAllowed(Exception):
    """There is no such group to be had here; says why."""


def own_group(controller):
    with open("/proc/self/cgroup", encoding="ascii") as file:
        for line in file:
            _, controllers, path = line.rstrip("\n").split(":", 2)
            if controller in controllers.split(","):
                return f"{ROOT}/{controller}{path}"
    raise NotAllowed(f"no version 1 hierarchy of {controller}")


def remove(folder):
    """Ends what runs in the group, and removes it with its children."""
    for name in os.listdir(folder):
        if os.path.isdir(f"{folder}/{name}"):
            remove(f"{folder}/{name}")
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with open(f"{folder}/cgroup.procs", encoding="ascii") as file:
            for pid in file.read().split():
                os.kill(int(pid), signal.SIGKILL)
        try:
            os.rmdir(folder)
            return
        except OSError:
            select.select([], [], [], 0.01)


def guard(folder):
    """Makes a process that removes the group once we are gone. Returns the descriptor whose end it waits for."""
    ours, theirs = os.pipe()
    if os.fork() == 0:
        os.setsid()
        os.close(theirs)
        null = os.open("/dev/null", os.O_RDWR)
        for fd in range(3):
            os.dup2(null, fd)
        os.read(ours, 1)
        if os.path.isdir(folder):
            remove(folder)
        os._exit(0)
    os.close(ours)
    return theirs


class Group:
    """A group below our own, with these files written. `within` makes it a child of another one."""

    def __init__(self, controller, within=None, **settings):
        folder = f"{within.folder if within else own_group(controller)}/leakwatch-test-{os.getpid()}"
        try:
            os.mkdir(folder)
        except OSError as error:
            raise NotAllowed(f"{folder}: {error.strerror}") from error
        self.folder = folder
        self.guard = None if within else guard(folder)
        for name, value in settings.items():
            with open(f"{folder}/{name.replace('__', '.')}", "w", encoding="ascii") as file:
                file.write(str(value))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if os.path.isdir(self.folder):
            remove(self.folder)
        if self.guard is not None:
            os.close(self.guard)
            os.wait()

    def enter_with(self, command):
        """The command, run in the group."""
        return ["/bin/sh", "-c", f'echo $$ >"{self.folder}/cgroup.procs" && exec "$@"', "sh", *command]


def skippable(test):
    """A group that is not to be had makes the test skipped."""
    def run():
        try:
            return test()
        except NotAllowed as reason:
            return str(reason)
    return run
