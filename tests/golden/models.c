/* SPDX-License-Identifier: MIT */
#include "models.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

#include "model/report_model.h"

/* Writers only read; the model's types say char * because a real one owns its texts. */

#define APP_ID "0123456789abcdef0123456789abcdef01234567"
#define LIBC   "/lib/x86_64-linux-gnu/libc.so.6"

static const struct report_frame take = {0x555555555150,        APP, APP_ID, 0x1150, "take(int)", "_Z4takei",
                                         "/home/me/src/list.h", 7,   true};
static const struct report_frame build = {0x555555555150, APP, APP_ID, 0x1150, "build", "build", "/home/me/src/app.c", 12, false};
static const struct report_frame parse = {0x5555555551a0, APP, APP_ID, 0x11a0, "parse", "parse", "/home/me/src/app.c", 40, false};
static const struct report_frame in_main = {0x555555555210, APP, APP_ID, 0x1210, "main", "main", "/home/me/src/app.c", 61, false};
static const struct report_frame start = {0x7ffff7df11c9,           LIBC, NULL, 0x271c9, "__libc_start_call_main",
                                          "__libc_start_call_main", NULL, 0,    false};
static const struct report_frame nameless = {0x7ffff7a00123, "/opt/plugin.so", NULL, 0x123, NULL, NULL, NULL, 0, false};
static const struct report_frame nowhere = {0x7fffe0000010, NULL, NULL, 0, NULL, NULL, NULL, 0, false};

static const struct report clean = {
    .version = TEXT("0.1.0"),
    .command = WORDS(TEXT("./app")),
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000001Z"),
    .elapsed_ns = 20000000,
    .verdict = "clean",
    .total = {[LEAK_REACHABLE] = {2, 1096}},
    .process_count = 1,
    .processes =
        &(struct report_process){
            .pid = 100,
            .ppid = 99,
            .executable = TEXT(APP),
            .command = WORDS(TEXT("./app")),
            .started_ns = 1000000,
            .ended_ns = 19499999,
            .end = END_EXIT,
            .coverage = COVERAGE_FULL,
            .leak_checked = true,
            .checked_at = "exit",
            .allocations = 1234,
            .frees = 1232,
            .allocated_bytes = 56789,
            .peak_bytes = 10240,
            .peak_at_ns = 5000000,
            .ledger_bytes = 4096,
            .live = {2, 1096},
            .total = {[LEAK_REACHABLE] = {2, 1096}},
            .leak_count = 1,
            .leaks =
                &(struct report_leak){
                    .kind = LEAK_REACHABLE, .direct = {2, 1096}, .allocator = "malloc", .stack = STACK(&parse, &in_main)},
        },
};

static struct report_leak some_leaks[] = {
    {.kind = LEAK_DEFINITE,
     .direct = {1, 24},
     .indirect = {99, 2376},
     .allocator = "malloc",
     .stack = STACK(&take, &build, &in_main, &start)},
    {.kind = LEAK_DEFINITE,
     .direct = {1, 1},
     .allocator = "new[]",
     .cycle = true,
     .stack = STACK(&nameless, &nowhere),
     .suppression =
         TEXT("{\n   <name>\n   Memcheck:Leak\n   match-leak-kinds: definite\n   fun:_Zna*\n   obj:/opt/plugin.so\n}\n")},
    {.kind = LEAK_POSSIBLE,
     .direct = {1000, 1000000},
     .allocator = "new",
     .stack = {.truncated = true, .frame_count = 1, .frames = (const struct report_frame *const[]){&parse}}},
    {.kind = LEAK_REACHABLE, .direct = {2, 1096}, .allocator = "malloc"},
};

