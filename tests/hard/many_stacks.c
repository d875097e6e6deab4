/* SPDX-License-Identifier: MIT
 *
 * Blocks from four thousand different stacks: all are counted, each with its own.
 *
 * cases: S38
 * ways: run trace look follow
 * report: .processes[0].heap.live.blocks >= 4096 */
#include "hard.h"

static void *held[1 << 12];

__attribute__((noinline)) static int left(unsigned path, int depth);
__attribute__((noinline)) static int right(unsigned path, int depth);

static int step(unsigned path, int depth)
{
    if (depth == 12) {
        held[path] = malloc(8);
        return held[path] != NULL;
    }
    return path >> depth & 1 ? left(path, depth + 1) : right(path, depth + 1);
}

static int left(unsigned path, int depth)
{
    return step(path, depth) + 1;
}

static int right(unsigned path, int depth)
{
    return step(path, depth) + 2;
}

int main(int argc, char *argv[])
{
    int sum = 0;

    hard_begin(argc, argv);
    for (unsigned path = 0; path < 1 << 12; path++)
        sum += step(path, 0);
    REQUIRE(sum > 1 << 12, "not all were taken");
    return hard_ok();
}
