# SPDX-License-Identifier: MIT
"""Trees of files of another system, and the cache of ldconfig(8) in them."""

import os
import shutil
import struct
import subprocess

from libs_loader import listing_of
from libs_scene import Skip, expect, found, mend, missing, place

LOADER = "/lib64/ld-linux-x86-64.so.2"
LIBC = "/lib/x86_64-linux-gnu/libc.so.6"


def _system(scene, *arguments, conf="include /etc/ld.so.conf.d/*.conf\n", folders="/opt/x\n"):
    """A small system in root/: a program that needs libx.so, which is in /opt/x."""
    for path in (LOADER, LIBC):
        if not os.path.exists(path):
            raise Skip("not a system of Debian's kind")
        os.makedirs(os.path.dirname(scene.path("root" + path)), exist_ok=True)
        shutil.copy(path, scene.path("root" + path))
    scene.library("root/opt/x/libx.so")
    scene.program("root/bin/app", f"-L{scene.path('root/opt/x')}", "-lx", *arguments, calls="x")
    scene.write("root/etc/ld.so.conf", conf, 0o644)
    scene.write("root/etc/ld.so.conf.d/x.conf", folders, 0o644)
    return "--root=" + scene.path("root")


def _ldconfig(scene, *options):
    done = subprocess.run(["/sbin/ldconfig", "-r", scene.path("root"), *options], check=False, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise Skip("ldconfig does not work here: " + done.stderr)


def _like_loader(scene, root, path="/bin/app"):
    """What leakwatch says of a program in the tree, after comparing it with what the dynamic linker lists there."""
    file = scene.file(path, root)
    if os.geteuid() != 0:
        raise Skip("needs root")

    def enter():
        os.chroot(scene.path("root"))
        os.chdir("/")

    done = subprocess.run([LOADER, path], check=False, capture_output=True, text=True, timeout=60, preexec_fn=enter,
                          env={"LD_TRACE_LOADED_OBJECTS": "1", "LC_ALL": "C"})
    theirs = listing_of(done)
    ours = [library["path"] for library in file["objects"][1:] if library["path"]]
    absent = {library["name"] for library in file["objects"] if not library["path"] and library["cause"] == "needed"}
    expect(ours == theirs.found and absent == theirs.missing, ours, absent, "the dynamic linker:", theirs)
    return file


def a_tree_with_a_cache(scene):
    root = _system(scene)
    for form in ("new", "compat", "old"):
        _ldconfig(scene, "-c", form)
        library = found(_like_loader(scene, root), "libx.so")
        expect(library["path"] == "/opt/x/libx.so" and library["rule"] == "cache", form, library)


def a_stale_cache(scene):
    root = _system(scene)
    _ldconfig(scene)
    scene.library("root/opt/y/liby.so")
    scene.program("root/bin/app2", f"-L{scene.path('root/opt/y')}", "-ly", calls="y")
    scene.write("root/etc/ld.so.conf.d/y.conf", "/opt/y\n", 0o644)
    mend(missing(_like_loader(scene, root, "/bin/app2"), "liby.so"), "ldconfig", "/opt/y")
    _ldconfig(scene)
    found(_like_loader(scene, root, "/bin/app2"), "liby.so")
    os.unlink(scene.path("root/opt/y/liby.so"))
    library = missing(_like_loader(scene, root, "/bin/app2"), "liby.so")
    expect(place(library, "/opt/y/liby.so")["rule"] == "cache", library)
    mend(library, "ldconfig", "gone")


def no_cache_at_all(scene):
    root = _system(scene)
    library = missing(_like_loader(scene, root), "libx.so")
    expect(place(library, "/etc/ld.so.cache")["remark"] == "there is no cache", library)


def a_damaged_cache(scene):
    root = _system(scene)
    _ldconfig(scene)
    good = scene.read("root/etc/ld.so.cache")
    for end in range(0, len(good), 7):
        scene.write("root/etc/ld.so.cache", good[:end], 0o644)
        expect(scene.file("/bin/app", root)["kind"] == "program")
    for offset in range(20, min(len(good), 200), 3):
        scene.write("root/etc/ld.so.cache", good[:offset] + b"\xff\xff\xff" + good[offset + 3:], 0o644)
        expect(scene.file("/bin/app", root)["kind"] == "program")


def subfolders_for_processors_in_the_cache(scene):
    root = _system(scene)
    for level in ("x86-64-v2", "x86-64-v3", "x86-64-v4"):
        scene.library(f"root/opt/x/glibc-hwcaps/{level}/libx.so")
    for form in ("new", "compat"):
        _ldconfig(scene, "-c", form)
        file = _like_loader(scene, root)
        expect("on this machine" in " ".join(file["notes"]), file)


def a_cache_for_a_program_without_default_folders(scene):
    root = _system(scene, "-Wl,-z,nodefaultlib")
    _ldconfig(scene)
    file = _like_loader(scene, root)
    found(file, "libx.so")
    missing(file, "libc.so.6")


def links_stay_in_the_tree(scene):
    root = _system(scene, "-Wl,-rpath,/opt/x")
    os.makedirs(scene.path("root/real"))
    os.rename(scene.path("root/opt/x/libx.so"), scene.path("root/real/libx.so"))
    for target in ("/real/libx.so", "../../real/libx.so", "/../../../real/libx.so", "../../../../../../../../real/libx.so"):
        os.symlink(target, scene.path("root/opt/x/libx.so"))
        expect(found(_like_loader(scene, root), "libx.so")["path"] == "/opt/x/libx.so")
        os.unlink(scene.path("root/opt/x/libx.so"))
    os.rename(scene.path("root/real/libx.so"), scene.path("libx.so"))
    for target in (scene.path("libx.so"), "../../../libx.so", "/proc/self/root" + scene.path("libx.so")):
        os.symlink(target, scene.path("root/opt/x/libx.so"))
        expect(place(missing(scene.file("/bin/app", root), "libx.so"), "/opt/x/libx.so")["result"] == "dangling-link")
        os.unlink(scene.path("root/opt/x/libx.so"))


def origin_in_the_tree(scene):
    root = _system(scene, "-Wl,-rpath,$ORIGIN/../opt/x")
    expect(found(_like_loader(scene, root), "libx.so")["path"] == "/bin/../opt/x/libx.so")
    os.rename(scene.path("root/bin"), scene.path("root/programs"))
    os.symlink("/programs", scene.path("root/bin"))
    expect(found(scene.file("/bin/app", root), "libx.so")["path"] == "/programs/../opt/x/libx.so")


def the_environment_does_not_count(scene):
    root = _system(scene)
    missing(scene.file("/bin/app", root, LD_LIBRARY_PATH="/opt/x"), "libx.so")
    file = scene.libs(root, "-E", "LD_LIBRARY_PATH=/opt/x", "/bin/app")["files"][0]
    expect(found(file, "libx.so")["rule"] == "LD_LIBRARY_PATH", file)


def preloaded_by_the_file(scene):
    root = _system(scene, "-Wl,-rpath,/opt/x")
    scene.library("root/opt/x/libp.so")
    scene.write("root/etc/ld.so.preload", "# nothing: /opt/x/no.so\n\t/opt/x/libp.so:libx.so # and more\nlibq.so\n", 0o644)
    file = _like_loader(scene, root)
    expect(file["objects"][1]["name"] == "/opt/x/libp.so" and file["objects"][1]["cause"] == "ld.so.preload", file)
    expect(missing(file, "libq.so")["cause"] == "ld.so.preload" and file["verdict"] == "ok", file)


def a_package_had_it(scene):
    root = _system(scene)
    scene.write("root/var/lib/dpkg/info/libx1:amd64.list", "/.\n/usr\n/usr/lib/x/libx.so\n", 0o644)
    mend(missing(scene.file("/bin/app", root), "libx.so"), "reinstall", "libx1:amd64")
    os.makedirs(scene.path("root/usr/lib/x"))
    os.rename(scene.path("root/opt/x/libx.so"), scene.path("root/usr/lib/x/libx.so"))
    mend(missing(scene.file("/bin/app", root), "libx.so"), "search-path", "/usr/lib/x")


def of_another_architecture(scene):
    root = _system(scene)
    for name in ("root/opt/x/libx.so", "root/bin/app"):
        data = bytearray(scene.read(name))
        struct.pack_into("<H", data, 18, 183)
        data = data.replace(LOADER.encode() + b"\0", b"/lib/ld-linux-aarch64.so.1\0".ljust(len(LOADER) + 1, b"\0")[:len(LOADER) + 1])
        scene.write(name, bytes(data))
    os.makedirs(scene.path("root/usr/lib/aarch64-linux-gnu"))
    os.makedirs(scene.path("root/lib/aarch64-linux-gnu"))
    os.rename(scene.path("root/opt/x/libx.so"), scene.path("root/lib/aarch64-linux-gnu/libx.so"))
    file = scene.file("/bin/app", root)
    expect(file["machine"] == "AArch64" and file["problem"]["kind"] == "interpreter-absent", file)
    expect(found(file, "libx.so")["path"] == "/lib/aarch64-linux-gnu/libx.so", file)
    expect(place(missing(file, "libc.so.6"), "/lib/libc.so.6")["result"] == "absent", file)
    expect(any("another machine" in note for note in file["notes"]), file)


def a_whole_folder(scene):
    root = _system(scene)
    os.symlink("/bin/app", scene.path("root/opt/app"))
    os.symlink("/", scene.path("root/opt/circle"))
    scene.write("root/opt/text", "text")
    report = scene.libs(root, "--recursive", "/")
    paths = [file["path"] for file in report["files"]]
    expect(paths == sorted(paths) and set(paths) == {"/bin/app", LOADER, LIBC, "/opt/x/libx.so"}, paths)
    expect(report["summary"] == {"files": 4, "failed": 1, "missing": 1} and report["root"] == scene.path("root"), report["summary"])
    expect("4 files: 1 would not start" in scene.text(root, "--recursive", "/"))
