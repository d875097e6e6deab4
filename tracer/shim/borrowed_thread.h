/* SPDX-License-Identifier: MIT
 *
 * A thread of the program that makes system calls, and calls functions, for us; afterwards it is where it was, with the same
 * registers, and a system call that was interrupted starts again.
 *
 * It works as a signal handler does: below its stack lies what rt_sigreturn(2) makes the old state of, and all that it is told to
 * call returns there. So if leakwatch is killed at any moment, the thread finds back alone. */
#ifndef LEAKWATCH_TRACER_SHIM_BORROWED_THREAD_H
#define LEAKWATCH_TRACER_SHIM_BORROWED_THREAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include "base/address_range.h"
#include "base/memory_view.h"
#include "tracer/stop.h"

struct session;
struct thread;

/* Instructions of the C library that a borrowed thread uses. */
struct return_code {
    uint64_t syscall;  /* "syscall; ret" */
    uint64_t restorer; /* "mov $15, %rax; syscall": rt_sigreturn */
};

/* Looks for them in these ranges of code. Returns false if they are not there. */
bool return_code_find(const struct memory_view *memory, const struct address_range *code, size_t count, struct return_code *found);

struct borrowed_thread {
    struct session *session;
    struct thread *thread;
    pid_t tid;
    struct return_code code;
    struct user_regs_struct registers; /* before */
    void *xstate;                      /* NT_X86_XSTATE, xstate_size bytes; owned */
    size_t xstate_size;
    uint64_t signal_mask;
    uint64_t frame;    /* on its stack: the return address that leads to rt_sigreturn, and what that reads */
    uint64_t work;     /* a stack of its own for functions; 0: not mapped */
    uint64_t returner; /* code that ends them; 0: not mapped */
    pid_t child;       /* the task that its last call has made; 0: none */
    bool stopped;      /* `stop` is what it stands at */
    struct stop stop;
};

enum {
    BORROW_ROOM = 32768, /* bytes that must be free below the stack pointer */
};

/* Takes a thread that stands at a PTRACE_EVENT_STOP, with at least BORROW_ROOM bytes of stack below. Nothing but its stack, below
 * the red zone, is written to; signals are blocked but for those of faults. Returns 0 or -errno; -ESRCH: it has ended. Only after 0
 * borrowed_thread_return() is due. */
int borrowed_thread_take(struct session *session, struct thread *thread, const struct return_code *code,
                         struct borrowed_thread *borrowed);
/* Makes a system call in it. Returns 0 and stores the result, as the kernel gives it (-4095..-1: an error); or -errno if it was not
 * made. */
int borrowed_thread_syscall(struct borrowed_thread *borrowed, long number, const uint64_t arguments[6], int64_t *result);
/* Maps what functions need: a stack and code to come back to. Returns 0 or -errno. */
int borrowed_thread_prepare(struct borrowed_thread *borrowed);
/* Puts a text on that stack, for what is called next. Returns 0 and stores where it is, or -errno. */
int borrowed_thread_put_text(struct borrowed_thread *borrowed, const char *text, uint64_t *address);
/* Calls a function with up to two arguments, on the stack that borrowed_thread_prepare() has mapped; `text` (or NULL) is copied
 * there and is the first argument then. The other threads must be running: the function may wait for them. Returns 0 and stores
 * what it returned; -EFAULT if it crashed, and was left; -EBUSY if it waits for a lock in `loader`, had done nothing yet, and was
 * left; -ESRCH if the thread has ended. */
int borrowed_thread_call(struct borrowed_thread *borrowed, uint64_t function, const char *text, uint64_t argument,
                         struct address_range loader, uint64_t *result);
/* Gives it back: it is where it was, held. */
void borrowed_thread_return(struct borrowed_thread *borrowed);
/* In place of that, for a task that is none of the program's: kills it, and waits until it is gone. */
void borrowed_thread_kill(struct borrowed_thread *borrowed);
/* The same for such a task that was not borrowed: it stands at its first stop, or has gone by itself. */
void borrowed_thread_kill_task(struct session *session, pid_t tid);

/* A borrowed thread has stopped. Returns whether that is the borrower's affair. */
bool borrowed_thread_stopped(struct thread *thread, const struct stop *stop);

#endif
