/* SPDX-License-Identifier: MIT
 *
 * Walks the description of a call. Arguments are decoded in their order, as far as can be told before the call: from the first that
 * the kernel fills in on, all wait for the exit. */
#include "decoder.h"

#include <string.h>

static decode_function *const decoders[DECODERS] = {
#define DECODER_ROW(name) [DECODER_##name] = decode_##name##_argument,
    FOR_EACH_DECODER(DECODER_ROW)
#undef DECODER_ROW
};

static condition_function *const conditions[CONDITIONS] = {
#define CONDITION_ROW(name) [CONDITION_##name] = condition_##name,
    FOR_EACH_CONDITION(CONDITION_ROW)
#undef CONDITION_ROW
};

/* ---- Numbers --------------------------------------------------------------------------------------------------------------- */

static int64_t extend_sign(uint64_t number, unsigned size)
{
    const unsigned unused = 64 - 8 * size;

    return size >= 8 ? (int64_t)number : (int64_t)(number << unused) >> unused;
}

static uint64_t cut(uint64_t number, unsigned size)
{
    return size >= 8 ? number : number & ((UINT64_C(1) << 8 * size) - 1);
}

static struct value *decode_pointer(struct decoder *decoder, const struct type *type, uint64_t address);

static struct value *decode_number(struct decoder *decoder, const struct type *type, uint64_t number)
{
    switch (type->kind) {
    case TYPE_SIGNED:
        return value_signed(decoder, extend_sign(number, type->size));
    case TYPE_UNSIGNED:
        return value_unsigned(decoder, number);
    case TYPE_HEX:
        return value_hex(decoder, number);
    case TYPE_OCTAL:
        return value_octal(decoder, number);
    case TYPE_FD:
        return value_fd(decoder, (int)number);
    case TYPE_DIRFD:
        return value_dirfd(decoder, (int)number);
    case TYPE_PID:
        return value_pid(decoder, (int)number);
    case TYPE_ID:
        return value_id(decoder, (uint32_t)number);
    case TYPE_SIGNAL:
        return value_signal(decoder, (int)number);
    case TYPE_MODE:
        return value_mode(decoder, (uint32_t)number);
    case TYPE_FILE_MODE:
        return value_file_mode(decoder, (uint32_t)number);
    case TYPE_DEVICE:
        return value_device(decoder, number);
    case TYPE_FLAGS:
        return value_flags(decoder, type->set, number);
    case TYPE_ENUM:
        return value_enum(decoder, type->set, number);
    default:
        return value_address(decoder, number);
    }
}

static struct value *decode_word(struct decoder *decoder, const struct type *type, uint64_t number)
{
    struct value *value;

    switch (type->kind) {
    case TYPE_PATH:
        return decode_path(decoder, number);
    case TYPE_STRING:
        return decode_string(decoder, number);
    case TYPE_BYTES:
        return decode_buffer(decoder, number, decoder_length(decoder, type->length));
    case TYPE_SIGSET:
        return decode_sigset(decoder, number, decoder_length(decoder, type->length));
    case TYPE_POINTER:
        return decode_pointer(decoder, type, number);
    case TYPE_CUSTOM:
        return decoders[type->decoder](decoder, type, number);
    default:
        value = decode_number(decoder, type, cut(number, type->size));
        value->bytes = type->size;
        return value;
    }
}

struct value *decode_register(struct decoder *decoder, const struct type *type, uint64_t number)
{
    return decode_word(decoder, type, number);
}

/* ---- In memory ------------------------------------------------------------------------------------------------------------- */

static size_t size_in_memory(const struct type *type)
{
    switch (type->kind) {
    case TYPE_STRUCT:
        return type->layout->size;
    case TYPE_ARRAY:
        return type->length.kind == LENGTH_CONSTANT ? (size_t)type->length.value * size_in_memory(type->element) : 0;
    default:
        return type->size;
    }
}

static uint64_t load(const void *bytes, size_t size)
{
    uint64_t number = 0;

    memcpy(&number, bytes, size < sizeof number ? size : sizeof number);
    return number;
}

static struct value *array_in_place(struct decoder *decoder, const struct type *type, const unsigned char *bytes)
{
    struct value *array = value_array(decoder);
    const size_t size = size_in_memory(type->element);

    for (size_t i = 0; i < (size_t)type->length.value; i++)
        value_add(array, NULL, decode_bytes_as(decoder, type->element, bytes + i * size));
    return array;
}

static struct value *chars_in_place(struct decoder *decoder, const struct type *type, const char *bytes)
{
    return value_bytes(decoder, bytes, strnlen(bytes, type->size));
}

