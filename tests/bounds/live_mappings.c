/* SPDX-License-Identifier: MIT
 *
 * usage: live_mappings NUMBER [wait]
 * So many mappings, which the kernel cannot join because no two neighbours are alike (half of them are left out of core dumps),
 * each with a pointer to a block that nothing else holds. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096 };

int main(int argc, char *argv[])
{
    const size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    char *space = mmap(NULL, (count + 1) * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char byte;

    for (size_t i = 0; space != MAP_FAILED && i < count; i++)
        *(void **)(void *)(space + i * PAGE) = malloc(24);
    for (size_t i = 1; i < count; i += 2)
        if (space == MAP_FAILED || madvise(space + i * PAGE, PAGE, MADV_DONTDUMP) != 0)
            return 99;
    puts("ready");
    fflush(stdout);
    while (argc > 2 && read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    _exit(0);
}
