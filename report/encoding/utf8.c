/* SPDX-License-Identifier: MIT */
#include "utf8.h"

#include <string.h>

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
size_t utf8_decode(const char *text, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)text[0];
    size_t length = first < 0x80                    ? 1
                    : first >= 0xc2 && first < 0xe0 ? 2
                    : (first & 0xf0) == 0xe0        ? 3
                    : (first & 0xf8) == 0xf0        ? 4
                                                    : 0;
    uint32_t value = length < 2 ? first : first & (0x7fu >> length);

    for (size_t i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | ((unsigned char)text[i] & 0x3f);
    }
    if (length == 0 || value < least[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return 0;
    *character = value;
    return length;
}

size_t utf8_length(const char *bytes, size_t size)
{
    enum { LONGEST = 4 };
    char last[LONGEST + 1] = {0};
    uint32_t character;

    if (size >= LONGEST)
        return utf8_decode(bytes, &character);
    memcpy(last, bytes, size);
    return utf8_decode(last, &character);
}

size_t utf8_valid_prefix(const char *bytes, size_t size)
{
    size_t i = 0;

    while (i < size) {
        const size_t length = (unsigned char)bytes[i] < 0x80 ? 1 : utf8_length(bytes + i, size - i);
        if (length == 0)
            break;
        i += length;
    }
    return i;
}
