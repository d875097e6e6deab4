/* SPDX-License-Identifier: MIT
 * A plugin that loses a block; see plugin_unloaded.c. */
#include "plugin.h"
#include "target.h"

static NOINLINE void lose_in_plugin_b(void)
{
    opaque(malloc(320));
}

void plugin_run(void)
{
    lose_in_plugin_b();
    clear_stack();
}