static const struct report leaks = {
    .version = TEXT("0.1.0"),
    .command = WORDS(TEXT("./app"), TEXT("-n"), TEXT("two words"), TEXT("")),
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000000Z"),
    .elapsed_ns = 520400000,
    .verdict = "leaks",
    .error_count = 3,
    .total = {{2, 25}, {99, 2376}, {1000, 1000000}, {2, 1096}, {3, 300}},
    .process_count = 1,
    .processes =
        &(struct report_process){
            .pid = 4711,
            .ppid = 4710,
            .executable = TEXT(APP),
            .command = WORDS(TEXT("./app"), TEXT("-n"), TEXT("two words"), TEXT("")),
            .started_ns = 400000,
            .ended_ns = 520400000,
            .end = END_EXIT,
            .status = 3,
            .coverage = COVERAGE_PARTIAL,
            .reasons = (char *[]){TEXT("4096 bytes of memory could not be read")},
            .reason_count = 1,
            .leak_checked = true,
            .checked_at = "exit",
            .allocations = 5000000000,
            .frees = 4999998894,
            .allocated_bytes = 640000000000,
            .peak_bytes = 1073741824,
            .peak_at_ns = 310400000,
            .ledger_bytes = 8388608,
            .live = {1106, 1003797},
            .total = {{2, 25}, {99, 2376}, {1000, 1000000}, {2, 1096}, {3, 300}},
            .leaks = some_leaks,
            .leak_count = COUNT(some_leaks),
            .mappings = &(struct report_mapping){1048576, 3, STACK(&parse, &in_main)},
            .mapping_count = 1,
            .syscalls = (struct report_syscall[]){{TEXT("mmap"), 12, 0, 34000}, {TEXT("brk"), 3, 1, 900}},
            .syscall_count = 2,
        },
    .suppressions_used = &(struct report_suppression_use){TEXT("leak:plugin_cache"), 3, 300},
    .suppressions_used_count = 1,
    .suppressions_unused = &(struct report_unused_suppression){TEXT("old leak"), TEXT("/home/me/ci/leaks.supp"), 17},
    .suppressions_unused_count = 1,
};

static struct report_error some_errors[] = {
    {"double-free", 0x5555555592a0, 24, 1, 1, "malloc", "malloc", STACK(&parse, &in_main), STACK(&build, &in_main),
     STACK(&in_main)},
    {"invalid-free", 0x7fffffffe000, 0, 2, 3, "malloc", "malloc", STACK(&parse, &in_main), {0}, {0}},
    {"mismatched-free", 0x5555555592c0, 1, 1, 1, "new[]", "new", STACK(&parse), STACK(&build, &in_main), {0}},
};

static const struct report errors = {
    .version = TEXT("0.1.0"),
    .command = WORDS(TEXT("./app")),
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000000Z"),
    .elapsed_ns = 1,
    .verdict = "errors",
    .error_count = 3,
    .process_count = 1,
    .processes =
        &(struct report_process){
            .pid = 7,
            .ppid = 1,
            .executable = TEXT(APP),
            .command = WORDS(TEXT("./app")),
            .ended_ns = 2000000000,
            .end = END_SIGNAL,
            .signal = SIGABRT,
            .core_dumped = true,
            .coverage = COVERAGE_FULL,
            .leak_checked = true,
            .checked_at = "signal",
            .errors = some_errors,
            .error_count = COUNT(some_errors),
            .errors_dropped = 5,
        },
};

