/* SPDX-License-Identifier: MIT */
#include "limit_list.h"

#include <linux/capability.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "look.h"
#include "process_list.h"

#define GROWTH(kind) (1U << GROWTH_##kind)
#define WRITTEN      (GROWTH(HEAP) | GROWTH(SHARED) | GROWTH(STACK))

/* Fills a limit, of which a row may have several: `index` counts from 0 on, until the function returns false. */
typedef bool limit_filler(const struct limits_context *context, size_t index, struct limit *limit);

/* ---- Limits of the process: setrlimit(2) ---- */

static bool fill_process_limit(const struct limits_context *context, size_t index, struct limit *limit, struct known value,
                               struct known used)
{
    if (index > 0 || context->process == NULL)
        return false;
    limit->limit = value;
    limit->used = used;
    limit->left = known_minus(value, used);
    return true;
}

#define PROCESS_FIELD(context, member) ((context)->process ? (context)->process->member : (struct known){0})

static bool fill_address_space(const struct limits_context *context, size_t index, struct limit *limit)
{
    return fill_process_limit(context, index, limit, PROCESS_FIELD(context, limits.address_space),
                              PROCESS_FIELD(context, status.size));
}

static bool fill_data(const struct limits_context *context, size_t index, struct limit *limit)
{
    return fill_process_limit(context, index, limit, PROCESS_FIELD(context, limits.data), PROCESS_FIELD(context, status.data));
}

static bool fill_stack(const struct limits_context *context, size_t index, struct limit *limit)
{
    return fill_process_limit(context, index, limit, PROCESS_FIELD(context, limits.stack), PROCESS_FIELD(context, status.stack));
}

/* With the capability the limit does not count; with a limit of 0 and without it, locking is not allowed at all. */
static bool fill_locked(const struct limits_context *context, size_t index, struct limit *limit)
{
    struct known value = PROCESS_FIELD(context, limits.locked);

    if (context->process && process_look_capable(context->process, CAP_IPC_LOCK))
        value = known_value(KNOWN_UNLIMITED);
    if (value.known && value.value == 0)
        limit->effect = EFFECT_EPERM;
    return fill_process_limit(context, index, limit, value, PROCESS_FIELD(context, status.locked));
}

static bool fill_mappings(const struct limits_context *context, size_t index, struct limit *limit)
{
    return fill_process_limit(context, index, limit, context->machine->settings.max_map_count, PROCESS_FIELD(context, mappings));
}

/* Counted for each user; root, and who has one of two capabilities, may go beyond (kernel/fork.c, copy_process()). */
static bool fill_processes(const struct limits_context *context, size_t index, struct limit *limit)
{
    const struct process_look *process = context->process;
    struct known value, used = {0};

    if (index > 0 || process == NULL || context->all == NULL)
        return false;
    value = process->limits.processes;
    if (process_look_capable(process, CAP_SYS_RESOURCE) || process_look_capable(process, CAP_SYS_ADMIN) ||
        (process->status.user.known && process->status.user.value == 0))
        value = known_value(KNOWN_UNLIMITED);
    if (process->status.user.known)
        used = known_value(process_list_threads(context->all, process->status.user.value));
    return fill_process_limit(context, index, limit, value, used);
}

/* ---- Overcommit ---- */

struct commit_account commit_account_of(const struct limits_context *context)
{
    const struct machine_look *machine = context->machine;
    const struct process_look *process = context->process;
    struct commit_account account = {
        .mode = machine->settings.overcommit_memory,
        .limit = machine->memory.commit_limit,
        .user_reserve = known_value(0),
        .admin_reserve = machine->settings.admin_reserve,
        .committed = machine->memory.committed,
    };

    if (process) {
        account.user_reserve = (struct known){0};
        if (process->status.size.known && machine->settings.user_reserve.known)
            account.user_reserve = known_least(known_value(process->status.size.value / 32), machine->settings.user_reserve);
        if (process_look_capable(process, CAP_SYS_ADMIN))
            account.admin_reserve = known_value(0);
    }
    account.for_process = known_minus(known_minus(account.limit, account.admin_reserve), account.user_reserve);
    if (!account.admin_reserve.known || !account.user_reserve.known)
        account.for_process = (struct known){0};
    account.left = known_minus(account.for_process, account.committed);
    return account;
}

static bool fill_commit(const struct limits_context *context, size_t index, struct limit *limit)
{
    struct commit_account account = commit_account_of(context);

    if (index > 0 || !account.mode.known || account.mode.value != 2)
        return false;
    limit->limit = account.for_process;
    limit->used = account.committed;
    limit->left = account.left;
    return true;
}

/* Heuristic overcommit refuses a request for more than there is at all, and looks at nothing else. */
static bool fill_single_request(const struct limits_context *context, size_t index, struct limit *limit)
{
    const struct memory_info *memory = &context->machine->memory;
    struct known mode = context->machine->settings.overcommit_memory;

    if (index > 0 || !mode.known || mode.value != 0)
        return false;
    limit->limit = limit->left = known_plus(memory->total, memory->swap_total);
    limit->used = known_value(0);
    limit->single_request = true;
    return true;
}

