/* SPDX-License-Identifier: MIT
 * A plugin that loses a block; see plugin_unloaded.c. */
#include "plugin.h"
#include "target.h"

static NOINLINE void lose_in_plugin_a(void)
{
    opaque(malloc(310));
}

void plugin_run(void)
{
    lose_in_plugin_a();
    clear_stack();
}
