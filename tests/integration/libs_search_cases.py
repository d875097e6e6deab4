# SPDX-License-Identifier: MIT
"""Where the dynamic linker looks, and where it does not."""

import os
import struct

from libs_scene import DT_DEBUG, DT_RPATH, DT_RUNPATH, Skip, dynamic_entries, expect, found, mend, missing, place

OLD_TAGS = "-Wl,--disable-new-dtags"


def _two_libraries(scene, *arguments):
    """A program that needs liba, which needs libb, all in folders of their own."""
    scene.library("b/libb.so")
    scene.library("a/liba.so", f"-L{scene.path('b')}", "-lb", calls="b")
    return scene.program("app", f"-L{scene.path('a')}", f"-Wl,-rpath-link,{scene.path('b')}", "-la", *arguments, calls="a")


def missing_direct(scene):
    scene.library("there/libgone.so.1")
    app = scene.program("app", scene.path("there/libgone.so.1"), calls="gone")
    os.unlink(scene.path("there/libgone.so.1"))
    library = missing(scene.like_loader(app), "libgone.so.1")
    expect(library["parent"] == 0 and {entry["rule"] for entry in library["places"]} == {"cache", "default"}, library)
    scene.loader_says(app, "libgone.so.1: cannot open shared object file: No such file or directory")
    expect("libgone.so.1 is missing\n    needed by " + app in scene.text(app), scene.text(app))


def missing_transitive(scene):
    app = _two_libraries(scene, f"-Wl,-rpath,{scene.path('a')}")
    os.unlink(scene.path("b/libb.so"))
    file = scene.like_loader(app)
    library = missing(file, "libb.so")
    expect(file["objects"][library["parent"]]["name"] == "liba.so", library)
    scene.loader_says(app, "libb.so: cannot open")


def rpath_is_inherited(scene):
    app = _two_libraries(scene, OLD_TAGS, f"-Wl,-rpath,{scene.path('a')}:{scene.path('b')}")
    library = found(scene.like_loader(app), "libb.so")
    expect(library["rule"] == "rpath" and library["rule_of"] == 0, library)
    scene.runs(app)


def runpath_is_not_inherited(scene):
    app = _two_libraries(scene, f"-Wl,-rpath,{scene.path('a')}:{scene.path('b')}")
    library = missing(scene.like_loader(app), "libb.so")
    expect(all(entry["rule"] != "runpath" for entry in library["places"]), library)
    mend(library, "search-path", "counts for its own needs only")
    mend(library, "rebuild", "--disable-new-dtags")
    scene.loader_says(app, "libb.so: cannot open")


def runpath_of_a_library_hides_the_rpath_of_the_program(scene):
    scene.library("b/libb.so")
    scene.library("a/liba.so", f"-L{scene.path('b')}", "-lb", f"-Wl,-rpath,{scene.path('nowhere')}", calls="b")
    app = scene.program("app", f"-L{scene.path('a')}", f"-Wl,-rpath-link,{scene.path('b')}", "-la", OLD_TAGS,
                        f"-Wl,-rpath,{scene.path('a')}:{scene.path('b')}", calls="a")
    library = missing(scene.like_loader(app), "libb.so")
    expect(place(library, scene.path("nowhere/libb.so"))["remark"] == "there is no such folder", library)


def runpath_beats_rpath_in_one_object(scene):
    app = _two_libraries(scene, OLD_TAGS, f"-Wl,-rpath,{scene.path('a')}")

    def add_runpath(data, segments):
        entries = list(dynamic_entries(data, segments))
        rpath = next(value for _, tag, value in entries if tag == DT_RPATH)
        offset = next(offset for offset, tag, _ in entries if tag == DT_DEBUG)
        struct.pack_into("<qQ", data, offset, DT_RUNPATH, rpath + 1)  # without its slash: another folder

    expect(found(scene.like_loader(app, LD_LIBRARY_PATH=scene.path("b")), "liba.so")["rule"] == "rpath")
    scene.patch("app", add_runpath)
    expect(missing(scene.like_loader(app), "liba.so"))


