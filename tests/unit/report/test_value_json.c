/* SPDX-License-Identifier: MIT
 * Values and calls as JSON: each kind of value has one form. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "report/calls/call_json.h"
#include "report/calls/value_json.h"
#include "report/encoding/json_stream.h"

static const struct constant bits[] = {{1, "ONE"}, {2, "TWO"}};
static const struct constant_set flags = {bits, 2, "BIT_???"};
static const struct constant bits_and_none[] = {{0, "NONE"}, {1, "ONE"}};
static const struct constant_set named_zero = {bits_and_none, 2, NULL};

static void expect(const struct value *value, const char *json)
{
    struct text_buffer buffer = {0};

    value_json_add(&buffer, value);
    cr_expect(eq(str, buffer.text, (char *)json));
    text_buffer_finish(&buffer);
}

/* A parent of up to three children, which are linked. */
static struct value family(enum value_kind kind, struct value *first, struct value *second, struct value *third)
{
    first->next = second;
    if (second)
        second->next = third;
    return (struct value){.kind = kind, .first = first, .last = third ? third : second ? second : first};
}

static void expect_string(const char *bytes, size_t size, const char *json)
{
    expect(&(struct value){.kind = VALUE_BYTES, .text = bytes, .size = size}, json);
}

Test(value_json, numbers_are_exact)
{
    expect(&(struct value){.kind = VALUE_SIGNED, .number = (uint64_t)INT64_MIN}, "-9223372036854775808");
    expect(&(struct value){.kind = VALUE_UNSIGNED, .number = UINT64_MAX}, "18446744073709551615");
    expect(&(struct value){.kind = VALUE_OCTAL, .number = 0644, .text = "0644"}, "420");
    expect(&(struct value){.kind = VALUE_PRODUCT, .number = 8192 << 10}, "8388608");
}

Test(value_json, addresses_are_strings)
{
    expect(&(struct value){.kind = VALUE_ADDRESS, .number = UINT64_MAX}, "\"0xffffffffffffffff\"");
    expect(&(struct value){.kind = VALUE_ADDRESS}, "null");
    expect(&(struct value){.kind = VALUE_HEX, .number = 0x1f, .text = "0x001f"}, "\"0x1f\"");
    expect(&(struct value){.kind = VALUE_HEX}, "\"0x0\"");
}

Test(value_json, strings_are_escaped_and_no_more)
{
    expect_string("a\"b\\c/\n\t\r\b\f\0\x1f\x7f", 14, "\"a\\\"b\\\\c/\\n\\t\\r\\b\\f\\u0000\\u001f\x7f\"");
    expect_string("", 0, "\"\"");
    expect_string("h\xc3\xa4, \xe2\x82\xac \xf0\x9f\x90\x9b!", 14, "\"h\xc3\xa4, \xe2\x82\xac \xf0\x9f\x90\x9b!\"");
}

Test(value_json, what_is_not_utf8_is_bytes)
{
    expect_string("a\xff", 2, "{\"bytes\":\"61ff\"}");
    expect_string("\xc3\xa4", 1, "{\"bytes\":\"c3\"}");
    expect_string("\xed\xa0\x80", 3, "{\"bytes\":\"eda080\"}");
    expect_string("\xc0\x80", 2, "{\"bytes\":\"c080\"}");
    expect_string("\xf5\x80\x80\x80", 4, "{\"bytes\":\"f5808080\"}");
    expect(&(struct value){.kind = VALUE_BYTES, .text = "ab", .size = 2, .hex = true}, "{\"bytes\":\"6162\"}");
}

Test(value_json, a_string_is_not_like_an_address)
{
    expect_string("0x10", 4, "{\"string\":\"0x10\"}");
    expect_string("0", 1, "\"0\"");
}

Test(value_json, what_was_cut_is_marked)
{
    struct value value = {.kind = VALUE_BYTES, .text = "ab\xe2\x82\xac", .size = 5, .truncated = true};

    expect(&value, "{\"string\":\"ab\xe2\x82\xac\",\"truncated\":true}");
    value.size = 4;
    expect(&value, "{\"string\":\"ab\",\"truncated\":true}");
    value.text = "ab\xff\xff";
    expect(&value, "{\"bytes\":\"6162ffff\",\"truncated\":true}");
    expect(&(struct value){.kind = VALUE_MORE}, "{\"truncated\":true}");
    expect(&(struct value){.kind = VALUE_BYTES, .text = "x", .size = 1, .abstract = true}, "{\"string\":\"x\",\"abstract\":true}");
}

Test(value_json, constants_have_number_and_name)
{
    expect(&(struct value){.kind = VALUE_ENUM, .set = &flags, .number = 2}, "{\"value\":2,\"name\":\"TWO\"}");
    expect(&(struct value){.kind = VALUE_ENUM, .set = &flags, .number = 9}, "{\"value\":9}");
    expect(&(struct value){.kind = VALUE_WORD, .text = "SIGINT", .number = 2}, "{\"value\":2,\"name\":\"SIGINT\"}");
    expect(&(struct value){.kind = VALUE_WORD, .text = "Timeout"}, "{\"name\":\"Timeout\"}");
}