/* A shell script: the shell becomes another program, has children that leak, die, cannot be seen, or are fine. */
static struct report_process relatives[] = {
    {.pid = 10,
     .ppid = 9,
     .executable = TEXT("/bin/sh"),
     .command = WORDS(TEXT("sh")),
     .end = END_EXEC,
     .ended_ns = 5000000,
     .coverage = COVERAGE_FULL},
    {.pid = 10,
     .ppid = 9,
     .executable = TEXT(APP),
     .command = WORDS(TEXT("app")),
     .started_ns = 5000000,
     .ended_ns = 9000000,
     .end = END_EXIT,
     .coverage = COVERAGE_FULL,
     .leak_checked = true,
     .checked_at = "exit",
     .total = {{1, 24}},
     .live = {1, 24},
     .allocations = 1,
     .allocated_bytes = 24,
     .peak_bytes = 24,
     .peak_at_ns = 6000000,
     .leak_count = 1,
     .leaks = &(struct report_leak){.kind = LEAK_DEFINITE, .direct = {1, 24}, .allocator = "malloc", .stack = STACK(&build)}},
    {.pid = 11,
     .ppid = 10,
     .executable = TEXT("/bin/busybox"),
     .command = WORDS(TEXT("ls")),
     .end = END_EXIT,
     .coverage = COVERAGE_NONE,
     .reasons = (char *[]){TEXT("the program is linked statically")},
     .reason_count = 1},
    {.pid = 12,
     .ppid = 10,
     .executable = TEXT(APP),
     .command = WORDS(TEXT("app")),
     .end = END_SIGNAL,
     .signal = SIGKILL,
     .oom_killed = true,
     .coverage = COVERAGE_FULL,
     .leak_checked = true,
     .checked_at = "signal",
     .total = {{2, 64}, {1, 1}},
     .live = {3, 65},
     .allocations = 3,
     .allocated_bytes = 65,
     .peak_bytes = 65,
     .leak_count = 1,
     .leaks = &(struct report_leak){.kind = LEAK_DEFINITE,
                                    .direct = {2, 64},
                                    .indirect = {1, 1},
                                    .allocator = "malloc",
                                    .stack = STACK(&parse, &in_main)}},
    {.pid = 13,
     .ppid = 10,
     .executable = TEXT("/bin/busybox"),
     .command = WORDS(TEXT("cat")),
     .end = END_EXIT,
     .coverage = COVERAGE_NONE,
     .reasons = (char *[]){TEXT("the program is linked statically")},
     .reason_count = 1},
    {.pid = 14,
     .ppid = 10,
     .executable = TEXT("/bin/true"),
     .command = WORDS(TEXT("true")),
     .end = END_EXIT,
     .coverage = COVERAGE_FULL,
     .leak_checked = true,
     .checked_at = "exit"},
    {.pid = 15,
     .ppid = 10,
     .executable = TEXT("/bin/sleep"),
     .command = WORDS(TEXT("sleep")),
     .end = END_RUNNING,
     .coverage = COVERAGE_PARTIAL,
     .leak_checked = true,
     .checked_at = "request"},
};

static const struct report family = {
    .version = TEXT("0.1.0"),
    .command = WORDS(TEXT("sh"), TEXT("script.sh")),
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000000Z"),
    .elapsed_ns = 9000000,
    .verdict = "leaks",
    .error_count = 2,
    .total = {{3, 88}, {1, 1}},
    .processes = relatives,
    .process_count = COUNT(relatives),
};

static const struct report incomplete = {
    .version = TEXT("0.1.0"),
    .command = WORDS(TEXT("./static")),
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000000Z"),
    .elapsed_ns = 9000000,
    .verdict = "incomplete",
    .processes =
        &(struct report_process){
            .pid = 5,
            .ppid = 4,
            .executable = TEXT("/home/me/static"),
            .command = WORDS(TEXT("./static")),
            .end = END_EXIT,
            .coverage = COVERAGE_NONE,
            .reasons = (char *[]){TEXT("the program is linked statically"), TEXT("and more")},
            .reason_count = 2,
        },
    .process_count = 1,
};

#define STRING "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >"
static const struct report_frame cpp_frames[] = {
    {.function = "std::vector<" STRING ", std::allocator<" STRING " > >::operator[](unsigned long) const",
     .inlined = true,
     .module = APP,
     .file = "/usr/include/c++/12/bits/stl_vector.h",
     .line = 1},
    {.function = "(anonymous namespace)::Table<" STRING ">::operator()(" STRING ", int) [clone .cold]", .module = APP},
    {.function =
         "std::ostream& operator<< <std::char_traits<char> >(std::basic_ostream<char, std::char_traits<char> >&, char const*)",
     .module = APP},
    {.function = "std::__shared_ptr<" STRING ", (__gnu_cxx::_Lock_policy)2>::operator->() const", .module = APP},
    {.function =
         "auto ns::apply<std::function<int (int)>, int>(" STRING ", ns::F&&)::{lambda(auto:1, " STRING ")#1}::operator() const",
     .module = APP},
    {.function = "broken<" STRING "(((((", .module = APP},
    {.function = "short<int>(int)", .module = APP, .file = "/home/me/src/app.cc", .line = 5},
};
static const struct report cpp = {
    .version = TEXT("0.1.0"),
    .command = WORDS(TEXT("./app")),
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000000Z"),
    .elapsed_ns = 1,
    .verdict = "leaks",
    .error_count = 1,
    .total = {{1, 1}},
    .processes =
        &(struct report_process){
            .pid = 5,
            .ppid = 4,
            .executable = TEXT(APP),
            .command = WORDS(TEXT("./app")),
            .end = END_EXIT,
            .coverage = COVERAGE_FULL,
            .leak_checked = true,
            .checked_at = "exit",
            .total = {{1, 1}},
            .leaks = &(struct report_leak){.kind = LEAK_DEFINITE,
                                           .direct = {1, 1},
                                           .allocator = "new",
                                           .stack = STACK(&cpp_frames[0], &cpp_frames[1], &cpp_frames[2], &cpp_frames[3],
                                                          &cpp_frames[4], &cpp_frames[5], &cpp_frames[6])},
            .leak_count = 1,
        },
    .process_count = 1,
};

