/* SPDX-License-Identifier: MIT
 * The end of writing a report. Private to report/. */
#ifndef LEAKWATCH_REPORT_ENCODING_STREAM_END_H
#define LEAKWATCH_REPORT_ENCODING_STREAM_END_H

#include <stdio.h>

/* Flushes the stream. Returns 0, or -errno if that or any earlier writing failed; errno must have been 0 before the first of it. */
int stream_end(FILE *stream);

#endif
