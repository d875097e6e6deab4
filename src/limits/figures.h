/* SPDX-License-Identifier: MIT
 *
 * What was seen of a process or of the machine as named numbers, for reports. Pure. */
#ifndef LEAKWATCH_LIMITS_FIGURES_H
#define LEAKWATCH_LIMITS_FIGURES_H

#include "records/limits_model.h"

struct limits_context;

/* Adds the figures of context->process, or, without one, those of the machine. The same names always, also of what is not known. */
void figures_make(const struct limits_context *context, struct figure_list *list);

#endif
