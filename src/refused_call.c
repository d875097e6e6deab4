/* SPDX-License-Identifier: MIT */
#include "refused_call.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

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
        free(call->stack.frames);
        return;
    }
    calls->items = xreallocarray(calls->items, calls->count + 1, sizeof *calls->items);
    calls->items[calls->count++] = *call;
}

void refused_calls_finish(struct refused_calls *calls)
{
    for (size_t i = 0; i < calls->count; i++)
        free(calls->items[i].stack.frames);
    free(calls->items);
    *calls = (struct refused_calls){0};
}
