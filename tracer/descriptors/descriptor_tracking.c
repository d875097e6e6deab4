/* SPDX-License-Identifier: MIT */
#include "descriptor_tracking.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "abi/descriptor_calls.h"
#include "base/xalloc.h"
#include "tracer/address_space.h"
#include "tracer/shim/ledger_finder.h"
#include "tracer/supervisor.h"
#include "tracer/unwind/unwinder.h"

enum { FRAMES_MAX = 128, CONTROL_MAX = 1 << 16, IDENTIFIED_MAX = 64 };

/* ---- What is open ---------------------------------------------------------------------------------------------------------- */

bool descriptor_identify(pid_t tid, int number, struct descriptor_identity *identity)
{
    char link[64];
    struct statx status;

    snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)tid, number);
    if (statx(AT_FDCWD, link, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &status) != 0)
        return false;
    *identity = (struct descriptor_identity){makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino};
    return true;
}

int descriptor_list(pid_t tid, void (*seen)(void *context, int number), void *context)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/fd", (int)tid);
    DIR *directory = opendir(path);
    if (!directory)
        return -errno;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (isdigit((unsigned char)entry->d_name[0]))
            seen(context, atoi(entry->d_name));
    closedir(directory);
    return 0;
}

/* ---- What is opened -------------------------------------------------------------------------------------------------------- */

/* One call under way whose descriptors are noted; its stack is walked when the first is. */
struct noting {
    struct session *session;
    struct thread *thread;
    struct opening *opening;
};

static void note(struct noting *noting, int number)
{
    struct thread *thread = noting->thread;
    struct descriptor_entry entry = {.number = number};
    uint64_t frames[FRAMES_MAX];

    if (number < 0 || !thread->descriptors || !descriptor_identify(thread->tid, number, &entry.identity))
        return;
    if (!noting->opening) {
        const unsigned wanted = noting->session->settings->callers;
        const size_t count = unwinder_walk(&noting->session->unwinder, thread, frames, wanted < FRAMES_MAX ? wanted : FRAMES_MAX);
        noting->opening = opening_create(frames, count, ledger_generation(&noting->session->shim, thread->process->space));
    }
    entry.opening = noting->opening;
    descriptor_table_set(thread->descriptors, &entry);
}

static bool read_memory(const struct thread *thread, uint64_t address, void *to, size_t size)
{
    const struct memory_view view = tracee_memory_view(&thread->process->space->memory);

    return memory_read(&view, address, to, size) == size;
}

static void note_pair(struct noting *noting, uint64_t address)
{
    int32_t pair[2];

    if (!read_memory(noting->thread, address, pair, sizeof pair))
        return;
    note(noting, pair[0]);
    note(noting, pair[1]);
}

/* Ancillary data comes in pieces; those that bring descriptors are arrays of numbers (cmsg(3)). */
static void note_rights(struct noting *noting, const struct msghdr *message)
{
    for (struct cmsghdr *piece = CMSG_FIRSTHDR(message); piece; piece = CMSG_NXTHDR((struct msghdr *)message, piece)) {
        if (piece->cmsg_level != SOL_SOCKET || piece->cmsg_type != SCM_RIGHTS || piece->cmsg_len < CMSG_LEN(0))
            continue;
        const int32_t *numbers = (const int32_t *)(const void *)CMSG_DATA(piece);
        for (size_t i = 0; i < (piece->cmsg_len - CMSG_LEN(0)) / sizeof *numbers; i++)
            note(noting, numbers[i]);
    }
}

static void note_message(struct noting *noting, uint64_t address)
{
    struct msghdr message;

    if (!read_memory(noting->thread, address, &message, sizeof message) || message.msg_controllen < CMSG_LEN(0) ||
        message.msg_controllen > CONTROL_MAX)
        return;
    void *control = xmalloc(message.msg_controllen);
    if (read_memory(noting->thread, (uint64_t)(uintptr_t)message.msg_control, control, message.msg_controllen)) {
        message.msg_control = control;
        note_rights(noting, &message);
    }
    free(control);
}

