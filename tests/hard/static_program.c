/* SPDX-License-Identifier: MIT
 *
 * A static program cannot be preloaded: it runs as it would, and the report says that its heap was not seen.
 *
 * cases: S15
 * build: -static
 * ways: run trace look
 * report: .processes[0].coverage.heap == "none" and (.processes[0].coverage.reasons | length) > 0 */
#include "hard.h"

int main(int argc, char *argv[])
{
    hard_begin(argc, argv);
    char *block = malloc(100);
    REQUIRE(block, "no memory");
    memset(block, 1, 100);
    return hard_ok();
}