/* ---- Control groups ---- */

/* How much of a group's memory could go to swap before anything else has to give way. */
static struct known swap_for_group(const struct limits_context *context, size_t index)
{
    const struct control_groups *groups = &context->process->groups;
    struct known swap = context->machine->memory.swap_free;

    if (groups->memory[index].swappiness.known && groups->memory[index].swappiness.value == 0)
        return known_value(0);
    for (size_t i = index; i < groups->memory_count; i++)
        if (known_limits(groups->memory[i].swap_limit))
            swap = known_least(swap, known_minus(groups->memory[i].swap_limit, groups->memory[i].swap_used));
    return known_value(swap.value);
}

/* The limit of group `index`, of which pages of files count as left; where their number is not known, at least this is left. */
static bool fill_group(const struct limits_context *context, size_t index, struct limit *limit, struct known value,
                       struct known used, struct known swap)
{
    const struct memory_group *group = &context->process->groups.memory[index];

    limit->where = xstrdup(group->path);
    limit->limit = value;
    limit->used = used;
    limit->left = known_minus(value, used);
    if (known_limits(limit->left))
        limit->left = known_plus(limit->left, known_plus(known_value(group->reclaimable.value), swap));
    return true;
}

static const struct memory_group *group_at(const struct limits_context *context, size_t index)
{
    return context->process && index < context->process->groups.memory_count ? &context->process->groups.memory[index] : NULL;
}

static bool fill_group_limit(const struct limits_context *context, size_t index, struct limit *limit)
{
    const struct memory_group *group = group_at(context, index);

    if (group && group->oom_kill_disabled.value == 1)
        limit->effect = EFFECT_FROZEN;
    return group && fill_group(context, index, limit, group->limit, group->used, swap_for_group(context, index));
}

/* Swapping is what slows down; pages of files go without. */
static bool fill_group_high(const struct limits_context *context, size_t index, struct limit *limit)
{
    const struct memory_group *group = group_at(context, index);

    return group && group->unified && fill_group(context, index, limit, group->high, group->used, known_value(0));
}

static bool fill_group_with_swap(const struct limits_context *context, size_t index, struct limit *limit)
{
    const struct memory_group *group = group_at(context, index);

    return group && !group->unified && fill_group(context, index, limit, group->with_swap, group->with_swap_used, known_value(0));
}

/* Of groups around those that we see, version 1 tells the least limit. What else is in them is not known: more may be used. */
static bool fill_enclosing(const struct limits_context *context, size_t index, struct limit *limit)
{
    size_t count = context->process ? context->process->groups.memory_count : 0;
    struct known visible = {0};

    if (index > 0 || count == 0)
        return false;
    const struct memory_group *outermost = &context->process->groups.memory[count - 1];
    for (size_t i = 0; i < count; i++)
        visible = known_least(visible, context->process->groups.memory[i].limit);
    if (!known_limits(outermost->enclosing) || (visible.known && visible.value <= outermost->enclosing.value))
        return false;
    fill_group(context, count - 1, limit, outermost->enclosing, outermost->used, swap_for_group(context, count - 1));
    free(limit->where);
    limit->where = xstrdup("outside");
    limit->at_most = true;
    return true;
}

static bool fill_group_tasks(const struct limits_context *context, size_t index, struct limit *limit)
{
    if (context->process == NULL || index >= context->process->groups.task_count)
        return false;
    const struct task_group *group = &context->process->groups.tasks[index];
    limit->where = xstrdup(group->path);
    limit->limit = group->limit;
    limit->used = group->used;
    limit->left = known_minus(group->limit, group->used);
    return true;
}

/* ---- The machine ---- */

/* What can be written to before the OOM killer comes: what is available without swapping, and the room in swap. */
static bool fill_memory(const struct limits_context *context, size_t index, struct limit *limit)
{
    const struct memory_info *memory = &context->machine->memory;

    if (index > 0)
        return false;
    limit->limit = known_plus(memory->total, memory->swap_total);
    limit->left = known_plus(memory->available, memory->swap_free);
    if (limit->left.known)
        limit->left = known_least(limit->left, limit->limit); /* a tree need not be consistent */
    limit->used = limit->left.known ? known_minus(limit->limit, limit->left) : (struct known){0};
    return true;
}

static bool fill_huge_pages(const struct limits_context *context, size_t index, struct limit *limit)
{
    const struct memory_info *memory = &context->machine->memory;
    const uint64_t size = memory->huge_page_size.value;

    if (index > 0 || memory->huge_total.value == 0 || size == 0 || !memory->huge_free.known || !memory->huge_reserved.known ||
        memory->huge_total.value > UINT64_MAX / size)
        return false;
    struct known pages = known_minus(memory->huge_free, memory->huge_reserved);
    limit->limit = known_value(memory->huge_total.value * size);
    limit->left = known_least(known_value(pages.value > UINT64_MAX / size ? KNOWN_UNLIMITED : pages.value * size), limit->limit);
    limit->used = known_minus(limit->limit, limit->left);
    return true;
}