def library_path_stands_between_rpath_and_runpath(scene):
    for folder in ("one", "two"):
        scene.library(f"{folder}/libx.so")
    link = [f"-L{scene.path('one')}", "-lx", f"-Wl,-rpath,{scene.path('one')}"]
    old, new = scene.program("old", *link, OLD_TAGS, calls="x"), scene.program("new", *link, calls="x")
    file = scene.like_loader(old, LD_LIBRARY_PATH=scene.path("two"))
    expect(found(file, "libx.so")["rule"] == "rpath", file)
    file = scene.like_loader(new, LD_LIBRARY_PATH=scene.path("two"))
    expect(found(file, "libx.so")["rule"] == "LD_LIBRARY_PATH", file)
    expect(found(scene.like_loader(new), "libx.so")["rule"] == "runpath")


def library_path_in_its_order(scene):
    for folder in ("one", "two"):
        scene.library(f"{folder}/libx.so")
    app = scene.program("app", f"-L{scene.path('one')}", "-lx", calls="x")
    for order in ("one:two", "two:one", "none;two/:one", ":one"):
        scene.like_loader(app, LD_LIBRARY_PATH=":".join(scene.path(part) if part else "" for part in order.split(":")))
    os.rename(scene.path("two/libx.so"), scene.path("libx.so"))
    for path in (":", "one:", ";" + scene.path("one"), ".", "./", "one//"):
        file = scene.like_loader(app, LD_LIBRARY_PATH=path)
        expect(found(file, "libx.so")["rule"] == "LD_LIBRARY_PATH", path, file)


def origin_of_the_program(scene):
    scene.library("lib/libx.so")
    link = [f"-L{scene.path('lib')}", "-lx"]
    for index, origin in enumerate(("$ORIGIN/../lib", "${ORIGIN}/../lib", "$ORIGIN/../${ORIGINAL}:$ORIGIN/../lib")):
        app = scene.program(f"bin/app{index}", *link, f"-Wl,-rpath,{origin}", calls="x")
        expect(found(scene.like_loader(app), "libx.so")["rule"] == "runpath")
        scene.runs(app)
    os.makedirs(scene.path("other"))
    os.rename(scene.path("bin/app0"), scene.path("other/app0"))
    scene.like_loader(scene.path("other/app0"))
    os.makedirs(scene.path("deep/other"))
    os.rename(scene.path("other/app0"), scene.path("deep/other/app0"))
    library = missing(scene.like_loader(scene.path("deep/other/app0")), "libx.so")
    expect(place(library, scene.path("deep/other/../lib/libx.so")), library)


def origin_of_a_symbolic_link_is_where_it_leads(scene):
    scene.library("real/libx.so")
    scene.program("real/app", f"-L{scene.path('real')}", "-lx", "-Wl,-rpath,$ORIGIN", calls="x")
    os.symlink("real/app", scene.path("link"))
    expect(found(scene.file(scene.path("link")), "libx.so")["rule"] == "runpath")
    scene.runs(scene.path("link"))


def origin_of_a_library(scene):
    scene.library("a/more/libb.so")
    scene.library("a/liba.so", f"-L{scene.path('a/more')}", "-lb", "-Wl,-rpath,$ORIGIN/more", calls="b")
    app = scene.program("app", f"-L{scene.path('a')}", f"-Wl,-rpath-link,{scene.path('a/more')}", "-la", calls="a")
    for path in ("a", scene.path("a"), "./a/"):
        expect(found(scene.like_loader(app, LD_LIBRARY_PATH=path), "libb.so")["rule"] == "runpath", path)


def words_for_lib_and_platform(scene):
    scene.library("x/libx.so")
    app = scene.program("app", f"-L{scene.path('x')}", "-lx", f"-Wl,-rpath,{scene.path('$LIB')}:{scene.path('p-${PLATFORM}')}", calls="x")
    paths = [entry["path"] for entry in missing(scene.like_loader(app), "libx.so")["places"] if entry["rule"] == "runpath"]
    expect(len(paths) == 2 and not any("$" in path for path in paths), paths)
    for path in paths:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.rename(scene.path("x/libx.so"), path)
        found(scene.like_loader(app), "libx.so")
        scene.runs(app)
        os.rename(path, scene.path("x/libx.so"))


