/* SPDX-License-Identifier: MIT */
#include "formats.h"

#include "report/report.h"

/* A new format is one line here. */
const struct golden_format golden_formats[] = {
    {"json", report_write_json},
    {"text", report_write_text},
    {"html", report_write_html},
    {"folded", report_write_folded},
    {"pprof", report_write_pprof},
    {"speedscope", report_write_speedscope},
    {"heaptrack", report_write_heaptrack},
    {"sarif", report_write_sarif},
    {"junit", report_write_junit},
    {"gitlab", report_write_gitlab},
    {"github", report_write_github},
    {"github-summary", report_write_github_summary},
    {"gcc", report_write_gcc},
    {"valgrind-xml", report_write_valgrind_xml},
    {"valgrind-text", report_write_valgrind_text},
};
const size_t golden_format_count = sizeof golden_formats / sizeof *golden_formats;
