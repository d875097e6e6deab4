/* SPDX-License-Identifier: MIT */
#include "json_frames.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/report_model.h"
#include "report/encoding/json_text.h"

struct known_frame { /* an entry of by_frame */
    const struct report_frame *frame;
    struct json_frame *look;
};

json_t *json_frame_object(const struct report_frame *frame)
{
    json_t *object = json_object();

    json_add_address(object, "address", frame->address);
    json_add_text(object, "module", frame->module);
    json_add_text(object, "build_id", frame->build_id);
    if (frame->module != NULL)
        json_add_address(object, "offset", frame->offset);
    else
        json_object_set_new(object, "offset", json_null());
    json_add_text(object, "function", frame->function);
    json_add_text(object, "linkage_name", frame->linkage_name);
    json_add_text(object, "file", frame->file);
    if (frame->line != 0)
        json_add_number(object, "line", frame->line);
    else
        json_object_set_new(object, "line", json_null());
    json_object_set_new(object, "inlined", json_boolean(frame->inlined));
    return object;
}

static bool is_frame(const void *entry, const void *key)
{
    const struct known_frame *known = entry;
    return known->frame == key;
}

static bool has_text(const void *entry, const void *key)
{
    const struct json_frame *look = entry;
    return look->text != NULL && strcmp(look->text, key) == 0;
}

static struct json_frame *add_look(struct json_frames *frames, char *text, uint64_t hash)
{
    struct json_frame *look = xmalloc(sizeof *look);

    *look = (struct json_frame){text, text ? strlen(text) : 0, frames->count};
    frames->numbered = xgrow(frames->numbered, &frames->capacity, frames->count + 1, sizeof *frames->numbered);
    frames->numbered[frames->count++] = look;
    hash_table_add(&frames->by_text, hash, look);
    return look;
}

/* The one for all frames that look like this. */
static struct json_frame *look_of(struct json_frames *frames, const struct report_frame *frame)
{
    json_t *object = json_frame_object(frame);
    char *text = json_dumps(object, JSON_COMPACT);
    uint64_t hash = text ? hash_bytes(text, strlen(text)) : 0;
    struct json_frame *look = text ? hash_table_find(&frames->by_text, hash, has_text, text) : NULL;

    json_decref(object);
    if (look == NULL)
        return add_look(frames, text, hash);
    free(text);
    return look;
}

const struct json_frame *json_frames_find(struct json_frames *frames, const struct report_frame *frame)
{
    uint64_t hash = hash_mix(0, (uintptr_t)frame);
    struct known_frame *known = hash_table_find(&frames->by_frame, hash, is_frame, frame);

    if (known == NULL) {
        known = xmalloc(sizeof *known);
        *known = (struct known_frame){frame, look_of(frames, frame)};
        hash_table_add(&frames->by_frame, hash, known);
    }
    return known->look;
}

void json_frames_finish(struct json_frames *frames)
{
    for (size_t i = 0; i < frames->by_frame.capacity; i++)
        free(frames->by_frame.slots[i].entry);
    hash_table_finish(&frames->by_frame);
    hash_table_finish(&frames->by_text);
    for (size_t i = 0; i < frames->count; i++) {
        free(frames->numbered[i]->text);
        free(frames->numbered[i]);
    }
    free(frames->numbered);
    *frames = (struct json_frames){0};
}
