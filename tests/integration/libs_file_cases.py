# SPDX-License-Identifier: MIT
"""Files that are there and are not what is wanted."""

import os
import struct
import subprocess

from libs_scene import Skip, expect, found, mend, missing, place

VERSIONS = "X_1 { global: *; };\n"
NEWER_VERSIONS = "X_1 { };\nX_2 { global: *; } X_1;\n"


def _program(scene, *arguments):
    """A program that needs libx.so, which is looked for in the folders bad and good; and then libx.so is in good only."""
    scene.library("good/libx.so")
    os.makedirs(scene.path("bad"), exist_ok=True)
    return scene.program("app", f"-L{scene.path('good')}", "-lx", f"-Wl,-rpath,{scene.path('bad')}:{scene.path('good')}", *arguments,
                         calls="x")


def _refused(scene, app, result, complaint):
    """The file in bad/ is taken, and ends it all."""
    library = missing(scene.file(app), "libx.so")
    expect(place(library, scene.path("bad/libx.so"))["result"] == result, library)
    expect(not any(entry["path"] == scene.path("good/libx.so") for entry in library["places"]), library)
    scene.loader_says(app, complaint)
    return library


def _passed_over(scene, app, result):
    """The file in bad/ is passed over; without the one in good/ it is said."""
    expect(found(scene.like_loader(app), "libx.so")["path"] == scene.path("good/libx.so"))
    scene.runs(app)
    os.unlink(scene.path("good/libx.so"))
    library = missing(scene.like_loader(app), "libx.so")
    entry = place(library, scene.path("bad/libx.so"))
    expect(entry["result"] == result, entry)
    return entry


def of_the_wrong_class(scene):
    app = _program(scene)
    try:
        scene.library("bad/libx.so", "-m32", "-nostdlib")
    except AssertionError as error:
        raise Skip("no compiler for 32-bit libraries") from error
    entry = _passed_over(scene, app, "wrong-class")
    expect(entry["what"] == "ELF 32-bit, Intel 80386", entry)
    scene.loader_says(app, "libx.so: wrong ELF class: ELFCLASS32")
    expect("ELF 32-bit, Intel 80386" in scene.text(app))


def for_another_machine(scene):
    app = _program(scene)
    data = bytearray(scene.read("good/libx.so"))
    struct.pack_into("<H", data, 18, 183)
    scene.write("bad/libx.so", bytes(data))
    entry = _passed_over(scene, app, "wrong-machine")
    expect(entry["what"] == "ELF 64-bit, AArch64", entry)
    scene.loader_says(app, "libx.so: cannot open shared object file")


def _tagged(scene, *words):
    """Whether the ABI tag counts depends on the version of glibc: it must count as for the dynamic linker."""
    app = _program(scene)
    tag = "int x(void) { return 1; }\n__asm__(\".section .note.ABI-tag,\\\"a\\\",@note\\n.balign 4\\n.long 4,16,1\\n" \
          f".asciz \\\"GNU\\\"\\n.long {','.join(map(str, words))}\\n.previous\");\n"
    scene.library("bad/libx.so", source=tag)
    scene.like_loader(app)


def for_a_newer_kernel(scene):
    _tagged(scene, 0, 99, 0, 0)


def for_another_system(scene):
    _tagged(scene, 3, 1, 0, 0)


def unreadable(scene):
    app = _program(scene)
    if os.geteuid() == 0:
        user = 65534
        leakwatch = scene.path("leakwatch")
        subprocess.run(["cp", scene.leakwatch, leakwatch], check=True)
        scene.leakwatch = leakwatch
    else:
        user = os.geteuid()
    os.rename(scene.path("good/libx.so"), scene.path("bad/libx.so"))
    os.chmod(scene.path("bad/libx.so"), 0)
    library = missing(scene.file(app, user=user), "libx.so")
    expect(place(library, scene.path("bad/libx.so"))["result"] == "denied", library)
    mend(library, "permission", "chmod a+r")
    done = scene.run([app], user=user)
    expect("libx.so: cannot open shared object file" in done.stderr, done.stderr)
    os.chmod(scene.path("bad/libx.so"), 0o755)
    found(scene.file(app, user=user), "libx.so")
    os.chmod(scene.path("bad"), 0)
    library = missing(scene.file(app, user=user), "libx.so")
    os.chmod(scene.path("bad"), 0o755)
    expect(place(library, scene.path("bad/libx.so"))["result"] == "denied", library)


def a_link_to_nothing(scene):
    app = _program(scene)
    os.symlink("../gone/libx.so.1.2.3", scene.path("bad/libx.so"))
    entry = _passed_over(scene, app, "dangling-link")
    expect(entry["what"] == "../gone/libx.so.1.2.3", entry)
    mend(missing(scene.file(app), "libx.so"), "file", "../gone/libx.so.1.2.3")
    expect("a symbolic link to nothing, ../gone/libx.so.1.2.3" in scene.text(app), scene.text(app))


