/* SPDX-License-Identifier: MIT
 *
 * Allocations on the smallest stacks: threads of 16 KiB, a signal stack of 4 KiB, a coroutine of 8 KiB; what lies beside them stays
 * as it was.
 *
 * cases: S18 S22
 * ways: run trace look follow
 * report: .processes[0].heap.live.blocks >= 3 */
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "hard.h"

enum { PAGE = 4096 };

/* Memory between two pages that nobody may touch. */
static char *fenced(size_t size)
{
    char *space = mmap(NULL, size + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    REQUIRE(space != MAP_FAILED && mprotect(space + PAGE, size, PROT_READ | PROT_WRITE) == 0, "no memory");
    return space + PAGE;
}

static void allocate(size_t lost)
{
    for (size_t i = 0; i < 200; i++)
        free(malloc(i * 10));
    hard_lose(lost);
}

static void *in_thread(void *unused)
{
    allocate(1);
    return NULL;
}

static void on_signal(int number)
{
    allocate(2);
}

static void in_coroutine(void)
{
    allocate(3);
}

static void check_signal_stack(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    stack_t stack = {.ss_sp = fenced(2 * PAGE), .ss_size = 2 * PAGE};

    if (sysconf(_SC_MINSIGSTKSZ) > PAGE + 1024)
        stack = (stack_t){.ss_sp = fenced(4 * PAGE), .ss_size = 4 * PAGE}; /* the processor's registers alone need as much */
    REQUIRE(sigaltstack(&stack, NULL) == 0, "no signal stack");
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    stack = (stack_t){.ss_flags = SS_DISABLE};
    sigaltstack(&stack, NULL);
}

static void check_coroutine(void)
{
    ucontext_t here, there;

    getcontext(&there);
    there.uc_stack.ss_sp = fenced(2 * PAGE);
    there.uc_stack.ss_size = 2 * PAGE;
    there.uc_link = &here;
    makecontext(&there, in_coroutine, 0);
    swapcontext(&here, &there);
}

int main(int argc, char *argv[])
{
    pthread_attr_t attributes;
    pthread_t thread;

    hard_begin(argc, argv);
    pthread_attr_init(&attributes);
    REQUIRE(pthread_attr_setstack(&attributes, fenced(16384), 16384) == 0, "no stack");
    REQUIRE(pthread_create(&thread, &attributes, in_thread, NULL) == 0, "no thread");
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    check_signal_stack();
    check_coroutine();
    return hard_ok();
}
