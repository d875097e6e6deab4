/* SPDX-License-Identifier: MIT
 * Values in the forms that -x, -X, -y and -Y ask for. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "report/calls/call_text.h"

static const struct constant bits[] = {{1, "ONE"}, {2, "TWO"}};
static const struct constant_set flags = {bits, 2, "BIT_???"};

static void expect(const struct call_text_style *style, const struct value *value, const char *text)
{
    struct text_buffer buffer = {.style = style};

    call_text_value(&buffer, value);
    cr_expect(eq(str, buffer.text, (char *)text));
    text_buffer_finish(&buffer);
}

static void expect_styles(const struct value *value, const char *raw, const char *abbrev, const char *verbose)
{
    expect(&(struct call_text_style){.constants = CONST_RAW}, value, raw);
    expect(&(struct call_text_style){.constants = CONST_ABBREV}, value, abbrev);
    expect(&(struct call_text_style){.constants = CONST_VERBOSE}, value, verbose);
}

Test(call_text, constants_are_numbers_names_or_both)
{
    expect_styles(&(struct value){.kind = VALUE_ENUM, .set = &flags, .number = 2}, "0x2", "TWO", "0x2 /* TWO */");
    expect_styles(&(struct value){.kind = VALUE_ENUM, .set = &flags, .number = 9}, "0x9", "0x9 /* BIT_??? */", "0x9 /* BIT_??? */");
    expect_styles(&(struct value){.kind = VALUE_FLAGS, .set = &flags, .number = 7}, "0x7", "ONE|TWO|0x4", "0x7 /* ONE|TWO|0x4 */");
    expect_styles(&(struct value){.kind = VALUE_FLAGS, .set = &flags, .number = 4}, "0x4", "0x4 /* BIT_??? */",
                  "0x4 /* BIT_??? */");
    expect_styles(&(struct value){.kind = VALUE_FLAGS, .set = &flags}, "0", "0", "0");
    expect_styles(&(struct value){.kind = VALUE_WORD, .text = "SIGINT", .number = 2}, "2", "SIGINT", "2 /* SIGINT */");
}

Test(call_text, a_union_has_one_number)
{
    struct value mode = {.kind = VALUE_OCTAL, .number = 0644};
    struct value file = {.kind = VALUE_WORD, .text = "S_IFREG", .number = 0100000, .next = &mode};
    const struct value value = {.kind = VALUE_UNION, .number = 0100644, .first = &file, .last = &mode};

    expect_styles(&value, "0100644", "S_IFREG|0644", "0100644 /* S_IFREG|0644 */");
}

Test(call_text, strings_are_hexadecimal_where_wanted)
{
    const struct value odd = {.kind = VALUE_BYTES, .text = "a\n\2007", .size = 4};
    const struct value plain = {.kind = VALUE_BYTES, .text = "a\n", .size = 2, .truncated = true};

    expect(&(struct call_text_style){.constants = CONST_ABBREV}, &odd, "\"a\\n\\2007\"");
    expect(&(struct call_text_style){.strings = STRING_HEX_NON_ASCII_CHARS}, &odd, "\"a\\n\\x807\"");
    expect(&(struct call_text_style){.strings = STRING_HEX_NON_ASCII}, &odd, "\"\\x61\\x0a\\x80\\x37\"");
    expect(&(struct call_text_style){.strings = STRING_HEX_NON_ASCII}, &plain, "\"a\\n\"...");
    expect(&(struct call_text_style){.strings = STRING_HEX_ALL}, &plain, "\"\\x61\\x0a\"...");
}

Test(call_text, octal_escapes_are_as_short_as_can_be)
{
    expect(NULL, &(struct value){.kind = VALUE_BYTES, .text = "\0a\0001\7\177", .size = 6}, "\"\\0a\\0001\\7\\177\"");
}

Test(call_text, descriptors_say_what_they_are)
{
    const struct descriptor_name file = {.path = "/a<b", .deleted = true}, device = {.path = "/dev/null", .about = "char 1:3"},
                                 socket = {.about = "TCP:[127.0.0.1:80]"};

    expect(NULL, &(struct value){.kind = VALUE_FD, .number = 3, .descriptor = &file}, "3</a\\74b>(deleted)");
    expect(NULL, &(struct value){.kind = VALUE_FD, .number = 3, .descriptor = &device}, "3</dev/null<char 1:3>>");
    expect(NULL, &(struct value){.kind = VALUE_FD, .number = 3, .descriptor = &socket}, "3<TCP:[127.0.0.1:80]>");
    expect(NULL, &(struct value){.kind = VALUE_PID, .number = 7, .text = "a>b"}, "7<a\\76b>");
}

Test(call_text, numbers_need_no_printf)
{
    struct text_buffer buffer = {0};

    text_buffer_signed(&buffer, INT64_MIN);
    text_buffer_char(&buffer, ' ');
    text_buffer_unsigned(&buffer, UINT64_MAX);
    text_buffer_char(&buffer, ' ');
    text_buffer_hex(&buffer, UINT64_MAX);
    text_buffer_char(&buffer, ' ');
    text_buffer_octal(&buffer, UINT64_MAX);
    text_buffer_char(&buffer, ' ');
    text_buffer_padded(&buffer, 42, 6);
    cr_expect(eq(str, buffer.text,
                 (char *)"-9223372036854775808 18446744073709551615 0xffffffffffffffff 01777777777777777777777 000042"));
    text_buffer_finish(&buffer);
}

Test(call_text, colours_take_no_room)
{
    const struct call_text_style style = {.constants = CONST_ABBREV, .colors = true};
    struct text_buffer buffer = {.style = &style};

    call_text_value(&buffer, &(struct value){.kind = VALUE_BYTES, .text = "ab", .size = 2});
    cr_expect(eq(str, buffer.text, (char *)"\033[32m\"ab\"\033[0m"));
    cr_expect(eq(sz, buffer.used - buffer.unseen, 4));
    text_buffer_finish(&buffer);
}