struct value *decode_bytes_as(struct decoder *decoder, const struct type *type, const void *bytes)
{
    switch (type->kind) {
    case TYPE_STRUCT:
        return decode_struct_bytes(decoder, type->layout, bytes, type->layout->size);
    case TYPE_ARRAY:
        return array_in_place(decoder, type, bytes);
    case TYPE_CHARS:
        return chars_in_place(decoder, type, bytes);
    default:
        return decode_word(decoder, type, load(bytes, type->size));
    }
}

/* ---- Structures ------------------------------------------------------------------------------------------------------------ */

/* A length that is a field of the same structure is looked up here, where the bytes are. */
static struct value *decode_field(struct decoder *decoder, const struct struct_layout *layout, const struct struct_field *field,
                                  const unsigned char *bytes, size_t size)
{
    const struct length length = field->type->length;

    if (length.kind != LENGTH_MEMBER)
        return decode_bytes_as(decoder, field->type, bytes + field->offset);
    const struct struct_field *other = &layout->fields[length.value];
    struct type type = *field->type;
    const uint64_t count = other->offset + other->type->size <= size ? load(bytes + other->offset, other->type->size) : 0;
    type.length = (struct length){LENGTH_CONSTANT, count > INT32_MAX ? INT32_MAX : (int)count};
    return decode_bytes_as(decoder, &type, bytes + field->offset);
}

struct value *decode_struct_bytes(struct decoder *decoder, const struct struct_layout *layout, const void *bytes, size_t size)
{
    struct value *result = value_struct(decoder);
    bool left_out = false;

    for (size_t i = 0; i < layout->field_count; i++) {
        const struct struct_field *field = &layout->fields[i];
        if (field->offset + size_in_memory(field->type) > size)
            break;
        if (field->detail && decoder->options->abbreviate) {
            left_out = true;
            continue;
        }
        value_add(result, field->name, decode_field(decoder, layout, field, bytes, size));
    }
    if (left_out)
        value_add(result, NULL, value_more(decoder));
    return result;
}

struct value *decode_sized_struct(struct decoder *decoder, const struct struct_layout *layout, uint64_t address, size_t size)
{
    unsigned char bytes[1024];

    if (size > layout->size)
        size = layout->size;
    if (size > sizeof bytes || !decoder->options->dereference || !decoder_read(decoder, address, bytes, size))
        return value_address(decoder, address);
    return decode_struct_bytes(decoder, layout, bytes, size);
}

struct value *decode_struct(struct decoder *decoder, const struct struct_layout *layout, uint64_t address)
{
    return decode_sized_struct(decoder, layout, address, layout->size);
}

/* ---- Pointers -------------------------------------------------------------------------------------------------------------- */

static struct value *decode_typed_element(struct decoder *decoder, const struct type *type, uint64_t address)
{
    unsigned char bytes[8];

    if (!decoder->options->dereference || !decoder_read(decoder, address, bytes, type->size))
        return value_address(decoder, address);
    struct value *array = value_array(decoder);
    value_add(array, NULL, decode_bytes_as(decoder, type, bytes));
    return array;
}

static struct value *decode_pointer(struct decoder *decoder, const struct type *type, uint64_t address)
{
    const struct type *element = type->element;

    if (address == 0)
        return value_address(decoder, 0);
    switch (element->kind) {
    case TYPE_STRUCT:
        return decode_struct(decoder, element->layout, address);
    case TYPE_ARRAY:
        return decode_typed_array(decoder, element->element, address, decoder_length(decoder, element->length));
    default:
        return decode_typed_element(decoder, element, address);
    }
}

/* ---- Calls ----------------------------------------------------------------------------------------------------------------- */

uint64_t decoder_length(const struct decoder *decoder, struct length length)
{
    const struct system_call *call = decoder->call;
    uint32_t pointed;

    switch (length.kind) {
    case LENGTH_CONSTANT:
        return (uint64_t)length.value;
    case LENGTH_MEMBER:
        return call->arguments[length.value];
    case LENGTH_POINTED:
        return decoder_read(decoder, call->arguments[length.value], &pointed, sizeof pointed) ? pointed : 0;
    case LENGTH_RESULT:
        return call->returned && !call->failed ? (uint64_t)call->result : 0;
    default:
        return 0;
    }
}

/* The argument that is in this register, or NULL. */
static const struct syscall_argument *argument_in(const struct syscall_row *row, unsigned reg)
{
    for (unsigned i = 0; row && i < row->argument_count; i++)
        if (row->arguments[i].reg == reg)
            return &row->arguments[i];
    return NULL;
}

/* Registers as they are; of a type that is known, as much of them as it has. */
static void decode_raw(struct decoder *decoder, unsigned count)
{
    struct system_call *call = decoder->call;

    for (unsigned i = 0; i < count; i++) {
        const struct syscall_argument *argument = argument_in(call->row, i);
        const uint64_t number =
            argument && argument->type->size ? cut(call->arguments[i], argument->type->size) : call->arguments[i];
        value_add(&call->values, argument ? argument->name : NULL, value_hex(decoder, number));
    }
    if (call->row)
        call->result_form = RESULT_HEX;
    call->decoded = count;
    call->done = true;
}

