/* SPDX-License-Identifier: MIT
 * Reports that are damaged, foreign or strange: what is read, and which place is named. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "model/report_model.h"
#include "report/reading/report_reader.h"

#define AMOUNT "{\"blocks\":0,\"bytes\":0}"
#define KINDS                                                                                                                      \
    "\"definite\":" AMOUNT ",\"indirect\":" AMOUNT ",\"possible\":" AMOUNT ",\"reachable\":" AMOUNT ",\"suppressed\":" AMOUNT
#define FRAME                                                                                                                      \
    "{\"address\":\"0x10\",\"module\":\"/bin/app\",\"build_id\":null,\"offset\":\"0x10\",\"function\":\"main\","                   \
    "\"linkage_name\":\"main\",\"file\":null,\"line\":null,\"inlined\":false}"
#define RECORD                                                                                                                     \
    "{\"kind\":\"definite\",\"blocks\":1,\"bytes\":24,\"indirect\":" AMOUNT ",\"allocator\":\"malloc\",\"cycle\":false,"           \
    "\"stack_truncated\":false,\"stack\":[" FRAME "," FRAME "]}"

static const char good[] =
    "{\"format\":\"leakwatch-report\",\"version\":1,\"leakwatch\":\"0.1.0\",\"command\":[\"./app\"],\"mode\":\"run\",\n"
    "\"started\":\"2026-01-01T12:00:00.000000000Z\",\"elapsed_ns\":1,\"summary\":{\"verdict\":\"leaks\"," KINDS ",\"errors\":1},\n"
    "\"processes\":[{\"pid\":1,\"ppid\":0,\"executable\":\"/bin/app\",\"command\":[\"./app\"],\"started_ns\":0,\"ended_ns\":1,\n"
    "\"end\":{\"how\":\"exit\",\"status\":0,\"oom_killed\":false},\"coverage\":{\"heap\":\"full\",\"reasons\":[]},\n"
    "\"heap\":{\"allocations\":1,\"frees\":0,\"allocated_bytes\":24,\"blocks_known\":true,\"live\":" AMOUNT ","
    "\"peak\":{\"bytes\":24,\"at_ns\":1},\"ledger_bytes\":0},\n"
    "\"leaks\":{\"checked\":true,\"checked_at\":\"exit\"," KINDS ",\"records\":[\n" RECORD "]},\n"
    "\"errors\":[],\"errors_dropped\":0,\"mappings\":{\"live\":[]},\"descriptors\":{\"listed\":false,\"tracked\":false},\n"
    "\"locks\":{\"tracked\":false,\"used\":false},\"thresholds\":[],\"limits\":[],\"syscalls\":{}}],\n"
    "\"suppressions\":{\"used\":[],\"unused\":[]},\"limits\":[]}\n";

/* The good report with the first `from` replaced by `to`; owned by the caller. */
static char *change(const char *from, const char *to)
{
    const char *place = strstr(good, from);
    char *text = NULL;

    cr_assert(ne(ptr, (void *)place, NULL), "%s", from);
    cr_assert(ge(int, asprintf(&text, "%.*s%s%s", (int)(place - good), good, to, place + strlen(from)), 0));
    return text;
}

/* 0, or what is wrong in `*error`. */
static int read_text(const char *text, size_t size, struct report *report, char **error)
{
    FILE *stream = fmemopen((char *)text, size, "r");

    *error = NULL;
    int result = report_read_json(stream, report, error);
    fclose(stream);
    return result;
}

static void expect_refusal(const char *text, size_t size, const char *message)
{
    struct report report;
    char *error;

    cr_expect(ne(int, read_text(text, size, &report, &error), 0));
    cr_assert(ne(ptr, error, NULL));
    cr_expect(eq(str, error, (char *)message));
    free(error);
}

static void expect_refused(const char *from, const char *to, const char *message)
{
    char *text = change(from, to);

    expect_refusal(text, strlen(text), message);
    free(text);
}

static void expect_accepted(const char *from, const char *to, void (*check)(const struct report *report))
{
    char *text = change(from, to), *error;
    struct report report;

    cr_assert(eq(int, read_text(text, strlen(text), &report, &error), 0), "%s", error);
    check(&report);
    report_finish(&report);
    free(text);
}

static void has_a_record(const struct report *report)
{
    const struct report_leak *leak = &report->processes[0].leaks[0];

    cr_expect(eq(sz, report->processes[0].leak_count, 1));
    cr_expect(eq(u64, leak->direct.bytes, 24));
    cr_assert(eq(sz, leak->stack.frame_count, 2));
    cr_expect(eq(str, (char *)leak->stack.frames[0]->function, (char *)"main"));
    cr_expect(eq(ptr, (void *)leak->stack.frames[0], (void *)leak->stack.frames[1]), "equal frames are one");
}

Test(report_reader, reads_what_is_right)
{
    expect_accepted("\"mode\"", "\"mode\"", has_a_record);
    expect_accepted(",\"mode\":\"run\"", " , \"mode\" :\t\"run\"\r\n", has_a_record);
}

