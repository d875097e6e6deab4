/* SPDX-License-Identifier: MIT
 *
 * What the leak checks of a series of looks at one process are compared by. */
#ifndef LEAKWATCH_REPORTING_LEAK_WATCH_H
#define LEAKWATCH_REPORTING_LEAK_WATCH_H

#include <stdint.h>

struct growth_series;
struct leak_history;

/* Both are lent; each leak check is one more look. */
struct leak_watch {
    struct growth_series *growth;
    struct leak_history *history;
    uint64_t at_ns;   /* time of the next look */
    unsigned confirm; /* only blocks count as lost that have been so in as many looks on end; 0: all */
};

#endif
