/* SPDX-License-Identifier: MIT
 *
 * realloc() to nothing, of nothing, beyond all there is, and again and again; sizes that overflow; errno is as the C library leaves
 * it.
 *
 * cases: S25 S26
 * ways: run trace look follow
 * report: .summary.verdict == "clean" and (.processes[0].errors | length) == 0 */
#include <errno.h>
#include <stdint.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    volatile size_t most = SIZE_MAX / 2, overflows = SIZE_MAX / 4;

    hard_begin(argc, argv);
    errno = 4711;
    char *block = malloc(100);
    block = realloc(block, 100000);
    free(block);
    free(malloc(1 << 20));
    REQUIRE(errno == 4711, "errno is %d", errno);
    block = realloc(NULL, 50);
    REQUIRE(!realloc(block, most) && errno == ENOMEM, "that much is not there");
    memset(block, 1, 50);
    REQUIRE(!realloc(block, 0), "realloc to nothing gave a block");
    errno = 0;
    REQUIRE(!calloc(overflows, 8) && errno == ENOMEM, "an overflow was not seen");
    errno = 0;
    REQUIRE(!reallocarray(NULL, overflows, 8) && errno == ENOMEM, "an overflow was not seen");
    REQUIRE(!malloc(most), "that much is not there");
    void *aligned = &aligned;
    REQUIRE(posix_memalign(&aligned, 3, 10) == EINVAL && aligned == &aligned, "a wrong alignment");
    return hard_ok();
}
