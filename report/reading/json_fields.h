/* SPDX-License-Identifier: MIT
 *
 * From JSON objects to structs, by tables: a line for each member says where its value goes. Private to report/.
 *
 * Members that no table has are skipped: a later version may have added them. A member that is not marked as optional must be
 * there, and none may be there twice. What stands in "raw_base64" replaces the text of that name, see json_text.h. */
#ifndef LEAKWATCH_REPORT_READING_JSON_FIELDS_H
#define LEAKWATCH_REPORT_READING_JSON_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/hash_table.h"
#include "model/report_names.h"
#include "report/json/json_words.h"
#include "json_cursor.h"

struct json_reader {
    struct json_cursor cursor;
    struct report_names *names; /* has all text that no struct owns; lent */
    struct hash_table frames;   /* those that were read, by their JSON: see read_stack.c */
};

struct json_field;
/* Reads the next value into `member`. Returns false after an error, which the cursor has. */
typedef bool json_field_reader(struct json_reader *reader, const struct json_field *field, void *member);

struct json_field {
    const char *name;
    json_field_reader *read;
    size_t offset; /* of the member in the struct */
    const void *detail;
    bool optional;
    /* Takes what "raw_base64" has for this member; NULL: as text. Returns as readers do. */
    bool (*replace)(struct json_reader *reader, const json_t *encoded, void *member);
};

/* A struct. What its members mean together is checked, or filled in, by `settle` (NULL: nothing), which returns as readers do. */
struct json_shape {
    const struct json_field *fields;
    size_t count;
    bool (*settle)(struct json_reader *reader, void *object);
};
#define JSON_FIELDS_MAX 32
#define JSON_SHAPE(table, settle_function)                                                                                         \
    {                                                                                                                              \
        table, sizeof(table) / sizeof *(table), settle_function                                                                    \
    }

/* An array of structs: the member is a pointer to its elements, and a size_t has their number. */
struct json_list {
    const struct json_shape *shape;
    size_t size;     /* of an element */
    ptrdiff_t count; /* of the size_t, from the member */
    size_t most;     /* elements that there may be; 0: any number, in memory of their own */
};

json_field_reader json_read_u64, json_read_unsigned, json_read_i64, json_read_int; /* integers in the range of the member */
json_field_reader json_read_double, json_read_bool;
json_field_reader json_read_address; /* uint64_t: "0x..." */
json_field_reader json_read_word;    /* int: an enumeration; detail: its struct json_words */
json_field_reader json_read_label;   /* const char *: text without control characters, of leakwatch's own; kept in names */
json_field_reader json_read_label_or_null;
json_field_reader json_read_name;   /* const char *: foreign text; kept in names; NULL for null */
json_field_reader json_read_text;   /* char *: foreign text; owned; NULL for null */
json_field_reader json_read_words;  /* char **: an array of texts, a NULL behind; owned */
json_field_reader json_read_texts;  /* char **: the same, counted; detail: struct json_list, of which only `count` is used */
json_field_reader json_read_object; /* a struct, which must be there; detail: struct json_shape */
json_field_reader json_read_list;   /* detail: struct json_list */
json_field_reader json_read_optional_number; /* struct known */

/* The reader of a plain member by its type. Not for enumerations. */
#define JSON_READER(type, member)                                                                                                  \
    _Generic(((type *)0)->member,                                                                                                  \
        unsigned long: json_read_u64,                                                                                              \
        unsigned: json_read_unsigned,                                                                                              \
        long: json_read_i64,                                                                                                       \
        int: json_read_int,                                                                                                        \
        double: json_read_double,                                                                                                  \
        bool: json_read_bool,                                                                                                      \
        const char *: json_read_name,                                                                                              \
        char *: json_read_text,                                                                                                    \
        struct known: json_read_optional_number)
#define JSON_VALUE(name, type, member)                                                                                             \
    {                                                                                                                              \
        name, JSON_READER(type, member), offsetof(type, member), NULL, false                                                       \
    }
#define JSON_OPTIONAL(name, type, member)                                                                                          \
    {                                                                                                                              \
        name, JSON_READER(type, member), offsetof(type, member), NULL, true                                                        \
    }
#define JSON_ADDRESS(name, type, member)                                                                                           \
    {                                                                                                                              \
        name, json_read_address, offsetof(type, member), NULL, false                                                               \
    }
#define JSON_LABEL(name, type, member)                                                                                             \
    {                                                                                                                              \
        name, json_read_label, offsetof(type, member), NULL, false                                                                 \
    }
#define JSON_OPTIONAL_LABEL(name, type, member)                                                                                    \
    {                                                                                                                              \
        name, json_read_label, offsetof(type, member), NULL, true                                                                  \
    }
#define JSON_WORD(name, type, member, words)                                                                                       \
    {                                                                                                                              \
        name, json_read_word, offsetof(type, member), words, false                                                                 \
    }
#define JSON_OBJECT(name, type, member, shape)                                                                                     \
    {                                                                                                                              \
        name, json_read_object, offsetof(type, member), shape, false                                                               \
    }
#define JSON_OPTIONAL_OBJECT(name, type, member, shape)                                                                            \
    {                                                                                                                              \
        name, json_read_object, offsetof(type, member), shape, true                                                                \
    }
/* Members of an object of their own that the same struct has. */
#define JSON_PART(name, shape)                                                                                                     \
    {                                                                                                                              \
        name, json_read_object, 0, shape, false                                                                                    \
    }
#define JSON_OPTIONAL_PART(name, shape)                                                                                            \
    {                                                                                                                              \
        name, json_read_object, 0, shape, true                                                                                     \
    }
#define JSON_LIST_OF(type, items, count, shape)                                                                                    \
    &(const struct json_list)                                                                                                      \
    {                                                                                                                              \
        shape, sizeof *((type *)0)->items, (ptrdiff_t)offsetof(type, count) - (ptrdiff_t)offsetof(type, items), 0                  \
    }
#define JSON_LIST(name, type, items, count, shape)                                                                                 \
    {                                                                                                                              \
        name, json_read_list, offsetof(type, items), JSON_LIST_OF(type, items, count, shape), false                                \
    }
#define JSON_OPTIONAL_LIST(name, type, items, count, shape)                                                                        \
    {                                                                                                                              \
        name, json_read_list, offsetof(type, items), JSON_LIST_OF(type, items, count, shape), true                                 \
    }
/* Elements that stand in the struct itself, `most` at most. */
#define JSON_ARRAY(name, type, items, count, shape, most)                                                                          \
    {                                                                                                                              \
        name, json_read_list, offsetof(type, items),                                                                               \
            &(const struct json_list){shape, sizeof *((type *)0)->items,                                                           \
                                      (ptrdiff_t)offsetof(type, count) - (ptrdiff_t)offsetof(type, items), most},                  \
            false                                                                                                                  \
    }
#define JSON_TEXTS(name, type, items, count)                                                                                       \
    {                                                                                                                              \
        name, json_read_texts, offsetof(type, items), JSON_LIST_OF(type, items, count, NULL), false                                \
    }

/* Reads an object into the struct, whose members are zero, or have been read. */
bool json_read_shape(struct json_reader *reader, const struct json_shape *shape, void *object);
/* For replacers of names: takes base64 of text, see raw_base64. */
bool json_replace_name(struct json_reader *reader, const json_t *encoded, const char **name);
/* Whether the next value is null, which is then behind us. */
bool json_read_null(struct json_reader *reader);

#endif
