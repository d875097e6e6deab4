/* SPDX-License-Identifier: MIT */
#include "tracee_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/maps.h"
#include "base/xalloc.h"
#include "limits/kernel_files.h"
#include "limits/process_pages.h"

enum { PAGE = 4096 };

static int open_file(pid_t tid, const char *name, int flags)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", (int)tid, name);
    return open(path, flags | O_CLOEXEC);
}

void tracee_memory_init(struct tracee_memory *memory, pid_t tid)
{
    *memory = (struct tracee_memory){
        .tid = tid,
        .mem = open_file(tid, "mem", O_RDWR),
        .maps = open_file(tid, "maps", O_RDONLY),
        .pagemap = {.file = open_file(tid, "pagemap", O_RDONLY)},
    };
}

static void close_file(int *file)
{
    if (*file >= 0)
        close(*file);
    *file = -1;
}

void tracee_memory_finish(struct tracee_memory *memory)
{
    close_file(&memory->mem);
    close_file(&memory->maps);
    close_file(&memory->pagemap.file);
}

void tracee_memory_find_guarded(pid_t pid, struct page_runs *guarded)
{
    struct kernel_files files;
    struct process_pages pages;

    if (!kernel_files_open(&files))
        return;
    if (process_pages_read(&files, pid, &pages) == 0) {
        for (size_t i = 0; i < pages.maps.count; i++)
            if (pages.mappings[i].brought_by_program)
                page_runs_add(guarded, pages.maps.maps[i].start, pages.maps.maps[i].end);
    }
    process_pages_finish(&pages);
    kernel_files_close(&files);
}

/* How many of `size` bytes can be read without waiting for the program to bring a page. */
static size_t readable_size(struct tracee_memory *memory, uint64_t address, size_t size)
{
    for (size_t i = 0; memory->guarded && i < memory->guarded->count; i++) {
        const struct page_run *run = &memory->guarded->runs[i];
        uint64_t start, end;
        if (address + size <= run->start || address >= run->end)
            continue;
        if (address < run->start)
            return run->start - address;
        if (pagemap_next_present(&memory->pagemap, address & -(uint64_t)PAGE, run->end, &start, &end) != 1 || start > address)
            return 0;
        return end - address < size ? end - address : size;
    }
    return size;
}

/* Of pages that a process shares with another one since fork, process_vm_readv(2) makes copies first, as a write would: it pins
 * what it reads, and only pages of one process alone can be pinned (gup_must_unshare(), mm/gup.c, since Linux 5.19). To look at a
 * child would double its memory. Reading /proc/PID/mem does not; but it also reads what the process itself could not, and the
 * registers of devices: whoever wants more than a page has looked at the mappings, whoever wants less may follow any pointer. */
static ssize_t read_some(struct tracee_memory *memory, uint64_t address, char *buffer, size_t size)
{
    size = readable_size(memory, address, size);
    if (size == 0)
        return 0;
    struct iovec local = {buffer, size}, remote = {(void *)address, size};
    ssize_t count = size > PAGE && memory->mem >= 0 ? pread(memory->mem, buffer, size, (off_t)address) : 0;
    if (count > 0)
        return count;

    count = process_vm_readv(memory->tid, &local, 1, &remote, 1, 0);
    if (count > 0 || (count < 0 && errno == EFAULT) || memory->mem < 0)
        return count;
    return pread(memory->mem, buffer, size, (off_t)address);
}

static size_t read_memory(void *context, uint64_t address, void *buffer, size_t size)
{
    size_t done = 0;

    /* A short count may only mean that the kernel stopped at some limit of its own; 0 or an error means unreadable. */
    while (done < size) {
        ssize_t count = read_some(context, address + done, (char *)buffer + done, size - done);
        if (count <= 0)
            break;
        done += (size_t)count;
    }
    return done;
}

static int next_present(void *context, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    struct tracee_memory *memory = context;
    const uint64_t first = from & -(uint64_t)PAGE, last = (to + PAGE - 1) & -(uint64_t)PAGE;

    if (from >= to)
        return 0;
    const int found = pagemap_next_present(&memory->pagemap, first, last, start, end);
    if (found < 0) { /* not known: all of it, and reading will tell */
        *start = from;
        *end = to;
        return 1;
    }
    if (*start < from)
        *start = from;
    if (*end > to)
        *end = to;
    return found;
}

struct memory_view tracee_memory_view(struct tracee_memory *memory)
{
    return (struct memory_view){.read = read_memory, .next_present = next_present, .context = memory};
}

int tracee_memory_write(struct tracee_memory *memory, uint64_t address, const void *data, size_t size)
{
    struct iovec local = {(void *)data, size}, remote = {(void *)address, size};

    ssize_t count = process_vm_writev(memory->tid, &local, 1, &remote, 1, 0);
    if (count < 0 && errno != EFAULT && memory->mem >= 0)
        count = pwrite(memory->mem, data, size, (off_t)address);
    if (count < 0)
        return -errno;
    return (size_t)count == size ? 0 : -EFAULT;
}

int tracee_memory_write_code(struct tracee_memory *memory, uint64_t address, const void *data, size_t size)
{
    const ssize_t count = pwrite(memory->mem, data, size, (off_t)address);

    return count < 0 ? -errno : (size_t)count == size ? 0 : -EFAULT;
}

char *tracee_memory_string(struct tracee_memory *memory, uint64_t address, size_t limit)
{
    const struct memory_view view = tracee_memory_view(memory);

    return memory_string(&view, address, limit);
}

int tracee_memory_maps(struct tracee_memory *memory, struct memory_maps *maps)
{
    char *text = NULL;
    size_t used = 0, capacity = 0;
    ssize_t count;

    if (memory->maps < 0)
        return -EACCES;
    do {
        text = xgrow(text, &capacity, used + 65536, 1);
        count = pread(memory->maps, text + used, capacity - used, (off_t)used);
        if (count > 0)
            used += (size_t)count;
    } while (count > 0);
    int error = count < 0 ? -errno : used == 0 ? -ESRCH : 0;
    if (!error)
        memory_maps_parse(text, used, maps);
    free(text);
    return error;
}
