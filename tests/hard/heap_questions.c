/* SPDX-License-Identifier: MIT
 *
 * What programs ask the C library about their heap is answered as without anybody: usable sizes, totals, trimming, information as
 * XML.
 *
 * cases: S29 S37
 * ways: run trace look follow
 * report: .summary.definite == {"blocks": 1, "bytes": 1} */
#include <malloc.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    char *text = NULL;
    size_t size;

    hard_begin(argc, argv);
    for (size_t i = 1; i < 2000; i += 37) {
        char *block = malloc(i);
        REQUIRE(malloc_usable_size(block) >= i && malloc_usable_size(block) < i + 32, "%zu usable of %zu",
                malloc_usable_size(block), i);
        memset(block, 1, malloc_usable_size(block));
        free(block);
    }
    char *volatile held = malloc(100000);
    struct mallinfo2 information = mallinfo2();
    REQUIRE(information.uordblks >= 100000 && information.uordblks < 200000, "%zu bytes in use", information.uordblks);
    REQUIRE(mallopt(M_MMAP_THRESHOLD, 1 << 16) == 1, "not set");
    char *volatile mapped = malloc(1 << 17);
    REQUIRE(mallinfo2().hblks == 1, "%zu mapped", mallinfo2().hblks);
    free(mapped);
    free(held);
    malloc_trim(0);
    FILE *stream = open_memstream(&text, &size);
    REQUIRE(malloc_info(0, stream) == 0 && fclose(stream) == 0 && strstr(text, "</malloc>"), "no information");
    free(text);
    hard_lose(1);
    return hard_ok();
}
