/* SPDX-License-Identifier: MIT
 *
 * Where the lines of a trace go: a file, standard error, the input of a command. Buffered. What cannot be written is said once on
 * standard error; what comes after is thrown away, and the program runs on. */
#ifndef LEAKWATCH_PROGRAM_TRACE_TRACE_OUTPUT_H
#define LEAKWATCH_PROGRAM_TRACE_TRACE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct trace_output {
    int fd;
    char *name;     /* as the user knows it */
    bool immediate; /* nothing is held back: people watch, and the program writes to the same place */
    pid_t command;  /* that reads it; 0: none */
    int error;      /* -errno of the first write that failed */
    char *bytes;
    size_t used;
};

/* Each returns 0, or -errno with the reason said on standard error. Released by trace_output_close(). */
int trace_output_open(struct trace_output *output, const char *path, bool append);
int trace_output_open_command(struct trace_output *output, const char *command);
/* A copy of a descriptor. */
int trace_output_open_fd(struct trace_output *output, int fd, const char *name, bool immediate);

/* A file that is emptied, or with "-" standard output, which the program may write to as well. */
int trace_output_open_file(struct trace_output *output, const char *path);

void trace_output_add(struct trace_output *output, const void *bytes, size_t size);
void trace_output_flush(struct trace_output *output);
/* Writes what is left, and waits for the command. Returns 0, or -errno of the first write that failed but for a reader who had seen
 * enough. */
int trace_output_close(struct trace_output *output);

#endif
