/* SPDX-License-Identifier: MIT */
#include "library_names.h"

const struct library_name *library_verdict_name(enum library_verdict verdict)
{
    static const struct library_name names[] = {
        [LIBRARY_FITS] = {"found", "found"},
        [LIBRARY_ABSENT] = {"absent", "not there"},
        [LIBRARY_DANGLING] = {"dangling-link", "a symbolic link to nothing"},
        [LIBRARY_DENIED] = {"denied", "may not be read"},
        [LIBRARY_FAILED] = {"failed", "cannot be opened"},
        [LIBRARY_OTHER_CLASS] = {"wrong-class", "of the wrong class, passed over"},
        [LIBRARY_OTHER_MACHINE] = {"wrong-machine", "for another machine, passed over"},
        [LIBRARY_OTHER_SYSTEM] = {"wrong-system", "for another system or a newer kernel, passed over"},
        [LIBRARY_EXCLUDED] = {"excluded", "in a default folder, which is excluded (-z nodefaultlib)"},
        [LIBRARY_DIRECTORY] = {"directory", "a folder is in the way"},
        [LIBRARY_SPECIAL] = {"special", "no regular file"},
        [LIBRARY_TOO_SHORT] = {"too-short", "too short to be a library"},
        [LIBRARY_NOT_ELF] = {"not-elf", "no ELF file"},
        [LIBRARY_BAD_HEADER] = {"bad-header", "its ELF header is refused"},
        [LIBRARY_EXECUTABLE] = {"executable", "a program, not a library"},
        [LIBRARY_PIE] = {"pie", "a position-independent program, not a library"},
        [LIBRARY_NO_DYNAMIC] = {"no-dynamic-section", "without a dynamic section"},
        [LIBRARY_DAMAGED] = {"damaged", "damaged"},
        [LIBRARY_TRUNCATED] = {"truncated", "cut off: it ends before its segments do"},
        [LIBRARY_NOEXEC] = {"noexec", "on a file system mounted with noexec"},
        [LIBRARY_UNTRUSTED] = {"untrusted", "not set-user-ID, as a library preloaded into such a program must be"},
    };

    return &names[verdict];
}

const struct library_name *library_rule_name(enum library_rule rule)
{
    static const struct library_name names[] = {
        [LIBRARY_BY_NAME] = {"path", "its name is a path"},
        [LIBRARY_BY_RPATH] = {"rpath", "RPATH of"},
        [LIBRARY_BY_ENVIRONMENT] = {"LD_LIBRARY_PATH", "LD_LIBRARY_PATH"},
        [LIBRARY_BY_RUNPATH] = {"runpath", "RUNPATH of"},
        [LIBRARY_BY_CACHE] = {"cache", "ld.so.cache"},
        [LIBRARY_BY_DEFAULT] = {"default", "default folder"},
        [LIBRARY_BY_INTERPRETER] = {"interpreter", "dynamic linker"},
    };

    return &names[rule];
}

const struct library_name *library_cause_name(enum library_cause cause)
{
    static const struct library_name names[] = {
        [LIBRARY_IS_PROGRAM] = {"program", "the program"},
        [LIBRARY_NEEDED] = {"needed", "needed by"},
        [LIBRARY_FILTER] = {"filter", "filtee of"},
        [LIBRARY_AUXILIARY] = {"auxiliary", "auxiliary filtee of"},
        [LIBRARY_PRELOADED] = {"LD_PRELOAD", "wanted by LD_PRELOAD"},
        [LIBRARY_PRELOADED_FILE] = {"ld.so.preload", "wanted by /etc/ld.so.preload"},
    };

    return &names[cause];
}

