/* SPDX-License-Identifier: MIT */
#include "json_growth.h"

#include "report/encoding/json_text.h"
#include "json_words.h"

static json_t *look_of(const struct growth_look *look)
{
    json_t *object = json_object();

    json_add_number(object, "look", look->number);
    json_add_number(object, "at_ns", look->at_ns);
    json_object_set_new(object, "live", json_amount(look->live));
    json_object_set_new(object, "lost", json_amount(look->lost));
    return object;
}

static json_t *change_of(struct growth_change change)
{
    json_t *object = json_object();

    json_object_set_new(object, "blocks", json_integer(change.blocks));
    json_object_set_new(object, "bytes", json_integer(change.bytes));
    return object;
}

static json_t *group_of(const struct growth_group *group)
{
    json_t *object = json_object();

    json_add_text(object, "content", group->content);
    json_object_set_new(object, "first", json_amount(group->first));
    json_object_set_new(object, "last", json_amount(group->last));
    json_object_set_new(object, "grown", change_of(group->grown));
    json_object_set_new(object, "bytes_per_second", json_real(group->bytes_per_second));
    json_object_set_new(object, "blocks_per_second", json_real(group->blocks_per_second));
    json_object_set_new(object, "survived", json_amount(group->survived));
    return object;
}

static json_t *head_of(const struct growth *growth)
{
    json_t *object = json_object();

    json_add_number(object, "interval_ns", growth->interval_ns);
    json_add_number(object, "looks", growth->looks);
    json_object_set_new(object, "confirm", growth->confirm ? json_integer(growth->confirm) : json_null());
    json_object_set_new(object, "stopped", json_string(json_word(&json_growth_stops, growth->stopped)));
    return object;
}

/* Of an array, an element on a line of its own. */
static void write_element(struct json_writer *writer, size_t index, json_t *object)
{
    json_write_element(writer, index);
    json_write_members(writer, object);
    json_write_text(writer, "}");
}

void json_growth(struct json_writer *writer, const struct growth *growth)
{
    if (growth == NULL)
        return;
    json_write_text(writer, "\"growth\":{");
    json_write_members(writer, head_of(growth));
    json_write_text(writer, ",\n\"series\":[");
    for (size_t i = 0; i < growth->series_count; i++)
        write_element(writer, i, look_of(&growth->series[i]));
    json_write_text(writer, "],\n\"groups\":[");
    for (size_t i = 0; i < growth->group_count; i++)
        write_element(writer, i, group_of(&growth->groups[i]));
    json_write_text(writer, "]},\n");
}
