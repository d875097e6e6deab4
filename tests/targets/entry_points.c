/* SPDX-License-Identifier: MIT
 *
 * Every function of the C library that hands out heap memory, each with a size of its own.
 *
 * expect: record definite 1 101 in by_malloc main
 * expect: record definite 1 102 in by_calloc main
 * expect: record definite 1 103 in by_realloc main
 * expect: record definite 1 104 in by_reallocarray main
 * expect: record definite 1 105 in by_posix_memalign main
 * expect: record definite 1 192 in by_aligned_alloc main
 * expect: record definite 1 107 in by_memalign main
 * expect: record definite 1 108 in by_valloc main
 * expect: record definite 1 9 in by_strdup main
 * expect: record definite 1 6 in by_strndup main
 * expect: record definite 1 120 in by_getline main
 * expect: record definite 1 10 in by_asprintf main
 * expect: leaks definite 12 1067
 * expect: valgrind same */
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "target.h"

static void require_aligned(void *block, size_t alignment)
{
    if (!block || (uintptr_t)opaque(block) % alignment)
        abort();
}

static NOINLINE void by_malloc(void)
{
    require_aligned(malloc(101), 16);
}

static NOINLINE void by_calloc(void)
{
    require_aligned(calloc(17, 6), 16);
    if (opaque(calloc(SIZE_MAX / 2, (size_t)(uintptr_t)opaque((void *)4))))
        abort();
}

static NOINLINE void by_realloc(void)
{
    require_aligned(realloc(opaque(NULL), 103), 16);
}

static NOINLINE void by_reallocarray(void)
{
    require_aligned(reallocarray(opaque(NULL), 8, 13), 16);
    if (opaque(reallocarray(NULL, SIZE_MAX / 2, (size_t)(uintptr_t)opaque((void *)4))))
        abort();
}

static NOINLINE void by_posix_memalign(void)
{
    void *block = NULL;
    if (posix_memalign(&block, 256, 105))
        abort();
    require_aligned(block, 256);
}

static NOINLINE void by_aligned_alloc(void)
{
    require_aligned(aligned_alloc(64, 192), 64);
}

static NOINLINE void by_memalign(void)
{
    require_aligned(memalign(1024, 107), 1024);
}

static NOINLINE void by_valloc(void)
{
    require_aligned(valloc(108), 4096);
}

static NOINLINE void by_strdup(void)
{
    require_aligned(strdup(opaque((void *)"eight ch")), 16);
}

static NOINLINE void by_strndup(void)
{
    require_aligned(strndup(opaque((void *)"five and more"), 5), 16);
}

static NOINLINE void by_getline(void)
{
    char text[] = "a line\n", *line = NULL;
    size_t size = 0;
    FILE *stream = fmemopen(text, strlen(text), "r");
    if (!stream || getline(&line, &size, stream) != 7)
        abort();
    fclose(stream);
    require_aligned(line, 16);
}

static NOINLINE void by_asprintf(void)
{
    char *text = NULL;
    if (asprintf(&text, "%d and %d", 10, 20) != 9)
        abort();
    require_aligned(text, 16);
}

int main(void)
{
    by_malloc();
    by_calloc();
    by_realloc();
    by_reallocarray();
    by_posix_memalign();
    by_aligned_alloc();
    by_memalign();
    by_valloc();
    by_strdup();
    by_strndup();
    by_getline();
    by_asprintf();
    clear_stack();
    return 0;
}