Test(value_json, flags_are_names_and_a_rest)
{
    expect(&(struct value){.kind = VALUE_FLAGS, .set = &flags, .number = 7},
           "{\"value\":7,\"flags\":[\"ONE\",\"TWO\"],\"rest\":4}");
    expect(&(struct value){.kind = VALUE_FLAGS, .set = &flags, .number = 4}, "{\"value\":4,\"flags\":[],\"rest\":4}");
    expect(&(struct value){.kind = VALUE_FLAGS, .set = &flags}, "{\"value\":0,\"flags\":[]}");
    expect(&(struct value){.kind = VALUE_FLAGS, .set = &named_zero}, "{\"value\":0,\"flags\":[\"NONE\"]}");
}

Test(value_json, a_union_is_flags_of_all_its_parts)
{
    struct value kind = {.kind = VALUE_WORD, .text = "S_IFREG", .number = 0100000}, mode = {.kind = VALUE_OCTAL, .number = 0644};
    struct value access = {.kind = VALUE_ENUM, .set = &named_zero}, more = {.kind = VALUE_FLAGS, .set = &flags, .number = 2};
    struct value file = family(VALUE_UNION, &kind, &mode, NULL), open = family(VALUE_UNION, &access, &more, NULL);

    file.number = 0100644;
    expect(&file, "{\"value\":33188,\"flags\":[\"S_IFREG\"],\"rest\":420}");
    expect(&open, "{\"flags\":[\"NONE\",\"TWO\"]}");
}

Test(value_json, descriptors_and_processes_are_objects)
{
    static const struct constant at[] = {{(uint64_t)-100, "AT_FDCWD"}};
    static const struct constant_set at_fdcwd = {at, 1, NULL};
    const struct descriptor_name file = {.path = "/a\n\xff", .deleted = true}, device = {.path = "/dev/null", .about = "char 1:3"};

    expect(&(struct value){.kind = VALUE_FD, .number = 3}, "{\"fd\":3}");
    expect(&(struct value){.kind = VALUE_FD, .number = (uint64_t)-1}, "{\"fd\":-1}");
    expect(&(struct value){.kind = VALUE_FD, .number = (uint64_t)-100, .set = &at_fdcwd}, "{\"fd\":-100,\"name\":\"AT_FDCWD\"}");
    expect(&(struct value){.kind = VALUE_FD, .number = 3, .descriptor = &file},
           "{\"fd\":3,\"path\":{\"bytes\":\"2f610aff\"},\"deleted\":true}");
    expect(&(struct value){.kind = VALUE_FD, .number = 3, .descriptor = &device},
           "{\"fd\":3,\"path\":\"/dev/null\",\"about\":\"char 1:3\"}");
    expect(&(struct value){.kind = VALUE_PID, .number = 7}, "{\"pid\":7}");
    expect(&(struct value){.kind = VALUE_PID, .number = 7, .text = "a\"b"}, "{\"pid\":7,\"comm\":\"a\\\"b\"}");
}

Test(value_json, structures_are_objects)
{
    struct value a = {.kind = VALUE_SIGNED, .number = 1, .name = "a"}, b = {.kind = VALUE_SIGNED, .number = 2};
    struct value more = {.kind = VALUE_MORE};
    const struct value whole = family(VALUE_STRUCT, &b, &a, &more), empty = {.kind = VALUE_STRUCT};

    expect(&whole, "{\"a\":1,\"unnamed\":[2],\"truncated\":true}");
    expect(&empty, "{}");
}

Test(value_json, lists_are_objects)
{
    struct value fd = {.kind = VALUE_FD, .number = 3};
    struct value in = family(VALUE_BITSET, &fd, NULL, NULL), left = {.kind = VALUE_SIGNED, .number = 2, .name = "left"};
    in.name = "in";
    const struct value list = family(VALUE_LIST, &in, &left, NULL);

    expect(&list, "{\"in\":{\"set\":[{\"fd\":3}],\"inverted\":false},\"left\":2}");
}

Test(value_json, arrays_are_arrays)
{
    struct value one = {.kind = VALUE_SIGNED, .number = 1}, text = {.kind = VALUE_BYTES, .text = "{", .size = 1};
    struct value more = {.kind = VALUE_MORE};
    struct value inner = {.kind = VALUE_ARRAY};
    const struct value array = family(VALUE_ARRAY, &one, &text, &more), outer = family(VALUE_ARRAY, &inner, NULL, NULL);

    expect(&array, "[1,\"{\",{\"truncated\":true}]");
    expect(&outer, "[[]]");
}

