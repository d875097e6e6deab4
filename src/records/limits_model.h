/* SPDX-License-Identifier: MIT
 *
 * What is said of limits and memory of processes and of the machine: made in src/limits, written by report/. Sizes in bytes. */
#ifndef LEAKWATCH_RECORDS_LIMITS_MODEL_H
#define LEAKWATCH_RECORDS_LIMITS_MODEL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/known.h"
#include "time_line.h"

/* ---- Limits ---- */

enum limit_unit { LIMIT_BYTES, LIMIT_COUNT };

/* What happens to who would go beyond. */
enum limit_effect { EFFECT_ENOMEM, EFFECT_EAGAIN, EFFECT_EPERM, EFFECT_SIGSEGV, EFFECT_SIGKILL, EFFECT_THROTTLED, EFFECT_FROZEN };

/* Ways in which a process takes more of something. */
enum growth_kind {
    GROWTH_HEAP,       /* private memory that is written to: malloc(), brk(), private mappings */
    GROWTH_SHARED,     /* shared memory that is written to */
    GROWTH_STACK,      /* of the first thread */
    GROWTH_LOCKED,     /* mlock() and its like */
    GROWTH_MAPPINGS,   /* in number */
    GROWTH_TASKS,      /* threads and processes, in number */
    GROWTH_HUGE_PAGES, /* of the pools: bytes */
    GROWTHS,
};

struct limit {
    const char *name;  /* "RLIMIT_AS", "CommitLimit", …; static */
    char *where;       /* control group, or NULL */
    const char *check; /* id of the check that warns of it; static; NULL: none does */
    enum limit_unit unit;
    enum limit_effect effect;
    unsigned growths; /* that it stops: bit mask of 1 << enum growth_kind */
    struct known limit, used;
    struct known left;   /* until the effect: with what can be reclaimed and swapped out on the way */
    bool single_request; /* it holds for each request alone; growth in small steps never meets it */
    bool at_most;        /* less may be left: who else uses it up cannot be seen */
    uint64_t at_ns;      /* when it was so, since the first look */
};

struct limit_list {
    struct limit *items;
    size_t count, capacity;
};

/* The limit that a kind of growth meets first. */
struct first_limit {
    enum growth_kind growth;
    size_t index;         /* in the list of limits */
    struct known seconds; /* until then, at the rate of growth that was seen; not known: it does not grow */
};

/* ---- Findings ---- */

enum finding_severity { FINDING_NOTE, FINDING_WARNING, FINDING_ERROR };

struct limit_finding {
    const char *id; /* of the check; static */
    enum finding_severity severity;
    char *subject;                 /* control group or the like; NULL: the process or the machine as a whole */
    char *what, *numbers, *remedy; /* one line each */
    uint64_t at_ns;                /* when it was first so, since the first look */
};

struct finding_list {
    struct limit_finding *items;
    size_t count, capacity;
};

/* ---- Growth ---- */

struct growth_estimate {
    double rate;  /* bytes per second; 0: it does not grow */
    bool of_live; /* of the blocks that are not freed; else of what is resident and swapped out */
};

/* When growth goes on like this. */
struct growth_forecast {
    struct growth_estimate growth;
    const char *limit; /* the first that the heap meets, as in struct limit; static; NULL: it does not grow, or meets none */
    char *where;       /* as in struct limit; owned */
    enum limit_effect effect;
    uint64_t left;
    struct known seconds; /* until then */
};

/* What was seen of the limits of a process while it was followed. */
struct limits_history {
    struct finding_list findings;
    struct time_line time_line;
    struct growth_forecast forecast;
};

/* ---- Figures ---- */

enum figure_unit {
    FIGURE_BYTES,
    FIGURE_SIGNED_BYTES,
    FIGURE_COUNT,
    FIGURE_SIGNED,
    FIGURE_PERCENT,
    FIGURE_MICROSECONDS,
    FIGURE_YES_NO,
    FIGURE_WORD
};

/* One number, by name. */
struct limit_figure {
    const char *group; /* as in JSON; static */
    const char *name;  /* likewise */
    const char *label; /* for people; static */
    enum figure_unit unit;
    struct known value; /* FIGURE_PERCENT: in 1/100 percent; FIGURE_SIGNED and FIGURE_SIGNED_BYTES: (int64_t) */
    const char *word;   /* FIGURE_WORD: static; NULL: not known */
};

