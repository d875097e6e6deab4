/* SPDX-License-Identifier: MIT */
#include "trace_command.h"

#include <stdio.h>

#include "exit_status.h"

int trace_command(const struct trace_options *options)
{
    fprintf(stderr, "leakwatch: trace is not there yet\n");
    return wait_status_of_exit(EXIT_STATUS_FAILED);
}
