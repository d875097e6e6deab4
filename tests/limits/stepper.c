/* SPDX-License-Identifier: MIT
 *
 * Takes one step for each byte of its standard input, and says "done" after it:
 *   a  takes 4 MiB       b  takes 32 MiB and frees them     f  frees all that a took
 *   g  loses 1 MiB
 *   l  locks 64 KiB      m  makes 64 mappings               k  makes a child that ends at once
 *   s  allows itself 37 MiB more of addresses than it has            x  becomes itself anew
 *   d  allows itself 37 MiB more of private writable memory than it has
 *   r  asks mmap for 64 MiB in vain, three times
 *   t  asks brk for them in vain
 * Ends at the end of its input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MIB = 1 << 20, TAKEN_MAX = 16, MAPPINGS = 64 };

static char *taken[TAKEN_MAX];
static size_t count;

static char *take(size_t size)
{
    char *block = malloc(size);

    if (!block)
        abort();
    memset(block, 1, size);
    return block;
}

/* Every other one is of another kind, so that neighbours do not become one. */
static void map_many(void)
{
    for (int i = 0; i < MAPPINGS; i++)
        if (mmap(NULL, 4096, i % 2 ? PROT_READ : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
            abort();
}

static void lock_some(void)
{
    void *memory = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED || mlock(memory, 65536) != 0)
        abort();
}

/* `name`: of the figure in /proc/self/status that `resource` limits. */
static void limit_itself(__rlimit_resource_t resource, const char *name)
{
    FILE *file = fopen("/proc/self/status", "re");
    unsigned long kib = 0;
    char line[256];

    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtoul(line + strlen(name) + 1, NULL, 10);
    if (!file || kib == 0)
        abort();
    fclose(file);
    const rlim_t most = kib * 1024 + 37UL * MIB;
    if (setrlimit(resource, &(struct rlimit){most, most}) != 0)
        abort();
}

static void lose(void)
{
    char *volatile lost = take(MIB);

    lost = NULL;
    (void)lost;
}

static void ask_in_vain(void)
{
    for (int i = 0; i < 3; i++)
        if (mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
            abort();
}

static void grow_in_vain(void)
{
    if (sbrk(64 * MIB) != (void *)-1)
        abort();
}

static void make_child(void)
{
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    if (child < 0 || waitpid(child, NULL, 0) != child)
        abort();
}

static void step(char what, char **argv)
{
    switch (what) {
    case 'a':
        if (count == TAKEN_MAX)
            abort();
        taken[count++] = take(4 * MIB);
        break;
    case 'b':
        free(take(32 * MIB));
        break;
    case 'f':
        while (count > 0)
            free(taken[--count]);
        break;
    case 'l':
        lock_some();
        break;
    case 'm':
        map_many();
        break;
    case 'k':
        make_child();
        break;
    case 'g':
        lose();
        break;
    case 's':
        limit_itself(RLIMIT_AS, "VmSize:");
        break;
    case 'd':
        limit_itself(RLIMIT_DATA, "VmData:");
        break;
    case 'r':
        ask_in_vain();
        break;
    case 't':
        grow_in_vain();
        break;
    case 'x':
        execv("/proc/self/exe", argv);
        abort();
    default:
        abort();
    }
}

int main(int argc, char **argv)
{
    char what;

    while (read(STDIN_FILENO, &what, 1) == 1) {
        step(what, argv);
        if (write(STDOUT_FILENO, "done\n", 5) != 5)
            return 1;
    }
    return 0;
}
