/* SPDX-License-Identifier: MIT */
#include "file_uri.h"

#include <ctype.h>
#include <string.h>

void file_uri_add(struct text_buffer *uri, const char *path)
{
    if (path[0] == '/')
        text_buffer_text(uri, "file://");
    for (; *path; path++) {
        const unsigned char byte = (unsigned char)*path;
        if (byte < 0x80 && (isalnum(byte) || strchr("-._~/", byte)))
            text_buffer_char(uri, *path);
        else
            text_buffer_add(uri, "%%%02X", (unsigned)byte);
    }
}
