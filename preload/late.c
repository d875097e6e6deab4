/* SPDX-License-Identifier: MIT
 *
 * Nothing is hooked here: the supervisor does that, from the table that this makes. */
#include "late.h"

#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "hooks.h"
#include "real.h"
#include "rows.h"
#include "sites.h"
#include "threads.h"

struct lw_late lw_late LW_EXPORT;

/* A library that was preloaded is in the scope of the program; one that was loaded into it later is not. The handle is not given
 * back: dlclose() is a hook of ours, and the program itself is never unloaded. */
static bool is_preloaded(void *program)
{
    const bool found = program == NULL || dlsym(program, LW_LEDGER_SYMBOL) == &lw_ledger;
    dlerror();
    dlerror();
    return found;
}

static bool is_any_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

/* Whether a function is hooked in this way. Mappings are not: the C library's own come through the same functions, with locks held.
 */
static bool is_hooked_late(const char *name)
{
    static const char *const mappings[] = {"mmap", "mmap64", "munmap", "mremap", "sbrk", "shmat", "shmdt", NULL};
    return !is_any_of(name, mappings);
}

static enum lw_hook_group group_of(const char *name)
{
    static const char *const wanted[] = {"dlclose", "valloc", "pvalloc", "cfree", NULL};
    if (strncmp(name, "_Z", 2) == 0)
        return LW_HOOK_OPERATOR;
    return is_any_of(name, wanted) ? LW_HOOK_WANTED : LW_HOOK_NEEDED;
}

static uint64_t size_of(uint64_t function)
{
    Dl_info info;
    const ElfW(Sym) *symbol = NULL;
    if (dladdr1((const void *)function, &info, (void **)&symbol, RTLD_DL_SYMENT) == 0 || symbol == NULL ||
        (uint64_t)info.dli_saddr != function)
        return 0;
    return symbol->st_size;
}

static void add_hook(const char *name, uint64_t function, const void *hook, void *slot)
{
    if (function == 0 || !is_hooked_late(name) || lw_late.hook_count == LW_LATE_HOOKS)
        return;
    struct lw_hook *entry = &lw_late.hooks[lw_late.hook_count++];
    strncpy(entry->name, name, sizeof entry->name - 1);
    entry->function = function;
    entry->size = size_of(function);
    entry->hook = (uint64_t)hook;
    entry->real = (uint64_t)slot;
    entry->group = group_of(name);
}

/* ---- Once more ----------------------------------------------------------------------------------------------------------------
 */

/* Pages that were never written stay so. */
static void clear_words(uint64_t *words, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        if (words[i] != 0)
            words[i] = 0;
}

static void clear_blocks(void)
{
    for (unsigned i = 0; i < LW_DIRECTORY_ENTRIES; i++) {
        const uint64_t *table = (const uint64_t *)lw_ledger.directory[i];
        for (unsigned j = 0; table != NULL && j < LW_TABLE_ENTRIES; j++)
            if (table[j] != 0)
                clear_words((uint64_t *)table[j], LW_CHUNK_SPAN >> lw_ledger.granule_shift);
    }
}

static void clear_counts(void)
{
    for (uint32_t id = 0; id <= lw_ledger.site_count; id++) {
        struct lw_site *site = site_get(id);
        if (site != NULL)
            clear_words(&site->taken_blocks, (sizeof *site - offsetof(struct lw_site, taken_blocks)) / sizeof(uint64_t));
    }
    for (struct thread *thread = (struct thread *)lw_ledger.threads; thread; thread = (struct thread *)thread->shared.next) {
        memset(thread->shared.deltas, 0, sizeof thread->shared.deltas);
        thread->shared.moving_address = 0;
        thread->shared.unpublished_bytes = thread->shared.unpublished_bytes_max = 0;
    }
    memset(lw_ledger.faults, 0, sizeof lw_ledger.faults);
    lw_ledger.fault_count = lw_ledger.epoch = 0;
    lw_ledger.live_bytes = lw_ledger.peak_bytes = lw_ledger.peak_copy_bytes = lw_ledger.lost_blocks = 0;
}

/* Modules may have been unloaded while nobody looked: what is remembered of code and stacks may be wrong. Call sites stay, under
 * the generation of their time. */
static void late_reset(void)
{
    clear_blocks();
    clear_counts();
    rows_flush();
    lw_ledger.generation++;
}

void late_begin(void)
{
    if (lw_ledger.flags & LW_READY)
        return;
    void *program = dlopen(NULL, RTLD_LAZY);
    if (is_preloaded(program))
        return;
    real_come_late(program);
    real_ready();
#define HOOK(name, result, parameters) add_hook(#name, (uint64_t)real.name, (const void *)name, &real.name);
#include "hooks.def"
#undef HOOK
    lw_late.reset = (uint64_t)late_reset;
    lw_late.version = LW_LATE_VERSION;
    lw_late.size = sizeof lw_late;
    __atomic_store_n(&lw_late.magic, LW_LATE_MAGIC, __ATOMIC_RELEASE);
}
