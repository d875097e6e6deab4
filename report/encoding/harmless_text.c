/* SPDX-License-Identifier: MIT */
#include "harmless_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

/* Control characters of both sets, those that reorder what stands around them, and noncharacters: XML has no place for the last two
 * of the first plane (XML 1.0, Char). */
static bool is_hostile(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x061c ||
           (character >= 0x200e && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
           (character >= 0x2066 && character <= 0x2069) || character == 0xfeff || (character & 0xfffe) == 0xfffe;
}

/* How many bytes from `text` on are printable ASCII: nearly all are. */
static size_t plain_length(const char *text, const char *end)
{
    const char *at = text;

    while (at < end && *at >= 0x20 && *at < 0x7f)
        at++;
    return (size_t)(at - text);
}

size_t harmless_part(const char *text, const char *end, struct harmless_part *part)
{
    uint32_t character;

    part->text = text;
    part->size = plain_length(text, end);
    if (part->size > 0)
        return part->size;
    part->size = utf8_decode(text, &character);
    if (part->size > 1 && !is_hostile(character))
        return part->size;
    const size_t taken = part->size > 1 ? part->size : 1;
    part->text = part->escape;
    part->size = (size_t)(taken > 1 ? snprintf(part->escape, sizeof part->escape, "\\u{%" PRIx32 "}", character)
                                    : snprintf(part->escape, sizeof part->escape, "\\x%02x", (unsigned char)*text));
    return taken;
}

void harmless_text_add(struct text_buffer *buffer, const char *text)
{
    struct harmless_part part;

    for (const char *end = text + strlen(text); text < end;) {
        text += harmless_part(text, end, &part);
        text_buffer_bytes(buffer, part.text, part.size);
    }
}
