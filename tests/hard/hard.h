/* SPDX-License-Identifier: MIT
 *
 * What the programs for hard cases share. Each does one thing that tools get wrong, says what it saw, and ends with "ok" on
 * standard output and status 0, or as its head says. See README.md. */
#ifndef LEAKWATCH_TESTS_HARD_H
#define LEAKWATCH_TESTS_HARD_H

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ends the program with what went wrong, unless `good`. */
#define REQUIRE(good, ...) ((good) ? (void)0 : hard_fail(__FILE__, __LINE__, __VA_ARGS__))

__attribute__((noreturn, format(printf, 3, 4))) static inline void hard_fail(const char *file, int line, const char *format, ...)
{
    const char *name = strrchr(file, '/');
    va_list values;

    va_start(values, format);
    fprintf(stderr, "%s:%d: ", name ? name + 1 : file, line);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    va_end(values);
    _exit(99);
}

/* With the argument "wait": says that it is there, and goes on when it is told to. Whoever attaches does so meanwhile. */
static inline void hard_begin(int argc, char *const argv[])
{
    char byte;

    if (argc < 2 || strcmp(argv[1], "wait") != 0)
        return;
    REQUIRE(write(STDOUT_FILENO, "ready\n", 6) == 6, "nobody listens");
    REQUIRE(read(STDIN_FILENO, &byte, 1) == 1, "nobody said to go on");
}

/* How many there are to be: `usual`, or what the last argument says, for tests of bounds. */
static inline unsigned hard_count(int argc, char *const argv[], unsigned usual)
{
    const int count = argc > 1 ? atoi(argv[argc - 1]) : 0;

    return count > 0 ? (unsigned)count : usual;
}

/* Takes a block of `size` bytes, to which nothing points afterwards. */
__attribute__((noinline, unused)) static void hard_lose(size_t size)
{
    void *volatile block = malloc(size);

    memset(block, 1, size);
    block = NULL;
    (void)block;
}

/* Copies this program into an open file. */
__attribute__((unused)) static void hard_copy_self(int file)
{
    char bytes[4096];
    ssize_t got;
    const int own = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    while ((got = read(own, bytes, sizeof bytes)) > 0)
        REQUIRE(write(file, bytes, (size_t)got) == got, "not copied");
    close(own);
}

/* The last line of a program that saw nothing strange; returns its status. */
static inline int hard_ok(void)
{
    puts("ok");
    return EXIT_SUCCESS;
}

#endif
