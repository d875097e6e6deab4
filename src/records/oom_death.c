/* SPDX-License-Identifier: MIT */
#include "oom_death.h"

void oom_death_finish(struct oom_death *death)
{
    limit_warning_finish(&death->limit);
    *death = (struct oom_death){0};
}
