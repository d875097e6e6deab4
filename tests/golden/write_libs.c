/* SPDX-License-Identifier: MIT
 * usage: write_libs MODEL text|json [tree|all|color|quiet|verbose]...: writes what a made-up `leakwatch libs` found. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "libraries/library_model.h"
#include "report/libs_report.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- A program that lacks all sorts of things ---------------------------------------------------------------------------------
 */

static size_t needs_of_app[] = {1, 2, 3, 4}, needs_of_liba[] = {2, 5}, needs_of_libc[] = {6};

static struct library_place places_of_libb[] = {
    {LIBRARY_BY_RPATH, 0, "/opt/app/lib/libb.so.1", "there is no such folder", LIBRARY_ABSENT, 0, NULL, NULL},
    {LIBRARY_BY_ENVIRONMENT, 0, "/x/libb.so.1", NULL, LIBRARY_OTHER_CLASS, 0, NULL, "ELF 32-bit, Intel 80386"},
    {LIBRARY_BY_RUNPATH, 1, "/y/libb.so.1", NULL, LIBRARY_DANGLING, 0, NULL, "libb.so.1.2"},
    {LIBRARY_BY_RUNPATH, 1, "/z/libb.so.1", NULL, LIBRARY_DENIED, 0, NULL, NULL},
    {LIBRARY_BY_CACHE, 0, "/etc/ld.so.cache", "does not name it", LIBRARY_ABSENT, 0, NULL, NULL},
    {LIBRARY_BY_DEFAULT, 0, "/lib/libb.so.1", NULL, LIBRARY_FAILED, ELOOP, NULL, NULL},
    {LIBRARY_BY_DEFAULT, 0, "/usr/lib/libb.so.1", NULL, LIBRARY_ABSENT, 0, NULL, NULL},
};
static struct library_place places_of_libd[] = {
    {LIBRARY_BY_DEFAULT, 0, "/lib/libd.so", NULL, LIBRARY_BAD_HEADER, 0, "ELF file OS ABI invalid", "ELF 64-bit, x86-64"},
};
static struct library_mend mends_of_libb[] = {
    {LIBRARY_MEND_PERMISSION, "let /z/libb.so.1 be read", "chmod a+r /z/libb.so.1"},
    {LIBRARY_MEND_INSTALL, "install the package libb1 (by the index of contents)", "apt-get install libb1"},
    {LIBRARY_MEND_NEAR, "/lib/libb.so.2 is there, another version: build what needs libb.so.1 anew against it", NULL},
};
static struct library_object objects[] = {
    {.name = "/opt/app/bin/app", .path = "/opt/app/bin/app", .cause = LIBRARY_IS_PROGRAM, .needs = needs_of_app, .need_count = 4},
    {.name = "liba.so",
     .path = "/opt/app/lib/liba.so",
     .soname = "liba.so",
     .cause = LIBRARY_NEEDED,
     .rule = LIBRARY_BY_RPATH,
     .needs = needs_of_liba,
     .need_count = 2},
    {.name = "libb.so.1",
     .cause = LIBRARY_NEEDED,
     .places = places_of_libb,
     .place_count = COUNT(places_of_libb),
     .mends = mends_of_libb,
     .mend_count = COUNT(mends_of_libb)},
    {.name = "libc.so.6",
     .path = "/lib/libc.so.6",
     .soname = "libc.so.6",
     .cause = LIBRARY_NEEDED,
     .rule = LIBRARY_BY_CACHE,
     .needs = needs_of_libc,
     .need_count = 1},
    {.name = "libd.so", .cause = LIBRARY_NEEDED, .places = places_of_libd, .place_count = 1},
    {.name = "libtuned.so", .cause = LIBRARY_AUXILIARY, .parent = 1},
    {.name = "ld-linux-x86-64.so.2",
     .path = "/lib64/ld-linux-x86-64.so.2",
     .cause = LIBRARY_NEEDED,
     .rule = LIBRARY_BY_INTERPRETER,
     .parent = 3},
};
static const char *symbols_of_version[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
static struct library_version versions[] = {
    {.needed_by = 0,
     .library = 3,
     .version = "GLIBC_2.99",
     .symbols = symbols_of_version,
     .symbol_count = 10,
     .newest = "GLIBC_2.36",
     .fatal = true},
    {.needed_by = 0, .library = 1, .version = "A_1", .unversioned = true},
};
static struct library_symbol symbols[] = {
    {0, "lost", NULL, NULL},
    {1, "moved", "B_2", "libb.so.1"},
};
static const char *notes[] = {"LD_LIBRARY_PATH does not count, as the program gets more rights than its user"};
static struct library_program lacking = {.path = "/opt/app/bin/app",
                                         .kind = PROGRAM_KIND_DYNAMIC,
                                         .machine = "x86-64",
                                         .bits = 64,
                                         .interpreter = "/lib64/ld-linux-x86-64.so.2",
                                         .loader = "glibc 2.36",
                                         .hwcaps = "up to x86-64-v3",
                                         .objects = objects,
                                         .object_count = COUNT(objects),
                                         .versions = versions,
                                         .version_count = COUNT(versions),
                                         .symbols = symbols,
                                         .symbol_count = COUNT(symbols),
                                         .notes = notes,
                                         .note_count = 1,
                                         .missing = 2,
                                         .failed = true};

/* ---- Others --------------------------------------------------------------------------------------------------------------------
 */

static struct library_mend mends_of_script[] = {
    {LIBRARY_MEND_FILE, "let its lines end as they do on Unix", "sed -i 's/\\r$//' '/opt/app/bin/a script'"}};
static struct library_program script = {.path = "/opt/app/bin/a script",
                                        .kind = PROGRAM_KIND_SCRIPT,
                                        .problem = PROGRAM_SCRIPT_CR,
                                        .subject = "/bin/sh",
                                        .mends = mends_of_script,
                                        .mend_count = 1,
                                        .failed = true};
static size_t needs_of_fine[] = {1};
static struct library_object objects_of_fine[] = {
    {.name = "/bin/fine", .path = "/bin/fine", .cause = LIBRARY_IS_PROGRAM, .needs = needs_of_fine, .need_count = 1},
    {.name = "libc.so.6", .path = "/lib/libc.so.6", .cause = LIBRARY_NEEDED, .rule = LIBRARY_BY_DEFAULT},
};
static struct library_program fine = {.path = "/bin/fine",
                                      .kind = PROGRAM_KIND_DYNAMIC,
                                      .machine = "AArch64",
                                      .bits = 64,
                                      .objects = objects_of_fine,
                                      .object_count = 2};
static struct library_program evil = {.path = "/x/\033[2J\xff\xe2\x80\xae",
                                      .kind = PROGRAM_KIND_OTHER,
                                      .problem = PROGRAM_DAMAGED,
                                      .detail = "\n\r\x80",
                                      .failed = true};

static struct library_attempt attempts[] = {
    {"/opt/plugins/libp.so", ENOENT, LIBRARY_ABSENT, NULL, NULL},
    {"/usr/lib/libp.so", 0, LIBRARY_TOO_SHORT, NULL, NULL},
};
static struct library_attempt attempt_of_program = {"/usr/bin/gone", ENOENT, LIBRARY_ABSENT, NULL, NULL};
static struct library_request requests[] = {
    {.kind = LIBRARY_REQUEST_LIBRARY,
     .name = "libp.so",
     .pid = 4711,
     .program = "/bin/fine",
     .needed_by = "/opt/plugins/q.so",
     .attempts = attempts,
     .attempt_count = 2,
     .mends = mends_of_libb,
     .mend_count = 1},
    {.kind = LIBRARY_REQUEST_PROGRAM,
     .name = "gone",
     .pid = 4712,
     .program = "/bin/sh",
     .attempts = &attempt_of_program,
     .attempt_count = 1},
    {.kind = LIBRARY_REQUEST_FILE,
     .name = "app.conf",
     .pid = 4711,
     .program = "/bin/fine",
     .attempts = &attempt_of_program,
     .attempt_count = 1},
};

static struct library_program *all[] = {&lacking, &script, &fine, &evil};
static struct library_program *only_fine[] = {&fine};
static char *command[] = {(char[]){"fine"}, (char[]){"--now"}, NULL};

static const struct library_report *report_by_name(const char *name)
{
    static const struct library_report missing = {
        .version = "0.1.0", .root = "/images/a", .programs = all, .program_count = COUNT(all)};
    static const struct library_report good = {.version = "0.1.0", .programs = only_fine, .program_count = 1};
    static const struct library_report live = {.version = "0.1.0",
                                               .programs = only_fine,
                                               .program_count = 1,
                                               .command = command,
                                               .requests = requests,
                                               .request_count = COUNT(requests),
                                               .answered = 7,
                                               .status = W_EXITCODE(3, 0)};

    return strcmp(name, "missing") == 0 ? &missing : strcmp(name, "fine") == 0 ? &good : strcmp(name, "live") == 0 ? &live : NULL;
}

int main(int argc, char **argv)
{
    const struct library_report *report = argc > 2 ? report_by_name(argv[1]) : NULL;
    struct library_view view = {0};

    if (report == NULL)
        return 2;
    for (int i = 3; i < argc; i++) {
        view.all |= strcmp(argv[i], "all") == 0;
        view.tree |= strcmp(argv[i], "tree") == 0 || view.all;
        view.color |= strcmp(argv[i], "color") == 0;
        view.verbosity += (strcmp(argv[i], "verbose") == 0) - (strcmp(argv[i], "quiet") == 0);
    }
    int error =
        strcmp(argv[2], "json") == 0 ? libs_report_write_json(report, stdout) : libs_report_write_text(report, &view, stdout);
    return error ? 1 : 0;
}
