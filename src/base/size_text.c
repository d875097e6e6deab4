/* SPDX-License-Identifier: MIT */
#include "size_text.h"

#include <inttypes.h>
#include <stdio.h>

struct size_text size_text(uint64_t bytes)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    struct size_text size;
    unsigned unit = 0;
    uint64_t whole = bytes, tenths = 0;

    while (whole >= 1024 && unit < sizeof units / sizeof *units - 1) {
        tenths = (whole % 1024 * 10 + 512) / 1024;
        whole /= 1024;
        unit++;
    }
    if (tenths == 10) {
        tenths = 0;
        whole++;
    }
    if (bytes == UINT64_MAX)
        snprintf(size.text, sizeof size.text, "unlimited");
    else if (tenths > 0)
        snprintf(size.text, sizeof size.text, "%" PRIu64 ".%u %s", whole, (unsigned)tenths, units[unit]);
    else
        snprintf(size.text, sizeof size.text, "%" PRIu64 " %s", whole, bytes == 1 ? "byte" : units[unit]);
    return size;
}
