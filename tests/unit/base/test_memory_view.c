/* SPDX-License-Identifier: MIT
 * Texts in the memory of others. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory_view.h"

enum { PAGE = 4096, START = 0x10000 };

/* Two pages with data, and none behind them. */
static char pages[2 * PAGE];

static size_t read_pages(void *context, uint64_t address, void *buffer, size_t size)
{
    if (address < START || address >= START + sizeof pages)
        return 0;
    const size_t there = START + sizeof pages - address, count = size < there ? size : there;
    memcpy(buffer, pages + (address - START), count);
    return count;
}

static const struct memory_view view = {.read = read_pages};

static void fill(size_t offset, size_t size)
{
    memset(pages, 0, sizeof pages);
    memset(pages + offset, 'x', size);
}

Test(memory_view, reads_a_text_across_pages)
{
    fill(PAGE - 3, 10);
    char *text = memory_string(&view, START + PAGE - 3, 100);
    cr_assert(ne(ptr, text, NULL));
    cr_expect(eq(sz, strlen(text), 10));
    free(text);
}

Test(memory_view, reads_a_text_whose_end_is_the_end_of_memory)
{
    fill(2 * PAGE - 5, 4);
    char *text = memory_string(&view, START + 2 * PAGE - 5, PAGE);
    cr_assert(ne(ptr, text, NULL));
    cr_expect(eq(sz, strlen(text), 4));
    free(text);
}

Test(memory_view, has_no_text_that_does_not_end_in_readable_memory)
{
    fill(2 * PAGE - 5, 5);
    cr_expect(eq(ptr, memory_string(&view, START + 2 * PAGE - 5, PAGE), NULL));
    cr_expect(eq(ptr, memory_string(&view, START - 1, PAGE), NULL));
}

Test(memory_view, has_no_text_longer_than_the_limit)
{
    fill(0, 10);
    cr_expect(eq(ptr, memory_string(&view, START, 10), NULL)); /* its end does not fit */
    char *text = memory_string(&view, START, 11);
    cr_assert(ne(ptr, text, NULL));
    free(text);
}
