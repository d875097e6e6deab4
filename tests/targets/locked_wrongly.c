/* SPDX-License-Identifier: MIT
 *
 * Locks that are undone by somebody else's unlock, stay behind when their block is freed, or do not reach a child: each is found,
 * with the places where it happened, and nothing is found where all is as it should be.
 *
 * expect: leaks none
 * expect: valgrind same
 * expect: case nested
 * expect: args nested
 * expect: lock mlock.not-nested:warning unlock munlock lock_twice main lock mlock lock_twice main
 * expect: case grown
 * expect: args grown
 * expect: lock none
 * expect: case shared_page
 * expect: args shared_page
 * expect: lock mlock.shared-page:warning unlock munlock unlock_first main lock mlock lock_second main other-lock mlock lock_first
 * expect: case leaked
 * expect: args leaked
 * expect: options --track-free-stacks=yes
 * expect: lock mlock.leaked:warning lock mlock lock_block main free free_block main allocation take_block main
 * expect: case reused
 * expect: args reused
 * expect: lock mlock.leaked:warning lock mlock lock_block main allocation take_block main
 * expect: case freed_properly
 * expect: args freed_properly
 * expect: lock none
 * expect: case forked
 * expect: args forked
 * expect: repeat process 2 exit 0
 * expect: lock mlock.after-fork:warning fork fork_and_write main lock mlock lock_page main
 * expect: case forked_untouched
 * expect: args forked_untouched
 * expect: repeat process 2 exit 0
 * expect: lock none
 * expect: case forked_exec
 * expect: args forked_exec
 * expect: repeat process 2 exit 0
 * expect: process exec
 * expect: lock none
 * expect: case future
 * expect: args future
 * expect: valgrind skip: it runs programs in its own address space, which mlockall would lock
 * expect: lock mlock.future-dropped:warning call mlockall drop_future main lock mlockall lock_future main
 * expect: case segment
 * expect: args segment
 * expect: repeat process 2 exit 0
 * expect: lock mlock.leaked:warning lock shmctl lock_segment main
 * expect: case segment_unlocked
 * expect: args segment_unlocked
 * expect: repeat process 2 exit 0
 * expect: lock none */
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"

enum { PAGE = 4096 };

static void check(int result)
{
    if (result != 0)
        abort();
}

/* ---- Unlocks ---- */

static char page[2 * PAGE] __attribute__((aligned(4096)));

static NOINLINE void lock_twice(void)
{
    check(mlock(page, 100));
    check(mlock(page, 100));
    check(munlock(page, 100));
}

static NOINLINE void lock_more_and_more(void)
{
    check(mlock(page, 100));
    check(mlock(page, PAGE + 100));
    check(munlock(page, PAGE + 100));
}

static NOINLINE void lock_first(void)
{
    check(mlock(page, 64));
}

static NOINLINE void lock_second(void)
{
    check(mlock(page + 64, 64));
}

static NOINLINE void unlock_first(void)
{
    check(munlock(page, 64));
}

/* ---- Blocks ---- */

static NOINLINE void *take_block(void)
{
    void *block = aligned_alloc(PAGE, 2 * PAGE);

    memset(block, 1, 2 * PAGE);
    return block;
}

static NOINLINE void lock_block(void *block)
{
    check(mlock(block, 2 * PAGE));
    check(madvise(block, 2 * PAGE, MADV_DONTDUMP));
}

static NOINLINE void free_block(void *block)
{
    free(opaque(block));
}

static NOINLINE void leave_lock_behind(void)
{
    void *block = take_block();

    lock_block(block);
    free_block(block);
}

/* The memory is handed out again, and is in use at the end. */
static char *volatile user;
static NOINLINE void leave_lock_to_others(void)
{
    char *block = take_block();

    lock_block(block);
    free_block(block);
    user = malloc(3 * PAGE);
}

static NOINLINE void free_properly(void)
{
    void *block = take_block();

    lock_block(block);
    check(munlock(block, 2 * PAGE));
    free_block(block);
}

/* ---- Children ---- */

static char *locked_page;

static NOINLINE void lock_page(void)
{
    locked_page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(mlock(locked_page, PAGE));
    check(madvise(locked_page, PAGE, MADV_DONTDUMP));
    locked_page[0] = 1;
}

static void wait_for(pid_t child)
{
    int status;

    if (waitpid(child, &status, 0) != child || status != 0)
        abort();
}

/* `what` begins with "forked"; the rest says what the child does. */
static NOINLINE void fork_and_write(char **argv, const char *what)
{
    lock_page();
    const pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0 && strcmp(what, "forked_untouched") != 0)
        locked_page[0] = 2;
    if (child == 0 && strcmp(what, "forked_exec") == 0) {
        execl(argv[0], argv[0], "freed_properly", (char *)NULL);
        abort();
    }
    if (child > 0)
        wait_for(child);
}

static NOINLINE void lock_segment(int id)
{
    check(shmctl(id, SHM_LOCK, NULL));
}

static NOINLINE void lock_segment_in_child(int unlocks)
{
    const int id = shmget(IPC_PRIVATE, 8 * PAGE, IPC_CREAT | 0600);
    const pid_t child = fork();

    if (id < 0 || child < 0)
        abort();
    if (child > 0) {
        wait_for(child);
        check(shmctl(id, IPC_RMID, NULL));
        return;
    }
    lock_segment(id);
    if (unlocks)
        check(shmctl(id, SHM_UNLOCK, NULL));
}

/* ---- MCL_FUTURE ---- */

static NOINLINE void lock_future(void)
{
    check(mlockall(MCL_FUTURE));
}

static NOINLINE void drop_future(void)
{
    check(mlockall(MCL_CURRENT));
    check(munlockall());
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (strcmp(what, "nested") == 0) {
        lock_twice();
    } else if (strcmp(what, "grown") == 0) {
        lock_more_and_more();
    } else if (strcmp(what, "shared_page") == 0) {
        lock_first();
        lock_second();
        unlock_first();
    } else if (strcmp(what, "leaked") == 0) {
        leave_lock_behind();
    } else if (strcmp(what, "reused") == 0) {
        leave_lock_to_others();
    } else if (strcmp(what, "freed_properly") == 0) {
        free_properly();
    } else if (strncmp(what, "forked", 6) == 0) {
        fork_and_write(argv, what);
    } else if (strcmp(what, "future") == 0) {
        lock_future();
        drop_future();
    } else if (strncmp(what, "segment", 7) == 0) {
        lock_segment_in_child(what[7] != '\0');
    } else {
        return 2;
    }
    return 0;
}
