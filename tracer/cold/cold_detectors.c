/* SPDX-License-Identifier: MIT */
#include "cold_detectors.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "limits/kernel_files.h"
#include "limits/process_pages.h"
#include "tracer/address_space.h"
#include "idle_pages.h"
#include "write_watch.h"

enum { PAGE = 4096 };

/* What /proc/PID/clear_refs is told (proc_pid_clear_refs(5)). */
#define CLEAR_REFERENCED "1"
#define CLEAR_SOFT_DIRTY "4"

bool cold_detectors_cover(const struct memory_map *map)
{
    return memory_map_is_anonymous(map) && map->writable && !map->shared && strncmp(map->path, "[stack", 6) != 0;
}

/* Looks at part of the pages; as the functions below. */
typedef int range_look(int descriptor, struct pagemap *pagemap, uint64_t from, uint64_t to, struct cold_pages *pages);

static int look_at_all(int descriptor, struct tracee_memory *memory, const struct memory_maps *maps, struct cold_pages *pages,
                       range_look *look)
{
    int error = 0;

    for (size_t i = 0; i < maps->count && !error; i++)
        if (cold_detectors_cover(&maps->maps[i]))
            error = look(descriptor, &memory->pagemap, maps->maps[i].start, maps->maps[i].end, pages);
    return error;
}

/* Looks before a mark that is made by other means; the process stands still. */
static int look_before(enum cold_detector detector, int descriptor, struct tracee_memory *memory, const struct memory_maps *maps,
                       struct page_runs *untouched)
{
    struct cold_pages pages = {0};
    const int error = untouched ? cold_detectors[detector].look(descriptor, memory, maps, &pages) : 0;

    if (!error && untouched) {
        *untouched = pages.untouched;
        pages.untouched = (struct page_runs){0};
    }
    cold_pages_finish(&pages);
    return error;
}

static void add_page(void *context, uint64_t address, uint64_t word)
{
    (void)word;
    page_runs_add(context, address, address + PAGE);
}

/* ---- A page of our own to try things on ------------------------------------------------------------------------------------ */

struct scratch {
    volatile unsigned char *page; /* NULL: there is none */
    struct pagemap pagemap;
    int clear_refs;
};

static void scratch_make(struct scratch *scratch)
{
    void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    *scratch = (struct scratch){.page = page == MAP_FAILED ? NULL : page,
                                .pagemap = {.file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)},
                                .clear_refs = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)};
    if (scratch->page)
        *scratch->page = 1;
}

static void scratch_finish(struct scratch *scratch)
{
    if (scratch->page)
        munmap((void *)scratch->page, PAGE);
    if (scratch->pagemap.file >= 0)
        close(scratch->pagemap.file);
    if (scratch->clear_refs >= 0)
        close(scratch->clear_refs);
}

/* Whether the page counts as untouched. */
static bool scratch_is_untouched(struct scratch *scratch, int descriptor, range_look *look)
{
    const uint64_t start = (uintptr_t)scratch->page;
    struct cold_pages pages = {0};
    const bool untouched = look(descriptor, &scratch->pagemap, start, start + PAGE, &pages) == 0 && pages.untouched.count == 1;

    cold_pages_finish(&pages);
    return untouched;
}

/* ---- Idle pages ------------------------------------------------------------------------------------------------------------ */

static int look_idle(int descriptor, struct pagemap *pagemap, uint64_t from, uint64_t to, struct cold_pages *pages)
{
    return idle_pages_collect(descriptor, pagemap, from, to, &pages->data, &pages->untouched);
}

static bool idle_pages_work(int bitmap)
{
    struct scratch scratch;

    scratch_make(&scratch);
    const uint64_t start = (uintptr_t)scratch.page;
    bool work = scratch.page && idle_pages_mark(bitmap, &scratch.pagemap, start, start + PAGE) == 0 &&
                scratch_is_untouched(&scratch, bitmap, look_idle);
    if (work) {
        *scratch.page = 2;
        work = !scratch_is_untouched(&scratch, bitmap, look_idle);
    }
    scratch_finish(&scratch);
    return work;
}

static int open_idle(struct session *session, struct process *process, char **problem)
{
    const int bitmap = open(IDLE_PAGES_BITMAP, O_RDWR | O_CLOEXEC);
    const int error = errno;

    (void)session;
    (void)process;
    if (bitmap >= 0 && idle_pages_work(bitmap))
        return bitmap;
    if (bitmap >= 0) {
        close(bitmap);
        *problem = xstrdup("the frames of pages are not to be seen, or do not become idle");
        return -EPERM;
    }
    *problem = error == ENOENT ? xstrdup("the kernel does not track idle pages") : xstrdup(strerror(error));
    return -error;
}

static int mark_idle(int descriptor, struct tracee_memory *memory, const struct memory_maps *maps, struct page_runs *untouched)
{
    int error = look_before(COLD_IDLE_PAGES, descriptor, memory, maps, untouched);

    for (size_t i = 0; i < maps->count && !error; i++)
        if (cold_detectors_cover(&maps->maps[i]))
            error = idle_pages_mark(descriptor, &memory->pagemap, maps->maps[i].start, maps->maps[i].end);
    return error;
}

static int look_at_idle(int descriptor, struct tracee_memory *memory, const struct memory_maps *maps, struct cold_pages *pages)
{
    return look_at_all(descriptor, memory, maps, pages, look_idle);
}

/* ---- Write protection ------------------------------------------------------------------------------------------------------ */

static int mark_protected(int descriptor, struct tracee_memory *memory, const struct memory_maps *maps, struct page_runs *untouched)
{
    return write_watch_mark(descriptor, &memory->pagemap, maps, untouched);
}

