/* SPDX-License-Identifier: MIT */
#include "json_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "base64.h"
#include "utf8.h"

static bool is_utf8(const char *bytes, size_t size)
{
    return utf8_valid_prefix(bytes, size) == size;
}

static json_t *mended_text(const char *bytes, size_t size)
{
    char *mended = xmalloc(size * 2 + 1), *to = mended;

    for (size_t i = 0; i < size;) {
        const size_t length = utf8_length(bytes + i, size - i);
        if (length == 0) { /* a single byte of 0x80 or more */
            *to++ = (char)(0xc0 | (unsigned char)bytes[i] >> 6);
            *to++ = (char)(0x80 | (bytes[i++] & 0x3f));
        } else {
            memcpy(to, bytes + i, length);
            to += length;
            i += length;
        }
    }
    json_t *value = json_stringn_nocheck(mended, (size_t)(to - mended));
    free(mended);
    return value;
}

static json_t *base64(const char *bytes, size_t size)
{
    char *encoded = base64_encode(bytes, size);
    json_t *value = json_string_nocheck(encoded);

    free(encoded);
    return value;
}

static void add_raw(json_t *object, const char *name, json_t *raw)
{
    json_t *all = json_object_get(object, "raw_base64");

    if (all == NULL) {
        all = json_object();
        json_object_set_new_nocheck(object, "raw_base64", all);
    }
    json_object_set_new_nocheck(all, name, raw);
}

void json_add_bytes(json_t *object, const char *name, const void *bytes, size_t size)
{
    if (is_utf8(bytes, size)) {
        json_object_set_new_nocheck(object, name, json_stringn_nocheck(bytes, size));
    } else {
        json_object_set_new_nocheck(object, name, mended_text(bytes, size));
        add_raw(object, name, base64(bytes, size));
    }
}

void json_add_text(json_t *object, const char *name, const char *text)
{
    if (text == NULL)
        json_object_set_new_nocheck(object, name, json_null());
    else
        json_add_bytes(object, name, text, strlen(text));
}

void json_add_texts(json_t *object, const char *name, char *const *texts, size_t count)
{
    json_t *values = json_array(), *raw = json_array();
    bool mended = false;

    for (size_t i = 0; i < count; i++) {
        const size_t size = strlen(texts[i]);
        bool fine = is_utf8(texts[i], size);
        json_array_append_new(values, fine ? json_string_nocheck(texts[i]) : mended_text(texts[i], size));
        json_array_append_new(raw, fine ? json_null() : base64(texts[i], size));
        mended |= !fine;
    }
    json_object_set_new_nocheck(object, name, values);
    if (mended)
        add_raw(object, name, raw);
    else
        json_decref(raw);
}

int64_t json_number(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

void json_add_number(json_t *object, const char *name, uint64_t value)
{
    json_object_set_new_nocheck(object, name, json_integer(json_number(value)));
}

void json_add_known(json_t *object, const char *name, struct known number)
{
    if (known_limits(number))
        json_add_number(object, name, number.value);
}

void json_add_address(json_t *object, const char *name, uint64_t address)
{
    char text[32];

    snprintf(text, sizeof text, "0x%" PRIx64, address);
    json_object_set_new_nocheck(object, name, json_string_nocheck(text));
}
