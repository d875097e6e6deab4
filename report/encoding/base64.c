/* SPDX-License-Identifier: MIT */
#include "base64.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_encode(const void *bytes, size_t size)
{
    const unsigned char *from = bytes;
    char *encoded = xmalloc((size + 2) / 3 * 4 + 1), *to = encoded;

    for (size_t left = size; left > 0; from += 3, to += 4) {
        uint32_t bits = (uint32_t)from[0] << 16 | (left > 1 ? (uint32_t)from[1] << 8 : 0) | (left > 2 ? from[2] : 0);
        to[0] = digits[bits >> 18];
        to[1] = digits[bits >> 12 & 63];
        to[2] = left > 1 ? digits[bits >> 6 & 63] : '=';
        to[3] = left > 2 ? digits[bits & 63] : '=';
        left -= left < 3 ? left : 3;
    }
    *to = '\0';
    return encoded;
}

/* Of four characters: stores up to three bytes, returns how many; 0: they are wrong. */
static size_t decode_group(const char *text, char *to)
{
    const size_t padding = text[3] != '=' ? 0 : text[2] != '=' ? 1 : 2;
    uint32_t bits = 0;

    for (size_t i = 0; i < 4; i++) {
        const char *digit = i < 4 - padding ? strchr(digits, text[i]) : digits;
        if (digit == NULL || *digit == '\0')
            return 0;
        bits = bits << 6 | (uint32_t)(digit - digits);
    }
    for (size_t i = 0; i < 3 - padding; i++)
        to[i] = (char)(bits >> (16 - 8 * i));
    return 3 - padding;
}

char *base64_decode(const char *text, size_t *size)
{
    const size_t length = strlen(text);
    char *bytes = xmalloc(length / 4 * 3 + 1);

    *size = 0;
    for (size_t i = 0; i < length; i += 4) {
        size_t got = length % 4 == 0 ? decode_group(text + i, bytes + *size) : 0;
        if (got == 0 || (got < 3 && i + 4 != length)) {
            free(bytes);
            return NULL;
        }
        *size += got;
    }
    bytes[*size] = '\0';
    return bytes;
}