def an_empty_file_in_the_way(scene):
    app = _program(scene)
    scene.write("bad/libx.so", b"")
    mend(_refused(scene, app, "too-short", "libx.so: file too short"), "file", "out of the way")
    expect("cannot be loaded" in scene.text(app))


def a_text_in_the_way(scene):
    app = _program(scene)
    scene.write("bad/libx.so", "/* GNU ld script */ INPUT(libx.so.1) and more words, so that it is long enough for a header\n")
    mend(_refused(scene, app, "not-elf", "libx.so: invalid ELF header"), "rebuild", "script for the linker")


def a_folder_in_the_way(scene):
    app = _program(scene)
    os.makedirs(scene.path("bad/libx.so"))
    _refused(scene, app, "directory", "libx.so: cannot read file data")


def a_program_in_the_way(scene):
    app = _program(scene)
    scene.program("bad/libx.so", "-no-pie")
    _refused(scene, app, "executable", "libx.so: cannot dynamically load executable")
    scene.program("bad/libx.so", "-pie", "-fPIE")
    _refused(scene, app, "pie", "libx.so: cannot dynamically load position-independent executable")


def an_object_file_in_the_way(scene):
    app = _program(scene)
    scene.library("bad/libx.so", "-c", soname="-")
    library = _refused(scene, app, "bad-header", "libx.so: only ET_DYN and ET_EXEC can be loaded")
    expect(place(library, scene.path("bad/libx.so"))["complaint"] == "only ET_DYN and ET_EXEC can be loaded", library)


def bytes_of_the_header_changed(scene):
    app = _program(scene)
    good = scene.read("good/libx.so")
    for offset, value, complaint in ((5, 2, "ELF file data encoding not little-endian"), (6, 9, "ELF file version ident does not match"),
                                     (7, 9, "ELF file OS ABI invalid"), (8, 9, "ELF file ABI version invalid"),
                                     (12, 1, "nonzero padding in e_ident"), (20, 7, "ELF file version does not match current one"),
                                     (54, 1, "ELF file's phentsize not the expected size")):
        data = bytearray(good)
        data[offset] = value
        scene.write("bad/libx.so", bytes(data))
        library = _refused(scene, app, "bad-header", "libx.so: " + complaint)
        expect(place(library, scene.path("bad/libx.so"))["complaint"].startswith(complaint), library)


def cut_off(scene):
    app = _program(scene)
    data = scene.read("good/libx.so")
    scene.write("bad/libx.so", data[:4096])
    library = missing(scene.file(app), "libx.so")
    expect(place(library, scene.path("bad/libx.so"))["result"] in ("truncated", "damaged"), library)
    done = scene.run([app])
    expect(done.returncode != 0, done)


def only_debugging_information(scene):
    app = _program(scene)
    scene.library("full/libx.so", "-g")
    subprocess.run(["objcopy", "--only-keep-debug", scene.path("full/libx.so"), scene.path("bad/libx.so")], check=True)
    library = missing(scene.file(app), "libx.so")
    expect("debugging information" in place(library, scene.path("bad/libx.so"))["complaint"], library)
    expect(scene.run([app]).returncode != 0)


def on_a_noexec_file_system(scene):
    app = _program(scene)
    script = f"mount -t tmpfs -o noexec none {scene.path('bad')!r} && cp {scene.path('good/libx.so')!r} {scene.path('bad')!r} && "
    done = scene.run(["unshare", "-m", "sh", "-c", script + "true"])
    if done.returncode != 0:
        raise Skip("no mounting here")
    done = scene.run(["unshare", "-m", "sh", "-c", script + f"{scene.leakwatch!r} libs {app!r}"])
    expect(done.returncode == 1 and "on a file system mounted with noexec" in done.stdout, done)
    done = scene.run(["unshare", "-m", "sh", "-c", script + repr(app)])
    expect("libx.so: failed to map segment from shared object" in done.stderr, done)


def a_version_is_missing(scene):
    scene.write("old.map", VERSIONS)
    scene.write("new.map", NEWER_VERSIONS)
    scene.library("d/libx.so", f"-Wl,--version-script={scene.path('new.map')}")
    app = scene.program("app", f"-L{scene.path('d')}", "-lx", f"-Wl,-rpath,{scene.path('d')}", calls="x")
    expect(scene.like_loader(app)["versions"] == [])
    scene.library("d/libx.so", f"-Wl,--version-script={scene.path('old.map')}")
    version = scene.file(app)["versions"][0]
    expect(version["version"] == "X_2" and version["symbols"] == ["x"] and version["newest"] == "X_1", version)
    scene.loader_says(app, "libx.so: version `X_2' not found (required by")
    expect("has no version X_2" in scene.text(app), scene.text(app))


