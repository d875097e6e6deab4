/* SPDX-License-Identifier: MIT
 *
 * Blocks held by thread-local variables: of main and of a blocked thread, in the program and in a library loaded at run time.
 *
 * expect: args {build}/libtls_plugin.so
 * expect: leaks none
 * expect: record reachable 1 40 in hold_in_program main
 * expect: record reachable 1 40 in hold_in_program worker
 * expect: record reachable 1 60 in tls_plugin_hold@libtls_plugin.so main
 * expect: record reachable 1 60 in tls_plugin_hold@libtls_plugin.so worker
 * expect: valgrind gives definite 0 0: it takes descriptors of threads and dynamic TLS for possibly lost */
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

#include "target.h"

static __thread void *held;
static void (*plugin_hold)(void);
static sem_t ready;

static NOINLINE void hold_in_program(void)
{
    held = malloc(40);
    opaque(&held);
}

static void *worker(void *unused)
{
    hold_in_program();
    plugin_hold();
    clear_stack();
    sem_post(&ready);
    for (;;)
        pause();
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    void *plugin = dlopen(argv[1], RTLD_NOW);
    if (!plugin)
        return 1;
    *(void **)&plugin_hold = dlsym(plugin, "tls_plugin_hold");
    hold_in_program();
    plugin_hold();
    sem_init(&ready, 0, 0);
    if (pthread_create(&thread, NULL, worker, NULL))
        return 1;
    while (sem_wait(&ready))
        ;
    clear_stack();
    return 0;
}
