/* SPDX-License-Identifier: MIT */
#include "base/utc_time.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(utc_time, what_was_written_is_read)
{
    const struct timespec times[] = {{0, 0}, {1767268800, 1}, {951782400, 999999999}, {253402300799, 5}};

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct timespec read;
        char *text = utc_time_text(times[i]);
        cr_expect(utc_time_parse(text, &read), "%s", text);
        cr_expect(read.tv_sec == times[i].tv_sec && read.tv_nsec == times[i].tv_nsec, "%s", text);
        free(text);
    }
}

Test(utc_time, other_texts_are_no_times)
{
    const char *const texts[] = {"",
                                 "now",
                                 "2026-01-01",
                                 "2026-01-01T12:00:00Z",
                                 "2026-01-01T12:00:00.5Z",
                                 "2026-01-01T12:00:00.000000000",
                                 "2026-01-01T12:00:00.000000000Zx",
                                 "2026-01-01T12:00:00.-00000001Z",
                                 "2026-13-01T12:00:00.000000000Z"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct timespec time;
        cr_expect_not(utc_time_parse(texts[i], &time), "%s", texts[i]);
    }
}
