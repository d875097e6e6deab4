/* SPDX-License-Identifier: MIT
 * Any bytes as each file of /proc and of control groups that limits are read from, and what comes of it through the list of limits
 * and all checks: what is not known has no value, nothing is left beyond a limit, and of owners nothing is lost. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "limits/checks.h"
#include "limits/group_place.h"
#include "limits/look.h"
#include "limits/page_owners.h"
#include "limits/process_oom.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* All of these consist of numbers that may not be known. */
static void require_numbers(const void *structure, size_t size)
{
    const struct known *numbers = structure;

    for (size_t i = 0; i < size / sizeof *numbers; i++)
        require(numbers[i].known || numbers[i].value == 0);
}

static void read_machine(const char *text, struct machine_look *machine)
{
    memory_info_parse(text, &machine->memory);
    vm_counters_parse(text, &machine->counters);
    zone_sums_parse(text, &machine->zones);
    swap_areas_parse(text, &machine->swaps);
    pressure_parse(text, &machine->pressure);
    chosen_word_parse(text, machine->huge_page_mode);
    require_numbers(&machine->memory, sizeof machine->memory);
    require_numbers(&machine->counters, sizeof machine->counters);
    require_numbers(&machine->zones, sizeof machine->zones);
    require_numbers(&machine->swaps, sizeof machine->swaps);
    require_numbers(&machine->pressure, sizeof machine->pressure);
    require(strlen(machine->huge_page_mode) < CHOSEN_WORD_SIZE);
    machine->settings.overcommit_memory = known_value(strlen(text) % 4);
    machine->settings.max_map_count = machine->counters.oom_kills;
    machine->settings.user_reserve = machine->memory.cached;
    machine->settings.admin_reserve = machine->memory.locked;
}

static void read_process(const char *text, size_t size, struct process_look *process)
{
    process_status_parse(text, &process->status);
    resource_limits_parse(text, &process->limits);
    process_stat_parse(text, &process->stat);
    merging_process_parse(text, &process->merging);
    process_rollup_parse(text, &process->pages);
    process_pages_parse(text, size, &process->each);
    require_numbers(&process->limits, sizeof process->limits);
    require_numbers(&process->merging, sizeof process->merging);
    require_numbers(&process->pages, sizeof process->pages);
    for (size_t i = 0; i < process->each.maps.count; i++)
        require_numbers(&process->each.mappings[i].pages, sizeof process->each.mappings[i].pages);
    process->oom_adjustment = process->merging.profit;
}

static void check_owners(const struct process_look *process)
{
    struct page_owners owners;
    struct page_mappings mappings;
    size_t count = 0;

    page_owners_make(&process->each, &owners);
    page_mappings_make(&process->each, &mappings);
    page_owners_compare(&owners, &owners);
    page_mappings_compare(&mappings, &mappings);
    for (size_t i = 0; i < owners.count; i++) {
        count += owners.items[i].mappings;
        require(owners.items[i].resident_growth == 0);
    }
    require(count == process->each.maps.count && mappings.count == count);
    page_counts_copy_exposure(&process->pages);
    page_counts_unique(&process->pages);
    page_owners_finish(&owners);
    page_mappings_finish(&mappings);
}

static void check_limits(const struct machine_look *machine, const struct process_look *process)
{
    struct limit_list list;
    struct finding_list findings = {0};
    struct check_input input = {.now = {machine, process, NULL},
                                .limits = &list,
                                .growth = {.rate = 1000},
                                .settings = {.request = 4096, .realtime = true}};

    limit_list_make(&input.now, &list);
    for (size_t i = 0; i < list.count; i++) {
        require_numbers(&list.items[i].left, sizeof list.items[i].left);
        require(!known_limits(list.items[i].left) || list.items[i].where || list.items[i].left.value <= list.items[i].limit.value ||
                !list.items[i].used.known);
    }
    checks_run(&input, &findings);
    process_oom_score(
        process_oom_points(process_oom_memory(&process->status), process->oom_adjustment, machine->memory.total.value),
        machine->memory.total.value);
    finding_list_finish(&findings);
    limit_list_finish(&list);
}

/* The first part is /proc/PID/cgroup, what is behind the first empty line is mountinfo. */
static void check_places(char *text)
{
    struct group_place place;
    char *second = strstr(text, "\n\n");

    if (second)
        *second = '\0';
    group_place_parse(text, second ? second + 2 : text, "memory", &place);
    require(place.found == (place.mount != NULL) && (place.found || place.path == NULL));
    require(place.path == NULL || (!place.outside && (place.path[0] == '/' || place.path[0] == '\0')));
    group_place_finish(&place);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* A copy of exact size with the NUL that readers put behind. */
    char *text = malloc(size + 1);
    struct machine_look machine = {0};
    struct process_look process = {.pid = 100};

    memcpy(text, data, size);
    text[size] = '\0';
    read_machine(text, &machine);
    read_process(text, size, &process);
    check_owners(&process);
    check_limits(&machine, &process);
    check_places(text);
    process_look_finish(&process);
    free(text);
    return 0;
}
