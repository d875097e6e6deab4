/* SPDX-License-Identifier: MIT
 *
 * Debugging information from the servers that DEBUGINFOD_URLS names, through elfutils' own library, which need not be there.
 * Private to src/elf/. */
#ifndef LEAKWATCH_ELF_DEBUGINFOD_H
#define LEAKWATCH_ELF_DEBUGINFOD_H

/* Gets the debugging information of the file with this build id (hexadecimal), from the library's cache or over the network.
 * Returns a descriptor, which the caller closes, or -errno; -ENOSYS: the library is missing. */
int debuginfod_fetch(const char *build_id);

#endif
