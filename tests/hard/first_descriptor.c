/* SPDX-License-Identifier: MIT
 *
 * The first descriptor that a program opens is 3, and after closing all that it does not know it still is; a program that puts its
 * own files where a tool's might be finds its own bytes in them.
 *
 * cases: P45 P53
 * ways: run trace look follow */
#include <fcntl.h>
#include <sys/syscall.h>

#include "hard.h"

static void require_lowest(int expected)
{
    int descriptor = open("/dev/null", O_RDWR);

    REQUIRE(descriptor == expected, "descriptor %d", descriptor);
    close(descriptor);
}

int main(int argc, char *argv[])
{
    char bytes[64] = "";

    hard_begin(argc, argv);
    require_lowest(3);
    syscall(SYS_close_range, 3, ~0U, 0);
    require_lowest(3);
    int file = (int)syscall(SYS_memfd_create, "own", 0);
    for (int number = 4; number < 300; number++)
        REQUIRE(dup2(file, number) == number, "descriptor %d", number);
    for (int i = 0; i < 1000; i++)
        free(malloc((size_t)i));
    REQUIRE(write(255, "own bytes", 9) == 9, "not written");
    REQUIRE(pread(file, bytes, sizeof bytes, 0) == 9 && strcmp(bytes, "own bytes") == 0, "there is %s", bytes);
    syscall(SYS_close_range, 3, ~0U, 0);
    require_lowest(3);
    return hard_ok();
}
