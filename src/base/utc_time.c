/* SPDX-License-Identifier: MIT */
#include "utc_time.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

#define NANOSECOND_DIGITS 9

char *utc_time_text(struct timespec time)
{
    struct tm parts;
    char text[64] = "";

    if (gmtime_r(&time.tv_sec, &parts) != NULL)
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    return xasprintf("%s.%09ldZ", text, time.tv_nsec);
}

bool utc_time_parse(const char *text, struct timespec *time)
{
    struct tm parts = {0};
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);

    *time = (struct timespec){0};
    if (rest == NULL || rest[0] != '.' || strspn(rest + 1, "0123456789") != NANOSECOND_DIGITS ||
        strcmp(rest + 1 + NANOSECOND_DIGITS, "Z") != 0)
        return false;
    time->tv_nsec = strtol(rest + 1, NULL, 10);
    time->tv_sec = timegm(&parts);
    return true;
}
