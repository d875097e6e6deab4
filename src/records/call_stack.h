/* SPDX-License-Identifier: MIT */
#ifndef LEAKWATCH_RECORDS_CALL_STACK_H
#define LEAKWATCH_RECORDS_CALL_STACK_H

#include <stddef.h>
#include <stdint.h>

struct call_stack { /* a stack not yet symbolised */
    uint64_t *frames;
    size_t frame_count;
    uint32_t generation;
};

#endif
