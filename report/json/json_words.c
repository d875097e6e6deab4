/* SPDX-License-Identifier: MIT */
#include "json_words.h"

#include <string.h>

#include "model/fail_alloc.h"
#include "model/growth.h"
#include "model/pointer_report.h"
#include "model/report_model.h"
#include "records/limits_model.h"

#define TABLE(name, ...)                                                                                                           \
    static const char *const name##_table[] = {__VA_ARGS__};                                                                       \
    const struct json_words name = {.words = name##_table, .count = sizeof name##_table / sizeof *name##_table}

TABLE(json_process_ends, [END_RUNNING] = "running", [END_EXIT] = "exit", [END_SIGNAL] = "signal", [END_EXEC] = "exec",
      [END_DETACHED] = "detached");
TABLE(json_coverages, [COVERAGE_NONE] = "none", [COVERAGE_PARTIAL] = "partial", [COVERAGE_FULL] = "full");
TABLE(json_descriptor_kinds, [OPEN_FILE] = "file", [OPEN_SOCKET] = "socket", [OPEN_PIPE] = "pipe", [OPEN_OTHER] = "other");
TABLE(json_descriptor_origins, [ORIGIN_OPENED] = "opened", [ORIGIN_INHERITED] = "inherited", [ORIGIN_UNKNOWN] = "unknown");
TABLE(json_memory_kinds, [MEMORY_LIVE] = "live_bytes", [MEMORY_CACHED] = "cached_bytes", [MEMORY_FREE] = "free_bytes",
      [MEMORY_ALLOCATOR] = "allocator_bytes", [MEMORY_UNDIVIDED] = "undivided_bytes", [MEMORY_BLOCKS] = "mapped_blocks_bytes",
      [MEMORY_STACKS] = "stacks_bytes", [MEMORY_FILES] = "files_bytes", [MEMORY_OWN] = "own_mappings_bytes",
      [MEMORY_SHARED] = "shared_bytes", [MEMORY_LEAKWATCH] = "leakwatch_bytes", [MEMORY_OTHER] = "other_bytes");
TABLE(json_holders, [HOLDER_BLOCK] = "block", [HOLDER_DATA] = "data", [HOLDER_MEMORY] = "memory", [HOLDER_STACK] = "stack",
      [HOLDER_REGISTER] = "register", [HOLDER_THREAD] = "thread", [HOLDER_KERNEL] = "kernel", [HOLDER_RANGE] = "range",
      [HOLDER_EXEMPT] = "exempt");
TABLE(json_fail_outcomes, [FAIL_OK] = "ok", [FAIL_STATUS] = "status", [FAIL_LEAK] = "leak", [FAIL_ERROR] = "error",
      [FAIL_HANG] = "hang", [FAIL_CRASH] = "crash");
TABLE(json_fail_stops, [FAIL_STOP_LAST] = "last", [FAIL_STOP_NO_MORE] = "no-more-allocations", [FAIL_STOP_NOT_SEEN] = "not-seen",
      [FAIL_STOP_HANGS] = "hangs-without-failure", [FAIL_STOP_INTERRUPTED] = "interrupted");
TABLE(json_growth_stops, [GROWTH_STOP_COUNT] = "count", [GROWTH_STOP_INTERRUPTED] = "interrupted",
      [GROWTH_STOP_ENDED] = "process-ended", [GROWTH_STOP_FAILED] = "failed");
TABLE(json_novelties, [NOVELTY_NONE] = "none", [NOVELTY_KNOWN] = "known", [NOVELTY_GROWN] = "grown", [NOVELTY_NEW] = "new");
TABLE(json_limit_units, [LIMIT_BYTES] = "bytes", [LIMIT_COUNT] = "count");
TABLE(json_growing, [false] = "memory", [true] = "live");

/* Those that other parts of leakwatch name, too. */

static const char *kind_word(unsigned value)
{
    return report_kind_word((enum leak_kind)value);
}

static const char *effect_word(unsigned value)
{
    return limit_effect_name((enum limit_effect)value);
}

static const char *threshold_word(unsigned value)
{
    return threshold_name((enum threshold_kind)value);
}

static const char *severity_word(unsigned value)
{
    return finding_severity_name((enum finding_severity)value);
}

static const char *way_word(unsigned value)
{
    return lock_way_name((enum lock_way)value);
}

static const char *role_word(unsigned value)
{
    return finding_role_name((enum finding_role)value);
}

static const char *detector_word(unsigned value)
{
    return cold_sense((enum cold_detector)value)->name;
}

static const char *start_word(unsigned value)
{
    return realtime_start_name((enum realtime_start)value);
}

static const char *series_word(unsigned value)
{
    return time_series_name((enum time_series)value);
}

const struct json_words json_leak_kinds = {.word = kind_word, .count = LEAK_KINDS};
const struct json_words json_limit_effects = {.word = effect_word, .count = EFFECT_FROZEN + 1};
const struct json_words json_threshold_kinds = {.word = threshold_word, .count = THRESHOLD_KINDS};
const struct json_words json_severities = {.word = severity_word, .count = FINDING_ERROR + 1};
const struct json_words json_lock_ways = {.word = way_word, .count = LOCK_WAYS};
const struct json_words json_finding_roles = {.word = role_word, .count = FINDING_ROLES};
const struct json_words json_cold_detectors = {.word = detector_word, .count = COLD_DETECTORS};
const struct json_words json_realtime_starts = {.word = start_word, .count = REALTIME_STARTS};
const struct json_words json_time_series = {.word = series_word, .count = TIME_SERIES};

const char *json_word(const struct json_words *words, unsigned value)
{
    return words->words ? words->words[value] : words->word(value);
}

int json_word_value(const struct json_words *words, const char *word)
{
    for (unsigned value = 0; value < words->count; value++) {
        const char *known = json_word(words, value);
        if (known && strcmp(known, word) == 0)
            return (int)value;
    }
    return -1;
}
