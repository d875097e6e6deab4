/* SPDX-License-Identifier: MIT
 * What the lines of trace_options.def are parsed with; each stores into the member that its line names. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_TRACE_OPTION_PARSERS_H
#define LEAKWATCH_PROGRAM_OPTIONS_TRACE_OPTION_PARSERS_H

#include "option_parser.h"

#define OPTION(name, letter, argument, parser, member, group, help) option_parser parser;
#include "trace_options.def"
#undef OPTION

#endif
