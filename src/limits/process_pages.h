/* SPDX-License-Identifier: MIT
 *
 * Where the pages of a process are: /proc/PID/smaps and smaps_rollup (proc_pid_smaps(5)). Sizes in bytes. */
#ifndef LEAKWATCH_LIMITS_PROCESS_PAGES_H
#define LEAKWATCH_LIMITS_PROCESS_PAGES_H

#include <sys/types.h>

#include "base/maps.h"
#include "records/limits_model.h"

struct kernel_files;

struct mapping_pages {
    struct page_counts pages;
    bool locked, locked_on_fault, mergeable, not_dumped; /* VmFlags lo, lf, mg, dd */
    bool brought_by_program;                             /* um, ui: the program brings missing pages itself, see userfaultfd(2) */
};

struct process_pages {
    struct memory_maps maps;
    struct mapping_pages *mappings; /* one for each of `maps` */
    size_t skipped;                 /* lines that begin a mapping and were not understood */
};

/* Returns 0; or -errno, with an empty result. Released by process_pages_finish() in both cases. */
int process_pages_read(struct kernel_files *files, pid_t pid, struct process_pages *pages);
/* `size` bytes of the text of such a file, NUL-terminated. */
void process_pages_parse(const char *text, size_t size, struct process_pages *pages);
void process_pages_finish(struct process_pages *pages);

/* The sums over all mappings that the kernel makes: much cheaper. */
void process_rollup_read(struct kernel_files *files, pid_t pid, struct page_counts *pages);
/* The text of such a file. */
void process_rollup_parse(const char *text, struct page_counts *pages);

/* How many mappings count against vm.max_map_count: the lines of /proc/PID/maps but for [vsyscall], which is none. */
struct known process_mapping_count(struct kernel_files *files, pid_t pid);

#endif
