/* SPDX-License-Identifier: MIT
 *
 * Moments at which a running program can be changed: who may be borrowed to load a library, and whether nobody is in the middle of
 * an allocation. Each question is asked of a process that stands still. */
#ifndef LEAKWATCH_TRACER_SHIM_SAFE_POINT_H
#define LEAKWATCH_TRACER_SHIM_SAFE_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address_range.h"
#include "base/maps.h"
#include "tracer/process_table.h"
#include "borrowed_thread.h"

enum { CODE_SET_MAX = 96 };

/* What is where in the process. */
struct program_layout {
    struct address_range loader;    /* all of the dynamic linker, data included */
    struct address_range libc;      /* code of the C library */
    struct return_code returns;     /* in it */
    uint64_t dlopen, dlerror;       /* functions of it; dlerror 0: it has none */
    uint64_t dlopen_flags;          /* to load a library with all its symbols bound */
    uint64_t loader_state;          /* address of r_debug.r_state: not 0 while the loader changes its list; 0: not known */
    struct address_range allocator; /* code of glibc's malloc */
    /* Code in which locks are held that loading needs: who is in it cannot be borrowed. Other allocators are among it. */
    struct code_set {
        struct address_range ranges[CODE_SET_MAX];
        size_t count;
    } locked;
};

/* Reads it. Returns NULL, or why this program cannot be followed, a clause in English. */
const char *program_layout_read(struct process *process, const struct memory_maps *maps, struct program_layout *layout);

/* Returns false if there is no room. */
bool code_set_add(struct code_set *set, uint64_t start, uint64_t end);

/* A thread that can load a library now: it is outside of the C library, or in a call that waits, and nobody is in the loader. NULL:
 * there is none at this moment. */
struct thread *safe_point_find(struct session *session, struct process *process, const struct memory_maps *maps,
                               const struct program_layout *layout);

/* Why no thread of the process can be borrowed at all, a clause in English; NULL: perhaps one can. */
const char *safe_point_forbidden(const struct session *session, const struct process *process);

/* From where in the C library a borrowed thread makes system calls. Returns NULL, or why there is no such place, a clause. */
const char *safe_point_code(struct process *process, const struct memory_maps *maps, struct return_code *code);

/* A thread that can make system calls of ours now, wherever it is; NULL: there is none. */
struct thread *safe_point_any(const struct process *process, const struct memory_maps *maps);

/* Whether no thread is in this code, nor in something that it has called. Marks the threads that are not as standing well. */
bool safe_point_all_outside(struct session *session, struct process *process, const struct code_set *code);

#endif
