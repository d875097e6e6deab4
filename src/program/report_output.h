/* SPDX-License-Identifier: MIT
 * A place where a report goes: a file that is replaced as a whole, or a stream (standard output or error, a FIFO, a device). */
#ifndef LEAKWATCH_PROGRAM_REPORT_OUTPUT_H
#define LEAKWATCH_PROGRAM_REPORT_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

struct report_output {
    const char *name; /* as the user gave it, or "standard error"; for messages */
    char *target;     /* regular file: its path, symbolic links resolved; else NULL */
    int fd;           /* stream: open for writing; else -1 */
};

/* Makes sure that a report can be written to `path` ("-": standard output; lent), without touching what is there. Waits for the
 * reader if it is a FIFO. Returns 0, or -errno, -EACCES also for a symbolic link that another user put into a directory for all;
 * then there is nothing to finish. */
int report_output_init(struct report_output *output, const char *path);
/* The same for the descriptor `fd`, which stays the caller's. `name` is static. */
int report_output_init_stream(struct report_output *output, int fd, const char *name);
/* The same for what is added to the file at `path` (lent), which is made if it is not there. It may be written to as a stream;
 * -EFBIG if `size_max` bytes more than it has are more than 1 MiB. */
int report_output_init_append(struct report_output *output, const char *path, size_t size_max);
void report_output_finish(struct report_output *output);

/* Whether both replace the same file, so that one report would be lost. */
bool report_output_same(const struct report_output *a, const struct report_output *b);

/* Writes through `write` (0 or -errno). A regular file is written beside and renamed, so that it is there as a whole or not
 * at all; its mode is that of the user's own file that it replaces, else 0666 less the umask. May be called again: a file is
 * replaced, a stream goes on. Returns 0 or -errno. */
typedef int report_output_writer(void *context, FILE *stream);
int report_output_write(const struct report_output *output, report_output_writer *write, void *context);

#endif
