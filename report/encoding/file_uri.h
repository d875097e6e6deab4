/* SPDX-License-Identifier: MIT
 * Paths as URI references, RFC 3986 and RFC 8089. Private to report/. */
#ifndef LEAKWATCH_REPORT_ENCODING_FILE_URI_H
#define LEAKWATCH_REPORT_ENCODING_FILE_URI_H

#include "text_buffer.h"

/* Adds the path, "file://" before it if it is absolute; each byte that may not stand there as it is becomes %XX. */
void file_uri_add(struct text_buffer *uri, const char *path);

#endif
