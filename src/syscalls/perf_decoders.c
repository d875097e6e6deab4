/* SPDX-License-Identifier: MIT
 *
 * perf_event_open(2). What the kernel knows of struct perf_event_attr grew over time: the structure tells how much of it there is.
 */
#include <linux/perf_event.h>
#include <stddef.h>
#include <string.h>

#include "decoder.h"

/* ---- What is counted -------------------------------------------------------------------------------------------------------- */

static const char *cache_part(struct decoder *decoder, const struct constant_set *set, uint64_t number)
{
    const char *name = constant_set_name(set, number);

    return name ? name : arena_printf(decoder->arena, "%#lx /* %s */", number, set->unknown);
}

/* A cache, an operation on it and its result, a byte each. */
static struct value *cache_event(struct decoder *decoder, uint64_t config)
{
    enum { BYTE = 0xff, OPERATION = 8, RESULT = 16, REST = 24 };
    const char *text =
        arena_printf(decoder->arena, "%s<<16|%s<<8|%s", cache_part(decoder, &set_perf_cache_results, config >> RESULT & BYTE),
                     cache_part(decoder, &set_perf_cache_operations, config >> OPERATION & BYTE),
                     cache_part(decoder, &set_perf_caches, config & BYTE));

    if (config >> REST)
        text = arena_printf(decoder->arena, "%#lx<<24|%s", config >> REST, text);
    return value_word(decoder, text, config);
}

static struct value *event(struct decoder *decoder, const struct perf_event_attr *attr)
{
    switch (attr->type) {
    case PERF_TYPE_HARDWARE:
        return value_enum(decoder, &set_perf_hardware, attr->config);
    case PERF_TYPE_SOFTWARE:
        return value_enum(decoder, &set_perf_software, attr->config);
    case PERF_TYPE_HW_CACHE:
        return cache_event(decoder, attr->config);
    default:
        return value_hex(decoder, attr->config);
    }
}

/* ---- Bits ------------------------------------------------------------------------------------------------------------------- */

enum { PRECISION_BIT = 15, PRECISION_MASK = 3, KNOWN_BITS = 38 };

static void add_precision(struct decoder *decoder, struct value *value, uint64_t bits)
{
    static const char *const meanings[] = {"arbitrary skid", "constant skid", "requested to have 0 skid", "must have 0 skid"};
    const unsigned precision = bits >> PRECISION_BIT & PRECISION_MASK;

    value_add(value, "precise_ip", value_unsigned(decoder, precision))->comment = meanings[precision];
}

/* Abbreviated: those that are set. */
static void add_bits(struct decoder *decoder, struct value *value, uint64_t bits)
{
    static const char *const names[KNOWN_BITS] = {"disabled",
                                                  "inherit",
                                                  "pinned",
                                                  "exclusive",
                                                  "exclude_user",
                                                  "exclude_kernel",
                                                  "exclude_hv",
                                                  "exclude_idle",
                                                  "mmap",
                                                  "comm",
                                                  "freq",
                                                  "inherit_stat",
                                                  "enable_on_exec",
                                                  "task",
                                                  "watermark",
                                                  "precise_ip",
                                                  NULL,
                                                  "mmap_data",
                                                  "sample_id_all",
                                                  "exclude_host",
                                                  "exclude_guest",
                                                  "exclude_callchain_kernel",
                                                  "exclude_callchain_user",
                                                  "mmap2",
                                                  "comm_exec",
                                                  "use_clockid",
                                                  "context_switch",
                                                  "write_backward",
                                                  "namespaces",
                                                  "ksymbol",
                                                  "bpf_event",
                                                  "aux_output",
                                                  "cgroup",
                                                  "text_poke",
                                                  "build_id",
                                                  "inherit_thread",
                                                  "remove_on_exec",
                                                  "sigtrap"};

    for (unsigned i = 0; i < KNOWN_BITS; i++) {
        if (i == PRECISION_BIT)
            add_precision(decoder, value, bits);
        else if (names[i] && i != PRECISION_BIT + 1 && (bits >> i & 1 || !decoder->options->abbreviate))
            value_add(value, names[i], value_unsigned(decoder, bits >> i & 1));
    }
    if (bits >> KNOWN_BITS)
        value_add(value, "__reserved_1", value_hex(decoder, bits >> KNOWN_BITS))->comment = "Bits 63..38";
}

/* ---- All of it -------------------------------------------------------------------------------------------------------------- */

