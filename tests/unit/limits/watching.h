/* SPDX-License-Identifier: MIT
 * Looks at process 100 of a made-up tree, and what was found. */
#ifndef LEAKWATCH_TESTS_LIMITS_WATCHING_H
#define LEAKWATCH_TESTS_LIMITS_WATCHING_H

#include "limits/checks.h"
#include "limits/watch.h"
#include "tree.h"

#define SECOND UINT64_C(1000000000)

extern struct watch *watch;
extern struct limits_report report;
extern struct watch_settings settings;

/* For `.init` and `.fini`: a tree with a machine and a process that are well. */
void watching_begin(void);
void watching_end(void);

void look_at(uint64_t seconds);
/* One look, and the report. */
void look(void);
/* Forgets all looks, and takes one with what settings are now. */
void look_afresh(void);

/* The finding of a check; find(): of the process, or else of the machine. NULL: there is none. */
const struct limit_finding *find_in(const struct finding_list *list, const char *id);
const struct limit_finding *find(const char *id);
/* There is this finding, with `numbers` among what it says, and no other warning or error. */
void assert_found(const char *id, enum finding_severity severity, const char *numbers);

/* Puts `line` in place of the line of /proc/100/status that begins with `field`. */
void replace_status(const char *field, const char *line);
/* Puts the process into group /a of version 2, with this memory.max and memory.current. */
void write_group(const char *limit, const char *used);

#endif
