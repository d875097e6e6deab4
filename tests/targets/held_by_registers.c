/* SPDX-License-Identifier: MIT
 *
 * A thread that blocks in a system call with the only pointer to a block in a register.
 *
 * expect: leaks none
 * expect: record reachable 1 77 in hold_in_register
 * expect: valgrind gives definite 0 0: it takes descriptors of running threads for possibly lost */
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "target.h"

static int ready[2], never[2];

/* Announces itself and waits for ever, with `block` in r12 alone. */
static NOINLINE void hold_in_register(void)
{
    register void *block __asm__("r12") = malloc(77);
    char byte = 'r';
    __asm__ volatile("" : "+r"(block));
    if (write(ready[1], &byte, 1) != 1)
        abort();
    for (;;) {
        register long number __asm__("rax") = SYS_read;
        register long descriptor __asm__("rdi") = never[0];
        register void *buffer __asm__("rsi") = &byte;
        register long size __asm__("rdx") = 1;
        __asm__ volatile("syscall" : "+r"(number), "+r"(block) : "r"(descriptor), "r"(buffer), "r"(size) : "rcx", "r11", "memory");
    }
}

static void *worker(void *unused)
{
    hold_in_register();
    return NULL;
}

int main(void)
{
    pthread_t thread;
    char byte;
    if (pipe(ready) || pipe(never) || pthread_create(&thread, NULL, worker, NULL) || read(ready[0], &byte, 1) != 1)
        return 1;
    clear_stack();
    return 0;
}