Test(report_reader, skips_members_of_later_versions)
{
    expect_accepted("\"pid\":1", "\"pid\":1,\"later\":[{\"a\":[1.5e3,null,\"\\u0000\\\"]}\"]},{}]", has_a_record);
}

static void has_raw_command(const struct report *report)
{
    cr_expect(eq(str, report->command[0], (char *)"\xff\x01"));
}

Test(report_reader, takes_true_bytes_wherever_they_stand)
{
    expect_accepted("\"command\":[\"./app\"]", "\"raw_base64\":{\"command\":[\"/wE=\"]},\"command\":[\"\\u00ff\\u0001\"]",
                    has_raw_command);
    expect_accepted("\"command\":[\"./app\"]", "\"command\":[\"x\"],\"raw_base64\":{\"command\":[\"/wE=\"]}", has_raw_command);
}

Test(report_reader, refuses_true_bytes_that_are_none)
{
    expect_refused("\"limits\":[]}\n", "\"limits\":[],\"raw_base64\":{\"command\":[\"!\"]}}\n",
                   "line 10, column 83: raw_base64 is not what it should be");
    expect_refused("\"limits\":[]}\n", "\"limits\":[],\"raw_base64\":{\"command\":[null,\"/w==\"]}}\n",
                   "line 10, column 91: raw_base64 has more texts than there are");
}

Test(report_reader, says_which_format_it_is)
{
    expect_refused("leakwatch-report", "leakwatch-trace",
                   "line 1, column 28 (/format): this is no report of leakwatch, but a 'leakwatch-trace'");
    expect_refused("\"version\":1", "\"version\":2",
                   "line 1, column 41 (/version): the report is of version 2; this leakwatch reads version 1");
}

Test(report_reader, names_the_place)
{
    expect_refused("\"pid\":1", "\"pid\":\"1\"", "line 3, column 21 (/processes/0/pid): an integer is expected here");
    expect_refused("\"pid\":1", "\"pid\":1.0", "line 3, column 21 (/processes/0/pid): an integer is expected here");
    expect_refused("\"pid\":1", "\"pid\":2147483648",
                   "line 3, column 21 (/processes/0/pid): a number in the range of this member is expected here");
    expect_refused("\"elapsed_ns\":1", "\"elapsed_ns\":-1",
                   "line 2, column 57 (/elapsed_ns): a number in the range of this member is expected here");
    expect_refused("\"elapsed_ns\":1", "\"elapsed_ns\":NaN", "line 2, column 57 (/elapsed_ns): invalid token near 'NaN'");
    expect_refused("\"elapsed_ns\":1", "\"elapsed_ns\":99999999999999999999",
                   "line 2, column 57 (/elapsed_ns): too big integer near '99999999999999999999'");
    expect_refused("\"kind\":\"definite\"", "\"kind\":\"lost\"",
                   "line 7, column 9 (/processes/0/leaks/records/0/kind): a word that this version knows is expected here");
    expect_refused(
        "\"address\":\"0x10\"", "\"address\":\"16\"",
        "line 7, column 155 (/processes/0/leaks/records/0/stack/0/address): an address such as \"0x1f\" is expected here");
}

Test(report_reader, refuses_what_is_missing_or_there_twice)
{
    expect_refused("\"pid\":1,", "", "line 9, column 82 (/processes/0): member 'pid' is missing");
    expect_refused("\"pid\":1,", "\"pid\":1,\"pid\":2,", "line 3, column 29 (/processes/0/pid): this member is there twice");
    expect_refused("}\n", "}x\n", "line 10, column 52: 'x' stands where the end of the text should be");
}

Test(report_reader, refuses_control_characters_in_words_that_are_printed_as_they_are)
{
    expect_refused("\"allocator\":\"malloc\"", "\"allocator\":\"\\u001b[2J\"",
                   "line 7, column 88 (/processes/0/leaks/records/0/allocator): text without control characters is expected here");
}

#define FINDING                                                                                                                    \
    "{\"id\":\"eta.limit\",\"severity\":\"warning\",\"subject\":null,\"what\":\"a\",\"numbers\":\"b\",\"remedy\":\"c\",\"at_ns\":" \
    "7"
#define NEAR                                                                                                                       \
    FINDING                                                                                                                        \
    ",\"name\":\"RLIMIT_AS\",\"where\":\"/job\",\"unit\":\"bytes\",\"effect\":\"ENOMEM\",\"limit\":9,\"used\":8,\"left\":1,"       \
    "\"sites\":[{\"blocks\":1,\"bytes\":2,\"stack\":[]}]}"

static void has_finding_and_near_limit(const struct report *report)
{
    const struct report_process *process = &report->processes[0];

    cr_assert(eq(sz, process->limits.findings.count, 1));
    cr_expect(eq(str, process->limits.findings.items[0].remedy, (char *)"c"));
    cr_assert(eq(sz, process->limit_warning_count, 1));
    cr_expect(eq(str, (char *)process->limit_warnings[0].name, (char *)"RLIMIT_AS"));
    cr_expect(eq(u64, process->limit_warnings[0].at.at_ns, 7));
    cr_expect(eq(sz, process->limit_warnings[0].at.site_count, 1));
}

