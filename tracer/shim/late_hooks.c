/* SPDX-License-Identifier: MIT */
#include "late_hooks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/xalloc.h"
#include "x86/relocated_code.h"
#include "late_slots.h"

enum {
    ISLAND_SIZE = 16384,
    PLACE_SIZE = 160, /* of one hook in an island: a far jump, and behind it the beginning of the function */
    PLACE_BEGINNING = 16,
    FUNCTION_MAX = 16384, /* bytes of a function that are looked at */
    PAGE = 4096,
};
_Static_assert((int)PLACE_BEGINNING >= (int)CODE_FAR_JUMP_SIZE && (int)PLACE_BEGINNING + (int)CODE_RELOCATED_MAX <= (int)PLACE_SIZE,
               "both fit");
_Static_assert(sizeof((struct lw_hook *)0)->original >= CODE_JUMP_SIZE, "what is overwritten fits");

/* How far from a function an island may be: what the function's beginning refers to is not always close to it. */
static const uint64_t reach = UINT64_C(3) << 29;

/* ---- The table --------------------------------------------------------------------------------------------------------------- */

int late_hooks_read(struct late_hooks *hooks, struct tracee_memory *memory, uint64_t address)
{
    const struct memory_view view = tracee_memory_view(memory);
    struct lw_late *table = &hooks->table;

    *hooks = (struct late_hooks){.memory = memory, .address = address};
    if (memory_read(&view, address, table, sizeof *table) != sizeof *table)
        return -EFAULT;
    if (table->magic == 0)
        return -ENOENT;
    if (table->magic != LW_LATE_MAGIC || table->version != LW_LATE_VERSION || table->size != sizeof *table ||
        table->hook_count > LW_LATE_HOOKS || table->island_count > LW_LATE_ISLANDS || table->slot_count > LW_LATE_SLOTS)
        return -EPROTO;
    return 0;
}

static int write_table(struct late_hooks *hooks)
{
    return tracee_memory_write(hooks->memory, hooks->address, &hooks->table, sizeof hooks->table);
}

static bool reads_as(const struct late_hooks *hooks, uint64_t address, const void *bytes, size_t size)
{
    const struct memory_view view = tracee_memory_view(hooks->memory);
    uint8_t there[16];

    return size <= sizeof there && memory_read(&view, address, there, size) == size && memcmp(there, bytes, size) == 0;
}

/* ---- Islands ----------------------------------------------------------------------------------------------------------------- */

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a < b ? b - a : a - b;
}

/* The free place closest to `address`. Nothing is put where the heap or a stack may want to grow. Returns 0 if all are too far. */
static uint64_t find_gap(const struct memory_maps *maps, uint64_t address)
{
    uint64_t best = 0;

    for (size_t i = 1; i < maps->count; i++) {
        const struct memory_map *below = &maps->maps[i - 1], *above = &maps->maps[i];
        if (above->start - below->end < ISLAND_SIZE + 2 * PAGE || strcmp(below->path, "[heap]") == 0 ||
            strcmp(above->path, "[stack]") == 0)
            continue;
        const uint64_t low = below->end + PAGE, high = above->start - PAGE - ISLAND_SIZE;
        const uint64_t place = address < low ? low : address > high ? high : address & -(uint64_t)PAGE;
        if (distance(place, address) < reach && (best == 0 || distance(place, address) < distance(best, address)))
            best = place;
    }
    return best;
}

static int map_island(struct late_hooks *hooks, struct borrowed_thread *borrowed, const struct memory_maps *maps, uint64_t address)
{
    const uint64_t gap = find_gap(maps, address);
    const uint64_t arguments[6] = {
        gap, ISLAND_SIZE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, UINT64_MAX, 0};
    int64_t result;

    if (gap == 0 || hooks->table.island_count == LW_LATE_ISLANDS)
        return -ENOSPC;
    int error = borrowed_thread_syscall(borrowed, SYS_mmap, arguments, &result);
    if (!error && result < 0 && result > -PAGE)
        error = (int)result;
    if (error)
        return error;
    hooks->table.islands[hooks->table.island_count++] = (struct lw_island){(uint64_t)result, ISLAND_SIZE, 0};
    return distance((uint64_t)result, address) < reach ? 0 : -ENOSPC; /* an old kernel put it somewhere else */
}

