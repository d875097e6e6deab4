/* SPDX-License-Identifier: MIT */
#include "process_pages.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "field_table.h"
#include "kernel_files.h"

#define FIELD(name, member)                                                                                                        \
    {                                                                                                                              \
        name, offsetof(struct page_counts, member), FIELD_KIB                                                                      \
    }
/* In the order of the kernel's lines. */
static const struct field fields[] = {
    FIELD("Rss", resident),
    FIELD("Pss", proportional),
    FIELD("Shared_Clean", shared_clean),
    FIELD("Shared_Dirty", shared_dirty),
    FIELD("Private_Clean", private_clean),
    FIELD("Private_Dirty", private_dirty),
    FIELD("Referenced", referenced),
    FIELD("Anonymous", anonymous),
    FIELD("KSM", merged),
    FIELD("AnonHugePages", huge),
    FIELD("Shared_Hugetlb", shared_hugetlb),
    FIELD("Private_Hugetlb", private_hugetlb),
    FIELD("Swap", swapped),
    FIELD("SwapPss", swapped_proportional),
    FIELD("Locked", locked),
};
enum { FIELDS = sizeof fields / sizeof *fields };

/* ---- Each mapping ---- */

static void take_flags(const char *line, struct mapping_pages *mapping)
{
    const char *end = line + strcspn(line, "\n");

    for (line += strlen("VmFlags:"); end - line >= 3; line += 3) {
        mapping->locked |= memcmp(line, " lo", 3) == 0;
        mapping->locked_on_fault |= memcmp(line, " lf", 3) == 0;
        mapping->mergeable |= memcmp(line, " mg", 3) == 0;
        mapping->not_dumped |= memcmp(line, " dd", 3) == 0;
        mapping->brought_by_program |= memcmp(line, " um", 3) == 0 || memcmp(line, " ui", 3) == 0;
    }
}

/* A mapping begins with its address in hexadecimal, small letters; all other lines with a capital. */
static bool begins_mapping(const char *line)
{
    return isdigit((unsigned char)*line) || (*line >= 'a' && *line <= 'f');
}

/* The mapping that this line begins, or NULL: memory_maps_parse() has left out what it did not understand. */
static struct mapping_pages *find_mapping(struct process_pages *pages, const char *line)
{
    const uint64_t start = strtoull(line, NULL, 16);
    const struct memory_map *map = memory_maps_find(&pages->maps, start);

    if (map && map->start == start)
        return &pages->mappings[map - pages->maps.maps];
    pages->skipped++;
    return NULL;
}

void process_pages_parse(const char *text, size_t size, struct process_pages *pages)
{
    struct mapping_pages *mapping = NULL;

    *pages = (struct process_pages){0};
    memory_maps_parse(text, size, &pages->maps);
    pages->mappings = xcalloc(pages->maps.count, sizeof *pages->mappings);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (begins_mapping(line))
            mapping = find_mapping(pages, line);
        else if (mapping && strncmp(line, "VmFlags:", strlen("VmFlags:")) == 0)
            take_flags(line, mapping);
        else if (mapping)
            field_table_parse_line(fields, FIELDS, line, &mapping->pages);
    }
}

int process_pages_read(struct kernel_files *files, pid_t pid, struct process_pages *pages)
{
    size_t size;
    char *text = kernel_files_read(files, &size, "proc/%d/smaps", (int)pid);

    *pages = (struct process_pages){0};
    if (text == NULL)
        return -files->unread[files->unread_count - 1].error;
    process_pages_parse(text, size, pages);
    free(text);
    return 0;
}

void process_pages_finish(struct process_pages *pages)
{
    memory_maps_finish(&pages->maps);
    free(pages->mappings);
    *pages = (struct process_pages){0};
}

/* ---- All together ---- */

void process_rollup_parse(const char *text, struct page_counts *pages)
{
    *pages = (struct page_counts){0};
    field_table_parse(fields, FIELDS, text, pages);
}

void process_rollup_read(struct kernel_files *files, pid_t pid, struct page_counts *pages)
{
    char *text = kernel_files_read(files, NULL, "proc/%d/smaps_rollup", (int)pid);

    process_rollup_parse(text ? text : "", pages);
    free(text);
}

struct known process_mapping_count(struct kernel_files *files, pid_t pid)
{
    static const char vsyscall[] = "[vsyscall]\n";
    const size_t length = sizeof vsyscall - 1;
    size_t size;
    uint64_t count = 0;
    char *text = kernel_files_read(files, &size, "proc/%d/maps", (int)pid);

    if (text == NULL)
        return (struct known){0};
    for (const char *newline = text; (newline = memchr(newline, '\n', size - (size_t)(newline - text))); newline++)
        count++;
    if (size >= length && memcmp(text + size - length, vsyscall, length) == 0)
        count--;
    free(text);
    return known_value(count);
}