/* Most messages cannot bring descriptors, for their receiver has no room for ancillary data. */
static bool takes_descriptors(const struct thread *thread, uint64_t address)
{
    struct msghdr message;

    return read_memory(thread, address, &message, sizeof message) && message.msg_control && message.msg_controllen >= CMSG_LEN(0);
}

bool descriptor_tracking_enter(struct session *session, struct thread *thread, uint64_t number)
{
    if (!session->settings->track_descriptors)
        return false;
    thread->call_number = number;
    thread->opens = descriptor_call_opening(number, thread->call_arguments);
    thread->unshares = number == __NR_unshare && thread->call_arguments[0] & CLONE_FILES;
    if (thread->opens.place == DESCRIPTOR_MESSAGE && !takes_descriptors(thread, thread->call_arguments[thread->opens.argument]))
        thread->opens.place = DESCRIPTOR_NOWHERE;
    return thread->opens.place != DESCRIPTOR_NOWHERE || thread->unshares;
}

static void note_all(struct noting *noting, int64_t result)
{
    const struct thread *thread = noting->thread;
    const uint64_t address = thread->call_arguments[thread->opens.argument];

    switch (thread->opens.place) {
    case DESCRIPTOR_RESULT:
        if (descriptor_call_is_new(thread->call_number, thread->call_arguments, result))
            note(noting, (int)result);
        break;
    case DESCRIPTOR_PAIR:
        note_pair(noting, address);
        break;
    case DESCRIPTOR_MESSAGE:
        note_message(noting, address);
        break;
    case DESCRIPTOR_MESSAGES:
        for (int64_t i = 0; i < result; i++)
            note_message(noting, address + (uint64_t)i * sizeof(struct mmsghdr));
        break;
    default:
        break;
    }
}

static void replace_table(struct thread *thread, struct descriptor_table *table)
{
    descriptor_table_unref(thread->descriptors);
    thread->descriptors = table;
}

void descriptor_tracking_leave(struct session *session, struct thread *thread, int64_t result)
{
    struct noting noting = {session, thread, NULL};

    if (result >= 0)
        note_all(&noting, result);
    opening_unref(noting.opening);
    thread->opens.place = DESCRIPTOR_NOWHERE;
    if (thread->unshares && thread->descriptors && result == 0)
        replace_table(thread, descriptor_table_copy(thread->descriptors, false));
    thread->unshares = false;
}

/* ---- Births and programs --------------------------------------------------------------------------------------------------- */

/* Of a process with very many descriptors, the others are known by their numbers alone: every fork would wait for the rest. */
static void inherit(void *context, int number)
{
    struct thread *thread = context;
    struct descriptor_entry entry = {.number = number, .inherited = true};

    if (thread->descriptors->count >= IDENTIFIED_MAX || descriptor_identify(thread->tid, number, &entry.identity))
        descriptor_table_set(thread->descriptors, &entry);
}

/* What a thread has now it has from others. */
static void begin_table(struct thread *thread)
{
    replace_table(thread, descriptor_table_create());
    descriptor_list(thread->tid, inherit, thread);
}

void descriptor_tracking_fork(struct session *session, struct thread *maker, struct thread *child, uint64_t flags)
{
    const bool watched = session->settings->track_descriptors;

    if (!session->settings->list_descriptors || !maker->descriptors)
        return;
    if (!watched && !(flags & (CLONE_FILES | CLONE_VFORK)))
        begin_table(child);
    else if (!watched && flags & CLONE_VFORK)
        return; /* it mostly executes a program at once, and has its table then */
    else if (flags & CLONE_FILES)
        replace_table(child, descriptor_table_ref(maker->descriptors));
    else
        replace_table(child, descriptor_table_copy(maker->descriptors, !(flags & CLONE_THREAD)));
}

void descriptor_tracking_pidfd(struct session *session, struct thread *maker, uint64_t address)
{
    struct noting noting = {session, maker, NULL};
    int32_t number;

    if (session->settings->track_descriptors && read_memory(maker, address, &number, sizeof number))
        note(&noting, number);
    opening_unref(noting.opening);
}

void descriptor_tracking_exec(struct session *session, struct thread *thread)
{
    thread->opens.place = DESCRIPTOR_NOWHERE;
    thread->unshares = false;
    if (session->settings->list_descriptors)
        begin_table(thread);
}
