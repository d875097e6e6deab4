/* SPDX-License-Identifier: MIT */
#include "machine_files.h"

#include <stdlib.h>
#include <string.h>

#include "field_table.h"
#include "kernel_files.h"

enum { PAGE = 4096 };

/* Reads the file at `path` into a structure, through a function that takes its text; the text is "" if there is none. */
#define READ_INTO(files, path, parse, into)                                                                                        \
    do {                                                                                                                           \
        char *text = kernel_files_read(files, NULL, "%s", path);                                                                   \
        parse(text ? text : "", into);                                                                                             \
        free(text);                                                                                                                \
    } while (0)

/* ---- meminfo ---- */

#define FIELD(name, member, unit)                                                                                                  \
    {                                                                                                                              \
        name, offsetof(struct memory_info, member), unit                                                                           \
    }
static const struct field memory_fields[] = {
    FIELD("MemTotal", total, FIELD_KIB),
    FIELD("MemFree", free, FIELD_KIB),
    FIELD("MemAvailable", available, FIELD_KIB),
    FIELD("Cached", cached, FIELD_KIB),
    FIELD("SwapTotal", swap_total, FIELD_KIB),
    FIELD("SwapFree", swap_free, FIELD_KIB),
    FIELD("CommitLimit", commit_limit, FIELD_KIB),
    FIELD("Committed_AS", committed, FIELD_KIB),
    FIELD("Mlocked", locked, FIELD_KIB),
    FIELD("Unevictable", unevictable, FIELD_KIB),
    FIELD("HugePages_Total", huge_total, FIELD_NUMBER),
    FIELD("HugePages_Free", huge_free, FIELD_NUMBER),
    FIELD("HugePages_Rsvd", huge_reserved, FIELD_NUMBER),
    FIELD("HugePages_Surp", huge_surplus, FIELD_NUMBER),
    FIELD("Hugepagesize", huge_page_size, FIELD_KIB),
    FIELD("Hugetlb", huge_memory, FIELD_KIB),
};
#undef FIELD

void memory_info_parse(const char *text, struct memory_info *info)
{
    *info = (struct memory_info){0};
    field_table_parse(memory_fields, sizeof memory_fields / sizeof *memory_fields, text, info);
}

void memory_info_read(struct kernel_files *files, struct memory_info *info)
{
    READ_INTO(files, "proc/meminfo", memory_info_parse, info);
}

/* ---- vmstat ---- */

#define FIELD(name, member)                                                                                                        \
    {                                                                                                                              \
        name, offsetof(struct vm_counters, member), FIELD_NUMBER                                                                   \
    }
static const struct field counter_fields[] = {
    FIELD("oom_kill", oom_kills),      FIELD("pswpin", swapped_in),      FIELD("pswpout", swapped_out),
    FIELD("pgmajfault", major_faults), FIELD("cow_ksm", merged_written),
};
#undef FIELD

void vm_counters_parse(const char *text, struct vm_counters *counters)
{
    *counters = (struct vm_counters){0};
    field_table_parse(counter_fields, sizeof counter_fields / sizeof *counter_fields, text, counters);
}

void vm_counters_read(struct kernel_files *files, struct vm_counters *counters)
{
    READ_INTO(files, "proc/vmstat", vm_counters_parse, counters);
}

/* ---- zoneinfo ---- */

/* A zone: "Node 0, zone   Normal", then "  pages free 123", "        min      45" and so on, in pages. */
static const struct field zone_fields[] = {
    {"free", offsetof(struct zone_sums, free), FIELD_PAGES},
    {"min", offsetof(struct zone_sums, min), FIELD_PAGES},
    {"low", offsetof(struct zone_sums, low), FIELD_PAGES},
    {"high", offsetof(struct zone_sums, high), FIELD_PAGES},
};

static void add_known(struct known *sum, struct known number)
{
    if (number.known)
        *sum = known_plus(known_value(sum->value), number);
}

static void add_zone(struct zone_sums *sums, const struct zone_sums *zone)
{
    add_known(&sums->free, zone->free);
    add_known(&sums->min, zone->min);
    add_known(&sums->low, zone->low);
    add_known(&sums->high, zone->high);
}

/* Below "pagesets" each processor has lines "high:" and the like of its own: the first of a zone count. */
void zone_sums_parse(const char *text, struct zone_sums *zones)
{
    struct zone_sums zone = {0};

    *zones = (struct zone_sums){0};
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += strspn(line, "\n ");
        if (strncmp(line, "Node ", 5) == 0) {
            add_zone(zones, &zone);
            zone = (struct zone_sums){0};
            continue;
        }
        if (strncmp(line, "pages ", 6) == 0)
            line += 6;
        field_table_parse_line(zone_fields, sizeof zone_fields / sizeof *zone_fields, line, &zone);
    }
    add_zone(zones, &zone);
}

