/* SPDX-License-Identifier: MIT
 * Any registers and any memory through every decoder, from the entry to the exit, to text and JSON: nothing is read past the memory
 * there is, what comes out is bounded, and it is JSON.
 *
 * An input: the number of the call (2 bytes), options (1), a failure or not (1), the result (8), six registers (8 each), then
 * memory. A register of which the upper bits are all set is an offset into the memory. */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "abi/errors.h"
#include "base/memory_view.h"
#include "report/calls/call_json.h"
#include "report/calls/call_text.h"
#include "report/encoding/json_stream.h"
#include "syscalls/decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { REGISTERS = 6, HEAD = 12 + 8 * REGISTERS, TEXT_MAX = 64 << 20 };

static const uint64_t base = 0x10000;

struct fuzz_memory {
    const uint8_t *bytes;
    size_t size;
};

static size_t read_fuzz(void *context, uint64_t address, void *buffer, size_t size)
{
    const struct fuzz_memory *memory = context;

    if (address < base || address - base >= memory->size)
        return 0;
    const size_t there = memory->size - (size_t)(address - base);
    const size_t part = size < there ? size : there;
    memcpy(buffer, memory->bytes + (address - base), part);
    return part;
}

static uint64_t word(const uint8_t *data)
{
    uint64_t number;

    memcpy(&number, data, sizeof number);
    return number;
}

/* Random numbers hardly ever point into the memory, so offsets are turned into addresses. */
static uint64_t argument(const uint8_t *data, size_t size)
{
    const uint64_t number = word(data);

    return number >> 16 == 0xffffffffffff ? base + (size ? (number & 0xffff) % size : 0) : number;
}

static void show(const struct system_call *call)
{
    struct text_buffer text = {0};

    call_text_entry(&text, call);
    call_text_rest(&text, call, call_text_count(call));
    call_text_result(&text, call);
    if (text.used > TEXT_MAX || (text.text && strlen(text.text) > text.used))
        abort();
    text_buffer_finish(&text);
}

/* Numbers of 64 bits without a sign are more than the parser's own, but no mistake. */
static void show_json(const struct system_call *call)
{
    struct text_buffer text = {0};

    json_stream_begin(&text, '{');
    call_json_members(&text, call);
    json_stream_end(&text, '}');
    json_t *json = json_loadb(text.text, text.used, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    if (!json || text.used > TEXT_MAX)
        abort();
    json_decref(json);
    text_buffer_finish(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD)
        return 0;
    /* A copy of exact size, so that the sanitizer sees each byte read too far. */
    const size_t rest = size - HEAD;
    uint8_t *bytes = malloc(rest ? rest : 1);
    memcpy(bytes, data + HEAD, rest);
    struct fuzz_memory contents = {bytes, rest};
    const struct memory_view memory = {.read = read_fuzz, .context = &contents};

    struct system_call call = {.number = (uint64_t)(data[0] | data[1] << 8) % SYSCALL_TABLE_SIZE};
    call.row = syscall_table_row(call.number);
    for (int i = 0; i < REGISTERS; i++)
        call.arguments[i] = argument(data + 12 + 8 * i, rest);
    const struct decode_options options = {
        .string_limit = 32, .abbreviate = data[2] & 1 || rest > 4096, .raw = data[2] & 2, .dereference = !(data[2] & 4)};
    struct decoder decoder = {.call = &call, .memory = &memory, .options = &options, .arena = &call.arena};

    decode_entry(&decoder);
    call.returned = true;
    call.failed = data[3] & 1;
    call.result = (int64_t)word(data + 4);
    if (call.failed) /* the kernel has no other errors */
        call.result = -1 - (int64_t)(word(data + 4) % ERROR_NUMBER_MAX);
    decode_exit(&decoder);
    if (!call.done)
        abort();
    show(&call);
    show_json(&call);
    arena_finish(&call.arena);
    free(bytes);
    return 0;
}