Test(report_reader, tells_limits_that_were_near_from_other_findings)
{
    expect_accepted("\"limits\":[],\"sys", "\"limits\":[" FINDING "}," NEAR "],\"sys", has_finding_and_near_limit);
    expect_accepted("\"limits\":[],\"sys", "\"limits\":[" NEAR "," FINDING "}],\"sys", has_finding_and_near_limit);
}

#define TIME_LINE(growth, samples) "\"timeline\":{\"taken\":2,\"step\":1,\"growth\":" growth ",\"samples\":[" samples "]},\"sys"
#define SAMPLE(at, live)           "{\"at_ns\":" at ",\"live\":" live ",\"resident\":1,\"swapped\":1,\"locked\":0,\"mappings\":null}"

static void has_extremes(const struct report *report)
{
    const struct time_line *line = &report->processes[0].limits.time_line;

    cr_assert(eq(sz, line->count, 3));
    cr_expect(not(line->samples[0].values[SERIES_LIVE].known));
    cr_expect(eq(u64, line->extremes[SERIES_LIVE].least.value, 5));
    cr_expect(eq(u64, line->extremes[SERIES_LIVE].most.value, 9));
    cr_expect(not(line->extremes[SERIES_MAPPINGS].most.known));
}

Test(report_reader, finds_the_extremes_of_a_time_line)
{
    expect_accepted("\"sys", TIME_LINE("null", SAMPLE("1", "null") "," SAMPLE("2", "9") "," SAMPLE("2", "5")), has_extremes);
}

#define GROWTH(rate)                                                                                                               \
    "{\"of\":\"live\",\"bytes_per_second\":" rate ",\"limit\":null,\"where\":null,\"effect\":null,\"left\":0,\"seconds\":null}"
#define REALTIME(start, threads)                                                                                                   \
    "\"realtime\":{\"start\":" start ",\"faults\":null,\"threads\":[" threads "],\"findings\":[]},\"sys"

Test(report_reader, refuses_what_cannot_be_printed)
{
    expect_refused("\"sys", TIME_LINE("null", SAMPLE("2", "1") "," SAMPLE("1", "1")),
                   "line 9, column 271 (/processes/0/timeline): the samples are not in the order of time");
    expect_refused("\"sys", TIME_LINE(GROWTH("0"), ""),
                   "line 9, column 206 (/processes/0/timeline/growth): this is no rate of growth");
    expect_refused("\"sys", TIME_LINE(GROWTH("1e300"), ""),
                   "line 9, column 210 (/processes/0/timeline/growth): this is no rate of growth");
    expect_refused("\"limits\":[]}\n",
                   "\"limits\":[{\"id\":\"a\",\"severity\":\"note\",\"what\":null,\"numbers\":\"\",\"remedy\":\"\"}]}\n",
                   "line 10, column 115 (/limits/0): a finding does not say what it found");
    expect_refused("\"sys", "\"cold\":{\"known\":false,\"reason\":null,\"rejected\":null},\"sys",
                   "line 9, column 120 (/processes/0/cold): it is not said why nothing is known");
    expect_refused("\"sys", "\"cold\":{\"known\":true,\"reason\":null,\"rejected\":null},\"sys",
                   "line 9, column 119 (/processes/0/cold): member 'detector' is missing");
    expect_refused("\"sys", REALTIME("null", "{\"tid\":1,\"name\":null,\"policy\":\"SCHED_RR\",\"priority\":1,\"cpus\":\"\"}"),
                   "line 9, column 182 (/processes/0/realtime/threads/0): a thread lacks a name or processors");
    expect_refused("\"sys", REALTIME("{\"by\":\"call\",\"name\":null,\"thread\":1,\"at_ns\":1}", ""),
                   "line 9, column 134 (/processes/0/realtime/start): it is not said what it began with");
}

Test(report_reader, refuses_each_part_of_a_report)
{
    for (size_t size = 0; size + 2 < sizeof good; size++) {
        struct report report;
        char *error;
        cr_assert(ne(int, read_text(good, size, &report, &error), 0), "%zu bytes", size);
        cr_assert(eq(int, strncmp(error, "line ", 5), 0), "%s", error);
        free(error);
    }
}

Test(report_reader, refuses_what_is_nested_too_deep)
{
    enum { DEPTH = 100000 };
    char *brackets = calloc(1, DEPTH + 1), *text = NULL;

    memset(brackets, '[', DEPTH);
    cr_assert(ge(int, asprintf(&text, "{\"later\":%s", brackets), 0));
    FILE *stream = fmemopen(text, strlen(text), "r");
    struct report report;
    char *error = NULL;
    cr_expect(ne(int, report_read_json(stream, &report, &error), 0));
    cr_expect(ne(ptr, strstr(error, "nested more than 64 deep"), NULL), "%s", error);
    fclose(stream);
    free(error);
    free(text);
    free(brackets);
}