static void add_event(struct decoder *decoder, struct value *value, const struct perf_event_attr *attr)
{
    uint64_t bits;

    memcpy(&bits, (const char *)attr + offsetof(struct perf_event_attr, read_format) + sizeof attr->read_format, sizeof bits);
    value_add(value, "type", value_enum(decoder, &set_perf_types, attr->type));
    value_add(value, "size", value_enum(decoder, &set_perf_sizes, attr->size));
    value_add(value, "config", event(decoder, attr));
    value_add(value, attr->freq ? "sample_freq" : "sample_period", value_unsigned(decoder, attr->sample_period));
    value_add(value, "sample_type", value_flags(decoder, &set_perf_sample, attr->sample_type));
    value_add(value, "read_format", value_flags(decoder, &set_perf_read, attr->read_format));
    add_bits(decoder, value, bits);
}

/* The second half. Some of it is there only if other parts ask for it. */
static void add_details(struct decoder *decoder, struct value *value, const struct perf_event_attr *attr, size_t size)
{
    const bool breakpoint = attr->type == PERF_TYPE_BREAKPOINT;

    value_add(value, attr->watermark ? "wakeup_watermark" : "wakeup_events", value_unsigned(decoder, attr->wakeup_events));
    if (breakpoint)
        value_add(value, "bp_type", value_enum(decoder, &set_breakpoint_types, attr->bp_type));
    value_add(value, breakpoint ? "bp_addr" : "config1", value_hex(decoder, attr->config1));
    if (size > offsetof(struct perf_event_attr, config2))
        value_add(value, breakpoint ? "bp_len" : "config2",
                  breakpoint ? value_unsigned(decoder, attr->bp_len) : value_hex(decoder, attr->config2));
    if (size > offsetof(struct perf_event_attr, branch_sample_type) && attr->sample_type & PERF_SAMPLE_BRANCH_STACK)
        value_add(value, "branch_sample_type", value_flags(decoder, &set_perf_branches, attr->branch_sample_type));
    if (size > offsetof(struct perf_event_attr, sample_regs_user))
        value_add(value, "sample_regs_user", value_hex(decoder, attr->sample_regs_user));
    if (size > offsetof(struct perf_event_attr, sample_stack_user) && attr->sample_type & PERF_SAMPLE_STACK_USER)
        value_add(value, "sample_stack_user", value_hex(decoder, attr->sample_stack_user));
    if (size > offsetof(struct perf_event_attr, clockid) && attr->use_clockid)
        value_add(value, "clockid", value_enum(decoder, &set_clock_ids, (uint32_t)attr->clockid));
    if (size > offsetof(struct perf_event_attr, sample_regs_intr))
        value_add(value, "sample_regs_intr", value_hex(decoder, attr->sample_regs_intr));
}

static void add_newer_details(struct decoder *decoder, struct value *value, const struct perf_event_attr *attr, size_t size)
{
    if (size > offsetof(struct perf_event_attr, aux_watermark))
        value_add(value, "aux_watermark", value_unsigned(decoder, attr->aux_watermark));
    if (size > offsetof(struct perf_event_attr, sample_max_stack))
        value_add(value, "sample_max_stack", value_unsigned(decoder, attr->sample_max_stack));
    if (size > offsetof(struct perf_event_attr, aux_sample_size))
        value_add(value, "aux_sample_size", value_unsigned(decoder, attr->aux_sample_size));
    if (size > offsetof(struct perf_event_attr, sig_data))
        value_add(value, "sig_data", value_hex(decoder, attr->sig_data));
}

DECODE(perf_attributes)
{
    struct perf_event_attr attr = {0};
    uint32_t size;

    if (!number || !decoder->options->dereference ||
        !decoder_read(decoder, number + offsetof(struct perf_event_attr, size), &size, sizeof size))
        return value_address(decoder, number);
    if (size == 0)
        size = PERF_ATTR_SIZE_VER0;
    const size_t known = size < sizeof attr ? size : sizeof attr;
    if (size < PERF_ATTR_SIZE_VER0 || !decoder_read(decoder, number, &attr, known))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    add_event(decoder, value, &attr);
    if (decoder->options->abbreviate) {
        value_add(value, NULL, value_more(decoder));
        return value;
    }
    add_details(decoder, value, &attr, known);
    add_newer_details(decoder, value, &attr, known);
    decode_surplus(decoder, value, number, sizeof attr, size);
    return value;
}