/* A call without description: all six registers. */
static bool decode_undescribed(struct decoder *decoder)
{
    struct system_call *call = decoder->call;

    if (call->row && !decoder->options->raw)
        return false;
    decode_raw(decoder, call->row ? call->row->argument_count : SYSCALL_ARGUMENTS_MAX);
    return true;
}

/* Whether the argument has to wait for the exit, where it is shown by its contents if the call succeeded. */
static bool waits_for_exit(const struct decoder *decoder, const struct type *type)
{
    return !decoder->exiting && type->direction == DIRECTION_OUT;
}

static struct value *decode_argument(struct decoder *decoder, unsigned i)
{
    const struct system_call *call = decoder->call;
    const struct type *type = call->row->arguments[i].type;
    const uint64_t number = call->arguments[call->row->arguments[i].reg];

    if (waits_for_exit(decoder, type))
        return NULL;
    if (type->direction == DIRECTION_OUT && call->failed)
        return value_address(decoder, number);
    struct value *value = decode_word(decoder, type, number);
    if (value)
        value->named = type->named;
    return value;
}

static void decode_on(struct decoder *decoder)
{
    struct system_call *call = decoder->call;

    for (; call->decoded < call->row->argument_count; call->decoded++) {
        const struct syscall_argument *argument = &call->row->arguments[call->decoded];
        if (argument->type->condition && !conditions[argument->type->condition](decoder))
            continue;
        struct value *value = decode_argument(decoder, call->decoded);
        if (!value)
            return;
        value_add(&call->values, argument->name, value);
    }
    call->done = true;
}

/* What the kernel is going to overwrite. */
static void remember(struct decoder *decoder)
{
    struct system_call *call = decoder->call;

    for (unsigned i = 0; call->row && i < call->row->argument_count; i++) {
        uint32_t number;
        if (call->row->arguments[i].type->direction == DIRECTION_INOUT &&
            decoder_read(decoder, call->arguments[i], &number, sizeof number))
            call->before[i] = number;
    }
}

void decode_entry(struct decoder *decoder)
{
    decoder->exiting = false;
    decoder->call->entered = true;
    decoder->call->values.kind = VALUE_STRUCT;
    if (decoder->call->row)
        decoder->call->row = syscall_row_variant(decoder->call->row, decoder->call->arguments);
    remember(decoder);
    if (!decode_undescribed(decoder))
        decode_on(decoder);
}

/* What the descriptor or process is that the call returned. */
static void name_result(struct decoder *decoder)
{
    struct system_call *call = decoder->call;
    const struct process_view *process = decoder->process;
    const enum type_kind kind = call->row ? call->row->result->kind : TYPE_NONE;

    if (!process || !call->returned || call->failed || decoder->options->raw || call->result < 0)
        return;
    if ((kind == TYPE_FD || call->result_form == RESULT_FD) && process->fd_name)
        call->result_descriptor = process->fd_name(process->context, decoder->arena, (int)call->result);
    else if ((kind == TYPE_PID || call->result_form == RESULT_PID) && call->result > 0 && process->pid_text)
        call->result_text = process->pid_text(process->context, decoder->arena, (int)call->result);
}

/* What the number that the call returned means. A decoder may say how the number itself is shown. */
static struct value *decode_result(struct decoder *decoder)
{
    struct system_call *call = decoder->call;
    const struct type *type = call->row->result;
    const uint64_t number = (uint64_t)call->result;

    switch (type->kind) {
    case TYPE_FLAGS:
        call->result_form = RESULT_HEX;
        return number ? value_flags(decoder, type->set, number) : NULL;
    case TYPE_ENUM:
        return constant_set_name(type->set, number) ? value_enum(decoder, type->set, number) : NULL;
    case TYPE_SIGNAL:
        return number ? value_signal(decoder, (int)number) : NULL;
    case TYPE_CUSTOM:
        return decoders[type->decoder](decoder, type, number);
    default:
        return NULL;
    }
}

static void note_result(struct decoder *decoder)
{
    struct system_call *call = decoder->call;

    if (!call->returned || call->failed || !call->row || decoder->options->raw || call->result_note)
        return;
    call->result_note = decode_result(decoder);
    if (call->result_note)
        call->result_note->name = call->row->result_note;
}

void decode_exit(struct decoder *decoder)
{
    decoder->exiting = true;
    if (!decoder->call->entered)
        return;
    if (!decoder->call->done)
        decode_on(decoder);
    note_result(decoder);
    name_result(decoder);
}
