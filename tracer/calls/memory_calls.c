/* SPDX-License-Identifier: MIT */
#include "memory_calls.h"

#include <limits.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "preload/ledger.h"
#include "tracer/address_space.h"
#include "tracer/modules/module_files.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/supervisor.h"

enum { PAGE = 4096 };

static uint64_t whole_pages(uint64_t size)
{
    return (size + PAGE - 1) & -(uint64_t)PAGE;
}

/* A range was unmapped, or something else was mapped over it. */
static void forget_range(struct session *session, struct address_space *space, uint64_t start, uint64_t size)
{
    size = whole_pages(size);
    if (space->stack_count > 0)
        address_space_remove_stacks(space, start, size);
    if (module_history_overlaps(&space->modules, start, size)) {
        code_map_forget(&space->code);
        module_history_remove(&space->modules, start, size, ledger_generation(&session->shim, space));
    }
}

static void add_module(struct session *session, const struct thread *thread, uint64_t start)
{
    const uint64_t *arguments = thread->call_arguments;
    struct address_space *space = thread->process->space;
    char link[64], path[PATH_MAX];
    struct stat status;

    snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)thread->tid, (int)arguments[4]);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0 || stat(link, &status) != 0)
        return;
    if (status.st_ino == session->shim.inode && status.st_dev == session->shim.device)
        space->shim_mapped = true;
    const struct module module = {
        .path = xstrndup(path, (size_t)size),
        .start = start,
        .end = start + whole_pages(arguments[1]),
        .file_offset = arguments[5],
        .device = status.st_dev,
        .inode = status.st_ino,
    };
    module_files_hold_one(session->settings->files, link, &module);
    module_history_add(&space->modules, module, ledger_generation(&session->shim, space));
}

static void mapped(struct session *session, struct thread *thread, uint64_t start)
{
    const uint64_t *arguments = thread->call_arguments;
    const uint64_t size = arguments[1], protection = arguments[2], flags = arguments[3];

    if (flags & MAP_FIXED)
        forget_range(session, thread->process->space, start, size);
    if (flags & MAP_STACK)
        address_space_add_stack(thread->process->space, start, whole_pages(size));
    if (protection & PROT_EXEC)
        code_map_grows(&thread->process->space->code);
    if ((protection & PROT_EXEC) && !(flags & MAP_ANONYMOUS))
        add_module(session, thread, start);
}

bool memory_call_is_own(const struct thread *thread)
{
    return thread->call == CALL_mmap && thread->call_arguments[3] & MAP_ANONYMOUS &&
           (int)thread->call_arguments[4] == LW_OWN_MAPPING;
}

void memory_call_done(struct session *session, struct thread *thread, uint64_t result)
{
    const uint64_t *arguments = thread->call_arguments;
    struct address_space *space = thread->process->space;

    switch (thread->call) {
    case CALL_mmap:
        mapped(session, thread, result);
        break;
    case CALL_munmap:
        forget_range(session, space, arguments[0], arguments[1]);
        break;
    case CALL_mremap:
        if (result != arguments[0]) {
            forget_range(session, space, arguments[0], arguments[1]);
            forget_range(session, space, result, arguments[2]);
        }
        break;
    case CALL_mprotect:
        if (arguments[2] & PROT_EXEC)
            code_map_grows(&space->code);
        break;
    default:
        break;
    }
}
