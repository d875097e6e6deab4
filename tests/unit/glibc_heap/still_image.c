/* SPDX-License-Identifier: MIT */
#include "still_image.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"

#define PAGE    UINT64_C(4096)
#define ENTRIES 512

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

static size_t read_image(void *context, uint64_t address, void *buffer, size_t size)
{
    const struct still_image *image = context;
    struct iovec local = {buffer, size}, remote = {(void *)(uintptr_t)address, size};
    ssize_t done = process_vm_readv(image->pid, &local, 1, &remote, 1, 0);

    return done < 0 ? 0 : (size_t)done;
}

/* /proc/PID/pagemap has 8 bytes for each page; the two highest bits say: present, swapped out (proc_pid_pagemap(5)). */
static int next_present(void *context, uint64_t from, uint64_t to, uint64_t *start, uint64_t *end)
{
    const struct still_image *image = context;
    uint64_t entries[ENTRIES], page = from / PAGE, last = (to + PAGE - 1) / PAGE;
    int found = 0;

    while (page < last) {
        size_t wanted = last - page < ENTRIES ? last - page : ENTRIES;
        ssize_t got = pread(image->pagemap, entries, wanted * 8, (off_t)(page * 8));
        if (got < 8)
            break;
        for (size_t i = 0; i < (size_t)got / 8; i++, page++) {
            int present = entries[i] >> 62 != 0;
            if (present && !found)
                *start = page * PAGE < from ? from : page * PAGE;
            else if (!present && found)
                goto done;
            found |= present;
        }
    }
done:
    *end = page * PAGE < to ? page * PAGE : to;
    return found;
}

static char *read_maps(pid_t pid, size_t *size)
{
    char path[32], *text = NULL;
    size_t capacity = 0;
    ssize_t got = 1;

    *size = 0;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        give_up(path);
    while (got > 0) {
        text = xgrow(text, &capacity, *size + 65536, 1);
        got = read(file, text + *size, capacity - *size);
        *size += got > 0 ? (size_t)got : 0;
    }
    close(file);
    return text;
}

void still_image_take(struct still_image *image)
{
    int hold[2], ready[2];
    char path[32], byte = 0;

    if (pipe2(hold, O_CLOEXEC) != 0 || pipe2(ready, O_CLOEXEC) != 0)
        give_up("pipe");
    image->pid = fork();
    if (image->pid < 0)
        give_up("fork");
    if (image->pid == 0) {
        close(hold[1]);
        if (write(ready[1], "", 1) == 1)
            _exit(read(hold[0], &byte, 1) != 0); /* until the parent releases it, or ends */
        _exit(1);
    }
    close(hold[0]);
    close(ready[1]);
    if (read(ready[0], &byte, 1) != 1) /* the child's fork() has work to do first: it unlocks its arenas */
        give_up("child");
    close(ready[0]);
    image->hold = hold[1];
    snprintf(path, sizeof path, "/proc/%d/pagemap", (int)image->pid);
    image->pagemap = open(path, O_RDONLY | O_CLOEXEC);
    if (image->pagemap < 0)
        give_up(path);
    size_t size;
    char *text = read_maps(image->pid, &size);
    memory_maps_parse(text, size, &image->maps);
    free(text);
    image->view = (struct memory_view){read_image, next_present, image};
}

void still_image_release(struct still_image *image)
{
    close(image->hold);
    close(image->pagemap);
    waitpid(image->pid, NULL, 0);
    memory_maps_finish(&image->maps);
}
