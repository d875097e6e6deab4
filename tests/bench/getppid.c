/* SPDX-License-Identifier: MIT
 *
 * System calls that nobody needs to stop at: getppid COUNT. Prints the CPU time of the loop in ns. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static uint64_t process_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    uint64_t start = process_cpu_ns();
    for (long i = atol(argv[1]); i > 0; i--)
        syscall(SYS_getppid);
    printf("%" PRIu64 "\n", process_cpu_ns() - start);
    return 0;
}