const struct library_name *library_mend_name(enum library_mend_kind kind)
{
    static const struct library_name names[] = {
        [LIBRARY_MEND_INSTALL] = {"install", ""},       [LIBRARY_MEND_REINSTALL] = {"reinstall", ""},
        [LIBRARY_MEND_NEAR] = {"near-miss", ""},        [LIBRARY_MEND_PATH] = {"search-path", ""},
        [LIBRARY_MEND_LDCONFIG] = {"ldconfig", ""},     [LIBRARY_MEND_MULTIARCH] = {"multiarch", ""},
        [LIBRARY_MEND_PERMISSION] = {"permission", ""}, [LIBRARY_MEND_FILE] = {"file", ""},
        [LIBRARY_MEND_REBUILD] = {"rebuild", ""},
    };

    return &names[kind];
}

const struct library_name *program_problem_name(enum program_problem problem)
{
    static const struct library_name names[] = {
        [PROGRAM_FINE] = {"none", "can be executed"},
        [PROGRAM_ABSENT] = {"absent", "there is no such file"},
        [PROGRAM_DANGLING] = {"dangling-link", "it is a symbolic link to nothing"},
        [PROGRAM_UNREACHABLE] = {"unreachable", "it cannot be reached"},
        [PROGRAM_DIRECTORY] = {"directory", "it is a folder"},
        [PROGRAM_SPECIAL] = {"special", "it is no regular file"},
        [PROGRAM_NOT_EXECUTABLE] = {"not-executable", "it is not marked as executable"},
        [PROGRAM_NOEXEC] = {"noexec", "it is on a file system mounted with noexec"},
        [PROGRAM_BUSY] = {"text-busy", "it is open for writing (\"Text file busy\")"},
        [PROGRAM_UNREADABLE] = {"unreadable", "it may not be read"},
        [PROGRAM_EMPTY] = {"empty", "it is empty"},
        [PROGRAM_NO_FORMAT] = {"no-format", "it is neither an ELF file nor a script with #! (\"Exec format error\")"},
        [PROGRAM_NOT_PROGRAM] = {"not-a-program", "it is an ELF file, but neither a program nor a library"},
        [PROGRAM_DAMAGED] = {"damaged", "it is damaged"},
        [PROGRAM_OTHER_MACHINE] = {"wrong-machine", "it is for another machine"},
        [PROGRAM_LOADER_ABSENT] =
            {"interpreter-absent",
             "its dynamic linker is not there (\"No such file or directory\" means this file, not the program)"},
        [PROGRAM_LOADER_UNFIT] = {"interpreter-unfit", "its dynamic linker cannot be executed"},
        [PROGRAM_SCRIPT_EMPTY] = {"script-empty", "nothing stands behind its #!"},
        [PROGRAM_SCRIPT_CR] = {"script-carriage-return", "its first line ends with a carriage return, which becomes a part of the "
                                                         "interpreter's name"},
        [PROGRAM_SCRIPT_ABSENT] = {"script-interpreter-absent", "the interpreter in its first line is not there"},
        [PROGRAM_SCRIPT_UNFIT] = {"script-interpreter-unfit", "the interpreter in its first line cannot be executed"},
        [PROGRAM_SCRIPT_LOOP] = {"script-loop", "its interpreter is a script, whose interpreter is a script, and so on"},
    };

    return &names[problem];
}

const struct library_name *program_kind_name(enum program_kind kind)
{
    static const struct library_name names[] = {
        [PROGRAM_KIND_UNKNOWN] = {"unknown", "file"},         [PROGRAM_KIND_SCRIPT] = {"script", "script"},
        [PROGRAM_KIND_STATIC] = {"static", "static program"}, [PROGRAM_KIND_DYNAMIC] = {"program", "program"},
        [PROGRAM_KIND_LIBRARY] = {"library", "library"},      [PROGRAM_KIND_OTHER] = {"other", "ELF file"},
    };

    return &names[kind];
}

const struct library_name *library_request_name(enum library_request_kind kind)
{
    static const struct library_name names[] = {
        [LIBRARY_REQUEST_LIBRARY] = {"library", "library"},
        [LIBRARY_REQUEST_PROGRAM] = {"program", "program"},
        [LIBRARY_REQUEST_FILE] = {"file", "file"},
    };

    return &names[kind];
}
