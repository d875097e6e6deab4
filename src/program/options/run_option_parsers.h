/* SPDX-License-Identifier: MIT
 * Parsers of the options of run, attach and show that are no others' (those are in option_parser.h). The tables name them. */
#ifndef LEAKWATCH_PROGRAM_OPTIONS_RUN_OPTION_PARSERS_H
#define LEAKWATCH_PROGRAM_OPTIONS_RUN_OPTION_PARSERS_H

#include "option_parser.h"

option_parser parse_kinds;
option_parser parse_status;
option_parser parse_gates;
option_parser parse_output;
option_parser parse_pattern;
option_parser parse_compat;
option_parser parse_callers;
option_parser parse_follow;
option_parser parse_fail_alloc;
option_parser parse_inject;
option_parser parse_lines; /* char *: a file name; without one, that of standard error */
option_parser parse_contents;
option_parser parse_address;
option_parser parse_positive;
option_parser parse_confirm;
option_parser parse_process;
option_parser parse_cold;
option_parser parse_realtime_from;
option_parser parse_mappings;
option_parser parse_warn_at;
option_parser parse_help;
option_parser parse_version;

#endif
