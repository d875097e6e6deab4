/* SPDX-License-Identifier: MIT */
#include "mapped_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hash_table.h"
#include "maps.h"
#include "xalloc.h"

/* ---- Opening --------------------------------------------------------------------------------------------------------------- */

/* All of our own mappings, which are few. Returns false if they cannot be read. */
static bool read_own_maps(struct memory_maps *maps)
{
    const int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    size_t size = 0, capacity = 0;
    char *text = NULL;
    ssize_t part = -1;

    do {
        text = xgrow(text, &capacity, size + 65536, 1);
        part = fd < 0 ? -1 : read(fd, text + size, capacity - size);
        size += part > 0 ? (size_t)part : 0;
    } while (part > 0);
    if (fd >= 0)
        close(fd);
    if (part == 0)
        memory_maps_parse(text, size, maps);
    free(text);
    return part == 0;
}

/* Some file systems (btrfs, overlayfs) have other numbers in stat(2) than in /proc/PID/maps. What the kernel writes there of this
 * file shows when we map it ourselves. */
static bool is_mapped_as(int descriptor, const struct mapped_file *file)
{
    void *address = mmap(NULL, 1, PROT_READ, MAP_PRIVATE, descriptor, 0);
    struct memory_maps maps;
    bool same = false;

    if (address == MAP_FAILED)
        return false;
    if (read_own_maps(&maps)) {
        const struct memory_map *map = memory_maps_find(&maps, (uintptr_t)address);
        same = map && map->device == file->device && map->inode == file->inode;
        memory_maps_finish(&maps);
    }
    munmap(address, 1);
    return same;
}

/* `place` is a descriptor with O_PATH: nothing has been opened yet. Returns 0 or -errno. */
static int judge(int place, const struct mapped_file *file, bool *same)
{
    struct stat status;

    if (fstat(place, &status) != 0)
        return -errno;
    if (!S_ISREG(status.st_mode))
        return file->inode ? -ESTALE : -EINVAL;
    if ((uint64_t)status.st_size > MAPPED_FILE_SIZE_MAX)
        return -EFBIG;
    *same = file->inode == 0 || (status.st_dev == file->device && status.st_ino == file->inode);
    return 0;
}

int mapped_file_open(const char *path, const struct mapped_file *file)
{
    char link[64];
    bool same = false;
    const int place = open(path, O_PATH | O_CLOEXEC);

    if (place < 0)
        return -errno;
    const int error = judge(place, file, &same);
    snprintf(link, sizeof link, "/proc/self/fd/%d", place);
    int descriptor = error ? error : open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (!error && descriptor < 0)
        descriptor = -errno;
    close(place);
    if (descriptor >= 0 && !same && !is_mapped_as(descriptor, file)) {
        close(descriptor);
        return -ESTALE;
    }
    return descriptor;
}

/* ---- Held files ------------------------------------------------------------------------------------------------------------ */

/* At most so many are held, and at most a quarter of the descriptors that we may have. */
enum { HELD_MAX = 256 };

struct held_file {
    uint64_t device, inode;
    int descriptor;
};

struct mapped_files {
    struct hash_table held; /* struct held_file */
    size_t limit;
};

struct mapped_files *mapped_files_create(void)
{
    struct mapped_files *files = xcalloc(1, sizeof *files);
    struct rlimit limit;

    files->limit = HELD_MAX;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur / 4 < HELD_MAX)
        files->limit = limit.rlim_cur / 4;
    return files;
}

void mapped_files_destroy(struct mapped_files *files)
{
    if (!files)
        return;
    for (size_t i = 0; i < files->held.capacity; i++) {
        struct held_file *held = files->held.slots[i].entry;
        if (held)
            close(held->descriptor);
        free(held);
    }
    hash_table_finish(&files->held);
    free(files);
}

static bool is_same(const void *entry, const void *key)
{
    const struct held_file *left = entry, *right = key;

    return left->inode == right->inode && left->device == right->device;
}

static uint64_t hash_of(const struct held_file *key)
{
    return hash_mix(hash_mix(0, key->device), key->inode);
}

static const struct held_file *find(const struct mapped_files *files, uint64_t device, uint64_t inode)
{
    const struct held_file key = {.device = device, .inode = inode};

    return hash_table_find(&files->held, hash_of(&key), is_same, &key);
}

bool mapped_files_wants(const struct mapped_files *files, uint64_t device, uint64_t inode)
{
    return inode != 0 && files->held.count < files->limit && !find(files, device, inode);
}

void mapped_files_add(struct mapped_files *files, uint64_t device, uint64_t inode, int descriptor)
{
    if (!mapped_files_wants(files, device, inode)) {
        close(descriptor);
        return;
    }
    struct held_file *held = xmalloc(sizeof *held);
    *held = (struct held_file){device, inode, descriptor};
    hash_table_add(&files->held, hash_of(held), held);
}

int mapped_files_open(const struct mapped_files *files, const struct mapped_file *file)
{
    const struct held_file *held = files && file->inode ? find(files, file->device, file->inode) : NULL;

    if (!held)
        return mapped_file_open(file->path, file);
    const int copy = fcntl(held->descriptor, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? -errno : copy;
}
