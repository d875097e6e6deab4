/* SPDX-License-Identifier: MIT
 *
 * Parts of a saved report, from JSON back into the model: the counterparts of json_*.c. Private to report/. */
#ifndef LEAKWATCH_REPORT_READING_READ_PARTS_H
#define LEAKWATCH_REPORT_READING_READ_PARTS_H

#include "model/report_model.h"
#include "json_fields.h"

json_field_reader json_read_stack;  /* struct report_stack: its frames */
json_field_reader json_read_signal; /* int: "SIGSEGV" */
#define JSON_STACK(name, type, member)                                                                                             \
    {                                                                                                                              \
        name, json_read_stack, offsetof(type, member), NULL, false                                                                 \
    }

/* What a reader keeps of frames. */
void json_reader_finish_frames(struct json_reader *reader);

extern const struct json_shape json_amount_shape; /* struct leak_amount */
extern const struct json_shape json_leak_shape;   /* struct report_leak */
extern const struct json_shape json_error_shape;  /* struct report_error */
/* Members with the amounts of each leak kind, from `total`. */
#define JSON_KINDS(type, total)                                                                                                    \
    JSON_OBJECT("definite", type, total[LEAK_DEFINITE], &json_amount_shape),                                                       \
        JSON_OBJECT("indirect", type, total[LEAK_INDIRECT], &json_amount_shape),                                                   \
        JSON_OBJECT("possible", type, total[LEAK_POSSIBLE], &json_amount_shape),                                                   \
        JSON_OBJECT("reachable", type, total[LEAK_REACHABLE], &json_amount_shape),                                                 \
        JSON_OBJECT("suppressed", type, total[LEAK_SUPPRESSED], &json_amount_shape)

/* Findings, and what had most live. */
extern const struct json_shape json_finding_shape;       /* struct limit_finding */
extern const struct json_shape json_stack_finding_shape; /* struct report_finding */
extern const struct json_shape json_site_shape;          /* struct report_threshold_site */

/* Of one process, whatever its member. */
extern const struct json_shape json_process_shape;    /* struct report_process */
extern const struct json_shape json_usage_shape;      /* struct report_process: "usage" of "heap" */
extern const struct json_shape json_memory_shape;     /* likewise: "memory" */
extern const struct json_shape json_locks_shape;      /* struct report_locks */
extern const struct json_shape json_realtime_shape;   /* struct report_realtime */
extern const struct json_shape json_pointers_shape;   /* struct report_pointers */
extern const struct json_shape json_refused_shape;    /* struct report_refused_call */
extern const struct json_shape json_oom_shape;        /* struct report_oom_death */
extern const struct json_shape json_threshold_shape;  /* struct report_threshold */
extern const struct json_shape json_time_line_shape;  /* struct limits_history: its time line and forecast */
extern const struct json_shape json_duplicates_shape; /* struct report_duplicates */
json_field_reader json_read_cold;                     /* struct report_cold */
json_field_reader json_read_limits;                   /* struct report_process: warnings, and findings about limits */

json_field_reader json_read_fail_alloc; /* struct fail_alloc * */
json_field_reader json_read_growth;     /* struct growth * */

#endif