def a_version_of_the_c_library_is_missing(scene):
    app = scene.program("app")

    def change(data, _):
        """GLIBC_2.34 becomes GLIBC_2.99, its hash with it."""
        def name_hash(name):
            value = 0
            for byte in name:
                value = (value << 4) + byte
                value = (value ^ (value >> 24) & 0xf0) & 0x0fffffff
            return value
        expect(b"GLIBC_2.34\0" in data)
        old = struct.pack("<I", name_hash(b"GLIBC_2.34"))
        expect(data.count(old) == 1, data.count(old))
        data[data.index(old):data.index(old) + 4] = struct.pack("<I", name_hash(b"GLIBC_2.99"))
        data[data.index(b"GLIBC_2.34\0"):data.index(b"GLIBC_2.34\0") + 10] = b"GLIBC_2.99"

    scene.patch("app", change)
    version = next(entry for entry in scene.file(app)["versions"] if entry["version"] == "GLIBC_2.99")
    expect(version["symbols"] == ["__libc_start_main"] and version["newest"].startswith("GLIBC_2."), version)
    scene.loader_says(app, "version `GLIBC_2.99' not found")


def no_versions_at_all(scene):
    scene.write("old.map", VERSIONS)
    scene.library("d/libx.so", f"-Wl,--version-script={scene.path('old.map')}")
    app = scene.program("app", f"-L{scene.path('d')}", "-lx", f"-Wl,-rpath,{scene.path('d')}", calls="x")
    scene.library("d/libx.so", source="#include <stdio.h>\nint x(void) { puts(\"x\"); return 1; }\n")
    file = scene.file(app)
    expect(file["verdict"] == "ok" and file["versions"][0]["unversioned"], file)
    done = scene.loader_says(app, "no version information available (required by")
    expect(done.returncode == 0, done)
    scene.library("d/libx.so")
    file = scene.file(app)
    expect(file["verdict"] == "failed" and file["versions"][0]["fatal"], file)
    done = scene.loader_says(app, "Inconsistency detected by ld.so")
    expect(done.returncode != 0, done)


def a_symbol_is_missing(scene):
    scene.library("d/libx.so")
    scene.library("d/liby.so", source="int y(void); int y(void) { return 1; }")
    app = scene.program("app", f"-L{scene.path('d')}", "-lx", "-Wl,-z,now", f"-Wl,-rpath,{scene.path('d')}", calls="x")
    expect(scene.file(app, "--symbols")["undefined_symbols"] == [])
    scene.library("d/libx.so", function="other")
    expect(scene.file(app)["verdict"] == "ok")
    file = scene.file(app, "--symbols")
    expect([symbol["name"] for symbol in file["undefined_symbols"]] == ["x"] and file["verdict"] == "failed", file)
    scene.loader_says(app, "undefined symbol: x")
    expect("x is provided by no library" in scene.text("--symbols", app))


def a_32_bit_program(scene):
    source = ('int x(void);\n__asm__(".globl _start\\n_start: call x\\nmovl $1, %eax\\nxorl %ebx, %ebx\\nint $0x80");\n')
    try:
        scene.library("d/libx.so", "-m32", "-nostdlib", source="int x(void) { return 1; }")
        app = scene.compile("app", source, "-m32", "-nostdlib", "-no-pie", f"-L{scene.path('d')}", "-lx",
                            f"-Wl,-rpath,{scene.path('d')}")
    except AssertionError as error:
        raise Skip("no compiler for 32-bit programs") from error
    if not os.path.exists("/lib/ld-linux.so.2"):
        file = scene.file(app)
        expect(file["problem"]["kind"] == "interpreter-absent", file)
        mend(file["problem"], "install", "32-bit")
        raise Skip("no dynamic linker for 32-bit programs")
    found(scene.like_loader(app), "libx.so")
    os.unlink(scene.path("d/libx.so"))
    missing(scene.like_loader(app), "libx.so")
    scene.library("d/libx.so")
    expect(place(missing(scene.like_loader(app), "libx.so"), scene.path("d/libx.so"))["what"] == "ELF 64-bit, x86-64")


def hostile_headers(scene):
    """Nothing of what may stand in the headers makes leakwatch crash or wait."""
    app = scene.program("app")
    good = scene.read("app")
    for offset in list(range(16, 64, 4)) + list(range(64, 64 + 56 * 4, 8)):
        for value in (0, 0xff):
            data = bytearray(good)
            data[offset:offset + 4] = bytes([value]) * 4
            scene.write("bad", bytes(data))
            scene.libs(scene.path("bad"), "--symbols")