static struct lw_island *island_near(struct late_hooks *hooks, uint64_t address)
{
    for (uint64_t i = 0; i < hooks->table.island_count; i++) {
        struct lw_island *island = &hooks->table.islands[i];
        if (distance(island->start, address) < reach && island->used + PLACE_SIZE <= island->size)
            return island;
    }
    return NULL;
}

/* ---- Functions --------------------------------------------------------------------------------------------------------------- */

/* Functions with several names are hooked once. */
static struct lw_hook *first_of(struct late_hooks *hooks, const struct lw_hook *hook)
{
    struct lw_hook *first = hooks->table.hooks;

    while (first->function != hook->function)
        first++;
    return first;
}

/* Writes the place of a hook in an island: the way to the shim, and the beginning of the function. */
static int write_place(struct late_hooks *hooks, struct lw_hook *hook, uint64_t place)
{
    const struct memory_view view = tracee_memory_view(hooks->memory);
    uint8_t *code = xmalloc(FUNCTION_MAX), bytes[PLACE_SIZE];
    const size_t size = memory_read(&view, hook->function, code, FUNCTION_MAX);

    memset(bytes, 0xcc, sizeof bytes);
    code_write_far_jump(bytes, hook->hook);
    int error = hook->size == 0 || size < CODE_JUMP_SIZE ? -ENOTSUP : 0;
    if (!error) {
        const int moved = code_relocate(code, size, hook->size, hook->function, place + PLACE_BEGINNING, bytes + PLACE_BEGINNING);
        error = moved < 0 ? moved : 0;
    }
    if (!error)
        error = tracee_memory_write_code(hooks->memory, place, bytes, sizeof bytes);
    if (!error) {
        memcpy(hook->original, code, sizeof hook->original);
        hook->island = place;
    }
    free(code);
    return error;
}

static int make_place(struct late_hooks *hooks, struct lw_hook *hook, struct borrowed_thread *borrowed,
                      const struct memory_maps *maps)
{
    struct lw_island *island = island_near(hooks, hook->function);
    int error = 0;

    if (!island) {
        error = map_island(hooks, borrowed, maps, hook->function);
        island = error ? NULL : island_near(hooks, hook->function);
    }
    if (!island)
        return error ? error : -ENOSPC;
    error = write_place(hooks, hook, island->start + island->used);
    if (!error)
        island->used += PLACE_SIZE;
    return error;
}

/* The function may be gone since, with its library. */
static int check_place(const struct late_hooks *hooks, const struct lw_hook *hook)
{
    return reads_as(hooks, hook->function, hook->original, CODE_JUMP_SIZE) ? 0 : -ESTALE;
}

/* Makes what a jump leads to. */
static int prepare_jump(struct late_hooks *hooks, struct lw_hook *hook, struct borrowed_thread *borrowed,
                        const struct memory_maps *maps)
{
    const struct lw_hook *first = first_of(hooks, hook);

    if (first == hook)
        return hook->island ? check_place(hooks, hook) : make_place(hooks, hook, borrowed, maps);
    if (hooks->left_out[first - hooks->table.hooks])
        return -ESTALE;
    return first->island == 0 ? -ENOTSUP : 0;
}

static bool is_immovable(int error)
{
    return error == -ENOTSUP || error == -ENOSPC || error == -ERANGE;
}

/* Decides how the function is hooked, and tells the shim where to call it. */
static int prepare(struct late_hooks *hooks, struct lw_hook *hook, struct borrowed_thread *borrowed, const struct memory_maps *maps)
{
    const int error = prepare_jump(hooks, hook, borrowed, maps);
    const bool by_slots = is_immovable(error);
    uint64_t real = hook->function;

    if (error && !by_slots)
        return error;
    if (!by_slots)
        real = first_of(hooks, hook)->island + PLACE_BEGINNING;
    hooks->by_slots[hook - hooks->table.hooks] = by_slots;
    return tracee_memory_write(hooks->memory, hook->real, &real, sizeof real);
}

static void leave_out_operators(struct late_hooks *hooks)
{
    for (uint32_t i = 0; i < hooks->table.hook_count; i++)
        hooks->left_out[i] |= hooks->table.hooks[i].group == LW_HOOK_OPERATOR;
}

