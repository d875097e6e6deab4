/* SPDX-License-Identifier: MIT
 *
 * What leaks on error paths shows when --inject makes system calls fail. Calls are counted for each thread from the start of the
 * program proper, whatever the dynamic loader and the shim did before.
 *
 * expect: valgrind skip: it cannot make system calls fail
 * expect: case mmap
 * expect: options --inject=mmap:error=ENOMEM:when=3
 * expect: args mmap
 * expect: injected 1
 * expect: leaks definite 1 24
 * expect: record definite 1 24 in map_page main
 * expect: case openat
 * expect: options --inject=openat:error=EMFILE:when=3 --track-fds=yes
 * expect: args openat
 * expect: injected 1
 * expect: leaks definite 1 40
 * expect: record definite 1 40 in open_file main
 * expect: open none
 * expect: case from_the_third_on
 * expect: options --inject=openat:error=EMFILE:when=3+ --inject=mmap:error=ENOMEM:when=100
 * expect: args openat
 * expect: injected 3 0
 * expect: leaks definite 3 120
 * expect: case no_break
 * expect: options --inject=brk:error=ENOMEM
 * expect: args brk
 * expect: injected any
 * expect: leaks none
 * expect: case ledger_spared
 * expect: options --inject=mmap:error=ENOMEM
 * expect: args heap
 * expect: injected any
 * expect: leaks definite 1 65536
 * expect: case children
 * expect: options --inject=openat:error=EMFILE:when=3
 * expect: args children
 * expect: process exit 0 definite 1 40
 * expect: process exit 0 definite 2 80
 * expect: injected 2
 * expect: leaks definite 3 120
 * expect: case delayed
 * expect: options --inject=openat:delay_enter=1ms:delay_exit=1ms --track-fds=yes
 * expect: args openat
 * expect: injected 5
 * expect: leaks none
 * expect: case made_up_result
 * expect: options --inject=openat:retval=1000:when=2 --track-fds=yes
 * expect: args openat
 * expect: injected 1
 * expect: leaks none
 * expect: open none
 * expect: case signal
 * expect: options --inject=openat:signal=USR1:when=2
 * expect: args openat
 * expect: injected 1
 * expect: leaks definite 1 8
 * expect: record definite 1 8 in on_signal main */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

enum { ROUNDS = 5 };

/* The error path forgets what was taken before. */
static NOINLINE void map_page(void)
{
    void *note = opaque(malloc(24));
    void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED)
        return;
    munmap(page, 4096);
    free(note);
}

static NOINLINE void open_file(void)
{
    void *note = opaque(malloc(40));
    int fd = open("/dev/null", O_RDONLY);

    if (fd < 0)
        return;
    close(fd);
    free(note);
}

/* A break that could not be moved is where it was. */
static void move_break(void)
{
    const char *before = sbrk(0);
    const void *result = sbrk(65536);

    if ((intptr_t)before < 0 || sbrk(0) != (result == (void *)-1 ? before : before + 65536))
        abort();
}

/* The heap cannot grow where it is; malloc(3) goes elsewhere. */
static NOINLINE void grow_heap(void)
{
    void *blocks[64];

    for (unsigned i = 0; i < 64; i++) {
        blocks[i] = opaque(malloc(65536));
        if (!blocks[i])
            abort();
        memset(blocks[i], 1, 65536);
    }
    for (unsigned i = 0; i < 64; i++)
        free(blocks[i]);
}

/* So many addresses that the ledger needs more memory for them. */
static NOINLINE void fill_heap(void)
{
    enum { BLOCKS = 2000 };
    void **blocks = calloc(BLOCKS, sizeof *blocks);

    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i] = opaque(malloc(65536));
    for (unsigned i = 1; i < BLOCKS; i++)
        free(blocks[i]);
    free(blocks);
}

static NOINLINE void on_signal(int number)
{
    (void)number;
    opaque(malloc(8));
}

static void repeat(void (*function)(void))
{
    for (volatile int i = 0; i < ROUNDS; i++)
        function();
    clear_stack();
}

static void open_in_child_too(void)
{
    int status;

    repeat(open_file);
    if (fork() == 0) {
        repeat(open_file);
        exit(0);
    }
    if (wait(&status) < 0)
        abort();
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    signal(SIGUSR1, on_signal);
    if (strcmp(what, "mmap") == 0)
        repeat(map_page);
    else if (strcmp(what, "openat") == 0)
        repeat(open_file);
    else if (strcmp(what, "brk") == 0)
        move_break(), repeat(grow_heap);
    else if (strcmp(what, "heap") == 0)
        fill_heap(), clear_stack();
    else
        open_in_child_too();
    return 0;
}
