/* SPDX-License-Identifier: MIT */
#include "json_pointers.h"

#include "model/pointer_report.h"
#include "report/encoding/json_text.h"
#include "json_words.h"

static void write_block(struct json_writer *writer, const struct report_block *block)
{
    json_t *object = json_object();

    json_add_address(object, "address", block->address);
    json_add_number(object, "size", block->size);
    json_add_kind(object, "kind", block->kind);
    json_object_set_new(object, "allocator", json_string(block->allocator));
    if (block->stack.content != NULL)
        json_add_text(object, "content", block->stack.content);
    json_write_text(writer, ",\"block\":{");
    json_write_members(writer, object);
    json_write_stack(writer, "stack", &block->stack);
    json_write_text(writer, "}");
}

static void add_thread(json_t *object, int thread)
{
    json_object_set_new(object, "thread", thread != 0 ? json_integer(thread) : json_null());
}

static void add_place(json_t *object, const struct report_pointer *pointer)
{
    switch (pointer->holder) {
    case HOLDER_BLOCK:
        json_add_number(object, "block_offset", pointer->block_offset);
        break;
    case HOLDER_DATA:
        json_add_text(object, "module", pointer->module);
        json_add_text(object, "symbol", pointer->symbol);
        json_add_number(object, pointer->symbol ? "symbol_offset" : "module_offset", pointer->symbol_offset);
        break;
    case HOLDER_STACK:
        add_thread(object, pointer->thread);
        if (pointer->stack_offset_known)
            json_add_number(object, "stack_offset", pointer->stack_offset);
        break;
    case HOLDER_REGISTER:
        json_add_text(object, "register", pointer->register_name);
        add_thread(object, pointer->thread);
        break;
    case HOLDER_MEMORY:
    case HOLDER_THREAD:
        add_thread(object, pointer->thread);
        break;
    case HOLDER_KERNEL:
    case HOLDER_RANGE:
    case HOLDER_EXEMPT:
        break;
    }
}

static void write_pointer(struct json_writer *writer, size_t index, const struct report_pointer *pointer)
{
    json_t *object = json_object();

    json_object_set_new(object, "holder", json_string(json_word(&json_holders, pointer->holder)));
    if (pointer->address != 0)
        json_add_address(object, "address", pointer->address);
    else
        json_object_set_new(object, "address", json_null());
    json_add_number(object, "target_offset", pointer->offset);
    add_place(object, pointer);
    json_write_element(writer, index);
    json_write_members(writer, object);
    if (pointer->holder == HOLDER_BLOCK)
        write_block(writer, &pointer->block);
    json_write_text(writer, "}");
}

static void write_path(struct json_writer *writer, size_t index, const struct report_pointer_path *path)
{
    json_t *object = json_object();

    json_add_number(object, "left_out", path->left_out);
    if (path->left_out > 0)
        json_add_number(object, "left_out_at", path->left_out_at);
    json_write_element(writer, index);
    json_write_members(writer, object);
    json_write_text(writer, ",\"steps\":[");
    for (size_t i = 0; i < path->step_count; i++)
        write_pointer(writer, i, &path->steps[i]);
    json_write_text(writer, "]}");
}

static void write_answer(struct json_writer *writer, size_t index, const struct report_pointers *pointers)
{
    json_t *object = json_object();

    json_add_address(object, "address", pointers->address);
    json_object_set_new(object, "found", json_boolean(pointers->found));
    if (pointers->found) {
        json_add_number(object, "roots", pointers->roots);
        json_add_number(object, "blocks", pointers->blocks);
        json_add_number(object, "lost_blocks", pointers->lost_blocks);
    }
    json_write_element(writer, index);
    json_write_members(writer, object);
    if (pointers->found) {
        write_block(writer, &pointers->block);
        json_write_text(writer, ",\"paths\":[");
        for (size_t i = 0; i < pointers->path_count; i++)
            write_path(writer, i, &pointers->paths[i]);
        json_write_text(writer, "],\"lost\":[");
        for (size_t i = 0; i < pointers->lost_count; i++)
            write_pointer(writer, i, &pointers->lost[i]);
        json_write_text(writer, "]");
    }
    json_write_text(writer, "}");
}

void json_pointers(struct json_writer *writer, const struct report_process *process)
{
    if (process->pointer_count == 0)
        return;
    json_write_text(writer, ",\n\"who_points_at\":[");
    for (size_t i = 0; i < process->pointer_count; i++)
        write_answer(writer, i, &process->pointers[i]);
    json_write_text(writer, "]");
}
