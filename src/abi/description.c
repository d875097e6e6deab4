/* SPDX-License-Identifier: MIT */
#include "description.h"

const char *constant_set_name(const struct constant_set *set, uint64_t number)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->constants[i].value == number)
            return set->constants[i].name;
    return NULL;
}
