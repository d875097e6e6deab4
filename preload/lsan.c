/* SPDX-License-Identifier: MIT */
#include "lsan.h"

#include <dlfcn.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "blocks.h"
#include "rawcall.h"
#include "real.h"
#include "threads.h"

typedef const char *text_function(void);
static text_function *default_suppressions, *default_options;

void lsan_look_up(void)
{
    default_suppressions = (text_function *)dlsym(RTLD_DEFAULT, "__lsan_default_suppressions");
    default_options = (text_function *)dlsym(RTLD_DEFAULT, "__lsan_default_options");
}

void lsan_read_defaults(void)
{
    lw_ledger.suppressions = default_suppressions ? (uint64_t)default_suppressions() : 0;
    lw_ledger.lsan_options = default_options ? (uint64_t)default_options() : 0;
}

/* The result the supervisor gives; 0 without one. */
static long request(enum lw_request request, uint64_t argument)
{
    long result = raw_syscall6(SYS_prctl, LW_REQUEST, request, (long)argument, 0, 0, 0);
    return result > 0 ? result : 0;
}

int __lsan_do_recoverable_leak_check(void);
void __lsan_do_leak_check(void);
void __lsan_disable(void);
void __lsan_enable(void);
void __lsan_ignore_object(const void *block);
void __lsan_register_root_region(const void *address, size_t size);
void __lsan_unregister_root_region(const void *address, size_t size);
long leakwatch_check(void);
void leakwatch_mark(const char *name);
void leakwatch_rt_begin(void);

LW_EXPORT int __lsan_do_recoverable_leak_check(void)
{
    return request(LW_REQUEST_CHECK, 0) != 0;
}

/* LeakSanitizer ends the program here if there are leaks; a supervisor that only watches reports them, and the program goes on. */
LW_EXPORT void __lsan_do_leak_check(void)
{
    request(LW_REQUEST_FINAL, 0);
}

LW_EXPORT void __lsan_disable(void)
{
    struct thread *thread = real_ready() ? thread_current() : NULL;
    if (thread != NULL)
        thread->quiet++;
}

LW_EXPORT void __lsan_enable(void)
{
    struct thread *thread = real_ready() ? thread_current() : NULL;
    if (thread != NULL && thread->quiet != 0)
        thread->quiet--;
}

LW_EXPORT void __lsan_ignore_object(const void *block)
{
    if (real_ready() && block != NULL)
        block_ignore((void *)(uint64_t)block);
}

LW_EXPORT void __lsan_register_root_region(const void *address, size_t size)
{
    for (unsigned i = 0; i < LW_ROOT_REGIONS && size != 0; i++) {
        struct lw_root_region *region = &lw_ledger.root_regions[i];
        uint64_t expected = 0;
        if (!__atomic_compare_exchange_n(&region->size, &expected, size, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
            continue;
        region->address = (uint64_t)address;
        uint32_t count = __atomic_load_n(&lw_ledger.root_region_count, __ATOMIC_RELAXED);
        while (count <= i &&
               !__atomic_compare_exchange_n(&lw_ledger.root_region_count, &count, i + 1, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
            continue;
        return;
    }
}

LW_EXPORT void __lsan_unregister_root_region(const void *address, size_t size)
{
    for (unsigned i = 0; i < LW_ROOT_REGIONS; i++) {
        struct lw_root_region *region = &lw_ledger.root_regions[i];
        if (region->address == (uint64_t)address && region->size == size) {
            __atomic_store_n(&region->size, 0, __ATOMIC_RELEASE);
            return;
        }
    }
}

LW_EXPORT long leakwatch_check(void)
{
    return request(LW_REQUEST_CHECK, 0);
}

LW_EXPORT void leakwatch_mark(const char *name)
{
    request(LW_REQUEST_MARK, (uint64_t)name);
}

LW_EXPORT void leakwatch_rt_begin(void)
{
    request(LW_REQUEST_REALTIME, 0);
}
