/* SPDX-License-Identifier: MIT
 * Foreign text in XML and in URIs. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "report/encoding/file_uri.h"
#include "report/encoding/xml_text.h"

static void expect_text(void (*add)(struct text_buffer *, const char *), const char *text, const char *expected)
{
    struct text_buffer buffer = {0};

    add(&buffer, text);
    cr_expect(eq(str, buffer.text, (char *)expected));
    text_buffer_finish(&buffer);
}

Test(xml_text, has_no_markup)
{
    expect_text(xml_add_text, "a<b>&\"c\"", "a&lt;b&gt;&amp;&quot;c&quot;");
    expect_text(xml_add_text, "]]>", "]]&gt;");
}

Test(xml_text, has_no_character_that_xml_forbids)
{
    expect_text(xml_add_text, "\x01 \n\xff \xef\xbf\xbe\xef\xbf\xbf \xc3\xa9", "\\x01 \\x0a\\xff \\u{fffe}\\u{ffff} \xc3\xa9");
}

Test(file_uri, escapes_all_but_unreserved_bytes)
{
    expect_text(file_uri_add, "src/a b#%?:\xc3\xa9~.c", "src/a%20b%23%25%3F%3A%C3%A9~.c");
}

Test(file_uri, of_an_absolute_path_has_a_scheme)
{
    expect_text(file_uri_add, "/home/me/a.c", "file:///home/me/a.c");
}
