/* SPDX-License-Identifier: MIT */
#include "libs_live.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/maps.h"
#include "base/xalloc.h"
#include "libraries/library_requests.h"
#include "syscalls/call_set.h"
#include "syscalls/decoder.h"
#include "tracer/session.h"
#include "tracer/trace_settings.h"

/* What is followed, and where the path is among the arguments. */
static const struct looking_call {
    unsigned number;
    int folder, path; /* arguments; folder -1: relative paths count from the working directory */
    bool files_only;  /* only if other files than libraries and programs are wanted */
} looking_calls[] = {
    {SYS_open, -1, 0, false},    {SYS_openat, 0, 1, false},    {SYS_openat2, 0, 1, false},  {SYS_execve, -1, 0, false},
    {SYS_execveat, 0, 1, false}, {SYS_stat, -1, 0, true},      {SYS_lstat, -1, 0, true},    {SYS_newfstatat, 0, 1, true},
    {SYS_statx, 0, 1, true},     {SYS_access, -1, 0, true},    {SYS_faccessat, 0, 1, true}, {SYS_faccessat2, 0, 1, true},
    {SYS_readlink, -1, 0, true}, {SYS_readlinkat, 0, 1, true}, {SYS_chdir, -1, 0, true},
};
/* What says that a file was taken, or not, and that the dynamic linker has done its part. */
static const unsigned other_calls[] = {SYS_mmap, SYS_close, SYS_set_tid_address};

/* Where the dynamic linker is in the memory of a process. */
struct image {
    pid_t pid;
    bool known;
    uint64_t start, end; /* both 0: there is none */
};

struct live {
    const struct libs_live_settings *settings;
    struct library_requests *requests;
    struct decode_options decoding;
    struct image *images;
    size_t image_count, image_capacity;
};

/* ---- Who asks ---------------------------------------------------------------------------------------------------------------- */

static struct image *image_of(struct live *live, pid_t pid)
{
    for (size_t i = 0; i < live->image_count; i++)
        if (live->images[i].pid == pid)
            return &live->images[i];
    live->images = xgrow(live->images, &live->image_capacity, live->image_count + 1, sizeof *live->images);
    live->images[live->image_count] = (struct image){.pid = pid};
    return &live->images[live->image_count++];
}

static char *read_maps(pid_t pid, size_t *size)
{
    char path[64], *text = NULL;
    size_t capacity = 0;

    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *stream = fopen(path, "re");
    *size = 0;
    while (stream && !feof(stream) && !ferror(stream)) {
        text = xgrow(text, &capacity, *size + 4096, 1);
        *size += fread(text + *size, 1, 4096, stream);
    }
    if (stream)
        fclose(stream);
    return text;
}

static bool is_dynamic_linker(const struct memory_map *map)
{
    const char *name = memory_map_file_name(map);

    return map->inode != 0 && (strncmp(name, "ld-", 3) == 0 || strncmp(name, "ld64.so", 7) == 0 || strncmp(name, "ld.so", 5) == 0);
}

static void find_dynamic_linker(struct image *image)
{
    struct memory_maps maps;
    size_t size;
    char *text = read_maps(image->pid, &size);

    image->known = true;
    if (text == NULL)
        return;
    memory_maps_parse(text, size, &maps);
    for (size_t i = 0; i < maps.count; i++) {
        if (!is_dynamic_linker(&maps.maps[i]))
            continue;
        if (image->end == 0)
            image->start = maps.maps[i].start;
        image->end = maps.maps[i].end;
    }
    memory_maps_finish(&maps);
    free(text);
}

/* Its calls come from its own code, those for dlopen(3) as well. */
static bool is_by_dynamic_linker(struct live *live, const struct trace_thread *thread, const struct system_call *call)
{
    struct image *image = image_of(live, thread->pid);

    if (!image->known)
        find_dynamic_linker(image);
    return call->instruction_pointer >= image->start && call->instruction_pointer < image->end;
}

