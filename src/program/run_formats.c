/* SPDX-License-Identifier: MIT */
#include "run_formats.h"

#include <assert.h>
#include <stddef.h>

#include "program/options/options.h"
#include "report/report.h"

/* A writer for the table, whose other formats are of other reports. */
#define WRITER(name)                                                                                                               \
    static int write_##name(const void *report, const struct report_view *view, FILE *stream)                                      \
    {                                                                                                                              \
        return report_write_##name(report, view, stream);                                                                          \
    }

WRITER(text)
WRITER(json)
WRITER(folded)
WRITER(pprof)
WRITER(speedscope)
WRITER(sarif)
WRITER(junit)
WRITER(gitlab)
WRITER(github)
WRITER(github_summary)
WRITER(gcc)
WRITER(heaptrack)
WRITER(valgrind_xml)
WRITER(valgrind_text)
WRITER(html)
#undef WRITER

const struct report_format run_formats[] = {
    {"text", offsetof(struct options, text), write_text, .by_default = true},
    {"JSON", offsetof(struct options, json), write_json},
    {"folded", offsetof(struct options, folded), write_folded, .all_kinds = true},
    {"pprof", offsetof(struct options, pprof), write_pprof, .all_kinds = true},
    {"speedscope", offsetof(struct options, speedscope), write_speedscope, .all_kinds = true},
    {"HTML", offsetof(struct options, html), write_html},
    {"heaptrack", offsetof(struct options, heaptrack), write_heaptrack, .all_kinds = true, .compressible = true},
    {"SARIF", offsetof(struct options, sarif), write_sarif},
    {"JUnit", offsetof(struct options, junit), write_junit},
    {"GitLab", offsetof(struct options, gitlab), write_gitlab},
    {"GitHub", offsetof(struct options, github), write_github},
    {"GitHub summary", offsetof(struct options, github), write_github_summary, .append_to = "GITHUB_STEP_SUMMARY",
     .append_max = GITHUB_SUMMARY_MAX},
    {"gcc", offsetof(struct options, gcc), write_gcc},
    {"XML", offsetof(struct options, xml), write_valgrind_xml, .all_kinds = true, .by_pattern = true},
    {"memcheck", offsetof(struct options, compat.log), write_valgrind_text, .all_kinds = true, .by_pattern = true},
};
static_assert(sizeof run_formats / sizeof *run_formats == RUN_FORMATS, "the header says how many there are");
