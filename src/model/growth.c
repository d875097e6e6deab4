/* SPDX-License-Identifier: MIT */
#include "growth.h"

#include <stdlib.h>

void growth_destroy(struct growth *growth)
{
    if (growth == NULL)
        return;
    for (size_t i = 0; i < growth->group_count; i++)
        free(growth->groups[i].content);
    free(growth->groups);
    free(growth->series);
    free(growth);
}
