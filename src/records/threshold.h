/* SPDX-License-Identifier: MIT
 *
 * Thresholds that the user has set for each process, and what is kept when one is crossed. Pure. */
#ifndef LEAKWATCH_RECORDS_THRESHOLD_H
#define LEAKWATCH_RECORDS_THRESHOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "call_stack.h"
#include "limits_model.h" /* enum limit_unit, enum limit_effect */

struct heap_site;

enum threshold_kind {
    THRESHOLD_LIVE,     /* bytes of blocks that are not freed */
    THRESHOLD_RSS,      /* bytes resident, VmRSS, without leakwatch's own */
    THRESHOLD_LOCKED,   /* bytes locked, without leakwatch's own */
    THRESHOLD_MAPPINGS, /* mappings, as vm.max_map_count counts them */
    THRESHOLD_KINDS
};

/* The most that is allowed of each; 0: there is no threshold. */
struct thresholds {
    uint64_t most[THRESHOLD_KINDS];
};
bool thresholds_exist(const struct thresholds *thresholds);
/* "live", "rss", "locked", "mappings": as behind --max- and in JSON. Static. */
const char *threshold_name(enum threshold_kind kind);

/* So many call sites are kept of each crossing, and so many crossings of each process. */
#define THRESHOLD_SITES_MAX     5
#define THRESHOLD_CROSSINGS_MAX 100

struct threshold_site { /* what one call site had taken and not given back */
    uint64_t blocks, bytes;
    struct call_stack stack;
};

struct threshold_crossing {
    enum threshold_kind kind;
    uint64_t most, value;
    uint64_t at_ns; /* when it was seen, since the session began */
    bool
        at_peak; /* `value` is a peak that was over when it was seen; so are the sites, for those kinds that have a peak of sites */
    struct threshold_site *sites; /* those with most live bytes, the largest first; owned, frames too */
    size_t site_count;
};

/* A limit of the kernel that the process was about to meet: a warning. */
struct limit_warning {
    const char *name;   /* as in struct limit; static */
    char *where;        /* likewise; owned */
    const char *check;  /* likewise; static */
    const char *remedy; /* what the check says is to be done; static */
    enum limit_unit unit;
    enum limit_effect effect;
    uint64_t left;                /* until the effect */
    struct threshold_crossing at; /* `most` is the limit, `value` what was in use of it; it is of no kind */
};

/* What a warning says of this limit as it is now; nothing of the check's remedy, of call sites, or of the time. The caller owns
 * `where`. */
struct limit_warning limit_warning_of(const struct limit *limit);

struct threshold_record {
    struct threshold_crossing *crossings; /* in the order in which they were seen; owned */
    size_t crossing_count;
    struct limit_warning *warnings; /* likewise; each limit once */
    size_t warning_count;
    uint64_t dropped;            /* further crossings, which were not kept */
    bool above[THRESHOLD_KINDS]; /* since the last crossing it has not fallen below nine tenths of the threshold */
    bool ever[THRESHOLD_KINDS];  /* it was crossed */
};

/* Something has this value now. Returns whether that is a crossing: it is more than `most`, and was not so since it last was below
 * nine tenths of it. */
bool threshold_crosses(struct threshold_record *record, enum threshold_kind kind, uint64_t most, uint64_t value);
/* Something has had this peak. Returns whether that is a crossing: it is more than `most`, and none was seen so far. */
bool threshold_peak_crosses(struct threshold_record *record, enum threshold_kind kind, uint64_t most, uint64_t peak);

/* Fills the sites of a crossing from the counts of all sites, those at the peak of live bytes or those now. The counts may have
 * been read while they changed. */
void threshold_take_sites(struct threshold_crossing *crossing, const struct heap_site *sites, size_t count, bool at_peak);

/* Keeps the crossing, whose sites are taken over; one too many is counted only. */
void threshold_record_add(struct threshold_record *record, struct threshold_crossing *crossing);
/* Keeps the warning, whose members are taken over. */
void threshold_record_warn(struct threshold_record *record, const struct limit_warning *warning);
/* Releases what a warning owns. */
void limit_warning_finish(struct limit_warning *warning);
/* Releases all that the record owns, and makes it empty. */
void threshold_record_finish(struct threshold_record *record);

#endif
