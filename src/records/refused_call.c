/* SPDX-License-Identifier: MIT */
#include "refused_call.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static const struct {
    const char *check, *call; /* NULL: all others */
} checks[] = {
#define CHECK(id, call, meaning, formula, remedy) {id, call},
#include "refusal_checks.def"
#undef CHECK
};

static size_t find_check(const char *call)
{
    size_t i = 0;

    while (checks[i].call && strcmp(checks[i].call, call) != 0)
        i++;
    return i;
}

const char *refused_call_check(const char *name)
{
    return checks[find_check(name)].check;
}

/* Most programs are prepared for an error; for one of these nobody is. */
enum finding_severity refused_call_severity(const char *name)
{
    return checks[find_check(name)].call ? FINDING_ERROR : FINDING_NOTE;
}

static void finish(struct refused_call *call)
{
    free(call->stack.frames);
    for (size_t i = 0; i < call->limit_count; i++)
        free(call->limits[i].where);
}

bool refused_calls_repeat(struct refused_calls *calls, const char *name, int error, uint32_t site)
{
    for (size_t i = 0; i < calls->count; i++) {
        struct refused_call *call = &calls->items[i];
        if (call->site == site && call->error == error && strcmp(call->name, name) == 0) {
            call->count++;
            return true;
        }
    }
    return false;
}

void refused_calls_add(struct refused_calls *calls, const struct refused_call *call)
{
    if (calls->count == REFUSED_CALLS_MAX) {
        calls->dropped++;
        struct refused_call unwanted = *call;
        finish(&unwanted);
        return;
    }
    calls->items = xreallocarray(calls->items, calls->count + 1, sizeof *calls->items);
    calls->items[calls->count++] = *call;
}

void refused_calls_finish(struct refused_calls *calls)
{
    for (size_t i = 0; i < calls->count; i++)
        finish(&calls->items[i]);
    free(calls->items);
    *calls = (struct refused_calls){0};
}
