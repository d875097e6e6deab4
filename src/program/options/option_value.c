/* SPDX-License-Identifier: MIT */
#include "option_value.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "abi/signals.h"
#include "abi/syscall_table.h"
#include "heap/leak_scan.h"

int option_value_choice(const char *choices, const char *text)
{
    size_t wanted = strlen(text);

    for (int index = 0;; index++) {
        size_t length = strcspn(choices, "|");
        if (length == wanted && memcmp(choices, text, length) == 0)
            return index;
        if (choices[length] == '\0')
            return -EINVAL;
        choices += length + 1;
    }
}

int option_value_kinds(const char *text, unsigned *kinds)
{
    static_assert(LEAK_DEFINITE == 0 && LEAK_INDIRECT == 1 && LEAK_POSSIBLE == 2 && LEAK_REACHABLE == 3, "order of the words");
    unsigned mask = 0;

    if (strcmp(text, "none") == 0) {
        *kinds = 0;
        return 0;
    }
    if (strcmp(text, "all") == 0) {
        *kinds = (1U << LEAK_SUPPRESSED) - 1;
        return 0;
    }
    for (;;) {
        char word[16];
        size_t length = strcspn(text, ",");
        if (length >= sizeof word)
            return -EINVAL;
        memcpy(word, text, length);
        word[length] = '\0';
        int kind = option_value_choice("definite|indirect|possible|reachable", word);
        if (kind < 0)
            return -EINVAL;
        mask |= 1U << kind;
        if (text[length] == '\0')
            break;
        text += length + 1;
    }
    *kinds = mask;
    return 0;
}

/* Reads digits, nothing else: no sign, no space, no other base. Stores where they end. */
static int read_digits(const char *text, uint64_t *number, const char **end)
{
    uint64_t value = 0;
    const char *digit = text;

    for (; *digit >= '0' && *digit <= '9'; digit++)
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, (uint64_t)(*digit - '0'), &value))
            return -EINVAL;
    if (digit == text)
        return -EINVAL;
    *number = value;
    *end = digit;
    return 0;
}

int option_value_number(const char *text, unsigned least, unsigned most, unsigned *number)
{
    uint64_t value;
    const char *end;

    if (read_digits(text, &value, &end) != 0 || *end != '\0' || value < least || value > most)
        return -EINVAL;
    *number = (unsigned)value;
    return 0;
}

int option_value_fail_alloc(const char *text, struct fail_alloc_range *range)
{
    struct fail_alloc_range value = {0};
    const char *end;

    if (read_digits(text, &value.first, &end) != 0)
        return -EINVAL;
    value.last = value.first;
    if (strcmp(end, "+") == 0) {
        value.last = UINT64_MAX;
    } else if (strncmp(end, "..", 2) == 0) {
        value.each = true;
        if (read_digits(end + 2, &value.last, &end) != 0 || *end != '\0' || value.last > INT64_MAX)
            return -EINVAL;
    } else if (*end != '\0') {
        return -EINVAL;
    }
    if (value.first == 0 || value.first > INT64_MAX || value.last < value.first)
        return -EINVAL;
    *range = value;
    return 0;
}

/* As read_digits(), to the base of 16. */
static int read_hexadecimal(const char *text, uint64_t *number, const char **end)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    uint64_t value = 0;
    const char *at = text, *digit;

    for (; *at != '\0' && (digit = strchr(digits, *at)) != NULL; at++) {
        if (value >> 60)
            return -EINVAL;
        const uint64_t worth = (uint64_t)(digit - digits);
        value = value << 4 | (worth < 16 ? worth : worth - 6);
    }
    if (at == text)
        return -EINVAL;
    *number = value;
    *end = at;
    return 0;
}

int option_value_address(const char *text, uint64_t *address)
{
    const bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *end;
    uint64_t value;

    if ((hexadecimal ? read_hexadecimal(text + 2, &value, &end) : read_digits(text, &value, &end)) != 0 || *end != '\0')
        return -EINVAL;
    *address = value;
    return 0;
}

int option_value_size(const char *text, uint64_t *bytes)
{
    static const char units[] = "KMG";
    uint64_t value;
    const char *unit;

    if (read_digits(text, &value, &unit) != 0 || value == 0)
        return -EINVAL;
    if (*unit != '\0') {
        const char *found = strchr(units, *unit);
        if (found == NULL || unit[1] != '\0' || __builtin_mul_overflow(value, UINT64_C(1024) << (10 * (found - units)), &value))
            return -EINVAL;
    }
    *bytes = value;
    return 0;
}

int option_value_percent(const char *text, unsigned *percent)
{
    uint64_t value;
    const char *end;

    if (read_digits(text, &value, &end) != 0 || value < 1 || value > 100 || (*end != '\0' && strcmp(end, "%") != 0))
        return -EINVAL;
    *percent = (unsigned)value;
    return 0;
}

int option_value_realtime_from(const char *text, struct realtime_from *from)
{
    const int call = syscall_table_find(text), signal = signal_find(text);

    if (strcmp(text, "marker") == 0)
        *from = (struct realtime_from){.start = REALTIME_BY_MARKER};
    else if (call >= 0)
        *from = (struct realtime_from){.start = REALTIME_BY_CALL, .call = (unsigned)call};
    else if (signal > 0)
        *from = (struct realtime_from){.start = REALTIME_BY_SIGNAL, .signal = signal};
    else
        return -EINVAL;
    return 0;
}

int option_value_time(const char *text, uint64_t *nanoseconds)
{
    static const struct {
        const char *unit;
        uint64_t nanoseconds;
    } units[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {"m", UINT64_C(60000000000)}};
    uint64_t value;
    const char *unit;

    if (read_digits(text, &value, &unit) != 0)
        return -EINVAL;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(unit, units[i].unit) == 0)
            return __builtin_mul_overflow(value, units[i].nanoseconds, nanoseconds) ? -EINVAL : 0;
    return -EINVAL;
}
