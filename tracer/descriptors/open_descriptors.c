/* SPDX-License-Identifier: MIT */
#include "open_descriptors.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "tracer/calls/tracee_names.h"
#include "tracer/supervisor.h"
#include "descriptor_tracking.h"

/* The kernel is asked about each socket: a process that leaves thousands behind gets names for some. */
#define SOCKETS_NAMED_MAX 256

struct listing {
    struct process_record *record;
    const struct thread *thread; /* one of those that share these descriptors */
    bool watched;                /* calls that open descriptors are stopped at */
    size_t capacity, sockets_named;
};

static enum open_descriptor_kind kind_of(const char *link)
{
    if (link[0] == '/')
        return OPEN_FILE;
    if (strncmp(link, "socket:", 7) == 0)
        return OPEN_SOCKET;
    return strncmp(link, "pipe:", 5) == 0 ? OPEN_PIPE : OPEN_OTHER;
}

/* "TCP:[127.0.0.1:80]" instead of "socket:[4711]", if the kernel knows. */
static char *socket_text(struct listing *listing, int number)
{
    struct tracee_names names = {.tid = listing->thread->tid, .descriptors = TRACE_FD_SOCKET};
    const struct process_view view = tracee_names_view(&names, false);
    struct arena arena = {0};

    if (listing->sockets_named++ >= SOCKETS_NAMED_MAX)
        return NULL;
    const struct descriptor_name *name = view.fd_name(view.context, &arena, number);
    char *text = name && name->about ? xstrdup(name->about) : NULL;
    arena_finish(&arena);
    return text;
}

static void copy_stack(struct call_stack *stack, const struct opening *opening)
{
    if (!opening || opening->frame_count == 0)
        return;
    stack->frames = xcalloc(opening->frame_count, sizeof *stack->frames);
    memcpy(stack->frames, opening->frames, opening->frame_count * sizeof *stack->frames);
    stack->frame_count = opening->frame_count;
    stack->generation = opening->generation;
}

static void find_origin(const struct thread *thread, bool watched, struct open_descriptor *open)
{
    struct descriptor_identity identity;

    open->origin = ORIGIN_UNKNOWN;
    if (!thread->descriptors || !descriptor_identify(thread->tid, open->number, &identity))
        return;
    const struct descriptor_entry *entry = descriptor_table_find(thread->descriptors, open->number, &identity);
    if (!entry && !watched) /* what was not there from the start came later */
        open->origin = ORIGIN_OPENED;
    if (!entry)
        return;
    open->origin = entry->inherited ? ORIGIN_INHERITED : ORIGIN_OPENED;
    copy_stack(&open->stack, entry->opening);
}

static void add(void *context, int number)
{
    struct listing *listing = context;
    struct process_record *record = listing->record;
    struct open_descriptor open = {.number = number};
    char link[64], text[PATH_MAX];
    struct stat status;

    snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)listing->thread->tid, number);
    const ssize_t size = readlink(link, text, sizeof text - 1);
    if (size <= 0 || lstat(link, &status) != 0)
        return;
    text[size] = '\0';
    open.kind = kind_of(text);
    open.readable = status.st_mode & S_IRUSR;
    open.writable = status.st_mode & S_IWUSR;
    open.name = open.kind == OPEN_SOCKET ? socket_text(listing, number) : NULL;
    if (!open.name)
        open.name = xstrdup(text);
    find_origin(listing->thread, listing->watched, &open);
    record->descriptors = xgrow(record->descriptors, &listing->capacity, record->descriptor_count + 1, sizeof open);
    record->descriptors[record->descriptor_count++] = open;
}

static int by_number(const void *a, const void *b)
{
    const struct open_descriptor *left = a, *right = b;
    return (left->number > right->number) - (left->number < right->number);
}

/* Threads that share descriptors are asked once. Those past their end may have none left: only the last of all is asked
 * nevertheless. */
static bool is_asked(const struct process *process, const struct thread *thread)
{
    if (thread->state == THREAD_EXITING)
        return thread == process_living_thread(process);
    for (const struct thread *other = process->threads; other != thread; other = other->next)
        if (other->descriptors == thread->descriptors && other->state != THREAD_EXITING)
            return false;
    return true;
}

void open_descriptors_record(const struct session *session, struct process *process)
{
    struct process_record *record = &process->record;
    struct listing listing = {.record = record, .watched = session->settings->track_descriptors};

    process_record_clear_descriptors(record);
    if (!session->settings->list_descriptors)
        return;
    for (const struct thread *thread = process->threads; thread; thread = thread->next) {
        if (!is_asked(process, thread))
            continue;
        listing.thread = thread;
        const int error = descriptor_list(thread->tid, add, &listing);
        record->descriptors_listed |= error == 0;
        if (error)
            process_record_reason(record, "open descriptors could not be listed: %s", strerror(-error));
    }
    record->descriptors_tracked = record->descriptors_listed && session->settings->track_descriptors;
    if (record->descriptor_count > 1)
        qsort(record->descriptors, record->descriptor_count, sizeof *record->descriptors, by_number);
}
