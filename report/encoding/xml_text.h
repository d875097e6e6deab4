/* SPDX-License-Identifier: MIT
 * Text in XML 1.0: foreign bytes made harmless (harmless_text.h), and markup characters replaced. What XML cannot hold although it
 * is harmless, U+FFFE and U+FFFF, becomes \u{N}. Private to report/. */
#ifndef LEAKWATCH_REPORT_ENCODING_XML_TEXT_H
#define LEAKWATCH_REPORT_ENCODING_XML_TEXT_H

#include <stddef.h>

#include "text_buffer.h"

/* Adds the first `size` bytes of `text`, which has a NUL somewhere behind them. */
void xml_add_bytes(struct text_buffer *xml, const char *text, size_t size);
/* Adds a whole text. */
void xml_add_text(struct text_buffer *xml, const char *text);
/* Adds ` name="value"`. */
void xml_add_attribute(struct text_buffer *xml, const char *name, const char *value);
/* Adds `  <name>text</name>` and a newline, `indent` columns in. */
void xml_add_element(struct text_buffer *xml, unsigned indent, const char *name, const char *text);

#endif
