/* SPDX-License-Identifier: MIT
 * Sizes for people. A value, so that several fit in one printf: size_text(n).text */
#ifndef LEAKWATCH_BASE_SIZE_TEXT_H
#define LEAKWATCH_BASE_SIZE_TEXT_H

#include <stdint.h>

struct size_text {
    char text[32];
};

/* "97.6 MiB", "4 KiB", "unlimited" for UINT64_MAX: one digit behind the point where it tells something. */
struct size_text size_text(uint64_t bytes);

#endif
