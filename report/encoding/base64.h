/* SPDX-License-Identifier: MIT
 * Base64, RFC 4648 section 4. Private to report/. */
#ifndef LEAKWATCH_REPORT_ENCODING_BASE64_H
#define LEAKWATCH_REPORT_ENCODING_BASE64_H

#include <stddef.h>

/* Both return text with a NUL behind, owned by the caller. */
char *base64_encode(const void *bytes, size_t size);
/* NULL: `text` is no such encoding. */
char *base64_decode(const char *text, size_t *size);

#endif