struct figure_list {
    struct limit_figure *items; /* those of a group follow one another */
    size_t count, capacity;
};

/* ---- Pages ---- */

struct page_counts {
    struct known resident, proportional; /* Rss, Pss */
    struct known shared_clean, shared_dirty, private_clean, private_dirty;
    struct known referenced, anonymous, merged, huge;
    struct known shared_hugetlb, private_hugetlb;
    struct known swapped, swapped_proportional;
    struct known locked;
};

enum owner_kind {
    OWNER_HEAP,
    OWNER_ARENA,
    OWNER_STACK,
    OWNER_THREAD_STACK,
    OWNER_FILE,
    OWNER_SHARED,
    OWNER_MAPPING,
    OWNER_KERNEL,
    OWNER_KINDS
};

/* Who the pages belong to. */
struct page_owner {
    enum owner_kind kind;
    char *name;      /* file, or what the mapping is called; NULL if the kind says it */
    size_t mappings; /* so many */
    uint64_t size;   /* address space */
    struct page_counts pages;
    int64_t resident_growth; /* since the first look */
    int64_t anonymous_growth, swapped_growth;
};

struct page_owners {
    struct page_owner *items; /* the largest first */
    size_t count;
    size_t skipped; /* mappings that could not be understood */
};

struct page_mapping {
    uint64_t start, end;
    char permissions[5];
    char *name;
    enum owner_kind owner;
    struct page_counts pages;
    int64_t resident_growth; /* since the first look; all of it if it was not there then */
};

struct page_mappings {
    struct page_mapping *items; /* by address */
    size_t count;
};

/* ---- The report ---- */

/* A process, or the machine. */
struct limits_subject {
    pid_t pid;  /* 0: the machine */
    char *name; /* NULL: not known */
    struct known user;
    struct limit_list limits;
    struct first_limit first[GROWTHS];
    size_t first_count;
    struct figure_list figures;
    struct page_owners owners;
    struct page_mappings mappings;
    struct finding_list findings;
    char **notes; /* what could not be seen */
    size_t note_count, note_capacity;
    size_t looks;
    uint64_t first_ns, last_ns; /* since the beginning */
    bool in_full;               /* it is what the report is about, or there is something wrong: people want to see all of it */
};

struct limits_report {
    const char *version;  /* of leakwatch; static */
    char *const *command; /* NULL-terminated, lent; NULL: none was run */
    char *started;
    uint64_t elapsed_ns;
    const char *mode; /* "machine", "process", "run"; static */
    char *end;        /* how the program ended, one line; NULL: it was not run */
    struct limits_subject machine;
    struct limits_subject *processes;
    size_t process_count;
};

/* Names in JSON, static: "ENOMEM", "heap", "warning", "thread stack". */
const char *limit_effect_name(enum limit_effect effect);
const char *growth_name(enum growth_kind growth);
const char *finding_severity_name(enum finding_severity severity);
const char *owner_kind_name(enum owner_kind kind);

/* What a limit does to a kind of growth that it stops: growth of the stack cannot fail with an error, it ends in SIGSEGV. */
enum limit_effect limit_effect_on(const struct limit *limit, enum growth_kind growth);

/* The findings of at least this severity. */
size_t finding_list_count(const struct finding_list *list, enum finding_severity least);
size_t limits_report_count(const struct limits_report *report, enum finding_severity least);

void limit_list_finish(struct limit_list *list);
void finding_finish(struct limit_finding *finding);
void finding_list_finish(struct finding_list *list);
/* Copies own all that they say. */
struct finding_list finding_list_copy(const struct finding_list *list);
/* Moves what `more` has to the end of the list; `more` is empty then. */
void finding_list_append(struct finding_list *list, struct finding_list *more);
struct limits_history limits_history_copy(const struct limits_history *history);
void growth_forecast_finish(struct growth_forecast *forecast);
void limits_history_finish(struct limits_history *history);
void page_owners_finish(struct page_owners *owners);
void page_mappings_finish(struct page_mappings *mappings);
void limits_subject_finish(struct limits_subject *subject);
void limits_report_finish(struct limits_report *report);

#endif
