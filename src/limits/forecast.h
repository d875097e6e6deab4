/* SPDX-License-Identifier: MIT
 *
 * When a process that grows will meet its first limit. Pure. */
#ifndef LEAKWATCH_LIMITS_FORECAST_H
#define LEAKWATCH_LIMITS_FORECAST_H

#include "records/limits_model.h"

/* Of the limits as they are now; the caller releases the result with growth_forecast_finish(). */
struct growth_forecast growth_forecast_make(const struct limit_list *limits, struct growth_estimate growth);

#endif
