/* SPDX-License-Identifier: MIT
 * The fault log: misuse of the heap, written down for the supervisor. Fixed size, lock-free. */
#ifndef LW_FAULTS_H
#define LW_FAULTS_H

#include <stdint.h>

#include <stdbool.h>

#include "shim.h"

struct fault {
    enum lw_fault_kind kind;
    uint32_t thread;
    uint64_t address, size;
    uint32_t site, taken_site, given_site;
    uint8_t taken_family, given_family;
};

/* Writes a fault down; equal ones (kind and sites) are counted. */
void fault_record(const struct fault *fault);

#endif
