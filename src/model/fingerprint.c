/* SPDX-License-Identifier: MIT */
#include "fingerprint.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "report_model.h"

/* ---- FNV-1a ---- */

typedef unsigned __int128 hash128;

static const hash128 fnv_offset = (hash128)UINT64_C(0x6c62272e07bb0142) << 64 | UINT64_C(0x62b821756295c58d);

static hash128 add_byte(hash128 hash, unsigned char byte)
{
    const hash128 fnv_prime = (hash128)1 << 88 | 0x13b;

    return (hash ^ byte) * fnv_prime;
}

static hash128 add_bytes(hash128 hash, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = add_byte(hash, (unsigned char)bytes[i]);
    return hash;
}

static hash128 add_line(hash128 hash, const char *text)
{
    return add_byte(add_bytes(hash, text, strlen(text)), '\n');
}

/* ---- Frames ---- */

/* Whether a suffix such as ".part.3" stands there, the whole rest of the name. */
static bool is_clone_suffix(const char *suffix)
{
    static const char *const words[] = {".constprop", ".isra", ".part", ".cold", ".lto_priv"};

    while (*suffix) {
        size_t length = 0;
        for (size_t i = 0; i < sizeof words / sizeof *words && length == 0; i++)
            if (strncmp(suffix, words[i], strlen(words[i])) == 0)
                length = strlen(words[i]);
        if (length == 0)
            return false;
        suffix += length;
        if (*suffix == '.' && isdigit((unsigned char)suffix[1]))
            suffix += 1 + strspn(suffix + 1, "0123456789");
    }
    return true;
}

/* How much of the name is that of the function itself. */
static size_t own_length(const char *function)
{
    const char *clone = strstr(function, " [clone ");
    const size_t length = clone ? (size_t)(clone - function) : strlen(function);

    for (const char *dot = memchr(function, '.', length); dot; dot = memchr(dot + 1, '.', length - (size_t)(dot + 1 - function)))
        if (is_clone_suffix(dot))
            return (size_t)(dot - function);
    return length;
}

/* A frame as the fingerprint has it. */
struct place {
    const char *function, *module;
    size_t length; /* of the function's name */
};

static struct place place_of(const struct report_frame *frame)
{
    const char *function = frame->function ? frame->function : "";

    return (struct place){function, frame->module ? basename(frame->module) : "", own_length(function)};
}

static bool same_place(const struct place *a, const struct place *b)
{
    return a->length == b->length && memcmp(a->function, b->function, a->length) == 0 && strcmp(a->module, b->module) == 0;
}

static hash128 add_stack(hash128 hash, const struct report_stack *stack)
{
    struct place last = {0};
    size_t count = 0;

    for (size_t i = 0; i < stack->frame_count && count < FINGERPRINT_FRAMES; i++) {
        const struct place place = place_of(stack->frames[i]);
        if (i > 0 && same_place(&place, &last))
            continue;
        hash = add_bytes(hash, place.function, place.length);
        hash = add_line(add_byte(hash, '\t'), place.module);
        last = place;
        count++;
    }
    return stack->frame_count == 0 && stack->content ? add_line(hash, stack->content) : hash;
}

/* ---- Findings ---- */

static struct fingerprint finish(hash128 hash)
{
    return (struct fingerprint){(uint64_t)(hash >> 64), (uint64_t)hash};
}

struct fingerprint fingerprint_of_leak(const struct report_leak *leak)
{
    static const char *const rules[LEAK_KINDS] = {[LEAK_DEFINITE] = "lost",
                                                  [LEAK_INDIRECT] = "lost",
                                                  [LEAK_POSSIBLE] = "lost",
                                                  [LEAK_REACHABLE] = "reachable",
                                                  [LEAK_SUPPRESSED] = "suppressed"};

    return finish(add_stack(add_line(fnv_offset, rules[leak->kind]), &leak->stack));
}

struct fingerprint fingerprint_of_error(const struct report_error *error)
{
    return finish(add_stack(add_line(fnv_offset, error->kind), &error->stack));
}

struct fingerprint fingerprint_of_mapping(const struct report_mapping *mapping)
{
    return finish(add_stack(add_line(fnv_offset, "mapping"), &mapping->stack));
}

struct fingerprint fingerprint_of_descriptors(const struct report_descriptors *group)
{
    static const char *const origins[] = {
        [ORIGIN_OPENED] = "opened", [ORIGIN_INHERITED] = "inherited", [ORIGIN_UNKNOWN] = "unknown"};
    const hash128 hash = add_stack(add_line(fnv_offset, "descriptor"), &group->stack);

    return finish(group->stack.frame_count == 0 ? add_line(hash, origins[group->origin]) : hash);
}

struct fingerprint fingerprint_of_threshold(const struct report_threshold *threshold)
{
    return finish(add_line(add_line(fnv_offset, "threshold"), threshold_name(threshold->kind)));
}

struct fingerprint fingerprint_of_check(const char *id, const struct report_stack *stack)
{
    const hash128 hash = add_line(fnv_offset, id);

    return finish(stack ? add_stack(hash, stack) : hash);
}

bool fingerprint_equal(struct fingerprint a, struct fingerprint b)
{
    return a.high == b.high && a.low == b.low;
}

const char *fingerprint_text(struct fingerprint fingerprint, char text[FINGERPRINT_TEXT_SIZE])
{
    snprintf(text, FINGERPRINT_TEXT_SIZE, "%016" PRIx64 "%016" PRIx64, fingerprint.high, fingerprint.low);
    return text;
}