static const char *reason_of(int error)
{
    return error == -ESTALE ? "its code has changed" : strerror(-error);
}

int late_hooks_prepare(struct late_hooks *hooks, struct borrowed_thread *borrowed, const struct memory_maps *maps, char **problem)
{
    bool operators = true;
    int result = 0;

    for (uint32_t i = 0; i < hooks->table.hook_count && !result; i++) {
        struct lw_hook *hook = &hooks->table.hooks[i];
        int error = prepare(hooks, hook, borrowed, maps);
        if (error == -ESRCH || (error && hook->group == LW_HOOK_NEEDED)) {
            *problem = xasprintf("%.*s cannot be hooked: %s", (int)sizeof hook->name, hook->name, reason_of(error));
            result = error;
        }
        hooks->left_out[i] = error != 0;
        operators &= !error || hook->group != LW_HOOK_OPERATOR;
    }
    if (!operators)
        leave_out_operators(hooks);
    int error = write_table(hooks);
    if (!result && error)
        *problem = xasprintf("the table of hooks cannot be written: %s", strerror(-error));
    return result ? result : error;
}

/* ---- Jumps ------------------------------------------------------------------------------------------------------------------- */

static bool is_jump(const struct late_hooks *hooks, uint32_t index)
{
    return hooks->table.hooks[index].island != 0 && !hooks->left_out[index];
}

bool late_hooks_by_slots(const struct late_hooks *hooks, uint32_t index)
{
    return hooks->by_slots[index] && !hooks->left_out[index];
}

bool late_hooks_any_by_slots(const struct late_hooks *hooks)
{
    bool any = false;

    for (uint32_t i = 0; i < hooks->table.hook_count; i++)
        any |= late_hooks_by_slots(hooks, i);
    return any;
}

bool late_hooks_covers(const struct late_hooks *hooks, uint64_t address)
{
    for (uint32_t i = 0; i < hooks->table.hook_count; i++) {
        const struct lw_hook *hook = &hooks->table.hooks[i];
        if (is_jump(hooks, i) && address > hook->function && address < hook->function + CODE_JUMP_SIZE)
            return true;
    }
    return false;
}

static int write_jumps(struct late_hooks *hooks)
{
    uint8_t jump[CODE_JUMP_SIZE];
    int error = 0;

    for (uint32_t i = 0; i < hooks->table.hook_count && !error; i++) {
        const struct lw_hook *hook = &hooks->table.hooks[i];
        if (!hook->hooked)
            continue;
        error = check_place(hooks, hook);
        if (!error)
            error = code_write_jump(jump, hook->function, hook->island);
        if (!error)
            error = tracee_memory_write_code(hooks->memory, hook->function, jump, sizeof jump);
    }
    return error;
}

int late_hooks_install(struct late_hooks *hooks, const struct memory_maps *maps, uint64_t debug)
{
    int error = late_slots_find(hooks, maps, debug);

    if (error) {
        hooks->table.slot_count = 0;
        return error;
    }
    /* The table first: if we are killed in between, whoever comes next finds out which of them are in. */
    for (uint32_t i = 0; i < hooks->table.hook_count; i++)
        hooks->table.hooks[i].hooked = is_jump(hooks, i);
    error = write_table(hooks);
    if (!error)
        error = write_jumps(hooks);
    if (!error)
        error = late_slots_install(hooks);
    if (error)
        late_hooks_remove(hooks);
    return error;
}

/* Only a jump of ours is overwritten: the library may have been unloaded, and another be in its place. */
int late_hooks_remove(struct late_hooks *hooks)
{
    uint8_t jump[CODE_JUMP_SIZE];
    int result = late_slots_remove(hooks);

    for (uint32_t i = 0; i < hooks->table.hook_count; i++) {
        struct lw_hook *hook = &hooks->table.hooks[i];
        if (!hook->hooked)
            continue;
        int error = code_write_jump(jump, hook->function, hook->island);
        if (!error && reads_as(hooks, hook->function, jump, sizeof jump))
            error = tracee_memory_write_code(hooks->memory, hook->function, hook->original, CODE_JUMP_SIZE);
        hook->hooked = error != 0;
        result = error ? error : result;
    }
    int error = write_table(hooks);
    return result ? result : error;
}
