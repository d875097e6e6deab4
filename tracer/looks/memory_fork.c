/* SPDX-License-Identifier: MIT
 *
 * A child of the process would be seen by it: as one more to wait for, and as a zombie in the end. So a helper is made first, a
 * task that shares the memory; the helper makes the child, and is killed and waited for. The child then belongs to init. */
#include "memory_fork.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/modules/loaded_object.h"
#include "tracer/shim/borrowed_thread.h"
#include "tracer/shim/safe_point.h"
#include "tracer/supervisor.h"

/* Between what the borrowed thread needs on its stack and the place where the helper's begins. */
enum { STACK_GAP = 4096 };

static const uint64_t patience_ns = 5000000000;

/* What runs if leakwatch is killed: the thread finds back to what it did; the helper and the child end. */
struct fork_code {
    struct return_code back, end;
};

static const char *find_code(struct session *session, struct process *process, const struct memory_maps *maps,
                             struct fork_code *code)
{
    const struct memory_map *map = loaded_object_find(maps, loaded_object_is_libc, NULL);
    const struct memory_view memory = tracee_memory_view(&process->space->memory);
    struct loaded_object object;

    const char *problem = safe_point_code(process, maps, &code->back);
    if (problem)
        return problem;
    const struct libc_facts facts = libc_cache_get(&session->libraries, process->space->memory.tid, map);
    if (facts.end == 0 || !loaded_object_read(&memory, map->start, &object))
        return "its C library is not built as others are: no place was found from which to make system calls";
    code->end = (struct return_code){.syscall = code->back.syscall, .restorer = facts.end + object.bias};
    return NULL;
}

/* ---- Tasks ----------------------------------------------------------------------------------------------------------------- */

/* Waits for the first stop of a new task. NULL: there is none. */
static struct thread *wait_for_task(struct session *session, pid_t tid)
{
    const uint64_t deadline = monotonic_ns() + patience_ns;

    for (;;) {
        struct thread *thread = tid > 0 ? process_table_thread(&session->table, tid) : NULL;
        if (thread && thread->state == THREAD_HELD)
            return thread;
        if (tid <= 0 || monotonic_ns() >= deadline || !session_step(session, deadline))
            return NULL;
    }
}

/* clone(2) with an exit signal of 0: whoever waits in the usual way does not see the new task. Stores its number as the program has
 * it, and its first stop. */
static int make_task(struct borrowed_thread *maker, uint64_t flags, uint64_t stack, int64_t *number, struct thread **made)
{
    const uint64_t arguments[6] = {flags, stack};
    int error = borrowed_thread_syscall(maker, SYS_clone, arguments, number);

    if (!error && *number < 0)
        error = (int)*number;
    *made = wait_for_task(maker->session, maker->child); /* also if its maker was killed on the way back */
    if (error && *made)
        borrowed_thread_kill_task(maker->session, maker->child);
    return error ? error : *made ? 0 : -ESRCH;
}

/* The child never runs, and is nobody's thread. It ends with us. */
static void keep_child(struct session *session, struct thread *child, struct memory_fork *fork)
{
    fork->pid = child->tid;
    ptrace(PTRACE_SETOPTIONS, child->tid, 0, PTRACE_O_EXITKILL);
    tracee_memory_init(&fork->memory, child->tid);
    process_table_remove_thread(&session->table, child);
}

static int fork_by_helper(struct borrowed_thread *helper, struct memory_fork *fork)
{
    struct thread *child;
    int64_t number;
    const int error = make_task(helper, CLONE_FILES | CLONE_FS, 0, &number, &child);

    if (!error)
        keep_child(helper->session, child, fork);
    borrowed_thread_kill(helper);
    return error;
}

static int reap(struct borrowed_thread *thread, int64_t number)
{
    const uint64_t arguments[6] = {(uint64_t)number, 0, __WALL, 0};
    int64_t result;
    const int error = borrowed_thread_syscall(thread, SYS_wait4, arguments, &result);

    return error ? error : result == number ? 0 : -ECHILD;
}

