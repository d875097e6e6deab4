/* SPDX-License-Identifier: MIT */
#include "demangle.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <libiberty/demangle.h>

#include "base/xalloc.h"

/* Longer names occur only in files made to harm. */
#define NAME_MAX_BYTES 65536

char *demangle(const char *linkage_name)
{
    char *name = NULL;

    if (strnlen(linkage_name, NAME_MAX_BYTES) == NAME_MAX_BYTES)
        return NULL;
    /* libiberty tells C++ and Rust apart by itself, D only when told. */
    if (strncmp(linkage_name, "_Z", 2) == 0 || strncmp(linkage_name, "_R", 2) == 0)
        name = cplus_demangle(linkage_name, DMGL_PARAMS | DMGL_ANSI | DMGL_AUTO);
    else if (strncmp(linkage_name, "_D", 2) == 0)
        name = cplus_demangle(linkage_name, DMGL_PARAMS | DMGL_DLANG);
    return name;
}