/* ---- Which file ----------------------------------------------------------------------------------------------------------------
 */

static const struct value *argument(const struct system_call *call, int index)
{
    const struct value *value = call->values.first;

    while (value && index-- > 0)
        value = value->next;
    return value;
}

/* The absolute path that a call names; in the arena of the call. NULL: it could not be read, or is empty. */
static const char *path_of(const struct trace_thread *thread, struct system_call *call, const struct looking_call *looking)
{
    const struct value *value = argument(call, looking->path);
    const int folder = looking->folder < 0 ? AT_FDCWD : (int)call->arguments[looking->folder];

    if (value == NULL || value->kind != VALUE_BYTES || value->truncated || value->size == 0)
        return NULL;
    const char *path = arena_copy(&call->arena, value->text, value->size);
    if (*path == '/')
        return path;
    if (*path == '\0' || thread->process == NULL)
        return NULL;
    const char *base = thread->process->fd_path(thread->process->context, &call->arena, folder);
    return base ? arena_printf(&call->arena, "%s/%s", strcmp(base, "/") == 0 ? "" : base, path) : NULL;
}

static bool creates_file(const struct system_call *call)
{
    const uint64_t flags = call->number == SYS_open ? call->arguments[1] : call->arguments[2];

    return call->number != SYS_openat2 && (flags & (O_CREAT | O_TMPFILE)) != 0 && !(flags & O_DIRECTORY);
}

static bool is_exec(const struct system_call *call)
{
    return call->number == SYS_execve || call->number == SYS_execveat;
}

static bool is_open(const struct system_call *call)
{
    return call->number == SYS_open || call->number == SYS_openat || call->number == SYS_openat2;
}

/* ---- What came of it -----------------------------------------------------------------------------------------------------------
 */

static void take_open(struct live *live, const struct trace_thread *thread, struct system_call *call, const char *path)
{
    const bool by_linker = is_by_dynamic_linker(live, thread, call);
    const int error = call->failed ? (int)-call->result : 0;

    if (by_linker && library_requests_is_library(path) && !call->failed)
        library_requests_opened(live->requests, thread->pid, path, (int)call->result);
    else if (by_linker && library_requests_is_library(path))
        library_requests_looked(live->requests, thread->pid, LIBRARY_REQUEST_LIBRARY, path, error);
    else if (!by_linker && live->settings->files && !creates_file(call))
        library_requests_looked(live->requests, thread->pid, LIBRARY_REQUEST_FILE, path, error);
}

static void take_look(struct live *live, const struct trace_thread *thread, struct system_call *call,
                      const struct looking_call *looking)
{
    const char *path = path_of(thread, call, looking);
    const int error = call->failed ? (int)-call->result : 0;

    if (path == NULL)
        return;
    if (is_open(call))
        take_open(live, thread, call, path);
    else if (is_exec(call) && call->failed)
        library_requests_looked(live->requests, thread->pid, LIBRARY_REQUEST_PROGRAM, path, error);
    else if (!is_exec(call) && live->settings->files && !is_by_dynamic_linker(live, thread, call))
        library_requests_looked(live->requests, thread->pid, LIBRARY_REQUEST_FILE, path, error == EINVAL ? 0 : error);
}

/* ---- Events
 * ---------------------------------------------------------------------------------------------------------------------- */

static const struct looking_call *looking_call_of(uint64_t number)
{
    for (size_t i = 0; i < sizeof looking_calls / sizeof *looking_calls; i++)
        if (looking_calls[i].number == number)
            return &looking_calls[i];
    return NULL;
}

static const struct decode_options *options(void *context, uint64_t number)
{
    const struct live *live = context;
    const struct looking_call *looking = looking_call_of(number);

    if (looking)
        return looking->files_only && !live->settings->files ? NULL : &live->decoding;
    for (size_t i = 0; i < sizeof other_calls / sizeof *other_calls; i++)
        if (other_calls[i] == number)
            return &live->decoding;
    return NULL;
}

