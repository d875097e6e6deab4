/* SPDX-License-Identifier: MIT
 * What changed from look to look, of a saved report. */
#include "base/xalloc.h"
#include "model/growth.h"
#include "read_parts.h"

static const struct json_field look_fields[] = {
    JSON_VALUE("look", struct growth_look, number),
    JSON_VALUE("at_ns", struct growth_look, at_ns),
    JSON_OBJECT("live", struct growth_look, live, &json_amount_shape),
    JSON_OBJECT("lost", struct growth_look, lost, &json_amount_shape),
};
static const struct json_shape look_shape = JSON_SHAPE(look_fields, NULL);

static const struct json_field change_fields[] = {
    JSON_VALUE("blocks", struct growth_change, blocks),
    JSON_VALUE("bytes", struct growth_change, bytes),
};
static const struct json_shape change_shape = JSON_SHAPE(change_fields, NULL);

static const struct json_field group_fields[] = {
    JSON_VALUE("content", struct growth_group, content),
    JSON_OBJECT("first", struct growth_group, first, &json_amount_shape),
    JSON_OBJECT("last", struct growth_group, last, &json_amount_shape),
    JSON_OBJECT("grown", struct growth_group, grown, &change_shape),
    JSON_VALUE("bytes_per_second", struct growth_group, bytes_per_second),
    JSON_VALUE("blocks_per_second", struct growth_group, blocks_per_second),
    JSON_OBJECT("survived", struct growth_group, survived, &json_amount_shape),
};

static bool settle_group(struct json_reader *reader, void *object)
{
    const struct growth_group *group = object;

    return group->content || json_cursor_fail(&reader->cursor, "a group has no content");
}
static const struct json_shape group_shape = JSON_SHAPE(group_fields, settle_group);

static bool read_confirm(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_unsigned(reader, field, member);
}

static const struct json_field growth_fields[] = {
    JSON_VALUE("interval_ns", struct growth, interval_ns),
    JSON_VALUE("looks", struct growth, looks),
    {.name = "confirm", .read = read_confirm, .offset = offsetof(struct growth, confirm)},
    JSON_WORD("stopped", struct growth, stopped, &json_growth_stops),
    JSON_LIST("series", struct growth, series, series_count, &look_shape),
    JSON_LIST("groups", struct growth, groups, group_count, &group_shape),
};
static const struct json_shape growth_shape = JSON_SHAPE(growth_fields, NULL);

bool json_read_growth(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct growth **growth = member;

    *growth = xcalloc(1, sizeof **growth);
    return json_read_shape(reader, &growth_shape, *growth);
}
