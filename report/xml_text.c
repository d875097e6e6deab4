/* SPDX-License-Identifier: MIT */
#include "xml_text.h"

#include <string.h>

#include "harmless_text.h"

static void add_part(struct text_buffer *xml, const struct harmless_part *part)
{
    if (part->size == 3 && memcmp(part->text, "\xef\xbf\xbe", 3) == 0)
        text_buffer_text(xml, "\\u{fffe}");
    else if (part->size == 3 && memcmp(part->text, "\xef\xbf\xbf", 3) == 0)
        text_buffer_text(xml, "\\u{ffff}");
    else
        text_buffer_bytes(xml, part->text, part->size);
}

/* One byte, which may be markup, or NULL if it is none. */
static const char *entity_of(char character)
{
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

/* Adds what begins at `text`: markup, or what is before the next of it. Returns how many bytes it is. */
static size_t add_piece(struct text_buffer *xml, const char *text, const char *end)
{
    const char *entity = entity_of(*text);
    struct harmless_part part;

    if (entity) {
        text_buffer_text(xml, entity);
        return 1;
    }
    const size_t run = strcspn(text, "&<>\"");
    const size_t size = harmless_part(text, run < (size_t)(end - text) ? text + run : end, &part);
    add_part(xml, &part);
    return size;
}

void xml_text_add(struct text_buffer *xml, const char *text)
{
    for (const char *end = text + strlen(text); text < end;)
        text += add_piece(xml, text, end);
}
