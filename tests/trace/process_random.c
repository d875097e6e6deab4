/* SPDX-License-Identifier: MIT
 * Bytes at random. */
#include <sys/random.h>

#include "trace_program.h"

int main(void)
{
    char bytes[64];

    CALL(getrandom, bytes, 4, 0);
    CALL(getrandom, bytes, sizeof bytes, GRND_NONBLOCK);
    CALL(getrandom, bytes, 3, GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE);
    CALL(getrandom, NOWHERE, 3, 8);
    CALL(getrandom, NULL, 0, 0);
    return 0;
}
