/* SPDX-License-Identifier: MIT
 *
 * With 100 MiB of address space the program gets what it asks for up to there, and is refused what lies beyond.
 *
 * cases: P54 S41
 * ways: run trace look follow */
#include <errno.h>
#include <sys/resource.h>

#include "hard.h"

enum { MIB = 1 << 20 };

int main(int argc, char *argv[])
{
    struct rlimit limit = {100 * MIB, 100 * MIB};

    hard_begin(argc, argv);
    REQUIRE(setrlimit(RLIMIT_AS, &limit) == 0, "%s", strerror(errno));
    char *block = malloc(60 * MIB);
    REQUIRE(block, "60 MiB were refused");
    REQUIRE(!malloc(200UL * MIB) && errno == ENOMEM, "200 MiB were there");
    free(block);
    for (int i = 0; i < 1000; i++)
        REQUIRE(!malloc(200UL * MIB), "200 MiB were there");
    block = malloc(60 * MIB);
    REQUIRE(block, "60 MiB were refused afterwards");
    free(block);
    return hard_ok();
}
