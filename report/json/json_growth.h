/* SPDX-License-Identifier: MIT
 * What changed from look to look, as JSON. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_GROWTH_H
#define LEAKWATCH_REPORT_JSON_JSON_GROWTH_H

#include "model/growth.h"
#include "json_parts.h"

/* The member "growth" of a report, with the comma behind it. Nothing if `growth` is NULL. */
void json_growth(struct json_writer *writer, const struct growth *growth);

#endif
