/* SPDX-License-Identifier: MIT
 *
 * Waiting for descriptors: poll(2), select(2). */
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>

#include "decoder.h"

/* ---- poll ------------------------------------------------------------------------------------------------------------------ */

static struct value *polled(struct decoder *decoder, const void *element, size_t index)
{
    struct value *value = value_struct(decoder);
    struct pollfd entry;

    memcpy(&entry, element, sizeof entry);
    value_add(value, "fd", value_fd(decoder, entry.fd));
    if (entry.fd >= 0)
        value_add(value, "events", value_flags(decoder, &set_poll, (uint16_t)entry.events));
    return value;
}

DECODE(poll_set)
{
    return decode_array(decoder, number, (uint32_t)decoder->call->arguments[1], sizeof(struct pollfd), polled);
}

static struct value *happened(struct decoder *decoder, const struct pollfd *entry)
{
    struct value *value = value_struct(decoder);

    value_add(value, "fd", value_fd(decoder, entry->fd));
    value_add(value, "revents", value_flags(decoder, &set_poll, (uint16_t)entry->revents));
    return value;
}

/* Those on which something happened. */
static struct value *poll_events(struct decoder *decoder)
{
    const struct system_call *call = decoder->call;
    const uint64_t limit = decoder->options->abbreviate ? decoder->options->string_limit : UINT64_MAX;
    struct value *array = value_array(decoder);
    uint64_t found = 0;

    for (uint64_t i = 0; i < (uint32_t)call->arguments[1] && found < (uint64_t)call->result; i++) {
        const uint64_t address = call->arguments[0] + i * sizeof(struct pollfd);
        struct pollfd entry;
        if (!decoder_read(decoder, address, &entry, sizeof entry)) {
            value_add(array, NULL, value_more(decoder))->comment = arena_printf(decoder->arena, "%#lx", address);
            break;
        }
        if (!entry.revents)
            continue;
        if (found == limit) {
            value_add(array, NULL, value_more(decoder));
            break;
        }
        found++;
        value_add(array, NULL, happened(decoder, &entry));
    }
    return array;
}

static void add_time_left(struct decoder *decoder, struct value *list, const struct struct_layout *layout, uint64_t address)
{
    if (address)
        value_add(list, "left", decode_struct(decoder, layout, address));
}

DECODE(poll_result)
{
    const struct system_call *call = decoder->call;

    if (call->failed)
        return NULL;
    if (call->result == 0)
        return value_word(decoder, "Timeout", 0);
    struct value *list = value_list(decoder);
    value_add(list, NULL, poll_events(decoder));
    if (call->number == SYS_ppoll)
        add_time_left(decoder, list, &struct_timespec, call->arguments[2]);
    return list;
}

/* ---- select ---------------------------------------------------------------------------------------------------------------- */

enum { DESCRIPTORS_MAX = 1 << 20, WORD_BITS = 64 };

/* [3 4], at most *limit of them, which is lessened; or NULL if it cannot be read. */
static struct value *descriptors(struct decoder *decoder, uint64_t address, int count, int64_t *limit)
{
    const size_t words = ((size_t)count + WORD_BITS - 1) / WORD_BITS;
    uint64_t *bits = arena_alloc(decoder->arena, words * sizeof *bits);

    if (!decoder_read(decoder, address, bits, words * sizeof *bits))
        return NULL;
    struct value *set = value_bitset(decoder, false);
    for (int fd = 0; fd<count && * limit> 0; fd++) {
        if (bits[fd / WORD_BITS] >> fd % WORD_BITS & 1) {
            value_add(set, NULL, value_fd(decoder, fd));
            --*limit;
        }
    }
    return set;
}

static int descriptor_count(const struct decoder *decoder)
{
    const int count = (int)decoder->call->arguments[0];

    return count > DESCRIPTORS_MAX ? DESCRIPTORS_MAX : count;
}

DECODE(descriptor_set)
{
    const int count = descriptor_count(decoder);
    int64_t all = count;
    struct value *set = count > 0 && number && decoder->options->dereference ? descriptors(decoder, number, count, &all) : NULL;

    return set ? set : value_address(decoder, number);
}

DECODE(select_result)
{
    static const char *const names[] = {NULL, "in", "out", "except"};
    const struct system_call *call = decoder->call;
    const int count = descriptor_count(decoder);

    if (call->failed)
        return NULL;
    if (call->result == 0)
        return value_word(decoder, "Timeout", 0);
    struct value *list = value_list(decoder);
    int64_t left = call->result;
    for (int i = 1; i <= 3 && count > 0; i++) {
        struct value *set = call->arguments[i] ? descriptors(decoder, call->arguments[i], count, &left) : NULL;
        if (set && set->first)
            value_add(list, names[i], set);
    }
    add_time_left(decoder, list, call->number == SYS_select ? &struct_timeval : &struct_timespec, call->arguments[4]);
    return list;
}

/* The mask and its size, behind a pointer. */
DECODE(sized_sigset)
{
    uint64_t pair[2];

    if (number == 0 || !decoder_read(decoder, number, pair, sizeof pair))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    value_add(value, "sigmask", decode_sigset(decoder, pair[0], pair[1]));
    value_add(value, "sigsetsize", value_unsigned(decoder, pair[1]));
    return value;
}

/* ---- epoll ----------------------------------------------------------------------------------------------------------------- */

DECODE(epoll_change)
{
    enum { DELETE = 2 };

    if (number == 0 || decoder->call->arguments[1] == DELETE)
        return value_address(decoder, number);
    return decode_struct(decoder, &struct_epoll_event, number);
}
