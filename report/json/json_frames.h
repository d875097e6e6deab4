/* SPDX-License-Identifier: MIT
 *
 * The frames of a JSON report: what each looks like is made once, however many stacks it is in. Private to report/. */
#ifndef LEAKWATCH_REPORT_JSON_JSON_FRAMES_H
#define LEAKWATCH_REPORT_JSON_JSON_FRAMES_H

#include <jansson.h>
#include <stddef.h>

#include "base/hash_table.h"

struct report_frame;

struct json_frame {
    char *text;    /* the object; NULL: there was no memory for it */
    size_t length; /* of the text */
    size_t number; /* among those that differ, from 0, in the order in which they were first asked for */
};

/* All zero: empty. */
struct json_frames {
    struct hash_table by_frame, by_text;
    struct json_frame **numbered; /* count; owned */
    size_t count, capacity;
};

/* What a frame looks like, which belongs to the table. Frames that look alike are one. */
const struct json_frame *json_frames_find(struct json_frames *frames, const struct report_frame *frame);
void json_frames_finish(struct json_frames *frames);

/* The object of a frame, new. */
json_t *json_frame_object(const struct report_frame *frame);

#endif
