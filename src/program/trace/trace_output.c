/* SPDX-License-Identifier: MIT */
#include "trace_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"

enum { BUFFER_SIZE = 64 << 10 };

static int complain(const char *name, int error)
{
    fprintf(stderr, "leakwatch: %s: %s\n", name, strerror(error));
    return -error;
}

static void init(struct trace_output *output, int fd, char *name)
{
    *output = (struct trace_output){.fd = fd, .name = name, .bytes = xmalloc(BUFFER_SIZE)};
}

int trace_output_open(struct trace_output *output, const char *path, bool append)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC), 0666);

    if (fd < 0)
        return complain(path, errno);
    init(output, fd, xstrdup(path));
    return 0;
}

int trace_output_open_fd(struct trace_output *output, int fd, const char *name, bool immediate)
{
    const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

    if (copy < 0)
        return complain(name, errno);
    init(output, copy, xstrdup(name));
    output->immediate = immediate;
    return 0;
}

int trace_output_open_file(struct trace_output *output, const char *path)
{
    if (strcmp(path, "-") == 0)
        return trace_output_open_fd(output, STDOUT_FILENO, "standard output", true);
    return trace_output_open(output, path, false);
}

/* In the child. */
static _Noreturn void become_command(const char *command, int input)
{
    dup2(input, STDIN_FILENO);
    execl("/bin/sh", "sh", "-c", command, NULL);
    _exit(127);
}

int trace_output_open_command(struct trace_output *output, const char *command)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return complain(command, errno);
    const pid_t pid = fork();
    if (pid == 0)
        become_command(command, ends[0]);
    const int error = errno;
    close(ends[0]);
    if (pid < 0) {
        close(ends[1]);
        return complain(command, error);
    }
    init(output, ends[1], xasprintf("|%s", command));
    output->command = pid;
    return 0;
}

static void write_all(struct trace_output *output, const char *bytes, size_t size)
{
    while (size > 0 && output->error == 0) {
        const ssize_t written = write(output->fd, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            output->error = complain(output->name, errno);
            return;
        }
        bytes += written;
        size -= (size_t)written;
    }
}

void trace_output_flush(struct trace_output *output)
{
    write_all(output, output->bytes, output->used);
    output->used = 0;
}

void trace_output_add(struct trace_output *output, const void *bytes, size_t size)
{
    if (size > BUFFER_SIZE - output->used)
        trace_output_flush(output);
    if (size > BUFFER_SIZE) {
        write_all(output, bytes, size);
        return;
    }
    memcpy(output->bytes + output->used, bytes, size);
    output->used += size;
    if (output->immediate)
        trace_output_flush(output);
}

/* The supervisor waits for whatever child ends, and may have been told already. */
static void wait_for(pid_t command)
{
    while (waitpid(command, NULL, 0) < 0 && errno == EINTR)
        ;
}

int trace_output_close(struct trace_output *output)
{
    if (!output->bytes)
        return 0;
    trace_output_flush(output);
    close(output->fd);
    if (output->command)
        wait_for(output->command);
    const int error = output->error == -EPIPE ? 0 : output->error;
    free(output->bytes);
    free(output->name);
    *output = (struct trace_output){0};
    return error;
}
