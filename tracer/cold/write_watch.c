/* SPDX-License-Identifier: MIT */
#include "write_watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/shim/borrowed_thread.h"
#include "tracer/shim/process_hold.h"
#include "tracer/shim/safe_point.h"
#include "tracer/supervisor.h"
#include "cold_detectors.h"

/* Of linux/userfaultfd.h; older headers lack them. */
#define USER_MODE_ONLY      1U
#define FEATURE_WP_ASYNC    (UINT64_C(1) << 15)
#define FEATURE_UNPOPULATED (UINT64_C(1) << 13)

/* ---- The descriptor -------------------------------------------------------------------------------------------------------- */

/* `name`: of a link in /proc/PID/fd. */
static bool is_userfaultfd(int directory, const char *name)
{
    char target[64];
    const ssize_t length = readlinkat(directory, name, target, sizeof target - 1);

    target[length > 0 ? length : 0] = '\0';
    return strcmp(target, "anon_inode:[userfaultfd]") == 0;
}

/* A process that has such a descriptor itself may want to put its memory under that one: then it must not be under ours. */
static bool has_userfaultfd(pid_t pid)
{
    char *path = xasprintf("/proc/%d/fd", (int)pid);
    DIR *directory = opendir(path);
    const struct dirent *entry;
    bool found = false;

    free(path);
    while (directory && !found && (entry = readdir(directory)) != NULL)
        found = is_userfaultfd(dirfd(directory), entry->d_name);
    if (directory)
        closedir(directory);
    return found;
}

static bool copy_is_userfaultfd(int descriptor)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    return is_userfaultfd(AT_FDCWD, path);
}

/* Copies the descriptor of a process. Returns ours or -errno. */
static int copy_descriptor(pid_t pid, int number)
{
    const int process = (int)syscall(SYS_pidfd_open, pid, 0);

    if (process < 0)
        return -errno;
    const int copy = (int)syscall(SYS_pidfd_getfd, process, number, 0);
    const int error = errno;
    close(process);
    if (copy < 0 || copy_is_userfaultfd(copy))
        return copy < 0 ? -error : copy;
    close(copy); /* the thread shares no descriptors with the first one, of which we get them */
    return -EBADF;
}

static int borrow_descriptor(struct borrowed_thread *thread, pid_t pid)
{
    const uint64_t flags[6] = {O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY};
    int64_t number, closed;
    int error = borrowed_thread_syscall(thread, SYS_userfaultfd, flags, &number);

    if (!error && number < 0)
        error = (int)number;
    if (error)
        return error;
    const int descriptor = copy_descriptor(pid, (int)number);
    error = borrowed_thread_syscall(thread, SYS_close, (uint64_t[6]){(uint64_t)number}, &closed);
    if (error && descriptor >= 0)
        close(descriptor);
    return error ? error : descriptor;
}

/* Returns 0 or -errno. */
static int enable(int descriptor)
{
    struct uffdio_api api = {.api = UFFD_API, .features = FEATURE_WP_ASYNC | FEATURE_UNPOPULATED};

    return ioctl(descriptor, UFFDIO_API, &api) == 0 ? 0 : -errno;
}

/* A thread may have been stopped on its way into a call, from where it cannot be borrowed: it runs on for a moment then. Returns 0
 * or -errno. */
static int find_borrower(struct session *session, struct process *process, const struct memory_maps *maps, struct thread **thread,
                         char **problem)
{
    struct hold_patience patience = hold_patience_begin();
    int error = 0;

    while ((*thread = safe_point_any(process, maps)) == NULL) {
        error = process_hold_again(session, process, &patience, problem);
        if (error)
            break;
    }
    if (error && !*problem)
        *problem = xstrdup(error == -ESRCH ? "it has ended" : "none of its threads can make a system call for us");
    return error;
}

static int prepare(struct session *session, struct process *process, struct return_code *code, struct thread **thread,
                   char **problem)
{
    struct memory_maps maps;
    const char *forbidden = safe_point_forbidden(session, process);

    if (!forbidden && has_userfaultfd(process->pid))
        forbidden = "it uses userfaultfd itself";
    if (!forbidden && tracee_memory_maps(&process->space->memory, &maps) != 0)
        forbidden = "its mappings could not be read";
    if (forbidden) {
        *problem = xstrdup(forbidden);
        return -EPERM;
    }
    forbidden = safe_point_code(process, &maps, code);
    *problem = forbidden ? xstrdup(forbidden) : NULL;
    const int error = forbidden ? -EPERM : find_borrower(session, process, &maps, thread, problem);
    memory_maps_finish(&maps);
    return error;
}

int write_watch_open(struct session *session, struct process *process, char **problem)
{
    struct borrowed_thread borrowed;
    struct return_code code;
    struct thread *thread;
    const pid_t pid = process->pid;
    int error = prepare(session, process, &code, &thread, problem);

    if (error)
        return error;
    int descriptor = borrowed_thread_take(session, thread, &code, &borrowed);
    if (descriptor == 0) {
        descriptor = borrow_descriptor(&borrowed, pid);
        borrowed_thread_return(&borrowed);
    }
    error = descriptor < 0 ? descriptor : enable(descriptor);
    if (!error)
        return descriptor;
    if (descriptor >= 0)
        close(descriptor);
    *problem = descriptor >= 0 && error == -EINVAL
                   ? xstrdup("the kernel has no write protection that it takes away by itself (Linux 6.7)")
                   : xasprintf("userfaultfd: %s", strerror(-error));
    return error;
}

/* ---- Marks ----------------------------------------------------------------------------------------------------------------- */

/* Returns whether it is under the descriptor. Other mappings are left alone: of a kind that cannot be, or under another one. */
static bool cover(int descriptor, const struct memory_map *map)
{
    struct uffdio_register request = {.range = {map->start, map->end - map->start}, .mode = UFFDIO_REGISTER_MODE_WP};

    return ioctl(descriptor, UFFDIO_REGISTER, &request) == 0;
}

int write_watch_mark(int descriptor, struct pagemap *pagemap, const struct memory_maps *maps, struct page_runs *untouched)
{
    struct page_runs unwanted = {0};
    uint64_t start, end;
    int error = 0;

    for (size_t i = 0; i < maps->count && !error; i++) {
        const struct memory_map *map = &maps->maps[i];
        if (!cold_detectors_cover(map) || pagemap_next_present(pagemap, map->start, map->end, &start, &end) <= 0)
            continue;
        if (cover(descriptor, map))
            error = pagemap_unwritten(pagemap, map->start, map->end, true, NULL, untouched ? untouched : &unwanted);
        page_runs_finish(&unwanted);
    }
    return error;
}
