/* SPDX-License-Identifier: MIT
 * The call sites of a ledger, and what its threads hold back. Part of ledger_reader.h. */
#ifndef LEAKWATCH_TRACER_LEDGER_LEDGER_SITES_H
#define LEAKWATCH_TRACER_LEDGER_LEDGER_SITES_H

#include "ledger_reader.h"
#include "ledger_source.h"

/* Fills contents->sites; damaged sites stay empty. */
void ledger_sites_read(struct ledger_source *source, const struct lw_ledger *ledger, struct ledger_contents *contents);

/* Takes the frames that lie in `code` out of all sites: the shim's own, where a signal handler or a new handler interrupted it. */
void ledger_sites_leave_out(struct ledger_contents *contents, struct address_range code);

#endif
