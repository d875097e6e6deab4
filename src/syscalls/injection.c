/* SPDX-License-Identifier: MIT */
#include "injection.h"

#include <stdlib.h>

#include "abi/errors.h"

static void finish_pokes(struct injection_pokes *pokes)
{
    for (size_t i = 0; i < pokes->count; i++)
        free(pokes->items[i].bytes);
    free(pokes->items);
    *pokes = (struct injection_pokes){0};
}

void injection_finish(struct injection *injection)
{
    finish_pokes(&injection->poke_enter);
    finish_pokes(&injection->poke_exit);
}

bool injection_when_holds(const struct injection_when *when, uint64_t invocation)
{
    if (invocation < when->first || (when->last != INJECTION_NO_LAST && invocation > when->last))
        return false;
    return (invocation - when->first) % when->step == 0;
}

int injection_value_as_error(const struct injection *injection)
{
    if (!(injection->parts & INJECT_VALUE) || injection->value < -(uint64_t)ERROR_NUMBER_MAX)
        return 0;
    return (int)-injection->value;
}
