/* SPDX-License-Identifier: MIT
 * bpf and perf_event_open, with arguments that the kernel must refuse. */
#include <linux/bpf.h>
#include <linux/perf_event.h>

#include "trace_program.h"

static void programs(void)
{
    union bpf_attr attribute = {
        .map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8, .max_entries = 0, .map_flags = 1 | 0x10000};

    CALL(bpf, BPF_MAP_CREATE, &attribute, 20);
    CALL(bpf, BPF_MAP_CREATE, &attribute, 8);
    memset(&attribute, 0, sizeof attribute);
    attribute.map_fd = -1;
    attribute.key = 0x1234;
    CALL(bpf, BPF_MAP_LOOKUP_ELEM, &attribute, 32);
    CALL(bpf, BPF_MAP_UPDATE_ELEM, &attribute, 32);
    CALL(bpf, BPF_MAP_DELETE_ELEM, &attribute, 16);
    CALL(bpf, BPF_MAP_GET_NEXT_KEY, &attribute, 24);
    CALL(bpf, BPF_OBJ_GET, NULL, 0);
    CALL(bpf, BPF_PROG_LOAD, NOWHERE, 64);
    CALL(bpf, 999, &attribute, 16);
}

static void counters(void)
{
    struct perf_event_attr attribute = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attribute, .config = PERF_COUNT_SW_TASK_CLOCK};

    CALL(perf_event_open, NULL, 0, -1, -1, 0);
    CALL(perf_event_open, NOWHERE, -1, 0, 5, 1 | 2 | 4 | 8 | 0x100);
    attribute.size = 1;
    CALL(perf_event_open, &attribute, 0, -1, -1, 0x100);
}

int main(void)
{
    programs();
    counters();
    return 0;
}
