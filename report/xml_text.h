/* SPDX-License-Identifier: MIT
 * Foreign text in XML 1.0. Private to report/. */
#ifndef LEAKWATCH_REPORT_XML_TEXT_H
#define LEAKWATCH_REPORT_XML_TEXT_H

#include "text_buffer.h"

/* Adds a text, made harmless (harmless_text.h), for an element or an attribute: markup becomes entities, and what XML cannot hold,
 * U+FFFE and U+FFFF, becomes \u{N}. */
void xml_text_add(struct text_buffer *xml, const char *text);

#endif
