/* SPDX-License-Identifier: MIT */
#include "cold_blocks.h"

void cold_pages_finish(struct cold_pages *pages)
{
    page_runs_finish(&pages->data);
    page_runs_finish(&pages->untouched);
}

uint64_t cold_cursor_bytes(struct cold_cursor *cursor, uint64_t start, uint64_t end)
{
    const uint64_t data = page_cursor_bytes(&cursor->data, start, end);

    return data > 0 && page_cursor_bytes(&cursor->untouched, start, end) == data ? data : 0;
}
