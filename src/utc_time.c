/* SPDX-License-Identifier: MIT */
#include "utc_time.h"

#include <stdio.h>

#include "xalloc.h"

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
    int end = 0;

    *time = (struct timespec){0};
    if (rest == NULL || sscanf(rest, ".%9ldZ%n", &time->tv_nsec, &end) != 1 || end != 11 || rest[end] != '\0')
        return false;
    time->tv_sec = timegm(&parts);
    return true;
}