Test(value_json, sets_functions_and_changes_say_what_they_are)
{
    struct value one = {.kind = VALUE_WORD, .text = "INT", .number = 2}, two = {.kind = VALUE_UNSIGNED, .number = 3};
    struct value set = family(VALUE_BITSET, &one, &two, NULL);

    set.inverted = true;
    expect(&set, "{\"set\":[{\"value\":2,\"name\":\"INT\"},3],\"inverted\":true}");
    struct value device = family(VALUE_CALL, &two, NULL, NULL);
    device.text = "makedev";
    device.number = 0x801;
    expect(&device, "{\"call\":\"makedev\",\"args\":[3],\"value\":2049}");
    const struct value change = family(VALUE_CHANGE, &two, &one, NULL);
    expect(&change, "{\"before\":3,\"after\":{\"value\":2,\"name\":\"INT\"}}");
}

Test(value_json, a_stream_is_json_whatever_the_bytes)
{
    struct text_buffer buffer = {0};

    json_stream_string(&buffer, "a\xff\xc3", 3);
    cr_expect(eq(str, buffer.text, (char *)"\"a\\u00ff\\u00c3\""));
    text_buffer_finish(&buffer);
}

/* ---- Calls ----------------------------------------------------------------------------------------------------------------- */

static void expect_call(const struct system_call *call, const char *json)
{
    struct text_buffer buffer = {0};

    json_stream_begin(&buffer, '{');
    call_json_members(&buffer, call);
    json_stream_end(&buffer, '}');
    cr_expect(eq(str, buffer.text, (char *)json));
    text_buffer_finish(&buffer);
}

static const struct type number = {.kind = TYPE_SIGNED}, address = {.kind = TYPE_ADDRESS};
static const struct syscall_row reads = {.name = "read", .result = &number}, maps = {.name = "mmap", .result = &address};

Test(call_json, a_result_is_a_number_or_an_address)
{
    struct value fd = {.kind = VALUE_FD, .number = 3, .name = "fd"};
    const struct system_call read = {
        .row = &reads, .values = family(VALUE_STRUCT, &fd, NULL, NULL), .returned = true, .result = 5, .done = true};

    expect_call(&read, "{\"name\":\"read\",\"nr\":0,\"args\":{\"fd\":{\"fd\":3}},\"ret\":5}");
    expect_call(&(struct system_call){.row = &maps, .number = 9, .returned = true, .result = 0x7000},
                "{\"name\":\"mmap\",\"nr\":9,\"args\":{},\"ret\":\"0x7000\"}");
}

Test(call_json, errors_have_name_and_number)
{
    expect_call(&(struct system_call){.row = &reads, .returned = true, .failed = true, .result = -2},
                "{\"name\":\"read\",\"nr\":0,\"args\":{},\"ret\":-1,\"error\":\"ENOENT\",\"errno\":2}");
    expect_call(&(struct system_call){.row = &reads, .returned = true, .failed = true, .result = -512, .injected = true},
                "{\"name\":\"read\",\"nr\":0,\"args\":{},\"ret\":null,\"error\":\"ERESTARTSYS\",\"errno\":512,\"injected\":true}");
    expect_call(&(struct system_call){.row = &reads, .returned = true, .failed = true, .result = -4000, .delayed = true},
                "{\"name\":\"read\",\"nr\":0,\"args\":{},\"ret\":-1,\"error\":\"errno 4000\",\"errno\":4000,\"delayed\":true}");
}

Test(call_json, calls_that_are_not_known_have_numbered_arguments)
{
    struct value first = {.kind = VALUE_HEX, .number = 1}, second = {.kind = VALUE_HEX, .number = UINT64_MAX};
    const struct system_call call = {.number = 0x1d8, .values = family(VALUE_STRUCT, &first, &second, NULL), .abi = CALL_ABI_32};

    expect_call(&call, "{\"name\":\"syscall_0x1d8\",\"nr\":472,\"abi\":\"i386\","
                       "\"args\":{\"arg1\":\"0x1\",\"arg2\":\"0xffffffffffffffff\"},\"ret\":null,\"unfinished\":true}");
}

Test(call_json, results_say_what_they_refer_to)
{
    const struct descriptor_name name = {.path = "/a"};
    struct value note = {.kind = VALUE_WORD, .text = "Timeout"};

    expect_call(&(struct system_call){.row = &reads, .returned = true, .result = 3, .result_descriptor = &name},
                "{\"name\":\"read\",\"nr\":0,\"args\":{},\"ret\":3,\"ret_fd\":{\"fd\":3,\"path\":\"/a\"}}");
    expect_call(&(struct system_call){.row = &reads, .returned = true, .result = 9, .result_text = "sh"},
                "{\"name\":\"read\",\"nr\":0,\"args\":{},\"ret\":9,\"ret_pid\":{\"pid\":9,\"comm\":\"sh\"}}");
    expect_call(&(struct system_call){.row = &reads, .returned = true, .result_note = &note},
                "{\"name\":\"read\",\"nr\":0,\"args\":{},\"ret\":0,\"ret_note\":{\"name\":\"Timeout\"}}");
    expect_call(&(struct system_call){.row = &reads, .returned = true, .resumes = "nanosleep"},
                "{\"name\":\"read\",\"nr\":0,\"args\":{},\"resumes\":\"nanosleep\",\"ret\":0}");
}
