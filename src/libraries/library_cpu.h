/* SPDX-License-Identifier: MIT
 *
 * Which processor libraries are chosen for. */
#ifndef LEAKWATCH_LIBRARIES_LIBRARY_CPU_H
#define LEAKWATCH_LIBRARIES_LIBRARY_CPU_H

#include <stdbool.h>

struct library_cpu {
    unsigned level; /* of x86-64, as its psABI counts: 1 to 4 */
    /* What glibc up to 2.36 knew besides, of processors by Intel only. */
    bool haswell, xeon_phi, avx512_1;
};

/* That of this machine, as glibc finds it (sysdeps/x86/cpu-features.c, sysdeps/x86/get-isa-level.h). */
struct library_cpu library_cpu_here(void);

#endif
