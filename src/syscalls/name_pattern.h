/* SPDX-License-Identifier: MIT
 *
 * Regular expressions for names of system calls. They may come from a file of options or the environment, and regcomp(3) of glibc
 * takes memory without bound: it copies what is repeated, for `+` once, for {M,N} N times, and copies of copies. */
#ifndef LEAKWATCH_SYSCALLS_NAME_PATTERN_H
#define LEAKWATCH_SYSCALLS_NAME_PATTERN_H

#include <regex.h>

/* Compiles a POSIX extended regular expression; what is found is not told. Returns as regcomp(3), after 0 the caller releases it
 * with regfree(). REG_ESIZE: it is longer than 1000 bytes, or would be with its copies written out, or its groups are nested more
 * than 32 deep, or more than four repetitions one in the other. REG_ESUBREG: it refers back to a group, which POSIX does not have
 * in these, and the search for which takes time without bound. */
int name_pattern_compile(regex_t *pattern, const char *text);

#endif