static void call_entered(void *context, const struct trace_thread *thread, struct system_call *call)
{
    struct live *live = context;
    const char *path;

    if (call->number == SYS_close)
        library_requests_closed(live->requests, thread->pid, (int)call->arguments[0]);
    else if (is_exec(call) && (path = path_of(thread, call, looking_call_of(call->number))) != NULL)
        library_requests_executing(live->requests, thread->pid, path);
}

static void call_left(void *context, const struct trace_thread *thread, struct system_call *call)
{
    struct live *live = context;
    const struct looking_call *looking = looking_call_of(call->number);

    if (!call->returned)
        return;
    if (looking)
        take_look(live, thread, call, looking);
    else if (call->number == SYS_mmap && !call->failed && !(call->arguments[3] & MAP_ANONYMOUS))
        library_requests_mapped(live->requests, thread->pid, (int)call->arguments[4]);
    else if (call->number == SYS_set_tid_address)
        library_requests_started(live->requests, thread->pid);
}

static void forked(void *context, const struct trace_thread *thread, pid_t child)
{
    struct live *live = context;
    const struct image *parent = image_of(live, thread->pid);
    const struct image copy = {child, parent->known, parent->start, parent->end};

    /* A thread is of its process, and makes its calls under that one's number. */
    library_requests_forked(live->requests, thread->pid, child);
    *image_of(live, child) = copy;
}

static void executed(void *context, const struct trace_thread *thread, pid_t former)
{
    struct live *live = context;
    char link[64], path[PATH_MAX];

    snprintf(link, sizeof link, "/proc/%d/exe", (int)thread->pid);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    library_requests_executed(live->requests, thread->pid, length > 0 ? path : "?");
    *image_of(live, thread->pid) = (struct image){.pid = thread->pid};
}

static void ended(void *context, const struct trace_thread *thread, int status)
{
    struct live *live = context;

    if (thread->tid != thread->pid)
        return;
    library_requests_ended(live->requests, thread->pid);
    struct image *image = image_of(live, thread->pid);
    *image = live->images[--live->image_count];
}

/* ---- The session
 * ----------------------------------------------------------------------------------------------------------------- */

static void choose_calls(const struct live *live, struct call_set *calls)
{
    call_set_clear(calls);
    for (size_t i = 0; i < sizeof looking_calls / sizeof *looking_calls; i++)
        if (!looking_calls[i].files_only || live->settings->files)
            call_set_add(calls, looking_calls[i].number);
    for (size_t i = 0; i < sizeof other_calls / sizeof *other_calls; i++)
        call_set_add(calls, other_calls[i]);
}

static int run(struct live *live, struct session_result *result)
{
    struct call_set calls;
    const struct trace_settings trace = {.events = {.options = options,
                                                    .call_entered = call_entered,
                                                    .call_left = call_left,
                                                    .forked = forked,
                                                    .executed = executed,
                                                    .ended = ended,
                                                    .context = live},
                                         .calls = &calls};
    const struct session_settings settings = {.trace = &trace,
                                              .command = live->settings->command,
                                              .executable = live->settings->executable,
                                              .environment = live->settings->environment};

    choose_calls(live, &calls);
    return session_run(&settings, result);
}

int libs_live_run(const struct libs_live_settings *settings, struct library_requests *requests, struct libs_live_result *result)
{
    struct live live = {.settings = settings, .requests = requests, .decoding = {.string_limit = PATH_MAX}};
    struct session_result session = {0};

    *result = (struct libs_live_result){0};
    int error = run(&live, &session);
    if (error || (!session.started && !session.exec_failed)) {
        error = error ? error : -session.launch_error;
        fprintf(stderr, "leakwatch: %s\n", session.message ? session.message : strerror(-error));
    } else if (!session.started) {
        result->launch_error = session.launch_error;
    } else {
        result->status = session.status;
    }
    free(session.message);
    free(live.images);
    return error;
}