def subfolders_for_processors(scene):
    for folder in ("d", "d/glibc-hwcaps/x86-64-v2", "d/glibc-hwcaps/x86-64-v3", "d/glibc-hwcaps/x86-64-v4", "d/tls", "d/tls/x86_64"):
        scene.library(f"{folder}/libx.so")
    app = scene.program("app", f"-L{scene.path('d')}", "-lx", f"-Wl,-rpath,{scene.path('d')}", calls="x")
    seen = []
    while os.path.exists(scene.path("d/libx.so")):
        path = found(scene.like_loader(app), "libx.so")["path"]
        seen.append(os.path.relpath(path, scene.folder))
        os.unlink(path)
    expect(len(seen) >= 1 and seen[-1] == "d/libx.so", seen)
    scene.like_loader(app)


def no_default_folders(scene):
    app = scene.program("app", "-Wl,-z,nodefaultlib")
    library = missing(scene.like_loader(app), "libc.so.6")
    expect([(entry["rule"], entry["result"]) for entry in library["places"]] == [("cache", "excluded")], library)
    expect("nodefaultlib" in scene.text(app), scene.text(app))
    scene.loader_says(app, "libc.so.6: cannot open")


def name_with_a_slash(scene):
    scene.library("sub/libx.so", soname="sub/libx.so")
    app = scene.program("app", scene.path("sub/libx.so"), calls="x")
    expect(found(scene.like_loader(app), "sub/libx.so")["rule"] == "path")
    os.unlink(scene.path("sub/libx.so"))
    library = missing(scene.like_loader(app), "sub/libx.so")
    expect([entry["rule"] for entry in library["places"]] == ["path"], library)


def one_file_by_two_names(scene):
    scene.library("d/libx.so.1", soname="libx.so.1", function="x")
    os.symlink("libx.so.1", scene.path("d/liby.so.1"))
    scene.library("e/liby.so.1", soname="liby.so.1", function="y")
    app = scene.program("app", scene.path("d/libx.so.1"), "-Wl,--no-as-needed", scene.path("e/liby.so.1"),
                        f"-Wl,-rpath,{scene.path('d')}", calls="x")
    file = scene.like_loader(app)
    expect([entry["name"] for entry in file["objects"]].count("liby.so.1") == 0, file)


def known_by_its_soname(scene):
    scene.library("d/libx-1.0.so", soname="libx.so.1", function="x")
    scene.library("e/liby.so", scene.path("d/libx-1.0.so"), calls="x")
    app = scene.program("app", f"-L{scene.path('e')}", "-ly", "-Wl,--allow-shlib-undefined", calls="y")
    preload = "d/libx-1.0.so"
    scene.like_loader(app, LD_LIBRARY_PATH=scene.path("e"))
    file = scene.like_loader(app, LD_LIBRARY_PATH=scene.path("e"), LD_PRELOAD=preload)
    expect(found(file, preload)["cause"] == "LD_PRELOAD" and file["verdict"] == "ok", file)


def preload_is_missing(scene):
    app = scene.program("app")
    file = scene.file(app, LD_PRELOAD="libnot.so.7 ./none.so")
    expect(file["verdict"] == "ok" and file["missing"] == 0, file)
    for name in ("libnot.so.7", "./none.so"):
        expect(missing(file, name)["cause"] == "LD_PRELOAD", file)
    done = scene.loader_says(app, "object 'libnot.so.7' from LD_PRELOAD cannot be preloaded", "ignored", LD_PRELOAD="libnot.so.7")
    expect(done.returncode == 0)
    expect("is done without" in scene.text(app, LD_PRELOAD="libnot.so.7"))


