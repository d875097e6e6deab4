/* SPDX-License-Identifier: MIT
 * Reports made up by hand. */
#ifndef LEAKWATCH_TESTS_GOLDEN_MODELS_H
#define LEAKWATCH_TESTS_GOLDEN_MODELS_H

#include <stddef.h>

struct report;

/* What the models are written with. Nothing writes to what TEXT() and WORDS() give, though the report model would own it. */
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define STACK(...)                                                                                                                 \
    {                                                                                                                              \
        .frames = (const struct report_frame *const[]){__VA_ARGS__},                                                               \
        .frame_count = COUNT(((const struct report_frame *const[]){__VA_ARGS__}))                                                  \
    }
#define TEXT(literal) ((char *)(literal))
#define WORDS(...)    ((char *[]){__VA_ARGS__, NULL})
#define APP           "/home/me/app"

/* In fail_alloc_models.c. */
extern const struct report fail_alloc_range, fail_alloc_later, fail_alloc_none;
/* In lock_models.c. */
extern const struct report locks, locks_privileged;

/* In cold_models.c. */
extern const struct report cold;
/* In realtime_models.c. */
extern const struct report realtime_report;
/* In baseline_models.c. */
extern const struct report held_against_baseline;

/* In threshold_models.c. */
extern const struct report thresholds, oom_killed;

/* In attach_models.c. */
extern const struct report attached_report;

/* In memory_models.c. */
extern const struct report memory_torn, memory_pinned, memory_undivided, memory_top, memory_foreign;

/* In large_model.c and hostile_model.c; made when they are first asked for. */
const struct report *large_report(void);
const struct report *hostile_report(void);

/* The model of this name, or NULL. Static. */
const struct report *model_by_name(const char *name);
/* The name of the model of this index, NULL behind the last one. */
const char *model_name(size_t index);

#endif
