/* SPDX-License-Identifier: MIT
 *
 * A program written for LeakSanitizer, which also runs without it: it asks for a check, excuses blocks, and names a root region.
 *
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in lose_block main
 * expect: record reachable 1 90 in hold_in_region main
 * expect: valgrind skip: it does not have the interface */
#include <stdio.h>
#include <sys/mman.h>

#include "target.h"

int __lsan_do_recoverable_leak_check(void) __attribute__((weak));
void __lsan_ignore_object(const void *) __attribute__((weak));
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));
void __lsan_register_root_region(const void *, size_t) __attribute__((weak));

static NOINLINE void lose_block(void)
{
    opaque(malloc(24));
}

static NOINLINE void lose_ignored(void)
{
    void *block = calloc(1, 200);
    if (__lsan_ignore_object)
        __lsan_ignore_object(block);
    opaque(block);
}

static NOINLINE void lose_while_disabled(void)
{
    if (__lsan_disable)
        __lsan_disable();
    opaque(malloc(300));
    if (__lsan_enable)
        __lsan_enable();
}

static NOINLINE void hold_in_region(void)
{
    void **area = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED)
        abort();
    area[10] = malloc(90);
    if (mprotect(area, 4096, PROT_READ))
        abort();
    if (__lsan_register_root_region)
        __lsan_register_root_region(area, 4096);
}

int main(void)
{
    int before = 0, after = 1;
    lose_ignored();
    lose_while_disabled();
    hold_in_region();
    clear_stack();
    if (__lsan_do_recoverable_leak_check)
        before = __lsan_do_recoverable_leak_check();
    lose_block();
    clear_stack();
    if (__lsan_do_recoverable_leak_check)
        after = __lsan_do_recoverable_leak_check();
    printf("%s before, %s after\n", before ? "leaks" : "clean", after ? "leaks" : "clean");
    return 0;
}
