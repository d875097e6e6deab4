/* SPDX-License-Identifier: MIT */
#include "json_fields.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/known.h"
#include "base/xalloc.h"
#include "report/encoding/base64.h"

/* ---- Numbers ---- */

/* An integer, which must be in the range. */
static bool read_integer(struct json_reader *reader, json_int_t least, json_int_t most, json_int_t *number)
{
    json_t *value = json_cursor_value(&reader->cursor, 0);
    bool is_integer = json_is_integer(value);

    *number = json_integer_value(value);
    json_decref(value);
    if (value == NULL)
        return false;
    if (!is_integer)
        return json_cursor_refuse(&reader->cursor, "an integer");
    return (*number >= least && *number <= most) || json_cursor_refuse(&reader->cursor, "a number in the range of this member");
}

bool json_read_u64(struct json_reader *reader, const struct json_field *field, void *member)
{
    json_int_t number;

    if (!read_integer(reader, 0, LLONG_MAX, &number))
        return false;
    *(uint64_t *)member = (uint64_t)number;
    return true;
}

bool json_read_optional_number(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct known *number = member;

    number->known = true;
    return json_read_u64(reader, field, &number->value);
}

bool json_read_unsigned(struct json_reader *reader, const struct json_field *field, void *member)
{
    json_int_t number;

    if (!read_integer(reader, 0, UINT_MAX, &number))
        return false;
    *(unsigned *)member = (unsigned)number;
    return true;
}

bool json_read_i64(struct json_reader *reader, const struct json_field *field, void *member)
{
    json_int_t number;

    if (!read_integer(reader, LLONG_MIN, LLONG_MAX, &number))
        return false;
    *(int64_t *)member = number;
    return true;
}

bool json_read_int(struct json_reader *reader, const struct json_field *field, void *member)
{
    json_int_t number;

    if (!read_integer(reader, INT_MIN, INT_MAX, &number))
        return false;
    *(int *)member = (int)number;
    return true;
}

bool json_read_double(struct json_reader *reader, const struct json_field *field, void *member)
{
    json_t *value = json_cursor_value(&reader->cursor, 0);
    bool is_number = json_is_number(value);

    *(double *)member = json_number_value(value);
    json_decref(value);
    return value != NULL && (is_number || json_cursor_refuse(&reader->cursor, "a number"));
}

bool json_read_bool(struct json_reader *reader, const struct json_field *field, void *member)
{
    json_t *value = json_cursor_value(&reader->cursor, 0);

    if (value != NULL && !json_is_boolean(value))
        json_cursor_refuse(&reader->cursor, "true or false");
    *(bool *)member = json_is_true(value);
    json_decref(value);
    return !reader->cursor.error;
}

bool json_read_null(struct json_reader *reader)
{
    if (json_cursor_peek(&reader->cursor) != 'n')
        return false;
    json_t *value = json_cursor_value(&reader->cursor, 0);
    json_decref(value);
    return value != NULL;
}

/* ---- Text ---- */

/* A string; the caller releases it. NULL after an error. */
static json_t *read_string(struct json_reader *reader)
{
    json_t *value = json_cursor_value(&reader->cursor, 0);

    if (value == NULL || json_is_string(value))
        return value;
    json_decref(value);
    json_cursor_refuse(&reader->cursor, "a string");
    return NULL;
}

bool json_read_address(struct json_reader *reader, const struct json_field *field, void *member)
{
    json_t *value = read_string(reader);
    char *end = NULL;

    if (value == NULL)
        return false;
    const char *text = json_string_value(value);
    errno = 0;
    bool is_address = strncmp(text, "0x", 2) == 0 && isxdigit((unsigned char)text[2]);
    *(uint64_t *)member = is_address ? strtoull(text, &end, 16) : 0;
    is_address = is_address && errno == 0 && *end == '\0';
    json_decref(value);
    return is_address || json_cursor_refuse(&reader->cursor, "an address such as \"0x1f\"");
}

bool json_read_word(struct json_reader *reader, const struct json_field *field, void *member)
{
    json_t *text = read_string(reader);

    if (text == NULL)
        return false;
    int value = json_word_value(field->detail, json_string_value(text));
    json_decref(text);
    *(int *)member = value >= 0 ? value : 0;
    return value >= 0 || json_cursor_refuse(&reader->cursor, "a word that this version knows");
}

