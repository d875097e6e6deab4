/* SPDX-License-Identifier: MIT
 *
 * Blocks from four thousand different stacks, or from two to the power of the last argument: all are counted, each with its own.
 *
 * cases: S38
 * ways: run trace look follow
 * report: .processes[0].heap.live.blocks >= 4096 */
#include "hard.h"

static void **held;
static unsigned bottom;

__attribute__((noinline)) static int left(unsigned path, unsigned depth);
__attribute__((noinline)) static int right(unsigned path, unsigned depth);

static int step(unsigned path, unsigned depth)
{
    if (depth == bottom) {
        held[path] = malloc(8);
        return held[path] != NULL;
    }
    return path >> depth & 1 ? left(path, depth + 1) : right(path, depth + 1);
}

static int left(unsigned path, unsigned depth)
{
    return step(path, depth) + 1;
}

static int right(unsigned path, unsigned depth)
{
    return step(path, depth) + 2;
}

int main(int argc, char *argv[])
{
    int sum = 0;

    hard_begin(argc, argv);
    bottom = hard_count(argc, argv, 12);
    held = calloc(1U << bottom, sizeof *held);
    for (unsigned path = 0; held && path < 1U << bottom; path++)
        sum += step(path, 0);
    REQUIRE(sum > 1 << bottom, "not all were taken");
    return hard_ok();
}
