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

/* For no process on no processor. */
static void open_with_size(struct perf_event_attr *attribute, unsigned size)
{
    attribute->size = size;
    CALL(perf_event_open, attribute, -1, -1, -1, 0);
}

static void kinds(void)
{
    struct perf_event_attr attribute = {.type = PERF_TYPE_HW_CACHE,
                                        .config = 0x10203,
                                        .sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_BRANCH_STACK | PERF_SAMPLE_STACK_USER,
                                        .read_format = PERF_FORMAT_ID,
                                        .exclude_kernel = 1,
                                        .use_clockid = 1,
                                        .precise_ip = 2,
                                        .wakeup_events = 5,
                                        .config1 = 7,
                                        .branch_sample_type = PERF_SAMPLE_BRANCH_USER | PERF_SAMPLE_BRANCH_ANY,
                                        .clockid = 1,
                                        .sample_stack_user = 64,
                                        .sample_max_stack = 9};

    open_with_size(&attribute, sizeof attribute);
    attribute.config = 0x99999999;
    open_with_size(&attribute, PERF_ATTR_SIZE_VER3);
    attribute.type = PERF_TYPE_HARDWARE;
    attribute.config = PERF_COUNT_HW_CACHE_REFERENCES;
    attribute.freq = 1;
    attribute.watermark = 1;
    open_with_size(&attribute, PERF_ATTR_SIZE_VER0);
    attribute.type = PERF_TYPE_BREAKPOINT;
    attribute.bp_type = 3;
    attribute.__reserved_1 = 5;
    open_with_size(&attribute, PERF_ATTR_SIZE_VER1);
    attribute.type = 77;
    open_with_size(&attribute, 100);
    open_with_size(&attribute, 0);
}

static void counters(void)
{
    struct perf_event_attr attribute = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attribute, .config = PERF_COUNT_SW_TASK_CLOCK};

    CALL(perf_event_open, NULL, 0, -1, -1, 0);
    CALL(perf_event_open, NOWHERE, -1, 0, 5, 1 | 2 | 4 | 8 | 0x100);
    CALL(perf_event_open, &attribute, -1, -1, -1, PERF_FLAG_FD_CLOEXEC);
    kinds();
    attribute.size = 1;
    CALL(perf_event_open, &attribute, 0, -1, -1, 0x100);
}

int main(void)
{
    programs();
    counters();
    return 0;
}
