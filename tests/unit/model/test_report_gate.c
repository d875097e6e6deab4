/* SPDX-License-Identifier: MIT
 * --fail-on: which conditions are understood, and which reports pass them. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "model/report_baseline.h"
#include "model/report_gate.h"
#include "model/report_model.h"

static struct report_descriptor open_files[] = {{.number = 2}, {.number = 3}, {.number = 4}};
static struct report_descriptors groups[] = {{.origin = ORIGIN_OPENED, .open = open_files, .count = 3}};
static struct report_mapping mapped[] = {{.bytes = 4096, .count = 2}};
static struct report_process processes[] = {
    {.leak_checked = true,
     .coverage = COVERAGE_FULL,
     .peak_bytes = 3 << 20,
     .live = {1, 10},
     .descriptors_listed = true,
     .descriptors = groups,
     .descriptor_count = 1,
     .mappings = mapped,
     .mapping_count = 1},
    {.leak_checked = true, .coverage = COVERAGE_FULL, .peak_bytes = 1 << 20, .live = {9, 90}},
};
static struct report_baseline baseline = {.new_count = 1, .grown = 2, .before = {1, 100}, .after = {1, 105}};
static const struct report report = {
    .verdict = "leaks",
    .total = {[LEAK_DEFINITE] = {3, 1 << 20}, [LEAK_INDIRECT] = {2, 10}, [LEAK_REACHABLE] = {7, 70}},
    .error_count = 4,
    .processes = processes,
    .process_count = 2,
    .baseline = &baseline,
};

/* `reason`: NULL if the report passes. */
static void expect(const struct report *judged, const char *condition, const char *reason)
{
    struct gate gate;

    cr_assert(gate_parse(condition, strlen(condition), &gate), "%s", condition);
    char *said = gate_check(&gate, judged);
    cr_expect(eq(str, said ? said : (char *)"", reason ? (char *)reason : (char *)""));
    free(said);
    gate_finish(&gate);
}

Test(report_gate, compares)
{
    expect(&report, "definite>2", "definite>2: 3");
    expect(&report, "definite>3", NULL);
    expect(&report, "definite>=3", "definite>=3: 3");
    expect(&report, "definite>=4", NULL);
}

Test(report_gate, measures)
{
    expect(&report, "indirect>=2", "indirect>=2: 2");
    expect(&report, "possible>=1", NULL);
    expect(&report, "reachable>=7", "reachable>=7: 7");
    expect(&report, "suppressed>0", NULL);
    expect(&report, "bytes>1M", "bytes>1M: 1048586");
    expect(&report, "blocks>4", "blocks>4: 5");
    expect(&report, "errors>0", "errors>0: 4");
    expect(&report, "peak>2M", "peak>2M: 3145728");
    expect(&report, "live>0", "live>0: 90");
    expect(&report, "fds>1", "fds>1: 2");
    expect(&report, "mappings>1", "mappings>1: 2");
    expect(&report, "new>0", "new>0: 1");
    expect(&report, "grown>1", "grown>1: 2");
    expect(&report, "growth>4%", "growth>4%: 5%");
    expect(&report, "growth>5", NULL);
}

Test(report_gate, passes_nothing_that_is_not_known)
{
    struct report_process unchecked = {.coverage = COVERAGE_NONE};
    const struct report unseen = {.verdict = "incomplete", .processes = &unchecked, .process_count = 1};

    expect(&unseen, "definite>0", "definite>0: not known");
    expect(&unseen, "bytes>1G", "bytes>1G: not known");
    expect(&unseen, "peak>1G", "peak>1G: not known");
    expect(&unseen, "rss>1G", "rss>1G: not known");
    expect(&unseen, "fds>1", "fds>1: not known");
    expect(&unseen, "new>1", "new>1: not known");
}

Test(report_gate, measures_what_checks_and_samples_say)
{
    struct report_finding finding[] = {{.severity = FINDING_ERROR}, {.severity = FINDING_WARNING}};
    struct report_refused_call refused[] = {{.severity = FINDING_ERROR}, {.severity = FINDING_NOTE}};
    struct report_process some[] = {
        {.cold = {.known = true, .total = {[LEAK_DEFINITE] = {1, 10}, [LEAK_REACHABLE] = {1, 20}, [LEAK_SUPPRESSED] = {1, 99}}},
         .limits.time_line.extremes[SERIES_RESIDENT].most = {true, 4096},
         .realtime.findings = {finding, 2}},
        {.locks.findings = {finding, 2}, .refused = refused, .refused_count = 2, .oom_death.known = true}};
    const struct report judged = {.processes = some, .process_count = 2}, nothing = {.processes = &some[1], .process_count = 1};

    expect(&judged, "cold>29", "cold>29: 30");
    expect(&judged, "rss-peak>=4K", "rss-peak>=4K: 4096");
    expect(&judged, "findings>3", "findings>3: 4");
    expect(&nothing, "cold>0", "cold>0: not known");
    expect(&nothing, "rss-peak>0", "rss-peak>0: not known");
}

Test(report_gate, growth_from_nothing_has_no_limit)
{
    struct report_baseline from_nothing = {.after = {1, 1}}, fewer = {.before = {2, 2}, .after = {1, 1}};
    const struct report grown = {.baseline = &from_nothing}, shrunk = {.baseline = &fewer};

    expect(&grown, "growth>1000%", "growth>1000%: from nothing");
    expect(&shrunk, "growth>0%", NULL);
}

Test(report_gate, refuses_other_words)
{
    static const char *const words[] = {"",         "definite",    "definite>",   "definite>-1", "definite>1M",       "lost>1",
                                        "bytes>1T", "bytes>1Kx",   "growth>5%%",  "peak>5%",     "definite<1",        "definite=1",
                                        ">1",       "definite>>1", "definite> 1", "definit>1",   "bytes>99999999999G"};
    struct gate gate;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_expect(not(gate_parse(words[i], strlen(words[i]), &gate)), "%s", words[i]);
}
