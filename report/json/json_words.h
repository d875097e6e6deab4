/* SPDX-License-Identifier: MIT
 *
 * Words that stand in the JSON report for values of enumerations: for its writer, and for its reader. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_WORDS_H
#define LEAKWATCH_REPORT_JSON_JSON_WORDS_H

#include <stddef.h>

/* Either a table or a function has the words of the values 0 to count - 1. */
struct json_words {
    const char *const *words;
    const char *(*word)(unsigned value);
    size_t count;
};

extern const struct json_words json_leak_kinds;         /* enum leak_kind */
extern const struct json_words json_process_ends;       /* enum process_end */
extern const struct json_words json_coverages;          /* enum coverage */
extern const struct json_words json_descriptor_kinds;   /* enum open_descriptor_kind */
extern const struct json_words json_descriptor_origins; /* enum open_descriptor_origin */
extern const struct json_words json_memory_kinds;       /* enum memory_kind: names of members that have bytes */
extern const struct json_words json_holders;            /* enum report_holder */
extern const struct json_words json_fail_outcomes;      /* enum fail_outcome */
extern const struct json_words json_fail_stops;         /* enum fail_stop */
extern const struct json_words json_growth_stops;       /* enum growth_stop */
extern const struct json_words json_novelties;          /* enum report_novelty */
extern const struct json_words json_limit_units;        /* enum limit_unit */
extern const struct json_words json_limit_effects;      /* enum limit_effect */
extern const struct json_words json_threshold_kinds;    /* enum threshold_kind */
extern const struct json_words json_severities;         /* enum finding_severity */
extern const struct json_words json_lock_ways;          /* enum lock_way */
extern const struct json_words json_finding_roles;      /* enum finding_role */
extern const struct json_words json_cold_detectors;     /* enum cold_detector */
extern const struct json_words json_realtime_starts;    /* enum realtime_start; none for REALTIME_NOT_BEGUN */
extern const struct json_words json_time_series;        /* enum time_series: names of members */
extern const struct json_words json_growing;            /* whether it is of live blocks that growth is told, as a number */

/* The word of a value, static; NULL if it has none. */
const char *json_word(const struct json_words *words, unsigned value);
/* The value of a word, or -1. */
int json_word_value(const struct json_words *words, const char *word);

#endif
