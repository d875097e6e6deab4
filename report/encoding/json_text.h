/* SPDX-License-Identifier: MIT
 *
 * Texts and numbers of a report as members of JSON objects. Private to report/.
 *
 * What the system gave us need not be UTF-8. Each byte that is not becomes the character U+00XX, and the object then has a member
 * "raw_base64": an object with the true bytes under the same name (for an array of texts: an array, null where nothing was wrong).
 */
#ifndef LEAKWATCH_REPORT_ENCODING_JSON_TEXT_H
#define LEAKWATCH_REPORT_ENCODING_JSON_TEXT_H

#include <jansson.h>
#include <stdint.h>

#include "base/known.h"

/* NULL becomes null. */
void json_add_text(json_t *object, const char *name, const char *text);
/* The same for bytes among which may be NULs. */
void json_add_bytes(json_t *object, const char *name, const void *bytes, size_t size);
/* An array of texts. */
void json_add_texts(json_t *object, const char *name, char *const *texts, size_t count);
/* jansson's integers are signed: larger values become the largest it has. */
int64_t json_number(uint64_t value);
void json_add_number(json_t *object, const char *name, uint64_t value);
/* Absent if not known, or if there is no limit. */
void json_add_known(json_t *object, const char *name, struct known number);
/* "0x…" */
void json_add_address(json_t *object, const char *name, uint64_t address);

#endif
