/* SPDX-License-Identifier: MIT
 *
 * Texts of lines "NAME: NUMBER kB", "NAME NUMBER" and the like, of which the kernel has many, driven by tables. */
#ifndef LEAKWATCH_LIMITS_FIELD_TABLE_H
#define LEAKWATCH_LIMITS_FIELD_TABLE_H

#include <stddef.h>

#include "base/known.h"

enum field_unit {
    FIELD_NUMBER, /* decimal; what stands behind it does not matter, but is set off */
    FIELD_KIB,    /* decimal and " kB": stored in bytes */
    FIELD_PAGES,  /* decimal: stored in bytes */
    FIELD_HEX,    /* hexadecimal without a prefix */
    FIELD_SIGNED, /* decimal, may be negative: stored as (uint64_t)value */
};

struct field {
    const char *name; /* what stands before the colon or the space */
    size_t member;    /* offset of a struct known */
    enum field_unit unit;
};

/* Stores in members of `into` what the lines of the NUL-terminated `text` say. What does not stand there, or is not of its form,
 * remains as it is; of two lines of one name the first counts. */
void field_table_parse(const struct field *fields, size_t count, const char *text, void *into);
/* The same for one line, up to its newline or its end. */
void field_table_parse_line(const struct field *fields, size_t count, const char *line, void *into);

/* The value at the start of `text`, in the form of a unit. */
struct known field_value(const char *text, enum field_unit unit);

/* The number that `text` consists of, white space aside; or "max", which is KNOWN_UNLIMITED. */
struct known field_number(const char *text);

/* A decimal number at the start of `text`, behind blanks, that a blank, a newline or the end follows; stores in `*end` (may be
 * NULL) where. */
struct known field_leading_number(const char *text, const char **end);

#endif
