/* SPDX-License-Identifier: MIT
 * A stream whose contents reach another one compressed, in the format of gzip(1) (RFC 1952). */
#ifndef LEAKWATCH_REPORT_ENCODING_GZIP_STREAM_H
#define LEAKWATCH_REPORT_ENCODING_GZIP_STREAM_H

#include <stdio.h>

/* Lets `write` (0 or -errno) write to a stream that compresses into `target`, to its end. Equal contents give equal bytes: there is
 * no name and no time in them. `target` is not flushed. Returns 0; or -errno, of `write`, of writing to `target`, or for want of
 * memory. */
typedef int gzip_stream_writer(void *context, FILE *stream);
int gzip_stream_write(FILE *target, gzip_stream_writer *write, void *context);

#endif
