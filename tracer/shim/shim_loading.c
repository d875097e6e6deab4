/* SPDX-License-Identifier: MIT */
#include "shim_loading.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "elf/elf_image.h"
#include "tracer/address_space.h"
#include "tracer/calls/exec_file.h"
#include "tracer/freeze.h"
#include "tracer/kernel/proc_status.h"
#include "tracer/modules/loaded_object.h"
#include "tracer/modules/module_files.h"
#include "tracer/supervisor.h"
#include "process_hold.h"
#include "shim_copy.h"

struct loading {
    struct session *session;
    struct process *process;
    struct program_layout *layout;
    struct late_hooks *hooks;
    char **problem;
};

static int refuse(struct loading *loading, const char *reason)
{
    free(*loading->problem);
    *loading->problem = xstrdup(reason);
    return -EPERM;
}

/* ---- What forbids it -----------------------------------------------------------------------------------------------------------
 */

static const char *about_image(pid_t pid)
{
    const int file = module_file_open_program(pid);
    struct elf_image image;

    if (file < 0)
        return NULL; /* the mappings will tell */
    int error = elf_image_examine(file, &image);
    close(file);
    if (error)
        return NULL;
    switch (image.kind) {
    case ELF_OTHER_CLASS:
        return "it is not a 64-bit x86 program";
    case ELF_STATIC:
        return "it is a static program, into which nothing can be loaded";
    case ELF_OTHER_LIBC:
        return "its C library is not glibc";
    case ELF_SANITIZER:
        return "it is built with a sanitizer, which has an allocator of its own";
    case ELF_OWN_MALLOC:
        return "the program has an allocator of its own, which cannot be told from the rest of it";
    case ELF_NOT:
    case ELF_PRELOADABLE:
        break;
    }
    return NULL;
}

/* ---- The shim's file
 * --------------------------------------------------------------------------------------------------------------- */

static bool is_same_file(const struct shim_file *shim, int file)
{
    struct stat status;

    return fstat(file, &status) == 0 && status.st_ino == shim->inode && status.st_dev == shim->device;
}

/* Whether the program finds the shim under the path that we know. */
static bool sees_shim(const struct loading *loading)
{
    const struct shim_file *shim = &loading->session->shim;
    int file = exec_file_open_as(loading->process->pid, shim->path);

    if (file < 0)
        return false;
    const bool same = is_same_file(shim, file);
    close(file);
    return same;
}

static bool has_shim_name(const void *context, const struct memory_map *map)
{
    const struct shim_file *shim = context;

    return strcmp(memory_map_file_name(map), strrchr(shim->path, '/') + 1) == 0 || shim_copy_is_mapped(shim, map);
}

static bool is_shim(const void *context, const struct memory_map *map)
{
    const struct shim_file *shim = context;
    return map->inode == shim->inode && (map->device == shim->device || strcmp(map->path, shim->path) == 0);
}

static bool is_copy(const void *context, const struct memory_map *map)
{
    return shim_copy_is_mapped(context, map);
}

/* Where the shim is mapped. A copy takes the place of the file from then on: there is only this process. NULL: it is not there. */
static const struct memory_map *find_mapping(struct loading *loading, const struct memory_maps *maps)
{
    struct shim_file *shim = &loading->session->shim;
    const struct memory_view memory = tracee_memory_view(&loading->process->space->memory);
    const struct memory_map *map = loaded_object_find(maps, is_shim, shim);

    if (map)
        return map;
    map = loaded_object_find(maps, is_copy, shim);
    if (!map || !shim_copy_is_same(shim, &memory, map))
        return NULL;
    shim->inode = map->inode;
    shim->device = map->device;
    return map;
}

/* Looks for the shim among what is loaded, and reads its table. Returns 0, -ENOENT if it is not there, or -errno. */
static int find_shim(struct loading *loading, const struct memory_maps *maps)
{
    const struct shim_file *shim = &loading->session->shim;
    struct address_space *space = loading->process->space;
    const struct memory_view memory = tracee_memory_view(&space->memory);
    const struct memory_map *map = find_mapping(loading, maps);
    struct loaded_object object;

    if (!map && loaded_object_find(maps, has_shim_name, shim)) {
        refuse(loading, "another version of leakwatch's shim is loaded already");
        return -EPROTO;
    }
    if (!map || !loaded_object_read(&memory, map->start, &object))
        return -ENOENT;
    int error = late_hooks_read(loading->hooks, &space->memory, object.bias + shim->late);
    if (error) {
        refuse(loading,
               error == -ENOENT ? "it was started with leakwatch's shim" : "the shim in it is damaged, or of another version");
        return -EPROTO;
    }
    space->shim_expected = space->shim_mapped = true;
    space->ledger = object.bias + shim->ledger;
    return 0;
}

/* ---- Loading -------------------------------------------------------------------------------------------------------------------
 */

static int wait_for_borrower(struct loading *loading, const struct memory_maps *maps, struct borrowed_thread *borrowed)
{
    struct hold_patience patience = hold_patience_begin();
    struct thread *thread;

    while ((thread = safe_point_find(loading->session, loading->process, maps, loading->layout)) == NULL) {
        int error = process_hold_again(loading->session, loading->process, &patience, loading->problem);
        if (error == -ETIMEDOUT && !*loading->problem)
            *loading->problem =
                xstrdup("no moment came at which one of its threads could load a library: all are in the C library, "
                        "the dynamic linker or their allocator, or on small stacks");
        if (error)
            return error;
    }
    int error = borrowed_thread_take(loading->session, thread, &loading->layout->returns, borrowed);
    if (error)
        *loading->problem = xasprintf("its thread %d cannot be used: %s", (int)thread->tid, strerror(-error));
    return error;
}