static int look_protected(int descriptor, struct pagemap *pagemap, uint64_t from, uint64_t to, struct cold_pages *pages)
{
    (void)descriptor;
    return pagemap_unwritten(pagemap, from, to, false, &pages->data, &pages->untouched);
}

static int look_at_protected(int descriptor, struct tracee_memory *memory, const struct memory_maps *maps, struct cold_pages *pages)
{
    return look_at_all(descriptor, memory, maps, pages, look_protected);
}

/* ---- By clear_refs --------------------------------------------------------------------------------------------------------- */

static int clear(int clear_refs, const char *what)
{
    return write(clear_refs, what, 1) == 1 ? 0 : -errno;
}

static int open_clear_refs(const struct process *process, char **problem)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/clear_refs", (int)process->space->memory.tid);
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file >= 0)
        return file;
    const int error = errno;
    *problem = error == ENOENT ? xstrdup("the kernel has no clear_refs (CONFIG_PROC_PAGE_MONITOR)")
                               : xasprintf("clear_refs: %s", strerror(error));
    return -error;
}

/* ---- Soft-dirty bits ------------------------------------------------------------------------------------------------------- */

static void visit_dirty(void *context, uint64_t address, uint64_t word)
{
    struct cold_pages *pages = context;

    page_runs_add(&pages->data, address, address + PAGE);
    if (!(word & PAGEMAP_IS_SOFT_DIRTY))
        page_runs_add(&pages->untouched, address, address + PAGE);
}

static int look_clean(int descriptor, struct pagemap *pagemap, uint64_t from, uint64_t to, struct cold_pages *pages)
{
    (void)descriptor;
    return pagemap_visit_present(pagemap, from, to, visit_dirty, pages);
}

/* A kernel without such bits takes the request to clear them all the same: they are 0 for ever. */
static bool soft_dirty_works(void)
{
    struct scratch scratch;

    scratch_make(&scratch);
    bool works = scratch.page && scratch.clear_refs >= 0 && clear(scratch.clear_refs, CLEAR_SOFT_DIRTY) == 0 &&
                 scratch_is_untouched(&scratch, -1, look_clean);
    if (works) {
        *scratch.page = 2;
        works = !scratch_is_untouched(&scratch, -1, look_clean);
    }
    scratch_finish(&scratch);
    return works;
}

static int open_soft_dirty(struct session *session, struct process *process, char **problem)
{
    (void)session;
    if (soft_dirty_works())
        return open_clear_refs(process, problem);
    *problem = xstrdup("the kernel has no soft-dirty bits (CONFIG_MEM_SOFT_DIRTY)");
    return -ENOTSUP;
}

static int mark_clean(int descriptor, struct tracee_memory *memory, const struct memory_maps *maps, struct page_runs *untouched)
{
    const int error = look_before(COLD_SOFT_DIRTY, descriptor, memory, maps, untouched);

    return error ? error : clear(descriptor, CLEAR_SOFT_DIRTY);
}

static int look_at_clean(int descriptor, struct tracee_memory *memory, const struct memory_maps *maps, struct cold_pages *pages)
{
    return look_at_all(descriptor, memory, maps, pages, look_clean);
}

/* ---- Referenced ------------------------------------------------------------------------------------------------------------ */

static int open_referenced(struct session *session, struct process *process, char **problem)
{
    (void)session;
    return open_clear_refs(process, problem);
}

/* All pages with data of mappings in which none was referenced. */
static int take_unreferenced(struct tracee_memory *memory, const struct process_pages *mappings, struct cold_pages *pages)
{
    int error = 0;

    for (size_t i = 0; i < mappings->maps.count && !error; i++) {
        const struct memory_map *map = &mappings->maps.maps[i];
        if (!cold_detectors_cover(map))
            continue;
        error = pagemap_visit_present(&memory->pagemap, map->start, map->end, add_page, &pages->data);
        const struct known referenced = mappings->mappings[i].pages.referenced;
        if (!error && referenced.known && referenced.value == 0)
            error = pagemap_visit_present(&memory->pagemap, map->start, map->end, add_page, &pages->untouched);
    }
    return error;
}

static int look_at_unreferenced(int descriptor, struct tracee_memory *memory, const struct memory_maps *maps,
                                struct cold_pages *pages)
{
    struct process_pages mappings;
    struct kernel_files files;

    (void)descriptor;
    (void)maps;
    if (!kernel_files_open(&files))
        return -EMFILE;
    int error = process_pages_read(&files, memory->tid, &mappings);
    if (!error)
        error = take_unreferenced(memory, &mappings, pages);
    process_pages_finish(&mappings);
    kernel_files_close(&files);
    return error;
}

static int mark_unreferenced(int descriptor, struct tracee_memory *memory, const struct memory_maps *maps,
                             struct page_runs *untouched)
{
    const int error = look_before(COLD_REFERENCED, descriptor, memory, maps, untouched);

    return error ? error : clear(descriptor, CLEAR_REFERENCED);
}

/* ---- All ------------------------------------------------------------------------------------------------------------------- */

const struct cold_detector_row cold_detectors[COLD_DETECTORS] = {
    [COLD_IDLE_PAGES] = {.disturbed = true, .open = open_idle, .mark = mark_idle, .look = look_at_idle},
    [COLD_WRITE_PROTECT] = {.marks_running = true, .open = write_watch_open, .mark = mark_protected, .look = look_at_protected},
    [COLD_SOFT_DIRTY] = {.open = open_soft_dirty, .mark = mark_clean, .look = look_at_clean},
    [COLD_REFERENCED] = {.disturbed = true, .open = open_referenced, .mark = mark_unreferenced, .look = look_at_unreferenced},
};
