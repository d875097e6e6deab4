/* SPDX-License-Identifier: MIT
 * usage: bench_limits_look [MAPPINGS [LOOKS]]
 *
 * What one look at a process costs, in CPU time: at itself, as it is and with as many mappings (10,000). Medians, and the least. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock_ns.h"
#include "limits/checks.h"
#include "limits/kernel_files.h"
#include "limits/look.h"
#include "limits/page_owners.h"
#include "limits/process_list.h"
#include "tracer/kernel/pagemap.h"

enum { PAGE = 4096 };

static struct kernel_files files;

static void look_at_limits(void)
{
    struct process_look look;

    process_look_read(&files, getpid(), &look);
    process_look_finish(&look);
}

static void look_and_count(void)
{
    struct process_look look;

    process_look_read(&files, getpid(), &look);
    process_look_count_mappings(&files, &look);
    process_look_finish(&look);
}

static void look_at_machine(void)
{
    struct machine_look look;

    machine_look_read(&files, &look);
}

static void refresh_machine(void)
{
    struct machine_look look;

    machine_look_refresh(&files, &look);
}

static void look_at_all(void)
{
    struct process_look look;
    struct page_owners owners;

    process_look_read(&files, getpid(), &look);
    process_look_count_mappings(&files, &look);
    process_look_read_pages(&files, &look);
    page_owners_make(&look.each, &owners);
    page_owners_finish(&owners);
    process_look_finish(&look);
}

/* What the kernel alone takes for a file, however much is asked for at a time. */
static void read_file(const char *path, size_t piece)
{
    static char buffer[1 << 20];
    const int file = open(path, O_RDONLY | O_CLOEXEC);

    while (file >= 0 && read(file, buffer, piece) > 0)
        ;
    if (file >= 0)
        close(file);
}

static void read_maps(void)
{
    read_file("/proc/self/maps", 4096);
}

static void read_rollup(void)
{
    read_file("/proc/self/smaps_rollup", 4096);
}

static void read_pages(void)
{
    read_file("/proc/self/smaps", 4096);
}

static void read_pages_at_large(void)
{
    read_file("/proc/self/smaps", 1 << 20);
}

/* Which pages are there, without whose they are and how many share them. */
static void scan_pages(void)
{
    struct pagemap pagemap = {.file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)};
    struct memory_maps maps;
    struct page_runs pages;
    size_t size;
    char *text = kernel_files_read(&files, &size, "proc/self/maps");

    memory_maps_parse(text ? text : "", text ? size : 0, &maps);
    pagemap_resident(&pagemap, &maps, &pages);
    page_runs_finish(&pages);
    memory_maps_finish(&maps);
    free(text);
    if (pagemap.file >= 0)
        close(pagemap.file);
}

static void look_at_others(void)
{
    struct process_list list;

    process_list_read(&files, &list);
    process_list_finish(&list);
}

static void judge(void)
{
    static struct machine_look machine;
    static struct process_look look;
    struct limits_context context = {&machine, &look, NULL};
    struct limit_list list;
    struct finding_list findings = {0};
    struct check_input input = {.now = context, .limits = &list};

    if (!look.exists) {
        machine_look_read(&files, &machine);
        process_look_read(&files, getpid(), &look);
    }
    limit_list_make(&context, &list);
    checks_run(&input, &findings);
    finding_list_finish(&findings);
    limit_list_finish(&list);
}

static int compare(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return (left > right) - (left < right);
}

static void measure(const char *what, void (*work)(void), size_t looks)
{
    uint64_t *times = calloc(looks, sizeof *times);

    for (size_t i = 0; i < looks; i++) {
        uint64_t start = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
        work();
        times[i] = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - start;
        kernel_files_forget(&files);
    }
    qsort(times, looks, sizeof *times, compare);
    printf("%-44s %8.3f ms (least %.3f)\n", what, (double)times[looks / 2] / 1e6, (double)times[0] / 1e6);
    free(times);
}

static void measure_all(const char *who, size_t looks)
{
    printf("%s:\n", who);
    measure("  limits and control groups", look_at_limits, looks);
    measure("  these, and the number of mappings", look_and_count, looks);
    measure("  these, and pages by mapping and owner", look_at_all, looks);
    measure("  maps, read alone", read_maps, looks);
    measure("  smaps_rollup, read alone", read_rollup, looks);
    measure("  smaps, read alone, 4 KiB at a time", read_pages, looks);
    measure("  the same, 1 MiB at a time", read_pages_at_large, looks);
    measure("  maps, and PAGEMAP_SCAN of all", scan_pages, looks);
}

/* Mappings that the kernel cannot join, each with a page. */
static void make_mappings(size_t count)
{
    char *memory = mmap(NULL, count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return;
    memset(memory, 1, count * PAGE);
    for (size_t i = 0; i < count; i += 2)
        mprotect(memory + i * PAGE, PAGE, PROT_READ);
}

int main(int argc, char **argv)
{
    size_t mappings = argc > 1 ? strtoul(argv[1], NULL, 0) : 10000, looks = argc > 2 ? strtoul(argv[2], NULL, 0) : 100;

    kernel_files_init(&files, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    printf("CPU time, median of %zu\n", looks);
    measure("the machine", look_at_machine, looks);
    measure("what changes of it by itself", refresh_machine, looks);
    measure("all other processes", look_at_others, looks / 10 + 1);
    measure("list of limits and all checks", judge, looks);
    measure_all("a small process", looks);
    make_mappings(mappings);
    measure_all("with the mappings", looks / 4 + 1);
    return 0;
}
