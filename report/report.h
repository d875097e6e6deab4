/* SPDX-License-Identifier: MIT
 * Writers of a report. Each prints the model and computes nothing. */
#ifndef LEAKWATCH_REPORT_H
#define LEAKWATCH_REPORT_H

#include <stdio.h>

#include "model/growth.h"

struct own_usage;
struct report;
struct report_limit_warning;
struct report_process;
struct report_threshold;
struct report_view;

/* All return 0, or -errno if writing failed (the stream's error indicator is checked; the stream is flushed, not closed). */
int report_write_text(const struct report *report, const struct report_view *view, FILE *stream);
int report_write_json(const struct report *report, const struct report_view *view, FILE *stream);
/* What is live and what is leaked of it, for the tools of profilers: folded stacks, a file of heaptrack (text, not compressed), a
 * profile of pprof (compressed), a file of speedscope. The view does not matter. */
int report_write_folded(const struct report *report, const struct report_view *view, FILE *stream);
int report_write_heaptrack(const struct report *report, const struct report_view *view, FILE *stream);
int report_write_pprof(const struct report *report, const struct report_view *view, FILE *stream);
int report_write_speedscope(const struct report *report, const struct report_view *view, FILE *stream);
int report_write_html(const struct report *report, const struct report_view *view, FILE *stream);

/* Findings (src/model/report_issues.h) for CI systems and editors. Sources are looked for below view->source_root.
 * SARIF 2.1.0; the JUnit XML that test runners write; GitLab's code quality JSON. */
int report_write_sarif(const struct report *report, const struct report_view *view, FILE *stream);
int report_write_junit(const struct report *report, const struct report_view *view, FILE *stream);
int report_write_gitlab(const struct report *report, const struct report_view *view, FILE *stream);
/* The worst findings as workflow commands of GitHub Actions, which become annotations; and all of them, as far as they fit into
 * GITHUB_SUMMARY_MAX bytes, as Markdown for the summary of a step. */
#define GITHUB_SUMMARY_MAX (128 << 10)
int report_write_github(const struct report *report, const struct report_view *view, FILE *stream);
int report_write_github_summary(const struct report *report, const struct report_view *view, FILE *stream);
/* Lines as compilers write them. */
int report_write_gcc(const struct report *report, const struct report_view *view, FILE *stream);
/* Leaks and memory errors as valgrind's memcheck writes them: its XML, protocol 4, and its text. Of the view matter the kinds, the
 * summary, -q and -v; for the text the kinds of errors and the descriptors, too. */
int report_write_valgrind_xml(const struct report *report, const struct report_view *view, FILE *stream);
int report_write_valgrind_text(const struct report *report, const struct report_view *view, FILE *stream);

/* A few lines about one look of several: what is live, and the groups that have grown since the look before. Returns likewise. */
int report_write_look(const struct growth_look *look, struct growth_change change, const struct growth_step *steps, size_t count,
                      FILE *stream);

/* What leakwatch itself took, in one line. Returns likewise. */
int report_write_own_usage(const struct own_usage *usage, FILE *stream);

/* A threshold has just been crossed: one line, and the call sites. Of the process only pid, executable and started_ns are needed.
 * Returns likewise. */
int report_write_threshold(const struct report_process *process, const struct report_threshold *threshold,
                           const struct report_view *view, FILE *stream);

/* The same of a limit that is near. */
int report_write_limit_warning(const struct report_process *process, const struct report_limit_warning *warning,
                               const struct report_view *view, FILE *stream);

#endif
