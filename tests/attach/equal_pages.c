/* SPDX-License-Identifier: MIT
 *
 * equal_pages [merge]: takes blocks of whole pages, and no others, of which some are equal, and lines that say what leakwatch must
 * count: "live PAGES ZERO_PAGES CONTENTS" and "lost ...". Says "ready" and waits for a byte; ends with status 7. `merge`: lets the
 * kernel merge them (prctl(2), PR_SET_MEMORY_MERGE), or ends with status 8 if it cannot. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#endif

enum { GOOD = 7, CANNOT = 8, PAGE = 4096, ZERO = 50, EQUAL = 300, DIFFERENT = 30, LOST_EQUAL = 320, LOST_DIFFERENT = 5 };

static unsigned char *kept;

static unsigned char *take_pages(size_t count)
{
    void *block = aligned_alloc(PAGE, count * PAGE);

    if (!block)
        _exit(1);
    return block;
}

static void fill(unsigned char *page, uint64_t number)
{
    memset(page, 0x5a, PAGE);
    memcpy(page + PAGE - sizeof number, &number, sizeof number);
}

static __attribute__((noinline)) void lose(void)
{
    unsigned char *lost = take_pages(LOST_EQUAL + LOST_DIFFERENT);

    for (size_t i = 0; i < LOST_EQUAL; i++)
        fill(lost + i * PAGE, 1); /* as those that are kept */
    for (size_t i = 0; i < LOST_DIFFERENT; i++)
        fill(lost + (LOST_EQUAL + i) * PAGE, 1000 + i);
}

int main(int argc, char **argv)
{
    char byte;

    if (argc > 1 && strcmp(argv[1], "merge") == 0 && prctl(PR_SET_MEMORY_MERGE, 1, 0, 0, 0) != 0)
        return CANNOT;
    kept = take_pages(ZERO + EQUAL + DIFFERENT);
    memset(kept, 0, ZERO * PAGE);
    for (size_t i = 0; i < EQUAL; i++)
        fill(kept + (ZERO + i) * PAGE, 1);
    for (size_t i = 0; i < DIFFERENT; i++)
        fill(kept + (ZERO + EQUAL + i) * PAGE, 100 + i);
    lose();
    dprintf(STDOUT_FILENO, "live %d %d %d\nlost %d 0 %d\nready\n", ZERO + EQUAL + DIFFERENT + LOST_EQUAL + LOST_DIFFERENT, ZERO,
            1 + DIFFERENT + LOST_DIFFERENT, LOST_EQUAL + LOST_DIFFERENT, 1 + LOST_DIFFERENT);
    return read(STDIN_FILENO, &byte, 1) == 1 ? GOOD : 1;
}
