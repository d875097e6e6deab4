/* SPDX-License-Identifier: MIT
 * Memory that the program told us to search for pointers, or that it took for itself out of the heap's own mapping. */
#ifndef LW_ROOT_REGIONS_H
#define LW_ROOT_REGIONS_H

#include <stdint.h>

/* Adds a region; one that begins where another ends makes that one longer. More than LW_ROOT_REGIONS are not kept. */
void root_region_add(uint64_t address, uint64_t size);
/* Removes exactly this region. */
void root_region_remove(uint64_t address, uint64_t size);

#endif
