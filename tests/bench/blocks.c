/* SPDX-License-Identifier: MIT
 *
 * A heap to be checked at the end: blocks COUNT BYTES
 * COUNT blocks of 24 to about twice the mean, BYTES in all; each points to two others, chosen at random; one in a hundred is not
 * pointed to by the table that holds the rest. Prints its resident set in KiB. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state = 88172645463325252U;

static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void print_resident_set(void)
{
    char line[256];
    FILE *stream = fopen("/proc/self/status", "r");
    uint64_t size;
    while (stream && fgets(line, sizeof line, stream))
        if (sscanf(line, "VmRSS: %" SCNu64, &size) == 1)
            printf("%" PRIu64 "\n", size);
    if (stream)
        fclose(stream);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    uint64_t count = strtoull(argv[1], NULL, 10), bytes = strtoull(argv[2], NULL, 10);
    uint64_t spread = bytes / count > 24 ? (bytes / count - 24) * 2 + 1 : 1;
    void ***blocks = malloc(count * sizeof *blocks);
    if (!blocks)
        return 1;
    for (uint64_t i = 0; i < count; i++) {
        blocks[i] = calloc(1, 24 + next_random() % spread);
        if (!blocks[i])
            return 1;
        blocks[i][0] = blocks[next_random() % (i + 1)];
        blocks[i][1] = blocks[next_random() % (i + 1)];
    }
    for (uint64_t i = 0; i < count; i += 100)
        blocks[i] = NULL;
    print_resident_set();
    fflush(stdout);
    __asm__ volatile("" : : "r"(blocks) : "memory");
    exit(0);
}
