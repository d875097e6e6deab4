/* SPDX-License-Identifier: MIT
 *
 * JSON of where the memory of a process is. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_MEMORY_H
#define LEAKWATCH_REPORT_JSON_JSON_MEMORY_H

#include <jansson.h>

#include "model/report_model.h"

/* The member "usage" of "heap": the allocator's memory, resident or not. */
json_t *json_heap_usage(const struct report_process *process);
/* The member "memory" of a process: what is resident. */
json_t *json_memory(const struct report_process *process);

#endif
