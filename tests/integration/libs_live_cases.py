# SPDX-License-Identifier: MIT
"""What a program asks for while it runs."""

import os

from libs_scene import expect, mend, missing

# Opens the libraries that it is given, says whether that worked, and ends with the number of failures.
OPENER = """#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **names)
{
    int failures = 0;
    for (int i = 1; i < count; i++) {
        void *library = dlopen(names[i], RTLD_NOW);
        printf("%s: %s\\n", names[i], library ? "opened" : dlerror());
        failures += library == NULL;
    }
    return failures;
}
"""


def _opener(scene, *arguments):
    return scene.compile("opener", OPENER, "-ldl", *arguments)


def _live(scene, *words, options=(), status=0, **environment):
    """The report of a program that is run; `status`: with which it must end."""
    done = scene.run([scene.leakwatch, "libs", *options, "--json=report.json", "--", *words], **environment)
    report = scene.load("report.json")
    asked = [request for request in report["run"]["not_found"] if request["kind"] != "file"]
    expect(done.returncode == (1 if asked or report["summary"]["failed"] else 0), "ended with", done.returncode, done.stderr, report)
    expect(report["run"].get("status") == status, report["run"])
    native = scene.run(list(words), **environment) if status not in (126, 127) else None
    expect(native is None or done.stdout == native.stdout, "on standard output:", done.stdout, "natively:", native and native.stdout)
    return report


def _request(report, name):
    requests = [request for request in report["run"]["not_found"] if request["name"] == name]
    expect(len(requests) == 1, name, "is not said once:", report["run"])
    return requests[0]


def all_is_found(scene):
    report = _live(scene, "/bin/ls", scene.path("tools"))
    expect(report["run"]["not_found"] == [] and report["run"]["found"] >= 1, report)


def missing_from_the_beginning(scene):
    scene.library("d/libx.so")
    app = scene.program("app", f"-L{scene.path('d')}", "-lx", calls="x")
    report = _live(scene, app, status=127)
    expect(len(report["files"]) == 1 and report["run"]["not_found"] == [], report)
    missing(report["files"][0], "libx.so")
    report = _live(scene, app, options=["-E", "LD_LIBRARY_PATH=" + scene.path("d")])
    expect(report["files"][0]["verdict"] == "ok", report)


def a_child_does_not_begin(scene):
    scene.library("d/libx.so")
    app = scene.program("app", f"-L{scene.path('d')}", "-lx", calls="x")
    report = _live(scene, "/bin/sh", "-c", f"{app!r}; true")
    expect([file["path"] for file in report["files"]] == ["/bin/sh", app] and report["run"]["not_found"] == [], report)
    missing(report["files"][1], "libx.so")


def a_plugin_is_missing(scene):
    opener = _opener(scene)
    report = _live(scene, opener, "libplugin.so.1", "./plugin.so", status=2)
    request = _request(report, "libplugin.so.1")
    expect(request["program"] == opener and not request["startup"], request)
    expect({attempt["result"] for attempt in request["attempts"]} == {"absent"}, request)
    expect([attempt["path"] for attempt in _request(report, "plugin.so")["attempts"]] == [scene.path("./plugin.so")], report)


def what_a_plugin_needs_is_missing(scene):
    opener = _opener(scene)
    scene.library("d/libdeep.so")
    plugin = scene.library("plugin.so", f"-L{scene.path('d')}", "-ldeep", function="plugin", calls="deep")
    request = _request(_live(scene, opener, plugin, status=1), "libdeep.so")
    expect(request["needed_by"] == plugin, request)
    report = _live(scene, opener, plugin, LD_LIBRARY_PATH=scene.path("d"))
    expect(report["run"]["not_found"] == [], report)


def tried_here_and_found_there(scene):
    opener = _opener(scene)
    scene.library("d/libx.so")
    report = _live(scene, opener, "libx.so", LD_LIBRARY_PATH=f"{scene.path('none')}:{scene.path('')}:{scene.path('d')}")
    expect(report["run"]["not_found"] == [], report)


def a_plugin_is_of_no_use(scene):
    opener = _opener(scene)
    scene.write("empty.so", "")
    scene.write("text.so", "some text that is no library, and long enough to be looked at as a header of one\n" * 20)
    scene.program("program.so", "-no-pie")
    os.symlink("nothing", scene.path("dangling.so"))
    names = ["empty.so", "text.so", "dangling.so"]
    report = _live(scene, opener, *["./" + name for name in names], status=3)
    results = {name: _request(report, name)["attempts"][-1]["result"] for name in names}
    expect(results == {"empty.so": "too-short", "text.so": "not-elf", "dangling.so": "dangling-link"}, results)
    expect("could not be used" in scene.run([scene.leakwatch, "libs", "--", opener, "./text.so"]).stderr)


