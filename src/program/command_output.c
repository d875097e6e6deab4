/* SPDX-License-Identifier: MIT */
#include "command_output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock_ns.h"
#include "base/xalloc.h"

#define OUTPUT_MAX  ((size_t)1 << 20)
#define PATIENCE_NS (UINT64_C(20) * 1000000000)

static int start(char *const *words, int output, pid_t *pid)
{
    posix_spawn_file_actions_t actions;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    int error = posix_spawnp(pid, words[0], &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    return -error;
}

/* Waits for more; false: the time is over. */
static bool wait_readable(int fd, uint64_t deadline)
{
    const uint64_t now = clock_ns(CLOCK_MONOTONIC);
    struct pollfd wanted = {.fd = fd, .events = POLLIN};

    if (now >= deadline)
        return false;
    int ready = poll(&wanted, 1, (int)((deadline - now) / 1000000) + 1);
    return ready > 0 || (ready < 0 && errno == EINTR);
}

/* True: up to the end. */
static bool read_all(int fd, char *text, size_t *length)
{
    const uint64_t deadline = clock_ns(CLOCK_MONOTONIC) + PATIENCE_NS;

    while (*length < OUTPUT_MAX) {
        if (!wait_readable(fd, deadline))
            return false;
        ssize_t got = read(fd, text + *length, OUTPUT_MAX - *length);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        *length += got > 0 ? (size_t)got : 0;
    }
    return false;
}

char *command_output(char *const *words)
{
    int ends[2], status = 0;
    size_t length = 0;
    pid_t pid;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return NULL;
    int error = start(words, ends[1], &pid);
    close(ends[1]);
    char *text = error ? NULL : xmalloc(OUTPUT_MAX + 1);
    if (text && !read_all(ends[0], text, &length))
        kill(pid, SIGKILL);
    close(ends[0]);
    while (text && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (text == NULL || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        free(text);
        return NULL;
    }
    text[length] = '\0';
    return text;
}
