/* SPDX-License-Identifier: MIT */
#include "tracee_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "maps.h"
#include "xalloc.h"

enum { PAGE = 4096, PAGEMAP_BATCH = 4096 };

/* PAGEMAP_SCAN of linux/fs.h, since Linux 6.7 (Documentation/admin-guide/mm/pagemap.rst); older headers lack it. */
struct page_region {
    uint64_t start, end, categories;
};
struct pagemap_scan {
    uint64_t size, flags, start, end, walk_end, vector, vector_length, max_pages;
    uint64_t category_inverted, category_mask, category_any, return_mask;
};
#define PAGEMAP_SCAN_REQUEST _IOWR('f', 16, struct pagemap_scan)
#define PAGE_IS_PRESENT_BIT  (UINT64_C(1) << 3)
#define PAGE_IS_SWAPPED_BIT  (UINT64_C(1) << 4)

/* An entry of /proc/PID/pagemap: bit 63 present, bit 62 swapped. */
#define PAGEMAP_HAS_DATA (UINT64_C(3) << 62)

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
        .pagemap = open_file(tid, "pagemap", O_RDONLY),
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
    close_file(&memory->pagemap);
}

static ssize_t read_some(const struct tracee_memory *memory, uint64_t address, char *buffer, size_t size)
{
    struct iovec local = {buffer, size}, remote = {(void *)address, size};

    ssize_t count = process_vm_readv(memory->tid, &local, 1, &remote, 1, 0);
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

/* Returns 1 and stores the run, 0 if there is none, -errno if the kernel cannot tell. */
static int scan_present(int pagemap, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    struct page_region region = {0};
    struct pagemap_scan scan = {
        .size = sizeof scan,
        .start = from,
        .end = to,
        .vector = (uintptr_t)&region,
        .vector_length = 1,
        .category_any = PAGE_IS_PRESENT_BIT | PAGE_IS_SWAPPED_BIT,
        .return_mask = PAGE_IS_PRESENT_BIT, /* must not be empty */
    };

    int count = ioctl(pagemap, PAGEMAP_SCAN_REQUEST, &scan);
    if (count < 0)
        return -errno;
    *start = region.start;
    *end = region.end;
    return count > 0;
}

static int read_pagemap(int pagemap, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    uint64_t entries[PAGEMAP_BATCH];
    bool inside = false;

    *end = to;
    while (from < to) {
        size_t pages = (to - from) / PAGE;
        if (pages > PAGEMAP_BATCH)
            pages = PAGEMAP_BATCH;
        ssize_t size = pread(pagemap, entries, pages * sizeof *entries, (off_t)(from / PAGE * sizeof *entries));
        if (size < (ssize_t)sizeof *entries)
            return size < 0 ? -errno : -EIO;
        for (size_t i = 0; i < (size_t)size / sizeof *entries; i++, from += PAGE) {
            bool present = (entries[i] & PAGEMAP_HAS_DATA) != 0;
            if (present && !inside) {
                *start = from;
                inside = true;
            } else if (!present && inside) {
                *end = from;
                return 1;
            }
        }
    }
    return inside;
}

static int next_present(void *context, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    struct tracee_memory *memory = context;
    const uint64_t first = from & -(uint64_t)PAGE, last = (to + PAGE - 1) & -(uint64_t)PAGE;
    int found = -ENOSYS;

    if (from >= to)
        return 0;
    if (memory->pagemap >= 0 && !memory->no_scan) {
        found = scan_present(memory->pagemap, first, last, start, end);
        memory->no_scan = found == -ENOTTY || found == -EINVAL;
    }
    if (found < 0 && memory->pagemap >= 0)
        found = read_pagemap(memory->pagemap, first, last, start, end);
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

char *tracee_memory_string(struct tracee_memory *memory, uint64_t address, size_t limit)
{
    char *text = NULL;
    size_t used = 0, capacity = 0;

    while (used < limit) {
        size_t part = PAGE - address % PAGE; /* never across a page: the next one may be missing */
        if (part > limit - used)
            part = limit - used;
        text = xgrow(text, &capacity, used + part, 1);
        size_t got = read_memory(memory, address, text + used, part);
        if (memchr(text + used, '\0', got))
            return text;
        if (got < part)
            break;
        used += got;
        address += got;
    }
    free(text);
    return NULL;
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
