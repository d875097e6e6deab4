/* SPDX-License-Identifier: MIT */
#include "memory_view.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

char *memory_string(const struct memory_view *view, uint64_t address, size_t limit)
{
    enum { PAGE = 4096 };
    char *text = NULL;
    size_t used = 0, capacity = 0;

    while (used < limit) {
        size_t part = PAGE - address % PAGE; /* never across a page: the next one may be missing */
        if (part > limit - used)
            part = limit - used;
        text = xgrow(text, &capacity, used + part, 1);
        const size_t got = memory_read(view, address, text + used, part);
        if (memchr(text + used, '\0', got))
            return text;
        if (got < part)
            break;
        used += got;
        address += got;
    }
    free(text);
    return NULL;
}
