/* SPDX-License-Identifier: MIT */
#include "libraries/library_requests.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "libraries/library_root.h"

enum { PID = 100, CHILD = 101 };

static const struct library_root root = {.folder = -1};
static struct library_requests requests;
static struct library_report report;

static void begin(void)
{
    library_requests_init(&requests, &root);
    library_requests_executed(&requests, PID, "/bin/app");
}

static void end(void)
{
    arena_finish(&report.arena);
    library_requests_finish(&requests);
}

TestSuite(library_requests, .init = begin, .fini = end);

static void look(enum library_request_kind kind, const char *path, int error)
{
    library_requests_looked(&requests, PID, kind, path, error);
}

Test(library_requests, what_is_found_in_the_end_is_no_problem)
{
    look(LIBRARY_REQUEST_LIBRARY, "/a/libx.so", ENOENT);
    look(LIBRARY_REQUEST_LIBRARY, "/b/libx.so", ENOENT);
    library_requests_opened(&requests, PID, "/c/libx.so", 3);
    library_requests_mapped(&requests, PID, 3);
    library_requests_report(&requests, true, &report);
    cr_expect_eq(report.request_count, 0);
    cr_expect_eq(report.answered, 1);
}

Test(library_requests, what_is_found_nowhere_is_said_with_each_path_once)
{
    look(LIBRARY_REQUEST_LIBRARY, "/a/libx.so", ENOENT);
    look(LIBRARY_REQUEST_LIBRARY, "/a/glibc-hwcaps/x86-64-v3/libx.so", ENOENT);
    look(LIBRARY_REQUEST_LIBRARY, "/a/tls/libx.so", ENOENT);
    library_requests_started(&requests, PID);
    look(LIBRARY_REQUEST_LIBRARY, "/a/libx.so", ENOENT);
    look(LIBRARY_REQUEST_LIBRARY, "/b/libx.so", EACCES);
    look(LIBRARY_REQUEST_LIBRARY, "/b/liby.so", ENOTDIR);
    library_requests_report(&requests, false, &report);
    cr_assert_eq(report.request_count, 2);
    const struct library_request *first = &report.requests[0];
    cr_expect_str_eq(first->name, "libx.so");
    cr_expect_str_eq(first->program, "/bin/app");
    cr_expect(first->startup && !report.requests[1].startup);
    cr_assert_eq(first->attempt_count, 2);
    cr_expect_str_eq(first->attempts[0].path, "/a/libx.so");
    cr_expect_eq(first->attempts[0].verdict, LIBRARY_ABSENT);
    cr_expect_eq(first->attempts[1].verdict, LIBRARY_DENIED);
}

Test(library_requests, what_is_opened_and_not_mapped_is_looked_at)
{
    library_requests_opened(&requests, PID, "/dev/null", 3);
    library_requests_opened(&requests, PID, "/proc/self/exe", 4);
    library_requests_closed(&requests, PID, 3);
    library_requests_closed(&requests, PID, 5);
    library_requests_mapped(&requests, PID, -1);
    library_requests_mapped(&requests, PID, 4);
    library_requests_report(&requests, false, &report);
    cr_assert_eq(report.request_count, 1);
    cr_expect_eq(report.requests[0].attempts[0].verdict, LIBRARY_SPECIAL);
}

Test(library_requests, a_child_asks_for_itself)
{
    look(LIBRARY_REQUEST_FILE, "/no/file", ENOENT);
    library_requests_forked(&requests, PID, CHILD);
    library_requests_looked(&requests, CHILD, LIBRARY_REQUEST_FILE, "/yes/file", 0);
    library_requests_report(&requests, true, &report);
    cr_assert_eq(report.request_count, 1);
    cr_expect_eq(report.requests[0].pid, PID);
}

Test(library_requests, a_program_that_is_executed_in_the_end)
{
    library_requests_executing(&requests, PID, "/a/program");
    look(LIBRARY_REQUEST_PROGRAM, "/a/program", ENOENT);
    library_requests_executing(&requests, PID, "/b/program");
    library_requests_executed(&requests, PID, "/b/program");
    library_requests_executing(&requests, PID, "/b/other");
    look(LIBRARY_REQUEST_PROGRAM, "/b/other", ENOENT);
    library_requests_report(&requests, false, &report);
    cr_assert_eq(report.request_count, 1);
    cr_expect_str_eq(report.requests[0].name, "other");
    cr_expect_str_eq(report.requests[0].program, "/b/program");
}

Test(library_requests, files_only_if_they_are_wanted)
{
    look(LIBRARY_REQUEST_FILE, "/no/app.conf", ENOENT);
    library_requests_report(&requests, false, &report);
    cr_expect_eq(report.request_count, 0);
}

Test(library_requests, names_of_libraries)
{
    const char *good[] = {"/a/libx.so", "libx.so.1", "x.so.1.2.3", "plugin.so"};
    const char *bad[] = {"/etc/ld.so.cache", "/etc/ld.so.preload", ".so", "libx.so.conf", "libx.soname", "/a.so/b", "libx.a"};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cr_expect(library_requests_is_library(good[i]), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_not(library_requests_is_library(bad[i]), "%s", bad[i]);
}

/* One that asks for ever costs no more than so much. */
Test(library_requests, there_is_an_end)
{
    char path[64];

    for (unsigned i = 0; i < 30000; i++) {
        snprintf(path, sizeof path, "/no/file%u", i);
        look(LIBRARY_REQUEST_FILE, path, ENOENT);
    }
    cr_expect(requests.overflow && requests.count < 30000);
}
