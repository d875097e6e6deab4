/* SPDX-License-Identifier: MIT
 * Who points at the blocks that were asked about, of a saved report. */
#include "model/pointer_report.h"
#include "read_parts.h"

static const struct json_field block_fields[] = {
    JSON_ADDRESS("address", struct report_block, address),          JSON_VALUE("size", struct report_block, size),
    JSON_WORD("kind", struct report_block, kind, &json_leak_kinds), JSON_LABEL("allocator", struct report_block, allocator),
    JSON_OPTIONAL("content", struct report_block, stack.content),   JSON_STACK("stack", struct report_block, stack),
};
static const struct json_shape block_shape = JSON_SHAPE(block_fields, NULL);

static bool read_address(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_address(reader, field, member);
}

static bool read_thread(struct json_reader *reader, const struct json_field *field, void *member)
{
    return json_read_null(reader) || json_read_int(reader, field, member);
}

static bool read_stack_offset(struct json_reader *reader, const struct json_field *field, void *member)
{
    struct report_pointer *pointer = member;

    pointer->stack_offset_known = true;
    return json_read_u64(reader, field, &pointer->stack_offset);
}

/* Which are there depends on the holder. */
static const struct json_field pointer_fields[] = {
    JSON_WORD("holder", struct report_pointer, holder, &json_holders),
    {.name = "address", .read = read_address, .offset = offsetof(struct report_pointer, address)},
    JSON_VALUE("target_offset", struct report_pointer, offset),
    JSON_OPTIONAL("block_offset", struct report_pointer, block_offset),
    JSON_OPTIONAL("module", struct report_pointer, module),
    JSON_OPTIONAL("symbol", struct report_pointer, symbol),
    JSON_OPTIONAL("symbol_offset", struct report_pointer, symbol_offset),
    JSON_OPTIONAL("module_offset", struct report_pointer, symbol_offset),
    {.name = "thread", .read = read_thread, .offset = offsetof(struct report_pointer, thread), .optional = true},
    {.name = "stack_offset", .read = read_stack_offset, .optional = true},
    JSON_OPTIONAL_LABEL("register", struct report_pointer, register_name),
    {"block", json_read_object, offsetof(struct report_pointer, block), &block_shape, .optional = true},
};

static bool settle_pointer(struct json_reader *reader, void *object)
{
    const struct report_pointer *pointer = object;

    if (pointer->holder == HOLDER_BLOCK && pointer->block.allocator == NULL)
        return json_cursor_fail(&reader->cursor, "member 'block' is missing");
    if (pointer->holder == HOLDER_REGISTER && pointer->register_name == NULL)
        return json_cursor_fail(&reader->cursor, "member 'register' is missing");
    if (pointer->holder == HOLDER_DATA && pointer->module == NULL)
        return json_cursor_fail(&reader->cursor, "member 'module' is missing");
    return true;
}
static const struct json_shape pointer_shape = JSON_SHAPE(pointer_fields, settle_pointer);

static const struct json_field path_fields[] = {
    JSON_VALUE("left_out", struct report_pointer_path, left_out),
    JSON_OPTIONAL("left_out_at", struct report_pointer_path, left_out_at),
    JSON_LIST("steps", struct report_pointer_path, steps, step_count, &pointer_shape),
};
static const struct json_shape path_shape = JSON_SHAPE(path_fields, NULL);

static const struct json_field pointers_fields[] = {
    JSON_ADDRESS("address", struct report_pointers, address),
    JSON_VALUE("found", struct report_pointers, found),
    JSON_OPTIONAL("roots", struct report_pointers, roots),
    JSON_OPTIONAL("blocks", struct report_pointers, blocks),
    JSON_OPTIONAL("lost_blocks", struct report_pointers, lost_blocks),
    {"block", json_read_object, offsetof(struct report_pointers, block), &block_shape, .optional = true},
    JSON_OPTIONAL_LIST("paths", struct report_pointers, paths, path_count, &path_shape),
    JSON_OPTIONAL_LIST("lost", struct report_pointers, lost, lost_count, &pointer_shape),
};

static bool settle_pointers(struct json_reader *reader, void *object)
{
    const struct report_pointers *pointers = object;

    if (pointers->found && pointers->block.allocator == NULL)
        return json_cursor_fail(&reader->cursor, "member 'block' is missing");
    return true;
}
const struct json_shape json_pointers_shape = JSON_SHAPE(pointers_fields, settle_pointers);