def preloaded_libraries_come_first(scene):
    scene.library("b/libb.so")
    scene.library("a/liba.so", f"-L{scene.path('b')}", "-lb", f"-Wl,-rpath,{scene.path('b')}", calls="b")
    app = scene.program("app", f"-Wl,-rpath,{scene.path('a')}")
    scene.like_loader(app, LD_PRELOAD="liba.so")
    scene.like_loader(app, LD_PRELOAD="b/libb.so:a/liba.so")


def auxiliary_filter(scene):
    scene.library("d/libplain.so")
    scene.library("d/libtuned.so")
    scene.library("d/libx.so", "-Wl,-f,libtuned.so", function="x")
    app = scene.program("app", f"-L{scene.path('d')}", "-lx", OLD_TAGS, f"-Wl,-rpath,{scene.path('d')}", calls="x")
    found(scene.like_loader(app), "libtuned.so")
    os.unlink(scene.path("d/libtuned.so"))
    file = scene.like_loader(app)
    expect(file["verdict"] == "ok" and missing(file, "libtuned.so")["cause"] == "auxiliary", file)
    scene.runs(app)


def another_version_is_there(scene):
    scene.library("d/libx.so.1", function="x")
    app = scene.program("app", scene.path("d/libx.so.1"), f"-Wl,-rpath,{scene.path('d')}", calls="x")
    os.unlink(scene.path("d/libx.so.1"))
    scene.library("d/libx.so.2", function="x")
    mend(missing(scene.like_loader(app), "libx.so.1"), "near-miss", scene.path("d/libx.so.2"))
    os.unlink(scene.path("d/libx.so.2"))
    scene.library("d/libx.so.1.5", soname="libx.so.1", function="x")
    command = mend(missing(scene.like_loader(app), "libx.so.1"), "near-miss", "ln -s")["command"]
    expect(os.system(command) == 0, command)
    scene.runs(app)


def beside_the_program(scene):
    scene.library("lib/libx.so")
    app = scene.program("bin/app", f"-L{scene.path('lib')}", "-lx", calls="x")
    command = mend(missing(scene.like_loader(app), "libx.so"), "search-path", "LD_LIBRARY_PATH=")["command"]
    expect(scene.run(["sh", "-c", command]).returncode == 0, command)


def position_independent_and_not(scene):
    scene.library("d/libx.so")
    for index, mode in enumerate((["-pie", "-fPIE"], ["-no-pie"])):
        app = scene.program(f"app{index}", *mode, f"-L{scene.path('d')}", "-lx", f"-Wl,-rpath,{scene.path('d')}", calls="x")
        expect(scene.like_loader(app)["kind"] == "program")


def statically_linked(scene):
    for index, mode in enumerate((["-static"], ["-static-pie"])):
        app = scene.program(f"app{index}", *mode)
        file = scene.file(app)
        expect(file["kind"] == "static" and file["verdict"] == "ok" and file["objects"] == [], file)
        expect("needs no libraries" in scene.text(app), scene.text(app))


def a_library_itself(scene):
    scene.library("b/libb.so")
    path = scene.library("a/liba.so", f"-L{scene.path('b')}", "-lb", calls="b")
    file = scene.like_loader(path)
    expect(file["kind"] == "library" and missing(file, "libb.so"), file)
    scene.like_loader(path, LD_LIBRARY_PATH=scene.path("b"))


def more_rights_than_the_user(scene):
    if os.geteuid() != 0:
        raise Skip("needs root")
    scene.library("d/libx.so")
    app = scene.program("app", f"-L{scene.path('d')}", "-lx", calls="x")
    origin = scene.program("origin", f"-L{scene.path('d')}", "-lx", "-Wl,-rpath,$ORIGIN/d", calls="x")
    environment = {"LD_LIBRARY_PATH": scene.path("d")}
    scene.like_loader(app, **environment)
    for path in (app, origin):
        os.chown(path, 65534, 65534)
        os.chmod(path, 0o4755)
    file = scene.file(app, **environment)
    expect(file["privileged"] and missing(file, "libx.so") and any("LD_LIBRARY_PATH" in note for note in file["notes"]), file)
    scene.loader_says(app, "libx.so: cannot open", **environment)
    missing(scene.file(origin), "libx.so")
    scene.loader_says(origin, "libx.so: cannot open")
    os.chmod(origin, 0o755)
    found(scene.file(origin), "libx.so")
    scene.runs(origin)
    os.chmod(app, 0o755)
    found(scene.file(app, **environment), "libx.so")


