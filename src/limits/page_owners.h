/* SPDX-License-Identifier: MIT
 *
 * Whose the pages of a process are: of its heap, of arenas and stacks of threads, of files, of mappings of its own. Pure. */
#ifndef LEAKWATCH_LIMITS_PAGE_OWNERS_H
#define LEAKWATCH_LIMITS_PAGE_OWNERS_H

#include "records/limits_model.h"

struct memory_maps;
struct process_pages;

/* What kind of owner mapping `index` has. An arena of glibc begins at a multiple of 64 MiB, and what it has not taken yet follows
 * without any access (malloc/arena.c, HEAP_MAX_SIZE); the stack of a thread has a guard below it. */
enum owner_kind page_owner_kind(const struct memory_maps *maps, size_t index);

/* Sums by owner; the one with the most resident and swapped memory first. */
void page_owners_make(const struct process_pages *pages, struct page_owners *owners);
/* Each mapping. */
void page_mappings_make(const struct process_pages *pages, struct page_mappings *mappings);

/* Fills in by how much each owner of `now` has grown since `then`. */
void page_owners_compare(const struct page_owners *then, struct page_owners *now);
/* The same of mappings; one is the same if its start, name and permissions are. */
void page_mappings_compare(const struct page_mappings *then, struct page_mappings *now);

/* Memory that would be written anew if all who share it wrote to it: what a fork may cost. Sums shared anonymous pages. */
struct known page_counts_copy_exposure(const struct page_counts *pages);
/* Memory that would be free if the process ended: Private_Clean + Private_Dirty + Private_Hugetlb. */
struct known page_counts_unique(const struct page_counts *pages);

#endif
