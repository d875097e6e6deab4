# SPDX-License-Identifier: MIT
"""Programs that execve(2) refuses."""

import errno
import os
import struct
import subprocess

from libs_scene import Skip, expect, mend


def _errno_of(path):
    """How execve(2) ends: the number of its error, or 0."""
    try:
        subprocess.run([path], check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
    except OSError as error:
        return error.errno
    return 0


def _problem(scene, path, kind, number, *options, **environment):
    """The problem that is said, after making sure that the kernel refuses the program with this error."""
    file = scene.file(path, *options, **environment)
    expect(file["verdict"] == "failed" and file["problem"]["kind"] == kind, file)
    expect(_errno_of(path) == number, path, "ends with error", _errno_of(path))
    expect("cannot be executed" in scene.text(path, *options), scene.text(path, *options))
    return file["problem"]


def _patch_interpreter(scene, name, interpreter):
    """Puts another dynamic linker into the program, of a name that is not longer."""
    data = scene.read(name)
    old = b"/lib64/ld-linux-x86-64.so.2\0"
    expect(data.count(old) >= 1 and len(interpreter) < len(old))
    return scene.write(name, data.replace(old, interpreter.encode().ljust(len(old), b"\0"), 1))


def interpreter_is_missing(scene):
    scene.program("app")
    app = _patch_interpreter(scene, "app", "/lib64/ld-lsb-x86-64.so.3")
    if os.path.exists("/lib64/ld-lsb-x86-64.so.3"):
        raise Skip("the dynamic linker of the LSB is installed")
    problem = _problem(scene, app, "interpreter-absent", errno.ENOENT)
    expect(problem["subject"] == "/lib64/ld-lsb-x86-64.so.3", problem)
    mend(problem, "install", "LSB")
    app = _patch_interpreter(scene, "app2", "/nix/store/x/ld.so") if scene.program("app2") else None
    mend(_problem(scene, app, "interpreter-absent", errno.ENOENT), "file", "patchelf --set-interpreter")


def interpreter_is_unfit(scene):
    scene.program("app")
    for contents, mode, number, detail in (("", 0o755, errno.EIO, "no ELF file"), ("text" * 100, 0o755, errno.ELIBBAD, "no ELF file"),
                                           ("text" * 100, 0o644, errno.EACCES, "not executable")):
        link = f"/tmp/ld{os.getpid()}"
        scene.write("loader", contents, mode)
        os.symlink(scene.path("loader"), link)
        try:
            scene.program("app")
            app = _patch_interpreter(scene, "app", link)
            expect(detail in _problem(scene, app, "interpreter-unfit", number)["detail"])
        finally:
            os.unlink(link)


def interpreter_of_a_script_is_missing(scene):
    script = scene.write("script", "#! /no/such/bash -e\necho hello\n")
    problem = _problem(scene, script, "script-interpreter-absent", errno.ENOENT)
    expect(problem["subject"] == "/no/such/bash", problem)
    mend(problem, "file", "/usr/bin/bash")


def lines_end_with_carriage_returns(scene):
    script = scene.write("script", "#!/bin/sh\r\necho hello\r\n")
    problem = _problem(scene, script, "script-carriage-return", errno.ENOENT)
    command = mend(problem, "file", "sed")["command"]
    expect(problem["subject"] == "/bin/sh" and os.system(command) == 0, problem)
    scene.runs(script)
    expect(scene.file(script)["verdict"] == "ok")


def carriage_return_behind_env(scene):
    script = scene.write("script", "#!/usr/bin/env sh\r\necho hello\r\n")
    file = scene.file(script)
    expect(file["problem"]["kind"] == "script-carriage-return" and file["problem"]["subject"] == "sh", file)
    expect("No such file or directory" in scene.run([script]).stderr)
    script = scene.write("script", "#!/usr/bin/env no-such-interpreter\n")
    file = scene.file(script)
    expect(file["problem"]["kind"] == "script-interpreter-absent" and file["problem"]["subject"] == "no-such-interpreter", file)
    script = scene.write("script", "#!/usr/bin/env sh\n")
    file = scene.file(script)
    expect(file["verdict"] == "ok" and file["script"] == script and file["path"].endswith("/sh"), file)


def nothing_behind_the_mark(scene):
    _problem(scene, scene.write("script", "#!\necho hello\n"), "script-empty", errno.ENOEXEC)
    _problem(scene, scene.write("script", "#! \t \necho hello\n"), "script-empty", errno.ENOEXEC)
    _problem(scene, scene.write("script", "#!/" + "x" * 300 + "\n"), "no-format", errno.ENOEXEC)


def interpreter_of_a_script_is_unfit(scene):
    _problem(scene, scene.write("script", "#!/usr\n"), "script-interpreter-unfit", errno.EACCES)
    scene.write("inner", "#!/bin/sh\n", 0o644)
    link = f"/tmp/sh{os.getpid()}"
    os.symlink(scene.path("inner"), link)
    try:
        _problem(scene, scene.write("script", f"#!{link}\n"), "script-interpreter-unfit", errno.EACCES)
    finally:
        os.unlink(link)


def scripts_without_end(scene):
    link = f"/tmp/loop{os.getpid()}"
    script = scene.write("script", f"#!{link}\n")
    os.symlink(script, link)
    try:
        _problem(scene, script, "script-loop", errno.ELOOP)
    finally:
        os.unlink(link)


def a_script_whose_interpreter_lacks_a_library(scene):
    scene.library("d/libx.so")
    app = scene.program("app", f"-L{scene.path('d')}", "-lx", f"-Wl,-rpath,{scene.path('d')}", calls="x")
    link = f"/tmp/app{os.getpid()}"
    os.symlink(app, link)
    try:
        script = scene.write("script", f"#!{link}\n")
        expect(scene.file(script)["verdict"] == "ok")
        os.unlink(scene.path("d/libx.so"))
        file = scene.file(script)
        expect(file["missing"] == 1 and file["script"] == script and file["path"] == link, file)
        scene.loader_says(script, "libx.so: cannot open")
    finally:
        os.unlink(link)


def not_marked_as_executable(scene):
    app = scene.program("app")
    os.chmod(app, 0o644)
    command = mend(_problem(scene, app, "not-executable", errno.EACCES), "permission", "chmod +x")["command"]
    expect(os.system(command) == 0)
    expect(scene.file(app)["verdict"] == "ok")
    mend(_problem(scene, scene.write("script", "#!/bin/sh\n", 0o644), "not-executable", errno.EACCES), "permission")


def no_program_at_all(scene):
    mend(_problem(scene, scene.write("text", "echo hello\n"), "no-format", errno.ENOEXEC), "file", "sh ")
    _problem(scene, scene.write("empty", ""), "empty", errno.ENOEXEC)
    os.mkdir(scene.path("folder"))
    _problem(scene, scene.path("folder"), "directory", errno.EACCES)
    _problem(scene, "/dev/null", "special", errno.EACCES)
    os.mkfifo(scene.path("fifo"))
    _problem(scene, scene.path("fifo"), "special", errno.EACCES)
    _problem(scene, scene.path("gone"), "absent", errno.ENOENT)
    os.symlink("gone", scene.path("link"))
    expect(_problem(scene, scene.path("link"), "dangling-link", errno.ENOENT)["detail"] == "gone")
    _problem(scene, scene.path("text/more"), "unreachable", errno.ENOTDIR)
    os.symlink("circle", scene.path("circle"))
    _problem(scene, scene.path("circle"), "unreachable", errno.ELOOP)
    scene.library("object.o", "-c", soname="-")
    os.chmod(scene.path("object.o"), 0o755)
    _problem(scene, scene.path("object.o"), "not-a-program", errno.ENOEXEC)


def a_program_that_was_cut_off(scene):
    app = scene.program("app")
    data = scene.read("app")
    scene.write("app", data[:len(data) // 2])
    file = scene.file(app)
    expect(file["problem"]["kind"] == "damaged", file)
    scene.write("app", data[:20])
    file = scene.file(app)
    expect(file["verdict"] == "failed", file)


def a_program_for_another_machine(scene):
    data = bytearray(scene.read("app")) if scene.program("app") else None
    struct.pack_into("<H", data, 18, 183)
    scene.write("app", bytes(data))
    problem = _problem(scene, scene.path("app"), "wrong-machine", errno.ENOEXEC)
    expect(problem["detail"] == "ELF 64-bit, AArch64", problem)
    mend(problem, "rebuild", "qemu")


def a_program_on_a_noexec_file_system(scene):
    app = scene.program("app")
    os.mkdir(scene.path("mount"))
    script = f"mount -t tmpfs -o noexec none {scene.path('mount')!r} && cp {app!r} {scene.path('mount/app')!r} && "
    if scene.run(["unshare", "-m", "sh", "-c", script + "true"]).returncode != 0:
        raise Skip("no mounting here")
    done = scene.run(["unshare", "-m", "sh", "-c", script + f"{scene.leakwatch!r} libs {scene.path('mount/app')!r}"])
    expect(done.returncode == 1 and "cannot be executed: it is on a file system mounted with noexec" in done.stdout, done)
    done = scene.run(["unshare", "-m", "sh", "-c", script + repr(scene.path("mount/app"))])
    expect("Permission denied" in done.stderr, done)
