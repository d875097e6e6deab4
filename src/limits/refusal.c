/* SPDX-License-Identifier: MIT */
#include "refusal.h"

#include <string.h>

#include "base/xalloc.h"
#include "limit_list.h"

static bool is(const struct limit *limit, const char *name)
{
    return strcmp(limit->name, name) == 0;
}

/* How much of what the limit is about was asked for; 0: nothing. */
static uint64_t amount_for(const struct limit *limit, const struct memory_request *request)
{
    if (is(limit, "vm.max_map_count"))
        return request->maps;
    if (limit->growths == 1U << GROWTH_TASKS)
        return request->task;
    if (is(limit, "RLIMIT_AS"))
        return request->new_addresses ? request->bytes : 0;
    if (is(limit, "RLIMIT_DATA"))
        return request->data ? request->bytes : 0;
    if (is(limit, "RLIMIT_STACK"))
        return request->stack ? request->bytes : 0;
    if (is(limit, "RLIMIT_MEMLOCK"))
        return request->locked ? request->bytes : 0;
    if (is(limit, "CommitLimit") || limit->single_request)
        return request->committed ? request->bytes : 0;
    return 0;
}

static enum growth_kind growth_for(const struct limit *limit, const struct memory_request *request)
{
    if (limit->growths == 1U << GROWTH_TASKS)
        return GROWTH_TASKS;
    if (limit->unit == LIMIT_COUNT)
        return GROWTH_MAPPINGS;
    if (is(limit, "RLIMIT_MEMLOCK"))
        return GROWTH_LOCKED;
    return request->stack ? GROWTH_STACK : GROWTH_HEAP;
}

void refusal_explain(const struct limit_list *list, const struct memory_request *request, struct refused_call *call)
{
    call->limit_count = 0;
    for (size_t i = 0; i < list->count && call->limit_count < REFUSING_LIMITS_MAX; i++) {
        const struct limit *limit = &list->items[i];
        const uint64_t amount = amount_for(limit, request);
        if (limit_refuses(limit, growth_for(limit, request), amount))
            call->limits[call->limit_count++] = (struct refusing_limit){limit->name,
                                                                        limit->unit,
                                                                        limit->limit.value,
                                                                        limit->used.value,
                                                                        amount - limit->left.value,
                                                                        limit->where ? xstrdup(limit->where) : NULL};
    }
}
