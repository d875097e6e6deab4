/* SPDX-License-Identifier: MIT */
#include "real.h"

#include <dlfcn.h>
#include <link.h>
#include <stdint.h>

#include "arena.h"
#include "lsan.h"
#include "sites.h"
#include "walker.h"

struct real real;

/* ---- Memory before the real functions are known ------------------------------------------------------------------------------ */

#define EARLY_SIZE   32768
#define EARLY_HEADER 16
static char early_heap[EARLY_SIZE] __attribute__((aligned(4096)));
static uint64_t early_used;

void *early_allocate(size_t size, size_t alignment)
{
    if (alignment < EARLY_HEADER)
        alignment = EARLY_HEADER;
    if (size > EARLY_SIZE || alignment > 4096)
        return NULL;
    uint64_t needed = EARLY_HEADER + alignment + ((size + 15) & ~(size_t)15);
    uint64_t start = __atomic_fetch_add(&early_used, needed, __ATOMIC_RELAXED);
    if (start + needed > EARLY_SIZE)
        return NULL;
    uint64_t block = ((uint64_t)early_heap + start + EARLY_HEADER + alignment - 1) & ~(uint64_t)(alignment - 1);
    ((uint64_t *)block)[-1] = size;
    return (void *)block;
}

bool early_owns(const void *block)
{
    return (const char *)block >= early_heap && (const char *)block < early_heap + EARLY_SIZE;
}

size_t early_size(const void *block)
{
    return ((const uint64_t *)block)[-1];
}

/* ---- Lookup ------------------------------------------------------------------------------------------------------------------ */

static void *scope = RTLD_NEXT; /* where the functions are looked up */

void real_come_late(void *program)
{
    scope = program;
    lw_ledger.flags |= LW_LATE;
}

/* A program at a fixed address that takes the address of a function gets that of its own entry for it in the PLT; then that is the
 * function's address for all (System V ABI for AMD64, 5.2), and no definition. */
static bool is_of_plt(const void *function)
{
    Dl_info info;
    const ElfW(Sym) *symbol = NULL;
    return dladdr1(function, &info, (void **)&symbol, RTLD_DL_SYMENT) != 0 && symbol != NULL && symbol->st_shndx == SHN_UNDEF;
}

/* The first definition in the libraries behind the program. Their handles are not given back: who has started with the program
 * stays. */
static void *look_behind_program(const char *name)
{
    struct link_map *map;
    if (dlinfo(scope, RTLD_DI_LINKMAP, &map) != 0)
        return NULL;
    while ((map = map->l_next) != NULL) {
        void *library = map->l_name[0] != '\0' ? dlopen(map->l_name, RTLD_LAZY | RTLD_NOLOAD) : NULL;
        void *found = library != NULL ? dlsym(library, name) : NULL;
        Dl_info info;
        if (found != NULL && dladdr(found, &info) && (uint64_t)info.dli_fbase == map->l_addr)
            return found;
    }
    return NULL;
}

static void *look_up(const char *name)
{
    void *found = dlsym(scope, name);
    if (scope == RTLD_NEXT)
        return found;
    if (found != NULL && is_of_plt(found))
        found = look_behind_program(name);
    return found != NULL ? found : real_find_late(name);
}

static void look_up_all(void)
{
#define HOOK(name, result, parameters) real.name = (result(*) parameters)look_up(#name);
#include "hooks.def"
#undef HOOK
}

static void switch_off(enum lw_off_reason reason)
{
    lw_ledger.off_reason = reason;
    __atomic_or_fetch(&lw_ledger.flags, LW_OFF, __ATOMIC_RELEASE);
}

/* glibc's chunks are at least 32 bytes, so one word serves 32 bytes of addresses; of other allocators only the alignment is known.
 * What counts is where malloc lies: other allocators define __libc_malloc, too. */
static void recognise_allocator(void)
{
    Dl_info of_malloc, of_libc;
    bool glibc = dladdr((void *)real.malloc, &of_malloc) && dladdr(dlsym(RTLD_NEXT, "gnu_get_libc_version"), &of_libc) &&
                 of_malloc.dli_fbase == of_libc.dli_fbase;
    lw_ledger.granule_shift = glibc ? LW_GRANULE_SHIFT_GLIBC : LW_GRANULE_SHIFT_OTHER;
    if (glibc)
        lw_ledger.flags |= LW_GLIBC;
}

bool real_ready_slow(void)
{
    enum { UNTOUCHED, UNDER_WAY, DONE };
    static uint32_t state;
    uint32_t expected = UNTOUCHED;
    if (!__atomic_compare_exchange_n(&state, &expected, UNDER_WAY, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return expected == DONE;
    look_up_all();
    lsan_look_up();
    recognise_allocator();
    /* Lookups that failed left a message behind, which is none of the program's: once to take it, once to drop it. */
    dlerror();
    dlerror();
    walk_init();
    if (real.malloc == NULL || real.free == NULL)
        switch_off(LW_OFF_NO_SYMBOLS);
    else if (arena_init() != 0 || sites_init() != 0)
        switch_off(LW_OFF_NO_MEMORY);
    if (lw_ledger.callers == 0)
        lw_ledger.callers = LW_DEFAULT_FRAMES;
    lw_ledger.version = LW_LEDGER_VERSION;
    lw_ledger.size = sizeof lw_ledger;
    __atomic_store_n(&lw_ledger.magic, LW_LEDGER_MAGIC, __ATOMIC_RELEASE);
    __atomic_or_fetch(&lw_ledger.flags, LW_READY, __ATOMIC_RELEASE);
    __atomic_store_n(&state, DONE, __ATOMIC_RELEASE);
    return true;
}

void *real_find_late(const char *name)
{
    /* A plugin loaded with RTLD_LOCAL brought the C++ library: it is loaded, but RTLD_NEXT does not see it. */
    static const char *const libraries[] = {"libstdc++.so.6", "libc++abi.so.1", "libc++.so.1"};
    for (unsigned i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        void *library = dlopen(libraries[i], RTLD_LAZY | RTLD_NOLOAD);
        void *function = library ? dlsym(library, name) : NULL;
        if (function == NULL)
            dlerror();
        if (function != NULL)
            return function;
    }
    return NULL;
}