/* These are written to terminals as they are. */
static bool is_harmless(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f || ((unsigned char)*text == 0xc2 && (unsigned char)text[1] < 0xa0))
            return false;
    return true;
}

bool json_read_label(struct json_reader *reader, const struct json_field *field, void *member)
{
    json_t *value = read_string(reader);

    if (value == NULL)
        return false;
    const char *text = json_string_value(value);
    bool is_label = is_harmless(text);
    *(const char **)member = report_names_string(reader->names, text);
    json_decref(value);
    return is_label || json_cursor_refuse(&reader->cursor, "text without control characters");
}

bool json_read_label_or_null(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_label(reader, field, member);
}

bool json_read_name(struct json_reader *reader, const struct json_field *field, void *member)
{
    if (json_read_null(reader))
        return true;
    json_t *value = read_string(reader);
    *(const char **)member = report_names_string(reader->names, json_string_value(value));
    json_decref(value);
    return value != NULL;
}

bool json_read_text(struct json_reader *reader, const struct json_field *field, void *member)
{
    if (json_read_null(reader))
        return true;
    json_t *value = read_string(reader);
    *(char **)member = value ? xstrdup(json_string_value(value)) : NULL;
    json_decref(value);
    return value != NULL;
}

/* Strings up to the end of an array, a NULL behind them. */
static bool read_strings(struct json_reader *reader, char ***texts, size_t *count)
{
    struct json_items items;
    size_t capacity = 0;

    *texts = xgrow(NULL, &capacity, 1, sizeof **texts);
    **texts = NULL;
    if (!json_cursor_enter(&reader->cursor, '[', &items))
        return false;
    while (json_cursor_next(&reader->cursor, &items)) {
        json_t *value = read_string(reader);
        if (value == NULL)
            return false;
        *texts = xgrow(*texts, &capacity, *count + 2, sizeof **texts);
        (*texts)[(*count)++] = xstrdup(json_string_value(value));
        (*texts)[*count] = NULL;
        json_decref(value);
    }
    return !reader->cursor.error;
}

bool json_read_words(struct json_reader *reader, const struct json_field *field, void *member)
{
    size_t count = 0;

    return read_strings(reader, member, &count);
}

static size_t *count_of(const struct json_list *list, void *member)
{
    return (size_t *)((char *)member + list->count);
}

bool json_read_texts(struct json_reader *reader, const struct json_field *field, void *member)
{
    return read_strings(reader, member, count_of(field->detail, member));
}

/* ---- Bytes that are not UTF-8 ---- */

/* Replaces one of the texts. */
static bool replace_text(struct json_reader *reader, const json_t *encoded, char **text)
{
    size_t size;
    char *bytes = json_is_string(encoded) ? base64_decode(json_string_value(encoded), &size) : NULL;

    if (bytes == NULL || strlen(bytes) != size) {
        free(bytes);
        return json_cursor_fail(&reader->cursor, "raw_base64 is not what it should be");
    }
    free(*text);
    *text = bytes;
    return true;
}

bool json_replace_name(struct json_reader *reader, const json_t *encoded, const char **name)
{
    char *text = NULL;
    bool done = replace_text(reader, encoded, &text);

    if (done)
        *name = report_names_string(reader->names, text);
    free(text);
    return done;
}

static bool replace_texts(struct json_reader *reader, const json_t *all, char **texts)
{
    size_t index;
    json_t *encoded;

    json_array_foreach(all, index, encoded)
    {
        if (texts[index] == NULL)
            return json_cursor_fail(&reader->cursor, "raw_base64 has more texts than there are");
        if (!json_is_null(encoded) && !replace_text(reader, encoded, &texts[index]))
            return false;
    }
    return true;
}

static bool replace(struct json_reader *reader, const struct json_field *field, const json_t *encoded, void *member)
{
    if (field->replace)
        return field->replace(reader, encoded, member);
    if (field->read == json_read_name)
        return json_replace_name(reader, encoded, member);
    if (field->read == json_read_text)
        return replace_text(reader, encoded, member);
    if ((field->read == json_read_words || field->read == json_read_texts) && *(char ***)member)
        return replace_texts(reader, encoded, *(char ***)member);
    return true;
}

