/* SPDX-License-Identifier: MIT
 * Names in symbol tables and what programmers wrote. */
#ifndef LEAKWATCH_ELF_DEMANGLE_H
#define LEAKWATCH_ELF_DEMANGLE_H

/* What a C++, Rust or D compiler made `linkage_name` from; owned by the caller. NULL: it is a plain name. */
char *demangle(const char *linkage_name);

#endif
