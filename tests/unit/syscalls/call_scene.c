/* SPDX-License-Identifier: MIT */
#include "call_scene.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

static const struct decode_options usual = {.string_limit = 32, .abbreviate = true, .dereference = true};
static const struct decode_options verbose = {.string_limit = 32, .dereference = true};

static struct decoder decoder_of(struct call_scene *scene, const struct memory_view *view)
{
    return (struct decoder){
        .call = &scene->call, .memory = view, .options = scene->verbose ? &verbose : &usual, .arena = &scene->call.arena};
}

void call_scene_enter(struct call_scene *scene, uint64_t number, const uint64_t arguments[6])
{
    const struct memory_view view = fake_memory_view(&scene->memory);

    scene->call.number = number;
    scene->call.row = syscall_table_row(number);
    memcpy(scene->call.arguments, arguments, sizeof scene->call.arguments);
    struct decoder decoder = decoder_of(scene, &view);
    decode_entry(&decoder);
}

void call_scene_leave(struct call_scene *scene, int64_t result)
{
    const struct memory_view view = fake_memory_view(&scene->memory);

    scene->call.returned = true;
    scene->call.result = result;
    scene->call.failed = result < 0;
    struct decoder decoder = decoder_of(scene, &view);
    decode_exit(&decoder);
}

void call_scene_expect(struct call_scene *scene, const char *text)
{
    struct text_buffer buffer = {0};

    cr_expect(scene->call.done);
    call_text_entry(&buffer, &scene->call);
    call_text_rest(&buffer, &scene->call, call_text_count(&scene->call));
    text_buffer_add(&buffer, " ");
    call_text_result(&buffer, &scene->call);
    cr_expect(eq(str, buffer.text, (char *)text));
    text_buffer_finish(&buffer);
    arena_finish(&scene->call.arena);
    fake_memory_finish(&scene->memory);
}

void expect_decoded(uint64_t number, const uint64_t arguments[6], const void *bytes, size_t size, int64_t result, const char *text)
{
    struct call_scene scene = {0};

    if (size)
        memcpy(fake_memory_add(&scene.memory, SCENE_MEMORY, size), bytes, size);
    call_scene_enter(&scene, number, arguments);
    call_scene_leave(&scene, result);
    call_scene_expect(&scene, text);
}
