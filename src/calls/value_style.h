/* SPDX-License-Identifier: MIT
 *
 * How values are written, where one may choose: what -x and -X of `leakwatch trace` say. */
#ifndef LEAKWATCH_CALLS_VALUE_STYLE_H
#define LEAKWATCH_CALLS_VALUE_STYLE_H

enum const_style { CONST_RAW, CONST_ABBREV, CONST_VERBOSE }; /* as in trace_options.def: raw|abbrev|verbose */

/* Which strings are written in hexadecimal digits. */
enum string_hex {
    STRING_HEX_NONE,            /* none: escapes are octal */
    STRING_HEX_NON_ASCII_CHARS, /* none, but escapes are hexadecimal */
    STRING_HEX_NON_ASCII,       /* those with bytes that are no ASCII */
    STRING_HEX_ALL,
};

#endif