/* Lets the helper, which stands at its first stop, make the child. */
static int use_helper(struct session *session, struct thread *made, const struct fork_code *code, struct memory_fork *fork)
{
    struct borrowed_thread helper;
    const pid_t tid = made->tid;
    int error = borrowed_thread_take(session, made, &code->end, &helper);

    if (error)
        borrowed_thread_kill_task(session, tid);
    else
        error = fork_by_helper(&helper, fork);
    return error;
}

/* The helper is a process of its own with the same memory: it is there, and has to be ended, even if the program is killed
 * meanwhile. */
static int fork_by_thread(struct borrowed_thread *thread, const struct fork_code *code, struct memory_fork *fork)
{
    const uint64_t stack = (thread->frame - STACK_GAP) & ~UINT64_C(15);
    struct session *session = thread->session;
    struct address_space *space = address_space_ref(thread->thread->process->space);
    struct thread *made;
    int64_t number;

    int error = tracee_memory_write(&space->memory, stack, &code->end.restorer, sizeof code->end.restorer);
    if (!error)
        error = make_task(thread, CLONE_VM | CLONE_FILES | CLONE_FS, stack, &number, &made);
    if (error) {
        address_space_unref(space);
        return error;
    }
    process_table_claim_thread(&session->table, made, process_table_add_process(&session->table, made->tid, space));
    error = use_helper(session, made, code, fork);
    const int reaped = reap(thread, number);
    return error ? error : reaped;
}

/* ---- The whole ------------------------------------------------------------------------------------------------------------- */

static void note_shared(struct memory_fork *fork, const struct memory_maps *maps)
{
    fork->shared = xcalloc(maps->count, sizeof *fork->shared);
    for (size_t i = 0; i < maps->count; i++)
        if (maps->maps[i].shared)
            fork->shared[fork->shared_count++] = (struct address_range){maps->maps[i].start, maps->maps[i].end};
}

int memory_fork_make(struct session *session, struct process *process, const struct memory_maps *maps, struct memory_fork *fork,
                     char **problem)
{
    struct fork_code code;
    struct borrowed_thread borrowed;
    const char *forbidden = safe_point_forbidden(session, process);

    *fork = (struct memory_fork){.live = tracee_memory_view(&process->space->memory)};
    if (!forbidden && session->outside.guarded.count > 0) /* a fork may wait until it is told of it */
        forbidden = "it brings pages of its memory itself (userfaultfd)";
    if (!forbidden)
        forbidden = find_code(session, process, maps, &code);
    struct thread *thread = forbidden ? NULL : safe_point_any(process, maps);
    if (!thread) {
        *problem = xstrdup(forbidden ? forbidden : "none of its threads can make a system call for us now");
        return -EPERM;
    }
    int error = borrowed_thread_take(session, thread, &code.back, &borrowed);
    if (!error) {
        error = fork_by_thread(&borrowed, &code, fork);
        borrowed_thread_return(&borrowed);
    }
    if (error) {
        memory_fork_finish(fork);
        *problem = xstrdup(strerror(-error));
        return error;
    }
    note_shared(fork, maps);
    return 0;
}

static size_t read_child(void *context, uint64_t address, void *buffer, size_t size)
{
    struct memory_fork *fork = context;
    const struct memory_view view = tracee_memory_view(&fork->memory);

    return memory_read(&view, address, buffer, size);
}

static int next_present(void *context, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    struct memory_fork *fork = context;
    struct memory_view view = tracee_memory_view(&fork->memory);

    for (size_t i = 0; i < fork->shared_count; i++)
        if (from >= fork->shared[i].start && from < fork->shared[i].end)
            view = fork->live;
    return view.next_present(view.context, from, to, start, end);
}

struct memory_view memory_fork_view(struct memory_fork *fork)
{
    return (struct memory_view){.read = read_child, .next_present = next_present, .context = fork};
}

/* It is in no table, so that nobody else waits for it. */
void memory_fork_finish(struct memory_fork *fork)
{
    if (fork->pid != 0) {
        kill(fork->pid, SIGKILL);
        while (waitpid(fork->pid, NULL, __WALL) < 0 && errno == EINTR)
            continue;
        tracee_memory_finish(&fork->memory);
    }
    free(fork->shared);
    *fork = (struct memory_fork){0};
}