/* Names that a terminal would obey, that are no UTF-8, or that look like something else; numbers beyond all bounds. */
#define EVIL "\033[31mred\r\n\a\302\2332J \342\200\256txt.exe \303\251 \355\240\200 \340\200\257 \377\"\\</script>"
static const struct report_frame evil_frame = {UINT64_MAX, EVIL, "ff", UINT64_MAX, EVIL, EVIL, EVIL, UINT32_MAX, false};
static const struct report evil = {
    .version = TEXT("0.1.0"),
    .command = WORDS(TEXT(EVIL), TEXT("fine"), TEXT("'")),
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000000Z"),
    .elapsed_ns = UINT64_MAX,
    .verdict = "leaks",
    .error_count = UINT64_MAX,
    .total = {{UINT64_MAX, UINT64_MAX}},
    .processes =
        &(struct report_process){
            .pid = 5,
            .ppid = 4,
            .executable = TEXT(EVIL),
            .command = WORDS(TEXT(EVIL), TEXT("fine"), TEXT("'")),
            .ended_ns = UINT64_MAX,
            .end = END_SIGNAL,
            .signal = 77,
            .coverage = COVERAGE_PARTIAL,
            .reasons = (char *[]){TEXT(EVIL)},
            .reason_count = 1,
            .leak_checked = true,
            .checked_at = "exit",
            .total = {{UINT64_MAX, UINT64_MAX}},
            .leaks =
                &(struct report_leak){
                    .kind = LEAK_DEFINITE, .direct = {UINT64_MAX, UINT64_MAX}, .allocator = "malloc", .stack = STACK(&evil_frame)},
            .leak_count = 1,
        },
    .process_count = 1,
    .suppressions_unused = &(struct report_unused_suppression){TEXT(EVIL), TEXT(EVIL), 1},
    .suppressions_unused_count = 1,
};

/* ---- Open descriptors ------------------------------------------------------------------------------------------------------- */

static struct report_descriptor opened_files[] = {
    {3, OPEN_FILE, TEXT("/home/me/data/a.db"), true, true},
    {7, OPEN_FILE, TEXT("/home/me/data/b.db"), true, false},
};
static struct report_descriptor opened_pipe[] = {
    {4, OPEN_PIPE, TEXT("pipe:[4711]"), true, false},
    {5, OPEN_PIPE, TEXT("pipe:[4711]"), false, true},
};
static struct report_descriptor opened_sockets[] = {
    {8, OPEN_SOCKET, TEXT("TCP:[127.0.0.1:80->127.0.0.1:4711]"), true, true},
    {9, OPEN_SOCKET, TEXT("TCP:[9]"), true, true},
    {10, OPEN_SOCKET, TEXT("TCP:[10]"), true, true},
    {11, OPEN_SOCKET, TEXT("TCP:[11]"), true, true},
    {12, OPEN_SOCKET, TEXT("TCP:[12]"), true, true},
    {13, OPEN_SOCKET, TEXT("TCP:[13]"), true, true},
    {14, OPEN_SOCKET, TEXT("TCP:[14]"), true, true},
};
static struct report_descriptor inherited_streams[] = {
    {0, OPEN_FILE, TEXT("/dev/null"), true, false},
    {1, OPEN_PIPE, TEXT("pipe:[1]"), false, true},
    {2, OPEN_FILE, TEXT("/dev/pts/1"), true, true},
    {63, OPEN_FILE, TEXT("/home/me/\033[31m"), true, false},
};
static struct report_descriptor opened_otherwise[] = {{6, OPEN_OTHER, TEXT("anon_inode:[kvm-vm]"), true, true}};
static struct report_descriptors open_tracked[] = {
    {ORIGIN_INHERITED, inherited_streams, COUNT(inherited_streams), {0}},
    {ORIGIN_OPENED, opened_files, COUNT(opened_files), STACK(&parse, &in_main)},
    {ORIGIN_OPENED, opened_pipe, COUNT(opened_pipe), STACK(&build, &in_main)},
    {ORIGIN_UNKNOWN, opened_otherwise, COUNT(opened_otherwise), {0}},
    {ORIGIN_OPENED, opened_sockets, COUNT(opened_sockets), STACK(&in_main)},
};
static struct report_descriptors open_names[] = {
    {ORIGIN_INHERITED, inherited_streams, COUNT(inherited_streams), {0}},
    {ORIGIN_OPENED, opened_files, COUNT(opened_files), {0}},
};