/* `raw` comes before some of the texts that it replaces, so that it must wait for the end of the object. */
static bool replace_all(struct json_reader *reader, const struct json_shape *shape, json_t *raw, void *object)
{
    for (size_t i = 0; i < shape->count; i++) {
        const struct json_field *field = &shape->fields[i];
        const json_t *encoded = json_object_get(raw, field->name);
        if (encoded && !replace(reader, field, encoded, (char *)object + field->offset))
            return false;
    }
    return true;
}

/* ---- Objects and arrays ---- */

/* What is known of an object while its members are read. */
struct reading {
    const struct json_shape *shape;
    void *object;
    uint32_t seen; /* bit mask of fields */
    size_t next;   /* the field that most likely comes next */
    json_t *raw;   /* raw_base64, or NULL */
};
static_assert(JSON_FIELDS_MAX <= 32, "a bit for each field");

static const struct json_field *find_field(struct reading *reading, const char *name, size_t *index)
{
    const struct json_shape *shape = reading->shape;

    for (size_t i = 0; i < shape->count; i++) {
        *index = (reading->next + i) % shape->count;
        if (strcmp(shape->fields[*index].name, name) == 0)
            return &shape->fields[*index];
    }
    return NULL;
}

static bool read_member(struct json_reader *reader, struct reading *reading)
{
    const char *name = json_cursor_name(&reader->cursor);
    size_t index;

    if (name == NULL)
        return false;
    const struct json_field *field = find_field(reading, name, &index);
    if (field == NULL && strcmp(name, "raw_base64") == 0 && reading->raw == NULL) {
        reading->raw = json_cursor_value(&reader->cursor, 0);
        return reading->raw != NULL;
    }
    if (field == NULL)
        return json_cursor_skip(&reader->cursor);
    if (reading->seen & 1U << index)
        return json_cursor_fail(&reader->cursor, "this member is there twice");
    reading->seen |= 1U << index;
    reading->next = index + 1;
    return field->read(reader, field, (char *)reading->object + field->offset);
}

static bool check_missing(struct json_reader *reader, const struct reading *reading)
{
    for (size_t i = 0; i < reading->shape->count; i++)
        if (!reading->shape->fields[i].optional && !(reading->seen & 1U << i))
            return json_cursor_fail(&reader->cursor, "member '%s' is missing", reading->shape->fields[i].name);
    return true;
}

bool json_read_shape(struct json_reader *reader, const struct json_shape *shape, void *object)
{
    struct reading reading = {.shape = shape, .object = object};
    struct json_items items;

    if (!json_cursor_enter(&reader->cursor, '{', &items))
        return false;
    while (json_cursor_next(&reader->cursor, &items))
        if (!read_member(reader, &reading))
            break;
    bool done = !reader->cursor.error && check_missing(reader, &reading) && replace_all(reader, shape, reading.raw, object) &&
                (shape->settle == NULL || shape->settle(reader, object));
    json_decref(reading.raw);
    return done;
}

bool json_read_object(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_shape(reader, field->detail, member);
}

bool json_read_list(struct json_reader *reader, const struct json_field *field, void *member)
{
    const struct json_list *list = field->detail;
    size_t *count = count_of(list, member), capacity = 0;
    char *elements = member;
    struct json_items items;

    if (!json_cursor_enter(&reader->cursor, '[', &items))
        return false;
    while (json_cursor_next(&reader->cursor, &items)) {
        if (list->most > 0 && *count == list->most)
            return json_cursor_fail(&reader->cursor, "more than %zu elements", list->most);
        if (list->most == 0) {
            elements = xgrow(capacity > 0 ? elements : NULL, &capacity, *count + 1, list->size);
            memcpy(member, &elements, sizeof elements);
        }
        void *element = elements + *count * list->size;
        memset(element, 0, list->size);
        ++*count; /* what it has come to own is released with the others, also after an error */
        if (!json_read_shape(reader, list->shape, element))
            return false;
    }
    return !reader->cursor.error;
}
