/* SPDX-License-Identifier: MIT */
#include "utc_time.h"

#include "xalloc.h"

char *utc_time_text(struct timespec time)
{
    struct tm parts;
    char text[64] = "";

    if (gmtime_r(&time.tv_sec, &parts) != NULL)
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    return xasprintf("%s.%09ldZ", text, time.tv_nsec);
}