static struct report_injection made_injections[] = {
    {TEXT("mmap,brk:error=ENOMEM:when=3"), 1}, {TEXT("openat:error=EMFILE:when=5+"), 1200}, {TEXT("close:retval=0:when=9"), 0}};

#define DESCRIPTOR_PROCESS(groups, tracked)                                                                                        \
    &(struct report_process)                                                                                                       \
    {                                                                                                                              \
        .pid = 100, .ppid = 99, .executable = TEXT(APP), .command = WORDS(TEXT("./app")), .started_ns = 1000000,                   \
        .ended_ns = 20000000, .end = END_EXIT, .coverage = COVERAGE_FULL, .leak_checked = true, .checked_at = "exit",              \
        .descriptors_listed = true, .descriptors_tracked = (tracked), .descriptors = (groups), .descriptor_count = COUNT(groups)   \
    }
#define DESCRIPTOR_REPORT(groups, tracked)                                                                                         \
    {                                                                                                                              \
        .version = TEXT("0.1.0"), .command = WORDS(TEXT("./app")), .mode = "run",                                                  \
        .started = TEXT("2026-01-01T12:00:00.000000001Z"), .elapsed_ns = 20000000, .verdict = "clean",                             \
        .processes = DESCRIPTOR_PROCESS(groups, tracked), .process_count = 1                                                       \
    }
/* ---- Injections ------------------------------------------------------------------------------------------------------------- */

static const struct report injected = {
    .version = TEXT("0.1.0"),
    .command = WORDS(TEXT("./app")),
    .mode = "run",
    .started = TEXT("2026-01-01T12:00:00.000000001Z"),
    .elapsed_ns = 20000000,
    .verdict = "clean",
    .injections = made_injections,
    .injection_count = COUNT(made_injections),
    .processes = DESCRIPTOR_PROCESS(open_names, false),
    .process_count = 1,
};
static const struct report descriptors = DESCRIPTOR_REPORT(open_tracked, true);
static const struct report descriptor_names = DESCRIPTOR_REPORT(open_names, false);

static const struct named_model {
    const char *name;
    const struct report *model;
} models[] = {
    {"clean", &clean},
    {"leaks", &leaks},
    {"errors", &errors},
    {"family", &family},
    {"incomplete", &incomplete},
    {"cpp", &cpp},
    {"evil", &evil},
    {"descriptors", &descriptors},
    {"injected", &injected},
    {"descriptor-names", &descriptor_names},
    {"fail-alloc", &fail_alloc_range},
    {"fail-alloc-later", &fail_alloc_later},
    {"fail-alloc-none", &fail_alloc_none},
    {"attached", &attached_report},
    {"memory-torn", &memory_torn},
    {"memory-pinned", &memory_pinned},
    {"memory-undivided", &memory_undivided},
    {"memory-top", &memory_top},
    {"memory-foreign", &memory_foreign},
    {"locks", &locks},
    {"locks-privileged", &locks_privileged},
    {"cold", &cold},
    {"realtime", &realtime_report},
    {"thresholds", &thresholds},
    {"oom-killed", &oom_killed},
    {"baseline", &held_against_baseline},
};

const struct report *model_by_name(const char *name)
{
    for (size_t i = 0; i < COUNT(models); i++)
        if (strcmp(models[i].name, name) == 0)
            return models[i].model;
    return strcmp(name, "large") == 0 ? large_report() : strcmp(name, "hostile") == 0 ? hostile_report() : NULL;
}

const char *model_name(size_t index)
{
    return index < COUNT(models) ? models[index].name : NULL;
}