/* Calls a function while all other threads run, and holds them again. */
static int call(struct loading *loading, struct borrowed_thread *borrowed, uint64_t function, const char *text, uint64_t argument,
                uint64_t *result)
{
    struct process *process = loading->process;

    for (struct thread *thread = process->threads; thread; thread = thread->next)
        thread->stands_well = false;
    freeze_end(loading->session, process);
    int error = borrowed_thread_call(borrowed, function, text, argument, loading->layout->loader, result);
    if (error == -ESRCH)
        return error;
    if (error == -EBUSY)
        refuse(loading, "another thread has the lock of the dynamic linker, and does not give it back");
    else if (error == -EFAULT)
        refuse(loading, "it crashed while it loaded the library; that was undone");
    int held = process_hold(loading->session, process, loading->problem);
    return error ? error : held;
}

/* Why dlopen() failed, as it says itself. */
static int explain_dlopen(struct loading *loading, struct borrowed_thread *borrowed)
{
    uint64_t text = 0;
    char *message = NULL;

    if (loading->layout->dlerror != 0 && call(loading, borrowed, loading->layout->dlerror, NULL, 0, &text) == 0 && text != 0)
        message = tracee_memory_string(&loading->process->space->memory, text, 1024);
    *loading->problem = xasprintf("it cannot load the library: %s", message ? message : loading->session->shim.path);
    free(message);
    return -EPERM;
}

/* Has the library loaded: from its file, or from a copy if the program cannot see that. */
static int open_library(struct loading *loading, struct borrowed_thread *borrowed, uint64_t *handle)
{
    const struct shim_file *shim = &loading->session->shim;
    const uint64_t flags = loading->layout->dlopen_flags;
    struct shim_copy copy;

    if (sees_shim(loading))
        return call(loading, borrowed, loading->layout->dlopen, shim->path, flags, handle);
    int error = shim_copy_make(shim, borrowed, &copy);
    if (error) {
        *loading->problem =
            xasprintf("it cannot see the file of leakwatch's shim, and can have no copy of it: %s", strerror(-error));
        return error;
    }
    error = call(loading, borrowed, loading->layout->dlopen, copy.path, flags, handle);
    shim_copy_close(&copy, borrowed);
    return error;
}

static int load(struct loading *loading, struct borrowed_thread *borrowed)
{
    struct memory_maps maps;
    uint64_t handle = 0;
    int error = open_library(loading, borrowed, &handle);

    if (!error && handle == 0)
        return explain_dlopen(loading, borrowed);
    if (!error)
        error = tracee_memory_maps(&loading->process->space->memory, &maps);
    if (error)
        return error;
    error = find_shim(loading, &maps);
    if (error == -ENOENT)
        refuse(loading, "the library was loaded, but is not there");
    memory_maps_finish(&maps);
    return error;
}

static int reset(struct loading *loading, struct borrowed_thread *borrowed)
{
    uint64_t nothing;

    return call(loading, borrowed, loading->hooks->table.reset, NULL, 0, &nothing);
}

static int use_thread(struct loading *loading, struct borrowed_thread *borrowed, bool is_loaded)
{
    struct memory_maps maps;
    int error = borrowed_thread_prepare(borrowed);

    if (error) {
        *loading->problem = xasprintf("it cannot map memory: %s", strerror(-error));
        return error;
    }
    error = is_loaded ? reset(loading, borrowed) : load(loading, borrowed);
    if (!error)
        error = tracee_memory_maps(&loading->process->space->memory, &maps);
    if (error)
        return error;
    error = late_hooks_prepare(loading->hooks, borrowed, &maps, loading->problem);
    memory_maps_finish(&maps);
    return error;
}

static int load_or_reset(struct loading *loading, const struct memory_maps *maps)
{
    struct borrowed_thread borrowed;
    int error = find_shim(loading, maps);

    if (error && error != -ENOENT)
        return error;
    const bool is_loaded = !error;
    if (is_loaded) { /* left in by one that was killed */
        error = late_hooks_remove(loading->hooks);
        if (error)
            return refuse(loading, "the hooks of an earlier time cannot be taken out");
    }
    error = wait_for_borrower(loading, maps, &borrowed);
    if (error)
        return error;
    error = use_thread(loading, &borrowed, is_loaded);
    borrowed_thread_return(&borrowed);
    return error;
}

int shim_loading_run(struct session *session, struct process *process, struct program_layout *layout, struct late_hooks *hooks,
                     char **problem)
{
    struct loading loading = {session, process, layout, hooks, problem};
    struct memory_maps maps;
    const char *reason = about_image(process->pid);

    if (reason)
        return refuse(&loading, reason);
    int error = process_hold(session, process, problem);
    if (error)
        return error;
    reason = safe_point_forbidden(session, process);
    if (reason)
        return refuse(&loading, reason);
    error = tracee_memory_maps(&process->space->memory, &maps);
    if (error)
        return refuse(&loading, "its mappings cannot be read");
    reason = program_layout_read(process, &maps, layout);
    error = reason ? refuse(&loading, reason) : load_or_reset(&loading, &maps);
    memory_maps_finish(&maps);
    return error;
}