def packages_that_are_not_installed(scene):
    scene.library("d/libgone.so.1", function="gone")
    app = scene.program("app", scene.path("d/libgone.so.1"), calls="gone")
    os.unlink(scene.path("d/libgone.so.1"))
    expect(not [item for item in missing(scene.file(app), "libgone.so.1")["mends"] if item["kind"] == "install"])
    scene.write("tools/dnf", "#!/bin/sh\nexit 1\n")
    command = mend(missing(scene.file(app), "libgone.so.1"), "install")["command"]
    expect(command == "dnf install 'libgone.so.1()(64bit)'", command)
    scene.write("tools/rpm", "#!/bin/sh\n[ \"$*\" = '-q --whatprovides --queryformat %{NAME}\\n libgone.so.1()(64bit)' ] && echo libgone\n")
    mend(missing(scene.file(app), "libgone.so.1"), "reinstall", "rpm -V libgone")
    scene.write("tools/apt-cache", "#!/bin/sh\n[ \"$*\" = 'pkgnames libgone1' ] && echo libgone10 && echo libgone1t64\n")
    command = mend(missing(scene.file(app), "libgone.so.1"), "install", "by the rules for names")["command"]
    expect(command == "apt-get install libgone1t64", command)
    scene.write("tools/apt-file", "#!/bin/sh\necho 'libgone-dev: /usr/lib/libgone.so.1.more'\necho 'libgone-one: /usr/lib/x/libgone.so.1'\n")
    command = mend(missing(scene.file(app), "libgone.so.1"), "install", "by the index of contents")["command"]
    expect(command == "apt-get install libgone-one", command)
    scene.library("private/libgone.so.1", function="gone")
    scene.write("tools/pkgconf", f"#!/bin/sh\n[ \"$2\" = gone ] && echo '{scene.path('private')}'\n")
    command = mend(missing(scene.file(app), "libgone.so.1"), "search-path", "pkgconf")["command"]
    expect(scene.run(["sh", "-c", command + f"; exec {app!r}"]).returncode == 0, command)


def more_needs_than_any_program_has(scene):
    scene.library("d/libx.so")
    names = "\\n".join(f".asciz \\\"libneed{index}.so\\\"" for index in range(9000))
    app = scene.library("big.so", f"-L{scene.path('d')}", "-lx", source=f"__asm__(\".section .dynstr2,\\\"a\\\"\\n{names}\");\nint big;\n")

    def need_all(data, segments):
        start = len(data)
        strings = data.index(b"libneed0.so")
        segment = next(entry for entry in segments if entry[0] == 1 and entry[2] <= strings < entry[2] + entry[5])
        base = segment[3] + strings - segment[2]
        size = sum(len(f"libneed{index}.so") + 1 for index in range(9000))
        table = struct.pack("<qQqQ", 5, base, 10, size)
        offset = 0
        for index in range(9000):
            table += struct.pack("<qQ", 1, offset)
            offset += len(f"libneed{index}.so") + 1
        table += struct.pack("<qQ", 0, 0)
        data += table
        header = struct.unpack_from("<Q", data, 32)[0]
        for number, entry in enumerate(segments):
            if entry[0] == 2:
                struct.pack_into("<IIQQQQQQ", data, header + number * 56, 2, 6, start, start, start, len(table), len(table), 8)

    scene.patch("big.so", need_all)
    file = scene.file(app)
    expect(file["missing"] > 4000 and any("not all were followed" in note for note in file["notes"]), file["missing"], file["notes"])
