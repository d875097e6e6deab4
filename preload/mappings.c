/* SPDX-License-Identifier: MIT
 *
 * Memory that programs map themselves, and libraries that go. The C library's own mappings (malloc's, thread stacks) do not come
 * through here. Until the real functions are known, raw system calls serve. */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include "blocks.h"
#include "hooks.h"
#include "modules.h"
#include "rawcall.h"
#include "real.h"

static void *map(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    if (real_ready() && real.mmap != NULL)
        return real.mmap(address, size, protection, flags, fd, offset);
    long result = raw_syscall6(SYS_mmap, (long)address, (long)size, protection, flags, fd, offset);
    if (result < 0 && result > -4096) {
        errno = (int)-result;
        return MAP_FAILED;
    }
    return (void *)result;
}

static inline void *mapped(void *mapping, size_t size, int flags, const struct caller *caller)
{
    if (mapping == MAP_FAILED || !(lw_ledger.flags & LW_READY))
        return mapping;
    if (flags & MAP_FIXED)
        mapping_given(mapping, size); /* it replaced what was there */
    mapping_taken(mapping, size, LW_FAMILY_MAPPING, caller);
    return mapping;
}

LW_EXPORT void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    struct caller caller = CALLER();
    return mapped(map(address, size, protection, flags, fd, offset), size, flags, &caller);
}

LW_EXPORT void *mmap64(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    struct caller caller = CALLER();
    return mapped(map(address, size, protection, flags, fd, offset), size, flags, &caller);
}

/* What the kernel takes (do_munmap, EINVAL otherwise): whole pages below the end of user memory. Beyond 47 bits only those have
 * memory who ask for it by address, and the ledger knows nothing of it. */
static bool can_be_unmapped(const void *address, size_t size)
{
    const uint64_t end_of_user = (UINT64_C(1) << 47) - 4096, start = (uint64_t)address;

    return size != 0 && (start & 4095) == 0 && start <= end_of_user && size <= end_of_user - start;
}

LW_EXPORT int munmap(void *address, size_t size)
{
    if (!real_ready() || real.munmap == NULL) {
        long result = raw_syscall6(SYS_munmap, (long)address, (long)size, 0, 0, 0, 0);
        if (result == 0)
            return 0;
        errno = (int)-result;
        return -1;
    }
    /* Before the call: afterwards another thread may have mapped something new there. A failing munmap has changed nothing only if
     * its arguments made no sense (EINVAL), so check those first. */
    if (can_be_unmapped(address, size))
        mapping_given(address, size);
    return real.munmap(address, size);
}

LW_EXPORT void *mremap(void *old, size_t old_size, size_t size, int flags, ...)
{
    struct caller caller = CALLER();
    va_list arguments;
    va_start(arguments, flags);
    void *wanted = flags & MREMAP_FIXED ? va_arg(arguments, void *) : NULL;
    va_end(arguments);
    if (!real_ready() || real.mremap == NULL) {
        long result = raw_syscall6(SYS_mremap, (long)old, (long)old_size, (long)size, flags, (long)wanted, 0);
        if (result >= 0 || result <= -4096)
            return (void *)result;
        errno = (int)-result;
        return MAP_FAILED;
    }
    void *mapping = real.mremap(old, old_size, size, flags, wanted);
    if (mapping != MAP_FAILED && old_size != 0)
        mapping_given(old, old_size);
    return mapped(mapping, size, flags & MREMAP_FIXED ? MAP_FIXED : 0, &caller);
}

/* malloc grows the same area by a way of its own; what comes through here is the program's, lies between malloc's pieces, and may
 * hold pointers. */
LW_EXPORT void *sbrk(intptr_t increment)
{
    struct caller caller = CALLER();
    if (!real_ready() || real.sbrk == NULL) {
        errno = ENOMEM;
        return (void *)-1;
    }
    void *area = real.sbrk(increment);
    if (area != (void *)-1 && increment > 0)
        mapping_taken(area, (uint64_t)increment, LW_FAMILY_MAPPING, &caller);
    return area;
}

LW_EXPORT void *shmat(int id, const void *address, int flags)
{
    struct caller caller = CALLER();
    if (!real_ready() || real.shmat == NULL) {
        errno = ENOSYS;
        return (void *)-1;
    }
    void *segment = real.shmat(id, address, flags);
    if (segment != (void *)-1)
        mapping_taken(segment, 0, LW_FAMILY_SHM, &caller); /* its size is the kernel's affair: /proc/PID/maps tells */
    return segment;
}

LW_EXPORT int shmdt(const void *address)
{
    if (!real_ready() || real.shmdt == NULL) {
        errno = ENOSYS;
        return -1;
    }
    int result = real.shmdt(address);
    if (result == 0)
        mapping_given((void *)(uint64_t)address, 4096);
    return result;
}

LW_EXPORT int dlclose(void *handle)
{
    if (!real_ready() || real.dlclose == NULL)
        return -1;
    uint64_t unloaded_before = modules_unloaded();
    int result = real.dlclose(handle);
    if (modules_unloaded() != unloaded_before)
        modules_changed();
    return result;
}
