/* SPDX-License-Identifier: MIT
 * usage: grower heap|brk|shared|stack|locked|mappings|threads|request|leak [FILE|BYTES]
 *
 * Says "ready", waits for a byte, and takes more and more of something until it fails or dies. Every amount that it has got is
 * written, so that a test knows how far it came, whatever ended it; then "failed ERRNO". With FILE it first reads that file, whose
 * pages then count as its control group's. `leak` goes on slowly until its input ends. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, STEP = 256 << 10, LOCK_STEP = 16 << 10, LEAK_STEP = 64 << 10 };

static void say(uint64_t amount)
{
    dprintf(STDOUT_FILENO, "%llu\n", (unsigned long long)amount);
}

static int fail(int error)
{
    dprintf(STDOUT_FILENO, "failed %s\n", strerrorname_np(error));
    return 0;
}

static int grow_by_mmap(int flags)
{
    for (uint64_t taken = 0;; taken += STEP, say(taken)) {
        char *memory = mmap(NULL, STEP, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
        if (memory == MAP_FAILED)
            return fail(errno);
        memset(memory, 1, STEP);
    }
}

static int grow_heap(const char *argument)
{
    return grow_by_mmap(MAP_PRIVATE);
}

static int grow_shared(const char *argument)
{
    return grow_by_mmap(MAP_SHARED);
}

static int grow_brk(const char *argument)
{
    for (uint64_t taken = 0;; taken += STEP, say(taken)) {
        char *memory = sbrk(STEP);
        if (memory == (void *)-1)
            return fail(errno);
        memset(memory, 1, STEP);
    }
}

static int grow_locked(const char *argument)
{
    for (uint64_t taken = 0;; taken += LOCK_STEP, say(taken)) {
        char *memory = mmap(NULL, LOCK_STEP, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
        if (memory == MAP_FAILED || mlock(memory, LOCK_STEP) != 0)
            return fail(errno);
    }
}

/* Each change of protection in the middle makes two mappings more of one. */
static int grow_mappings(const char *argument)
{
    const size_t size = (size_t)1 << 30;
    char *memory = mmap(NULL, size, PROT_NONE, MAP_ANONYMOUS | MAP_PRIVATE | MAP_NORESERVE, -1, 0);
    uint64_t count = 1;

    if (memory == MAP_FAILED)
        return fail(errno);
    for (size_t at = PAGE; at < size; at += 2 * PAGE, count += 2) {
        if (mprotect(memory + at, PAGE, PROT_READ) != 0) {
            say(count);
            return fail(errno);
        }
    }
    return 1;
}

static void *sleep_on(void *context)
{
    while (pause() != 0)
        continue;
    return NULL;
}

static int grow_threads(const char *argument)
{
    pthread_attr_t attributes;
    pthread_t thread;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    for (uint64_t count = 0;; count++, say(count)) {
        int error = pthread_create(&thread, &attributes, sleep_on, NULL);
        if (error)
            return fail(error);
    }
}

static int make_request(const char *argument)
{
    const size_t size = strtoull(argument, NULL, 10);

    if (mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0) == MAP_FAILED)
        return fail(errno);
    say(size);
    return 0;
}

/* ---- The stack ---- */

static uintptr_t stack_bottom, stack_said;

/* Where the kernel has the main stack begin now. */
static uintptr_t find_stack(void)
{
    char line[512];
    unsigned long start = 0;
    FILE *maps = fopen("/proc/self/maps", "re");

    while (maps && fgets(line, sizeof line, maps))
        if (strstr(line, "[stack]"))
            sscanf(line, "%lx-", &start);
    if (maps)
        fclose(maps);
    return start;
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
    struct sigaction action = {.sa_handler = SIG_DFL};

    say(stack_bottom - (uintptr_t)info->si_addr);
    sigaction(SIGSEGV, &action, NULL); /* the same fault again ends the process */
}

static __attribute__((noinline)) int recurse(volatile char *below)
{
    volatile char frame[1024];

    frame[0] = below ? below[0] : 1;
    if (stack_said - (uintptr_t)frame >= STEP && stack_said > (uintptr_t)frame) {
        stack_said = (uintptr_t)frame;
        say(stack_bottom - stack_said);
    }
    return frame[0] ? recurse(frame) + frame[0] : 0;
}

static int grow_stack(const char *argument)
{
    static char other[64 << 10];
    const stack_t stack = {.ss_sp = other, .ss_size = sizeof other};
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};

    stack_bottom = stack_said = find_stack();
    sigaltstack(&stack, NULL);
    sigaction(SIGSEGV, &action, NULL);
    return recurse(NULL);
}

/* ---- Slowly ---- */

static int leak(const char *argument)
{
    char byte;

    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    while (read(STDIN_FILENO, &byte, 1) != 0) {
        char *memory = mmap(NULL, LEAK_STEP, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
        if (memory == MAP_FAILED)
            return fail(errno);
        memset(memory, 1, LEAK_STEP);
        usleep(2000);
    }
    return 0;
}

static void read_file(const char *name)
{
    static char buffer[1 << 16];
    int file = open(name, O_RDONLY | O_CLOEXEC);

    while (file >= 0 && read(file, buffer, sizeof buffer) > 0)
        continue;
    close(file);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*grow)(const char *argument);
    } ways[] = {{"heap", grow_heap},       {"brk", grow_brk},         {"shared", grow_shared},
                {"stack", grow_stack},     {"locked", grow_locked},   {"mappings", grow_mappings},
                {"threads", grow_threads}, {"request", make_request}, {"leak", leak}};
    char byte;

    if (argc == 3 && strcmp(argv[1], "request") != 0)
        read_file(argv[2]);
    dprintf(STDOUT_FILENO, "ready\n");
    if (read(STDIN_FILENO, &byte, 1) != 1)
        return 0;
    for (size_t i = 0; argc > 1 && i < sizeof ways / sizeof *ways; i++)
        if (strcmp(argv[1], ways[i].name) == 0)
            return ways[i].grow(argv[2]);
    return 2;
}
