/* SPDX-License-Identifier: MIT */
#ifndef LEAKWATCH_TESTS_LIMITS_ASSERT_KNOWN_H
#define LEAKWATCH_TESTS_LIMITS_ASSERT_KNOWN_H

#include <criterion/criterion.h>

#include "base/known.h"

#define KIB UINT64_C(1024)
#define MIB (1024 * KIB)

#define assert_known(number, expected)                                                                                             \
    do {                                                                                                                           \
        struct known actual = (number);                                                                                            \
        cr_assert(actual.known, "%s is not known", #number);                                                                       \
        cr_assert_eq(actual.value, (uint64_t)(expected), "%s is %lu", #number, actual.value);                                      \
    } while (0)
#define assert_unknown(number) cr_assert(!(number).known && (number).value == 0, "%s is known", #number)

#endif
