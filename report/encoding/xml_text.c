/* SPDX-License-Identifier: MIT */
#include "xml_text.h"

#include <string.h>

#include "harmless_text.h"

static const char *entity(char character)
{
    switch (character) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

/* The escape of a character that XML forbids, or NULL. */
static const char *forbidden(const struct harmless_part *part)
{
    if (part->size == 3 && memcmp(part->text, "\xef\xbf\xbe", 3) == 0)
        return "\\u{fffe}";
    return part->size == 3 && memcmp(part->text, "\xef\xbf\xbf", 3) == 0 ? "\\u{ffff}" : NULL;
}

static void add_harmless(struct text_buffer *xml, const char *text, size_t size)
{
    size_t start = 0;

    for (size_t i = 0; i < size; i++) {
        const char *replacement = entity(text[i]);
        if (replacement == NULL)
            continue;
        text_buffer_bytes(xml, text + start, i - start);
        text_buffer_text(xml, replacement);
        start = i + 1;
    }
    text_buffer_bytes(xml, text + start, size - start);
}

void xml_add_bytes(struct text_buffer *xml, const char *text, size_t size)
{
    struct harmless_part part;

    for (const char *end = text + size; text < end;) {
        text += harmless_part(text, end, &part);
        const char *escape = forbidden(&part);
        if (escape)
            text_buffer_text(xml, escape);
        else
            add_harmless(xml, part.text, part.size);
    }
}

void xml_add_text(struct text_buffer *xml, const char *text)
{
    xml_add_bytes(xml, text, strlen(text));
}

void xml_add_attribute(struct text_buffer *xml, const char *name, const char *value)
{
    text_buffer_add(xml, " %s=\"", name);
    xml_add_text(xml, value);
    text_buffer_char(xml, '"');
}

void xml_add_element(struct text_buffer *xml, unsigned indent, const char *name, const char *text)
{
    text_buffer_fill(xml, ' ', indent);
    text_buffer_add(xml, "<%s>", name);
    xml_add_text(xml, text);
    text_buffer_add(xml, "</%s>\n", name);
}
