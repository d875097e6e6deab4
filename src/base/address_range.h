/* SPDX-License-Identifier: MIT */
#ifndef LEAKWATCH_BASE_ADDRESS_RANGE_H
#define LEAKWATCH_BASE_ADDRESS_RANGE_H

#include <stdint.h>

/* Addresses from `start` up to, not including, `end`. */
struct address_range {
    uint64_t start, end;
};

#endif
