/* SPDX-License-Identifier: MIT */
#include "reporting/leak_history.h"

#include <criterion/criterion.h>

static struct leak_history *history;

static void set_up(void)
{
    history = leak_history_create();
}

static void tear_down(void)
{
    leak_history_destroy(history);
}

TestSuite(leak_history, .init = set_up, .fini = tear_down);

Test(leak_history, looks_on_end_are_counted)
{
    for (uint32_t look = 1; look < 5; look++) {
        leak_history_begin(history);
        if (look % 2 == 0)
            cr_expect_eq(leak_history_note(history, 0x1000, 32), 1, "it was not lost in the look before");
        cr_expect_eq(leak_history_note(history, 0x2000, 32), look);
        cr_expect_eq(leak_history_note(history, 0x3000 + look * 16, 32), 1);
        leak_history_end(history);
    }
}

Test(leak_history, another_size_is_another_block)
{
    leak_history_begin(history);
    leak_history_note(history, 0x1000, 32);
    leak_history_note(history, 0x7fffffffff00, UINT64_C(1) << 40);
    leak_history_end(history);
    leak_history_begin(history);
    cr_expect_eq(leak_history_note(history, 0x1000, 48), 1);
    cr_expect_eq(leak_history_note(history, 0x7fffffffff00, UINT64_C(1) << 40), 2);
    leak_history_end(history);
}

Test(leak_history, a_look_without_leaks_forgets_all)
{
    leak_history_begin(history);
    leak_history_note(history, 0x1000, 32);
    leak_history_end(history);
    leak_history_begin(history);
    leak_history_end(history);
    leak_history_begin(history);
    cr_expect_eq(leak_history_note(history, 0x1000, 32), 1);
    leak_history_end(history);
}

Test(leak_history, very_many_looks_are_counted_up_to_a_limit)
{
    uint32_t looks = 0;

    for (uint32_t i = 0; i < LEAK_HISTORY_LOOKS_MAX + 10; i++) {
        leak_history_begin(history);
        looks = leak_history_note(history, 0x1000, 32);
        leak_history_end(history);
    }
    cr_expect_eq(looks, LEAK_HISTORY_LOOKS_MAX);
}