def a_plugin_of_the_wrong_class(scene):
    opener = _opener(scene)
    try:
        scene.library("d/libx.so", "-m32", "-nostdlib")
    except AssertionError:
        return
    request = _request(_live(scene, opener, "libx.so", status=1, LD_LIBRARY_PATH=scene.path("d")), "libx.so")
    attempt = next(attempt for attempt in request["attempts"] if attempt["path"] == scene.path("d/libx.so"))
    expect(attempt["result"] == "wrong-class" and attempt["what"] == "ELF 32-bit, Intel 80386", request)
    scene.library("e/libx.so")
    report = _live(scene, opener, "libx.so", LD_LIBRARY_PATH=f"{scene.path('d')}:{scene.path('e')}")
    expect(report["run"]["not_found"] == [], report)


def a_plugin_needs_a_newer_version(scene):
    opener = _opener(scene)
    scene.write("new.map", "X_1 { };\nX_2 { global: *; } X_1;\n")
    scene.write("old.map", "X_1 { global: *; };\n")
    scene.library("d/libx.so", f"-Wl,--version-script={scene.path('new.map')}")
    plugin = scene.library("plugin.so", f"-L{scene.path('d')}", "-lx", f"-Wl,-rpath,{scene.path('d')}", function="plugin", calls="x")
    expect(_live(scene, opener, plugin)["summary"]["failed"] == 0)
    scene.library("d/libx.so", f"-Wl,--version-script={scene.path('old.map')}")
    report = _live(scene, opener, plugin, status=1)
    expect(report["files"][1]["path"] == plugin and report["files"][1]["versions"][0]["version"] == "X_2", report)


def a_program_is_missing(scene):
    report = _live(scene, "/usr/bin/env", "no-such-program", status=127)
    request = _request(report, "no-such-program")
    expect(request["kind"] == "program" and request["attempts"], request)
    report = _live(scene, "/usr/bin/env", "PATH=/no:/usr/bin", "true")
    expect(report["run"]["not_found"] == [], report)
    report = _live(scene, "no-such-program-either", status=127)
    expect(report["files"][0]["problem"]["kind"] == "absent", report)


def a_script_does_not_begin(scene):
    script = scene.write("script", "#!/no/such/interpreter\n")
    report = _live(scene, "/usr/bin/env", script, status=127)
    file = next(file for file in report["files"] if file["path"] == script)
    expect(file["problem"]["kind"] == "script-interpreter-absent", report)
    report = _live(scene, script, status=126)
    expect(report["files"][0]["problem"]["kind"] == "script-interpreter-absent", report)


def a_program_is_being_written(scene):
    app = scene.program("app")
    with open(app, "r+b"):
        report = _live(scene, app, status=126)
    expect(report["files"][0]["problem"]["kind"] == "text-busy", report)
    mend(report["files"][0]["problem"], "file", "written")
    _live(scene, app)


def files_that_are_never_found(scene):
    app = scene.compile("app", '#include <fcntl.h>\n#include <sys/stat.h>\n#include <unistd.h>\nint main(void)\n{\n'
                               'struct stat status;\nopen("/no/app.conf", O_RDONLY);\nopen("etc/app.conf", O_RDONLY);\n'
                               'stat("/no/data", &status);\nopen("/no/found", O_RDONLY);\nopen("found", O_RDONLY);\n'
                               'access("/no/more", R_OK);\nopen("new", O_RDWR | O_CREAT | O_EXCL, 0600);\nunlink("new");\nreturn 0;\n}\n')
    scene.write("found", "")
    report = _live(scene, app, options=["--files"])
    asked = {request["name"]: [attempt["path"] for attempt in request["attempts"]] for request in report["run"]["not_found"]}
    expect(asked == {"app.conf": ["/no/app.conf", scene.path("etc/app.conf")], "data": ["/no/data"], "more": ["/no/more"]}, asked)
    expect(_live(scene, app)["run"]["not_found"] == [])


def threads_and_children(scene):
    _live(scene, "/usr/bin/python3", "-E", "-S", "-c",
          "import subprocess, threading\n"
          "threads = [threading.Thread(target=lambda: subprocess.run(['/bin/true'])) for _ in range(4)]\n"
          "[thread.start() for thread in threads]\n[thread.join() for thread in threads]\nprint('done')")