void zone_sums_read(struct kernel_files *files, struct zone_sums *zones)
{
    READ_INTO(files, "proc/zoneinfo", zone_sums_parse, zones);
}

/* ---- swaps ---- */

/* A heading, then lines "FILE TYPE SIZE USED PRIORITY"; blanks in the name are escaped, sizes are in KiB. */
static void add_swap_area(struct swap_areas *areas, const char *line)
{
    const char *at = line, *end;

    for (int word = 0; word < 2; word++) {
        at += strcspn(at, " \t\n");
        at += strspn(at, " \t");
    }
    struct known size = field_leading_number(at, &end);
    struct known used = size.known ? field_leading_number(end, NULL) : (struct known){0};
    if (!used.known || size.value > UINT64_MAX / 2048 || used.value > UINT64_MAX / 2048)
        return;
    areas->count.value++;
    areas->size = known_plus(areas->size, known_value(size.value * 1024));
    areas->used = known_plus(areas->used, known_value(used.value * 1024));
}

void swap_areas_parse(const char *text, struct swap_areas *areas)
{
    *areas = (struct swap_areas){0};
    if (strncmp(text, "Filename", 8) != 0)
        return;
    *areas = (struct swap_areas){.count = known_value(0), .size = known_value(0), .used = known_value(0)};
    for (const char *line = text; (line = strchr(line, '\n'));)
        if (*++line != '\0')
            add_swap_area(areas, line);
}

void swap_areas_read(struct kernel_files *files, struct swap_areas *areas)
{
    READ_INTO(files, "proc/swaps", swap_areas_parse, areas);
}

/* ---- Settings ---- */

static const struct {
    const char *path; /* below /proc/sys */
    size_t member;
    uint64_t factor;
} settings_rows[] = {
#define SETTING(path, member, factor)                                                                                              \
    {                                                                                                                              \
        path, offsetof(struct kernel_settings, member), factor                                                                     \
    }
    SETTING("vm/overcommit_memory", overcommit_memory, 1),
    SETTING("vm/overcommit_ratio", overcommit_ratio, 1),
    SETTING("vm/overcommit_kbytes", overcommit_kbytes, 1024),
    SETTING("vm/user_reserve_kbytes", user_reserve, 1024),
    SETTING("vm/admin_reserve_kbytes", admin_reserve, 1024),
    SETTING("vm/max_map_count", max_map_count, 1),
    SETTING("vm/panic_on_oom", panic_on_oom, 1),
    SETTING("vm/oom_kill_allocating_task", oom_kill_allocating_task, 1),
    SETTING("vm/swappiness", swappiness, 1),
    SETTING("vm/watermark_scale_factor", watermark_scale_factor, 1),
    SETTING("kernel/threads-max", threads_max, 1),
    SETTING("kernel/pid_max", pid_max, 1),
#undef SETTING
};

void kernel_settings_read(struct kernel_files *files, struct kernel_settings *settings)
{
    *settings = (struct kernel_settings){0};
    for (size_t i = 0; i < sizeof settings_rows / sizeof *settings_rows; i++) {
        struct known number = kernel_files_number(files, "proc/sys/%s", settings_rows[i].path);
        if (number.known && __builtin_mul_overflow(number.value, settings_rows[i].factor, &number.value))
            number = (struct known){0};
        *(struct known *)((char *)settings + settings_rows[i].member) = number;
    }
}

struct known kernel_is_realtime(struct kernel_files *files)
{
    char *version = kernel_files_read(files, NULL, "proc/sys/kernel/version");
    struct known realtime = {0};

    if (version)
        realtime = known_value(strstr(version, "PREEMPT_RT") != NULL);
    free(version);
    if (realtime.value == 0 && kernel_files_exist(files, "sys/kernel/realtime"))
        realtime = kernel_files_number(files, "sys/kernel/realtime"); /* of the patch set; mainline has no such file */
    return realtime;
}

void chosen_word_parse(const char *text, char word[CHOSEN_WORD_SIZE])
{
    const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;
    const size_t length = close ? (size_t)(close - open - 1) : 0;

    word[0] = '\0';
    if (length == 0 || length >= CHOSEN_WORD_SIZE)
        return;
    memcpy(word, open + 1, length);
    word[length] = '\0';
}

void huge_page_mode_read(struct kernel_files *files, char word[CHOSEN_WORD_SIZE])
{
    READ_INTO(files, "sys/kernel/mm/transparent_hugepage/enabled", chosen_word_parse, word);
}