static bool fill_tasks_of(const struct limits_context *context, size_t index, struct limit *limit, struct known value)
{
    if (index > 0)
        return false;
    limit->limit = value;
    limit->used = context->machine->tasks;
    limit->left = known_minus(value, context->machine->tasks);
    return true;
}

static bool fill_threads_max(const struct limits_context *context, size_t index, struct limit *limit)
{
    return fill_tasks_of(context, index, limit, context->machine->settings.threads_max);
}

static bool fill_pid_max(const struct limits_context *context, size_t index, struct limit *limit)
{
    return fill_tasks_of(context, index, limit, context->machine->settings.pid_max);
}

/* ---- The table: one more limit is one more line and its function ---- */

static const struct {
    struct limit limit;
    limit_filler *fill;
} rows[] = {
#define ROW(limit_name, id, limit_unit, limit_effect, stopped, fill)                                                               \
    {                                                                                                                              \
        {.name = limit_name, .check = id, .unit = LIMIT_##limit_unit, .effect = EFFECT_##limit_effect, .growths = stopped}, fill   \
    }
    ROW("RLIMIT_AS", "limit.address-space", BYTES, ENOMEM, WRITTEN, fill_address_space),
    ROW("RLIMIT_DATA", "limit.data", BYTES, ENOMEM, GROWTH(HEAP), fill_data),
    ROW("RLIMIT_STACK", "limit.stack", BYTES, SIGSEGV, GROWTH(STACK), fill_stack),
    ROW("RLIMIT_MEMLOCK", "limit.memlock", BYTES, ENOMEM, GROWTH(LOCKED), fill_locked),
    ROW("vm.max_map_count", "limit.maps", COUNT, ENOMEM, GROWTH(MAPPINGS), fill_mappings),
    ROW("RLIMIT_NPROC", "limit.processes", COUNT, EAGAIN, GROWTH(TASKS), fill_processes),
    ROW("CommitLimit", "commit.strict", BYTES, ENOMEM, WRITTEN, fill_commit),
    ROW("single request", "commit.request", BYTES, ENOMEM, GROWTH(HEAP) | GROWTH(SHARED), fill_single_request),
    ROW("cgroup memory", "cgroup.limit", BYTES, SIGKILL, WRITTEN | GROWTH(LOCKED), fill_group_limit),
    ROW("cgroup high", "cgroup.high", BYTES, THROTTLED, WRITTEN | GROWTH(LOCKED), fill_group_high),
    ROW("cgroup memory+swap", "cgroup.swap", BYTES, SIGKILL, WRITTEN | GROWTH(LOCKED), fill_group_with_swap),
    ROW("cgroup enclosing", "cgroup.limit", BYTES, SIGKILL, WRITTEN | GROWTH(LOCKED), fill_enclosing),
    ROW("memory and swap", "system.available", BYTES, SIGKILL, WRITTEN | GROWTH(LOCKED), fill_memory),
    ROW("huge pages", NULL, BYTES, ENOMEM, GROWTH(HUGE_PAGES), fill_huge_pages),
    ROW("cgroup pids", "cgroup.tasks", COUNT, EAGAIN, GROWTH(TASKS), fill_group_tasks),
    ROW("kernel.threads-max", "system.tasks", COUNT, EAGAIN, GROWTH(TASKS), fill_threads_max),
    ROW("kernel.pid_max", "system.tasks", COUNT, EAGAIN, GROWTH(TASKS), fill_pid_max),
#undef ROW
};

void limit_list_make(const struct limits_context *context, struct limit_list *list)
{
    *list = (struct limit_list){0};
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        for (size_t index = 0;; index++) {
            struct limit limit = rows[row].limit;
            if (!rows[row].fill(context, index, &limit))
                break;
            list->items = xgrow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
            list->items[list->count++] = limit;
        }
    }
}

/* ---- Which first ---- */

const struct limit *limit_list_first(const struct limit_list *list, enum growth_kind growth)
{
    const struct limit *first = NULL;

    for (size_t i = 0; i < list->count; i++) {
        const struct limit *limit = &list->items[i];
        if ((limit->growths & 1U << growth) == 0 || limit->single_request || !known_limits(limit->left))
            continue;
        if (first == NULL || limit->left.value < first->left.value)
            first = limit;
    }
    return first;
}

size_t limit_list_all_first(const struct limit_list *list, struct first_limit *first)
{
    size_t count = 0;

    for (enum growth_kind growth = 0; growth < GROWTHS; growth++) {
        const struct limit *limit = limit_list_first(list, growth);
        if (limit)
            first[count++] = (struct first_limit){.growth = growth, .index = (size_t)(limit - list->items)};
    }
    return count;
}

bool limit_refuses(const struct limit *limit, enum growth_kind growth, uint64_t amount)
{
    return (limit->growths & 1U << growth) != 0 && known_limits(limit->left) && amount > limit->left.value;
}
